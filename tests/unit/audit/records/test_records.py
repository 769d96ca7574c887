"""Records: who may write, approve, correct and see them; every change a version, and the database refuses others."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from audit import evidence
from audit.records import documents, store
from audit.records.kinds import SORTS
from audit.records.kinds.drill import Task
from audit.records.model import Kind, Shape
from audit.records.readers import Readers
from audit.records.said import read, written
from audit.records.service import Records, Typed
from countynet.db import reading
from countynet.errors import BadInput, Conflict, CountyError, NotAllowed
from countynet.events import Event, verify
from tests.unit.audit.records import things
from tests.unit.audit.records.things import AUDITOR, CENTER, CLERK, EVERYBODY, OPERATOR, OTHER, SECOND, at

TYPED: dict[Kind, Callable[[], Typed]] = {
    Kind.VISIT: things.visit,
    Kind.DRILL: things.drill,
    Kind.TRAINING: things.training,
    Kind.REGULATION: things.regulation,
}


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    found = things.records(tmp_path)
    yield found
    found.engine.dispose()


def where(error: pytest.ExceptionInfo[BadInput]) -> set[str]:
    return {problem.where for problem in error.value.problems}


def test_a_visit_is_approved_by_another_entered_and_closed_with_photographs(records: Records) -> None:
    number = records.add(Kind.VISIT, things.visit(), CENTER, [things.picture()])
    with pytest.raises(NotAllowed):  # nobody approves their own
        records.step(Kind.VISIT, number, "approve", {}, CENTER)
    records.step(Kind.VISIT, number, "approve", {"note": "同意"}, SECOND)
    records.step(Kind.VISIT, number, "enter", {"came": at(0)}, CENTER, [things.picture("red")])
    with pytest.raises(BadInput) as wrong:
        records.step(Kind.VISIT, number, "leave", {"went": at(-2), "outcome": ""}, CENTER)
    assert where(wrong) == {"outcome"}
    with pytest.raises(BadInput) as wrong:  # out before in
        records.step(Kind.VISIT, number, "leave", {"went": at(-2), "outcome": "换好"}, CENTER)
    assert where(wrong) == {"went"}
    records.step(Kind.VISIT, number, "leave", {"went": at(0), "taken": "旧电源", "outcome": "换好"}, CENTER)
    one = records.get(Kind.VISIT, number, AUDITOR)
    assert (one.version, one.record.approved.by, one.record.taken) == (4, "chief", ("旧电源",))
    assert len(one.record.photographs) == 2
    assert records.photograph(Kind.VISIT, number, one.record.photographs[0], AUDITOR).startswith(b"\xff\xd8")
    assert [held.step for held in records.history(Kind.VISIT, number, AUDITOR)] == [
        "added",
        "approve",
        "enter",
        "leave",
    ]
    for name in ("approve", "enter", "leave", "withdraw"):
        with pytest.raises((Conflict, NotAllowed)):
            records.step(Kind.VISIT, number, name, {"came": at(0), "went": at(0), "outcome": "x", "note": "x"}, SECOND)


def test_every_version_is_evidence_that_its_event_names_and_the_chain_holds(records: Records) -> None:
    number = records.add(Kind.VISIT, things.visit(), OPERATOR, [things.picture()])
    records.step(Kind.VISIT, number, "approve", {}, CENTER)
    with reading(records.engine) as session:
        rows = store.versions(session, Kind.VISIT, number)
        told = session.scalars(select(Event).where(Event.subject == "visit:1").order_by(Event.id)).all()
        assert verify(session) == ()
    assert [(event.tag, event.actor) for event in told] == [("record.added", "operator"), ("record.changed", "center")]
    before = ""
    for row, event in zip(rows, told, strict=True):
        content = evidence.load(records.settings, event.data["evidence"]["record"])
        assert sha256(content).hexdigest() == row.sha256
        assert content == documents.version(row, before)
        assert json.loads(content)["previous"] == before
        before = row.sha256
    assert "photograph-1" in told[0].data["evidence"]


def test_who_may_write_see_correct_and_step(records: Records) -> None:
    """Every kind, everybody, every action: what the tables of the kinds say, and nothing beside it."""
    for kind, sort in SORTS.items():
        for actor in EVERYBODY:
            assert _may(partial(records.add, kind, TYPED[kind](), actor)) is (actor.role in sort.writers)
        mine = records.add(kind, TYPED[kind](), OPERATOR if OPERATOR.role in sort.writers else CENTER)
        for actor in EVERYBODY:
            author = records.history(kind, mine, CENTER)[0].author
            sees = actor.role in sort.readers or (actor.role in sort.writers and actor.name == author)
            assert _may(partial(records.get, kind, mine, actor)) is sees
            listed = _may(partial(records.listed, kind, actor))
            assert listed is (actor.role in sort.readers | sort.writers)
            if listed and actor.role not in sort.readers:
                assert {held.author for held in records.listed(kind, actor)} <= {actor.name}
            version = records.get(kind, mine, CENTER).version
            said = {**TYPED[kind](), "reason": "更正"}
            may = actor.role in sort.writers and (actor.role is CENTER.role or actor.name == author)
            assert _may(partial(records.correct, kind, mine, version, said, actor)) is may
            for step in sort.steps:
                if actor.role not in step.who or not sees:
                    with pytest.raises(NotAllowed):
                        records.step(kind, mine, step.name, {"note": "x"}, actor)


def _may(act: Callable[[], object]) -> bool:
    try:
        act()
    except NotAllowed:
        return False
    return True


def test_everything_wrong_is_said_at_once_by_field(records: Records) -> None:
    with pytest.raises(BadInput) as wrong:
        records.add(Kind.VISIT, {"until": "soon", "expected": at(1), "visitors": " \n"}, CENTER)
    assert where(wrong) == {"visitors", "organisation", "purpose", "rooms", "escort", "until"}
    with pytest.raises(BadInput) as wrong:
        records.add(Kind.VISIT, things.visit(expected=at(3), until=at(2)), CENTER)
    assert where(wrong) == {"until"}
    with pytest.raises(BadInput) as wrong:
        records.add(Kind.DRILL, things.drill(began=at(5), ended=at(4), sort="flood", tasks="a,b,soon"), CENTER)
    assert where(wrong) == {"sort"}
    with pytest.raises(BadInput) as wrong:
        records.add(Kind.DRILL, things.drill(tasks="蓄电池,王芳,soon"), CENTER)
    assert where(wrong) == {"tasks"}
    with pytest.raises(BadInput) as wrong:
        records.add(Kind.TRAINING, things.training(people="肖思远，u001，192\n马若琳", on="2999-01-01"), CENTER)
    assert where(wrong) == {"people"}
    with pytest.raises(BadInput) as wrong:
        records.add(Kind.TRAINING, things.training(people="肖思远\n肖思远", on="2999-01-01"), CENTER)
    assert where(wrong) == {"people", "on"}
    with pytest.raises(BadInput) as wrong:
        records.add(Kind.REGULATION, things.regulation(roles=["king"], text=" ", days="0"), CENTER)
    assert where(wrong) == {"roles", "days"}
    with pytest.raises(BadInput) as wrong:
        records.add(Kind.REGULATION, things.regulation(roles="", units="", text=""), CENTER)
    assert where(wrong) == {"roles", "text"}
    assert not any(records.listed(kind, CENTER) for kind in Kind)


def test_a_follow_up_is_done_once(records: Records) -> None:
    number = records.add(Kind.DRILL, things.drill(), CENTER)
    for task in ("", "2", "0"):
        with pytest.raises(BadInput):
            records.step(Kind.DRILL, number, "done", {"task": task, "note": "x"}, CENTER)
    records.step(Kind.DRILL, number, "done", {"task": "1", "note": "已更换"}, CENTER)
    assert records.get(Kind.DRILL, number, CENTER).record.missing == ()
    with pytest.raises(Conflict):
        records.step(Kind.DRILL, number, "done", {"task": "1", "note": "again"}, CENTER)
    sort, before = SORTS[Kind.DRILL], records.get(Kind.DRILL, number, CENTER).record
    typed = {field.name: written(field, getattr(before, field.name)) for field in sort.fields}
    records.correct(Kind.DRILL, number, 2, {**typed, "title": "市电中断", "reason": "改名"}, CENTER)
    after = records.get(Kind.DRILL, number, CENTER).record
    assert (after.title, after.tasks) == ("市电中断", before.tasks)  # what is done stays done


def test_of_two_who_correct_at_once_the_second_is_told(records: Records) -> None:
    number = records.add(Kind.VISIT, things.visit(), CENTER)
    records.correct(Kind.VISIT, number, 1, {**things.visit(escort="王芳"), "reason": "换人陪同"}, SECOND)
    with pytest.raises(Conflict):
        records.correct(Kind.VISIT, number, 1, {**things.visit(escort="李强"), "reason": "换人"}, CENTER)
    with pytest.raises(BadInput) as wrong:
        records.correct(Kind.VISIT, number, 2, things.visit(), CENTER)
    assert where(wrong) == {"reason"}
    first, second = records.history(Kind.VISIT, number, AUDITOR)
    assert (first.record.escort, second.record.escort, second.note) == ("顾明哲", "王芳", "换人陪同")


def test_a_correction_takes_no_photograph_and_no_step_away(records: Records) -> None:
    number = records.add(Kind.VISIT, things.visit(), OPERATOR, [things.picture()])
    records.step(Kind.VISIT, number, "approve", {}, CENTER)
    records.correct(Kind.VISIT, number, 2, {**things.visit(escort="王芳"), "reason": "换人"}, CENTER)
    one = records.get(Kind.VISIT, number, CENTER).record
    assert (one.approved.by, len(one.photographs)) == ("center", 1)


def test_an_operator_sees_its_own_visits_alone(records: Records) -> None:
    mine = records.add(Kind.VISIT, things.visit(), OPERATOR)
    other = records.add(Kind.VISIT, things.visit(), OTHER)
    assert [held.number for held in records.listed(Kind.VISIT, OPERATOR)] == [mine]
    assert [held.number for held in records.listed(Kind.VISIT, AUDITOR)] == [other, mine]
    with pytest.raises(NotAllowed):
        records.get(Kind.VISIT, other, OPERATOR)
    with pytest.raises(NotAllowed):
        records.listed(Kind.VISIT, CLERK)


@pytest.mark.parametrize("change", ["UPDATE {} SET at = at", "DELETE FROM {}"])
@pytest.mark.parametrize("table", ["audit_record_version", "audit_regulation_reading"])
def test_the_database_refuses_to_alter_a_record(records: Records, table: str, change: str) -> None:
    number = records.add(Kind.REGULATION, things.regulation(), CENTER)
    Readers(records.settings, records.engine).look(number, OPERATOR)
    with pytest.raises(DatabaseError, match="only ever added"), records.engine.begin() as connection:
        connection.execute(text(change.format(table)))


def test_at_most_so_many_photographs(records: Records) -> None:
    number = records.add(
        Kind.VISIT, things.visit(), CENTER, [things.picture(f"hsl({n * 15},100%,50%)") for n in range(24)]
    )
    with pytest.raises(BadInput):
        records.step(Kind.VISIT, number, "remark", {"note": "x"}, CENTER, [things.picture("white")])
    with pytest.raises(BadInput):
        records.photograph(Kind.VISIT, number, "a" * 64, CENTER)


def test_what_is_typed_is_read_back_the_same() -> None:
    for kind, sort in SORTS.items():
        typed = {name: text for name, text in TYPED[kind]().items() if name not in ("text", "reason")}
        values = read(sort.fields, typed)
        for field in sort.fields:
            if field.shape is not Shape.ROWS:
                assert read([field], {field.name: written(field, values[field.name])})[field.name] == values[field.name]
    tasks = next(field for field in SORTS[Kind.DRILL].fields if field.name == "tasks")
    held = (Task(what="断电，再送电", done=date(2026, 1, 1)), Task(what="x", who="王芳"))
    assert [Task.model_validate(row) for row in read([tasks], {"tasks": written(tasks, held)})["tasks"]] == list(held)


def test_there_is_no_record_and_no_step_of_that_name(records: Records) -> None:
    with pytest.raises(CountyError):
        records.get(Kind.VISIT, 7, CENTER)
    records.add(Kind.VISIT, things.visit(), CENTER)
    with pytest.raises(BadInput):
        records.step(Kind.VISIT, 1, "eat", {}, CENTER)

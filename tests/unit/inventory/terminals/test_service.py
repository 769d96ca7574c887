"""Applications on the real database and a real county folder: asked, decided, held, and each step an event."""

import shutil
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError

from countynet.db import open_database, reading, transaction
from countynet.errors import BadInput, Conflict, NotAllowed
from countynet.events import Event, verify
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import TerminalState
from inventory.record import Author, Put, Set
from inventory.tags import TerminalTag
from inventory.terminals import store
from inventory.terminals.model import Form
from inventory.terminals.service import Applications
from inventory.terminals.store import Filter
from tests.unit.inventory.terminals.people import (
    ADMIN,
    AUDITOR,
    CENTER,
    CLERK,
    COLLEAGUE,
    OPERATOR,
    OTHER,
    SECOND,
    TODAY,
    day,
    filled,
    mac,
    request,
)


def problems(error: pytest.ExceptionInfo[BadInput]) -> list[str]:
    return [problem.where for problem in error.value.problems]


def events(engine: Engine) -> list[tuple[str, str, str]]:
    with reading(engine) as session:
        assert verify(session) == ()
        return [(e.tag, e.actor, e.subject) for e in session.scalars(select(Event).order_by(Event.id))]


def test_an_application_is_asked_and_approved_and_each_step_is_an_event(
    applications: Applications, engine: Engine
) -> None:
    number = applications.ask("u025", filled(mac="001E-C900-0001"), CLERK)
    applications.approve(number, CENTER, "  可以 ")
    found = applications.get(number)
    assert (found.state, found.request.mac, found.open) == (TerminalState.APPROVED, mac(1), True)
    assert found.place is not None
    assert (found.place.terminal, str(found.place.address), found.place.cpe, found.place.port) == (
        "pc-025-2", "10.21.25.11", "cpe-025", "lan1",
    )  # fmt: skip
    about = f"terminal-application:{number}"
    assert events(engine) == [("terminal.asked", "u025", about), ("terminal.approved", "center", about)]
    asked, approved = applications.history(number)
    assert asked.data["mac"] == mac(1)
    assert approved.data["address"] == "10.21.25.11"
    assert approved.data["note"] == "可以"


def test_asking_and_approving_change_nothing_in_the_inventory(applications: Applications) -> None:
    head = applications.repository.head()
    applications.approve(applications.ask("u025", filled(), CLERK), CENTER)
    assert applications.repository.head() == head


def test_a_form_tells_all_its_problems_at_once_and_keeps_nothing(applications: Applications, engine: Engine) -> None:
    bad = Form(user=" ", room="x" * 41, purpose="", mac="ff:ff:ff:ff:ff:ff", wanted_by="30.2.2026")
    with pytest.raises(BadInput) as told:
        applications.ask("u025", bad, CLERK)
    assert problems(told) == ["user", "room", "purpose", "mac", "wanted_by"]
    assert applications.listed(Filter()) == []
    assert events(engine) == []


@pytest.mark.parametrize(("days", "fits"), [(-1, False), (0, True), (366, True), (367, False)])
def test_a_terminal_is_wanted_from_today_to_a_year_ahead(applications: Applications, days: int, fits: bool) -> None:
    wanted = filled(wanted_by=day(days))
    if fits:
        assert applications.ask("u025", wanted, CLERK)
        return
    with pytest.raises(BadInput) as told:
        applications.ask("u025", wanted, CLERK)
    assert problems(told) == ["wanted_by"]


def test_one_computer_has_one_open_application_whoever_asks_and_however_it_is_written(
    applications: Applications,
) -> None:
    number = applications.ask("u025", filled(), CLERK)
    for actor, unit in ((CLERK, "u025"), (OTHER, "u026")):
        with pytest.raises(BadInput) as told:
            applications.ask(unit, filled(mac=mac(1).replace(":", "-").upper()), actor)
        assert problems(told) == ["mac"]
    applications.withdraw(number, CLERK)
    assert applications.ask("u026", filled(), OTHER)


def test_a_computer_that_the_county_has_already_is_told_with_its_place(applications: Applications) -> None:
    known = next(t.mac for t in applications.repository.county().unit_by_id["u025"].terminals)
    assert known is not None
    with pytest.raises(BadInput) as told:
        applications.ask("u026", filled(mac=known), OTHER)
    assert told.value.problems[0].values == {"mac": known, "terminal": "pc-025", "unit": "u025"}


def test_only_the_unit_and_the_center_ask(applications: Applications) -> None:
    for actor in (OTHER, OPERATOR, AUDITOR, ADMIN):
        with pytest.raises(NotAllowed):
            applications.ask("u025", filled(), actor)
    with pytest.raises(BadInput):
        applications.ask("u999", filled(), CENTER)
    number = applications.ask("u025", filled(), CENTER)
    with pytest.raises(NotAllowed):
        applications.approve(number, CENTER)
    applications.approve(number, SECOND)


def test_a_declined_application_says_why_and_frees_its_computer(applications: Applications) -> None:
    number = applications.ask("u025", filled(), CLERK)
    with pytest.raises(BadInput):
        applications.decline(number, CENTER, "  ")
    applications.decline(number, CENTER, "没有编制")
    found = applications.get(number)
    assert (found.state, found.reason, found.open) == (TerminalState.DECLINED, "没有编制", False)
    assert found.closed is not None
    assert applications.ask("u025", filled(), CLERK) != number


def test_an_order_that_is_taken_back_frees_what_it_held(applications: Applications) -> None:
    first = applications.ask("u025", filled(1), CLERK)
    applications.approve(first, CENTER)
    applications.decline(first, CENTER, "房间变了")
    second = applications.ask("u025", filled(2), CLERK)
    applications.approve(second, CENTER)
    one, two = applications.get(first), applications.get(second)
    assert one.place == two.place


def test_two_approved_applications_never_hold_the_same(applications: Applications) -> None:
    numbers = [applications.ask("u025", filled(n), CLERK) for n in range(5)]
    for number in numbers:
        applications.approve(number, CENTER)
    places = [applications.get(number).place for number in numbers]
    assert [p.port for p in places if p] == ["lan1", "lan2", "lan3", "lan4", "lan5"]
    assert [p.terminal for p in places if p] == [f"pc-025-{n}" for n in range(2, 7)]
    assert len({p.address for p in places if p}) == len({p.address6 for p in places if p}) == 5
    sixth = applications.ask("u025", filled(6), CLERK)
    with pytest.raises(BadInput) as told:
        applications.approve(sixth, CENTER)
    assert problems(told) == ["port"]
    assert applications.get(sixth).state is TerminalState.ASKED


def test_an_approval_looks_again_whether_the_county_has_the_computer_by_now(applications: Applications) -> None:
    number = applications.ask("u025", filled(), CLERK)
    terminal = {"name": "pc-026", "address": "10.21.26.10", "mac": mac(1)}
    applications.repository.commit([Set("units", "u026", "terminals", [dict(terminal)])], Author("x"), "by hand")
    with pytest.raises(BadInput) as told:
        applications.approve(number, CENTER)
    assert problems(told) == ["mac"]


def test_what_rests_in_quarantine_is_not_given(applications: Applications) -> None:
    until = (TODAY + timedelta(days=1)).isoformat()
    rest = [
        Put("quarantine", {"id": f"{kind} {value}", "kind": kind, "value": value, "was": "x", "until": until})
        for kind, value in (("address", "10.21.25.11"), ("name", "pc-025-2"))
    ]
    applications.repository.commit(rest, Author("x"), "left")
    number = applications.ask("u025", filled(), CLERK)
    applications.approve(number, CENTER)
    place = applications.get(number).place
    assert place is not None
    assert (place.terminal, str(place.address)) == ("pc-025-3", "10.21.25.12")


def test_a_step_in_the_wrong_order_is_refused_and_leaves_no_event(applications: Applications, engine: Engine) -> None:
    number = applications.ask("u025", filled(), CLERK)
    applications.withdraw(number, COLLEAGUE)
    before = events(engine)
    steps: list[Callable[[], None]] = [
        lambda: applications.withdraw(number, CLERK),
        lambda: applications.approve(number, CENTER),
        lambda: applications.decline(number, CENTER, "x"),
    ]
    for step in steps:
        with pytest.raises(Conflict):
            step()
    with pytest.raises(BadInput):
        applications.get(99)
    with pytest.raises(BadInput):
        applications.approve(99, CENTER)
    assert events(engine) == before


def test_lists_are_by_unit_and_by_state(applications: Applications) -> None:
    late = applications.ask("u025", filled(1), CLERK)
    soon = applications.ask("u025", filled(2, wanted_by=day(0)), CLERK)
    other = applications.ask("u026", filled(3), OTHER)
    applications.withdraw(other, OTHER)
    assert [a.id for a in applications.listed(Filter())] == [soon, late]
    assert [a.id for a in applications.listed(Filter("u026"))] == []
    assert [a.id for a in applications.listed(Filter("u026", open=False))] == [other]
    assert applications.listed(Filter("u025", open=False)) == []


def test_the_database_itself_refuses_a_second_holder(applications: Applications, engine: Engine) -> None:
    first, second = (applications.ask("u025", filled(n), CLERK) for n in (1, 2))
    applications.approve(first, CENTER)
    held = applications.get(first).place
    assert held is not None
    with pytest.raises(IntegrityError), transaction(engine) as session:
        store.hold(session.get_one(store.Row, second), held)


def test_a_write_without_its_event_is_refused(applications: Applications, engine: Engine) -> None:
    number = applications.ask("u025", filled(), CLERK)
    with pytest.raises(RuntimeError), transaction(engine) as session:
        session.get_one(store.Row, number).state = TerminalState.APPROVED
    assert applications.get(number).state is TerminalState.ASKED


def at_once(acts: Sequence[Any]) -> list[BaseException | None]:
    """Do all acts at the same moment, each in its thread; return what each raised."""
    gate = threading.Barrier(len(acts))

    def run(act: Any) -> BaseException | None:
        gate.wait()
        try:
            act()
        except (BadInput, Conflict, NotAllowed) as error:
            return error
        return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@hypothesis_settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(units=st.lists(st.sampled_from(["u025", "u025", "u026"]), min_size=4, max_size=8), same=st.booleans())
def test_many_who_approve_at_once_never_give_the_same_twice(
    prepared: Path, tmp_path_factory: pytest.TempPathFactory, units: list[str], same: bool
) -> None:
    folder = tmp_path_factory.mktemp("at-once") / "county"
    shutil.copytree(prepared, folder, ignore=shutil.ignore_patterns(".state"))
    settings = Settings.load(folder)
    engines = [open_database(settings) for _n in range(2)]
    services = [Applications(settings, engine) for engine in engines]
    numbers = [_filed(engines[0], n, unit) for n, unit in enumerate(units)]
    acts = [
        lambda n=number, i=i: services[i % 2].approve(n, SECOND if i % 2 else CENTER)
        for i, number in enumerate([*numbers, *(numbers if same else ())])
    ]
    raised = at_once(acts)
    given_ = [services[0].get(number).place for number in numbers]
    places = [place for place in given_ if place is not None]
    assert len(places) == min(units.count("u025"), 5) + min(units.count("u026"), 1)
    assert len(raised) - len([error for error in raised if error]) == len(places)
    for name in ("terminal", "address", "address6"):
        assert len({getattr(place, name) for place in places}) == len(places)
    assert len({(place.cpe, place.port) for place in places}) == len(places)
    for engine in engines:
        engine.dispose()


def _filed(engine: Engine, n: int, unit: str) -> int:
    """File an application without the form's check, which is not what is tested."""
    from countynet import clock
    from countynet.events import record

    with transaction(engine) as session:
        row = store.new(unit, "clerk", request(n), clock.now())
        session.add(row)
        session.flush()
        record(session, TerminalTag.ASKED, "clerk", store.subject(row.id), {})
        return row.id


def test_two_who_ask_for_one_computer_at_once_get_one_application(applications: Applications) -> None:
    people: list[tuple[str, Actor]] = [("u025", CLERK), ("u025", COLLEAGUE), ("u026", OTHER), ("u025", CENTER)]
    raised = at_once([lambda u=unit, a=actor: applications.ask(u, filled(), a) for unit, actor in people])
    assert sum(error is None for error in raised) == 1
    assert len(applications.listed(Filter())) == 1


def test_withdrawn_or_approved_but_never_both(applications: Applications) -> None:
    number = applications.ask("u025", filled(), CLERK)
    raised = at_once([lambda: applications.withdraw(number, CLERK), lambda: applications.approve(number, CENTER)])
    assert sum(error is None for error in raised) == 1
    state = applications.get(number).state
    assert state is (TerminalState.WITHDRAWN if raised[0] is None else TerminalState.APPROVED)

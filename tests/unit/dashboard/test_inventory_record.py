"""The record's seam: the one that the pages' tests use and the real one keep the same contract."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine

from countynet.db import open_database
from countynet.errors import BadInput, Conflict, NotAllowed
from countynet.vocabulary import Role, UnitKind
from dashboard.services.fake import FakeCounty
from dashboard.services.fake_inventory import FakeInventory
from dashboard.services.protocols import CountySource
from dashboard.services.real.county import CountyFolder
from dashboard.services.real.inventory import RealInventory
from dashboard.services.record import Inventory
from dashboard.users.model import Person
from inventory import create, model
from inventory.allocate import NewUnit
from inventory.record import Drop, Edit, Put, Set
from tests.unit.dashboard import sample

CENTER = Person(1, "center", Role.CENTER)
SECOND = Person(6, "center-2", Role.CENTER)
OPERATOR = Person(2, "operator", Role.OPERATOR)
CLERK = Person(3, "u031", Role.UNIT, "u031")
AUDITOR = Person(5, "auditor", Role.AUDITOR)
ADMIN = Person(7, "admin", Role.ADMIN)
OTHERS = (OPERATOR, CLERK, AUDITOR, ADMIN)
RENT = Set("circuits", "line-040", "rent", "81")
TELEPHONE = Set("units", "u031", "officer.telephone", "16900000009")
BUREAU = NewUnit("数据局", "Data", UnitKind.GOVERNMENT, "admin", model.Person(name="张三", telephone="16912345670"))


@dataclass(frozen=True)
class Both:
    """The record and the pages' county."""

    inventory: Inventory
    source: CountySource


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    found = open_database(sample.settings(tmp_path))
    yield found
    found.dispose()


@pytest.fixture(params=["fake", "real"])
def both(request: pytest.FixtureRequest, engine: Engine, tmp_path: Path) -> Both:
    settings = sample.settings(tmp_path)
    if request.param == "fake":
        source = FakeCounty(sample.county())
        return Both(FakeInventory(settings, engine, source), source)
    create.create_folder(settings)
    create.create_repository(settings)
    folder = CountyFolder(settings)
    return Both(RealInventory(settings, engine, folder.look_again), folder)


def test_a_save_is_one_commit_that_the_pages_see_at_once(both: Both) -> None:
    base = both.inventory.head()
    assert both.source.county().circuit_by_unit["u040"].rent != 81
    done = both.inventory.save(CENTER, [RENT], "cheaper", base)
    assert both.source.county().circuit_by_unit["u040"].rent == 81
    assert both.inventory.head() == done.commit
    newest = both.inventory.log(1)[0]
    assert (newest.entry.login, newest.entry.reason, newest.changes) == ("center", "cheaper", done.changes)
    assert not both.inventory.save(CENTER, [RENT], "again", base).changed
    assert both.inventory.head() == done.commit
    item = both.inventory.item("circuits", "line-040")
    assert item is not None
    assert item["rent"] == "81"
    assert both.inventory.state(base)["circuits", "line-040"]["rent"] != "81"


def test_only_the_center_changes_anything(both: Both) -> None:
    ask = both.inventory
    ask.propose(CLERK, [TELEPHONE], "new", ask.head())
    base = ask.head()
    attempts: list[Callable[[Person], object]] = [
        lambda who: ask.save(who, [RENT], "x", base),
        lambda who: ask.join(who, BUREAU, "x"),
        lambda who: ask.leave(who, "u040", "x"),
        lambda who: ask.undo(who, base, "x"),
        lambda who: ask.merge(who, 1, "x"),
        lambda who: ask.decline(who, 1, "x"),
    ]
    for attempt in attempts:
        for person in OTHERS:
            with pytest.raises(NotAllowed):
                attempt(person)
    assert ask.head() == base
    assert [p.state for p in ask.proposals()] == ["open"]


@pytest.mark.parametrize(
    ("person", "edit", "allowed"),
    [
        (CENTER, Drop("seals", "none"), True),
        (CLERK, TELEPHONE, True),
        (CLERK, Set("units", "u031", "name", "皇宫"), False),
        (CLERK, Set("units", "u031", "leader", None), False),
        (CLERK, Set("units", "u031", "officer.telephone.more", "x"), False),
        (CLERK, Set("units", "u007", "officer.telephone", "16900000009"), False),
        (CLERK, Set("circuits", "line-031", "rent", "0"), False),
        (CLERK, Drop("units", "u031"), False),
        (OPERATOR, RENT, True),
        (OPERATOR, Set("units", "u031", "name", "x"), False),
        (OPERATOR, Drop("circuits", "line-040"), False),
        (OPERATOR, Put("circuits", {"id": "line-040"}), False),
        (AUDITOR, RENT, False),
        (ADMIN, RENT, False),
    ],
)
def test_who_may_propose_what(both: Both, person: Person, edit: Edit, allowed: bool) -> None:
    base = both.inventory.head()
    if not allowed:
        with pytest.raises(NotAllowed):
            both.inventory.propose(person, [TELEPHONE, edit] if person is CLERK else [edit], "x", base)
        assert list(both.inventory.proposals()) == []
        return
    try:
        assert both.inventory.propose(person, [edit], "x", base) == 1
    except BadInput:
        assert edit == Drop("seals", "none")
    assert both.inventory.head() == base


def test_a_proposal_is_reviewed_and_merged_by_somebody_else(both: Both) -> None:
    ask = both.inventory
    number = ask.propose(CENTER, [RENT], "cheaper", ask.head())
    review = ask.review(number)
    assert review is not None
    assert [(c.object, c.field) for c in review.changes] == [("circuits/line-040", "rent")]
    assert "+" in review.diff
    assert review.overtaken == ()
    with pytest.raises(NotAllowed):
        ask.merge(CENTER, number, "")
    assert ask.merge(SECOND, number, "checked").changed
    assert both.source.county().circuit_by_unit["u040"].rent == 81
    with pytest.raises(Conflict):
        ask.merge(SECOND, number, "")
    with pytest.raises(Conflict):
        ask.decline(SECOND, number, "late")
    assert ask.review(99) is None


def test_a_declined_proposal_keeps_its_reason(both: Both) -> None:
    number = both.inventory.propose(CLERK, [TELEPHONE], "new", both.inventory.head())
    with pytest.raises(BadInput):
        both.inventory.decline(CENTER, number, " ")
    both.inventory.decline(CENTER, number, "by letter, please")
    review = both.inventory.review(number)
    assert review is not None
    assert (review.proposal.state, review.note) == ("declined", "by letter, please")


def test_what_others_changed_since_is_seen_before_merging(both: Both) -> None:
    ask, base = both.inventory, both.inventory.head()
    number = ask.propose(OPERATOR, [RENT], "cheaper", base)
    ask.save(CENTER, [Set("circuits", "line-040", "rent", "82")], "other", base)
    review = ask.review(number)
    assert review is not None
    assert [c.object for c in review.overtaken] == ["circuits/line-040"]
    with pytest.raises(Conflict):
        ask.merge(CENTER, number, "")
    with pytest.raises(Conflict):
        ask.save(CENTER, [RENT], "mine", base)


def test_history_difference_and_undo_tell_the_same(both: Both) -> None:
    ask, base = both.inventory, both.inventory.head()
    done = ask.save(CENTER, [RENT], "cheaper", base)
    assert [r.changes for r in ask.history("circuits", "line-040")][0] == done.changes
    assert ask.between(base, "HEAD") == done.changes
    detail = ask.detail(done.commit)
    assert detail is not None
    assert detail.revision.changes == done.changes
    assert ask.detail("nothing") is None
    ask.undo(CENTER, done.commit, "wrong")
    assert ask.between(base, "HEAD") == ()
    with pytest.raises(Conflict):
        ask.save(CENTER, [Set("circuits", "line-040", "rent", "83")], "late", done.commit)
    for wrong in ("nothing", "a\0b", ""):
        with pytest.raises(BadInput):
            ask.state(wrong)


def test_joining_means_what_it_said_and_leaving_frees_it(both: Both) -> None:
    ask = both.inventory
    said = ask.joining(BUREAU)
    done = ask.join(CENTER, BUREAU, "new")
    assert (done.unit, done.values) == (said.unit, said.values)
    assert done.changes == said.changes
    assert both.source.county().unit_by_id[done.unit].name == "数据局"
    assert ask.joining(BUREAU).nothing
    assert not ask.join(CENTER, BUREAU, "again").commit
    leaving = ask.leaving(done.unit)
    ask.leave(CENTER, done.unit, "gone")
    assert done.unit not in both.source.county().unit_by_id
    assert f"vlan {done.values['vlan']}" in leaving.values
    assert ask.joining(BUREAU).values["vlan"] != done.values["vlan"]

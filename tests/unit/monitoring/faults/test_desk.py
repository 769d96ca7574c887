"""The queue, and who is the right one: the reason is always said, and so is why it is nobody."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

import inventory
from countynet.db import transaction
from countynet.errors import BadInput, NotAllowed
from countynet.i18n import set_language
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import FaultDomain, FaultState, Role
from inventory.load import load_county
from inventory.model import County
from monitoring.faults.desk.service import Desk
from monitoring.faults.desk.store import Filter, View
from monitoring.faults.duty.model import Duty, read
from monitoring.faults.duty.suggest import suggest
from monitoring.faults.service import Faults
from monitoring.faults.store import get
from monitoring.faults.ties.service import Ties
from monitoring.faults.waves import Wave
from tests.unit.monitoring.faults.conftest import CENTER, CLERKS, OPERATOR

DUTY = """
people:
- {name: Zhang, login: operator, telephone: "13800000001", domains: [operator-line], most: 2}
- {name: Li, login: li, telephone: "13800000002", domains: [center]}
- {name: Wang, login: wang, telephone: "13800000003", sites: [nowhere]}
roster:
- {people: [Zhang, Wang], days: [mon, tue, wed, thu, fri], start: "08:30", end: "17:30"}
- {people: [Li], start: "17:30", end: "08:30"}
"""
MONDAY = datetime(2026, 11, 23, 1, tzinfo=UTC)
"""nine o'clock on the county's clock"""
NIGHT = datetime(2026, 11, 23, 18, tzinfo=UTC)


@pytest.fixture(scope="module")
def county() -> County:
    return load_county(Path(inventory.__file__).parent / "example")


@pytest.fixture
def desk(tmp_path: Path, engine: Engine) -> Desk:
    return Desk(Settings(county=tmp_path, language="en"), engine)


@pytest.fixture
def duty() -> Duty:
    set_language("en")
    return read("duty.yml", DUTY.encode())


def told(
    duty: Duty, domain: FaultDomain | None, site: str = "", at: datetime = MONDAY, **loads: int
) -> tuple[str, str]:
    found = suggest(duty, domain, site, loads, at)
    return (found.member.name if found.member else "", found.why())


def test_the_right_one_is_on_duty_knows_it_goes_there_and_has_room(duty: Duty) -> None:
    name, why = told(duty, FaultDomain.OPERATOR, "east", Zhang=1, Wang=0)
    assert (name, why) == (
        "Zhang",
        "on duty now; knows the operator's line; goes to east; has 1 open fault of at most 2",
    )
    assert told(duty, FaultDomain.OPERATOR, "nowhere", Zhang=1)[0] == "Wang"
    assert told(duty, None, at=NIGHT)[0] == "Li"


def test_that_it_is_nobody_is_said_with_the_question_that_left_nobody(duty: Duty) -> None:
    assert told(duty, FaultDomain.OPERATOR, at=NIGHT) == ("", "on duty now; nobody of them knows the operator's line")
    assert told(duty, FaultDomain.OPERATOR, "east", Zhang=2)[1].endswith("as many faults as they can do")
    assert "names nobody" in told(Duty(), None)[1]
    assert told(duty, None, at=datetime(2026, 11, 28, 3, tzinfo=UTC)) == ("", "nobody is on duty now")


def test_a_shift_over_midnight_belongs_to_the_day_it_begins_on() -> None:
    people = 'people: [{name: Li, telephone: "13800000002"}]\n'
    roster = 'roster: [{people: [Li], days: [fri], start: "20:00", end: "06:00"}]\n'
    late = read("duty.yml", (people + roster).encode())
    friday, saturday = datetime(2026, 11, 27, tzinfo=UTC), datetime(2026, 11, 28, tzinfo=UTC)
    hours = [friday.replace(hour=12), friday.replace(hour=21), saturday.replace(hour=12), friday.replace(hour=0)]
    assert [bool(late.on_duty(at)) for at in hours] == [True, True, False, False]


def test_everything_that_is_wrong_is_told_with_its_line() -> None:
    wrong = DUTY.replace("sites: [nowhere]", "sites: [moon]").replace("people: [Li]", "people: [Chen]")
    with pytest.raises(BadInput) as caught:
        read("duty.yml", wrong.encode(), sites=["east"])
    assert [problem.line for problem in caught.value.problems] == [5, 8]


def folder(tmp_path: Path) -> None:
    (tmp_path / "monitoring").mkdir()
    always = DUTY.replace("roster:", "").split("- {people")[0]
    (tmp_path / "monitoring" / "duty.yml").write_text(always, encoding="utf-8")


def test_dispatching_gives_it_to_who_is_suggested_and_mine_is_what_i_have(
    tmp_path: Path, desk: Desk, county: County, faults: Faults, three: tuple[int, ...]
) -> None:
    folder(tmp_path)
    one, two, three_ = three
    assert desk.dispatch(county, one, CENTER) == "Zhang"
    assert desk.dispatch(county, two, CENTER, to="li") == "Li"
    with pytest.raises(BadInput):
        desk.dispatch(county, three_, CENTER, to="Chen")
    mine = Filter(mine=True)
    assert ids(desk, county, mine, OPERATOR) == [one]
    assert ids(desk, county, mine, Actor("li", Role.OPERATOR)) == [two]
    assert ids(desk, county, mine, CENTER) == [three_]
    desk.hand(two, CENTER, "Zhang")
    assert ids(desk, county, mine, OPERATOR) == [one, two]
    with pytest.raises(NotAllowed):
        desk.hand(two, OPERATOR, "Li")
    (item,) = (item for item in desk.queue(county, Filter(), CENTER).items if item.fault.id == three_)
    assert item.suggestion is not None
    assert item.suggestion.member is not None
    assert item.suggestion.member.name == "Li"  # Zhang has two, which is the most


def ids(desk: Desk, county: County, asked: Filter, who: Actor) -> list[int]:
    return [item.fault.id for item in desk.queue(county, asked, who).items]


def test_filters_find_what_they_say(
    desk: Desk, county: County, faults: Faults, ties: Ties, engine: Engine, three: tuple[int, ...]
) -> None:
    one, two, three_ = three
    ties.merge(two, one, CENTER)
    faults.dispatch(three_, CENTER)
    assert ids(desk, county, Filter(), CENTER) == [one, three_]
    assert ids(desk, county, Filter(View.WAITING), CENTER) == [one]
    assert ids(desk, county, Filter(unit="u003"), CENTER) == [three_]
    assert ids(desk, county, Filter(state=FaultState.DISPATCHED), CENTER) == [three_]
    assert desk.queue(county, Filter(), CENTER).items[0].with_it == (two,)
    assert ids(desk, county, Filter(View.OVERDUE), CENTER) == []
    with transaction(engine) as session:
        row = get(session, three_)
        assert row is not None
        row.opened = datetime(2026, 1, 5, tzinfo=UTC)
    assert ids(desk, county, Filter(View.OVERDUE), CENTER) == [three_]
    faults.start(three_, OPERATOR)
    faults.repaired(three_, OPERATOR, "plug")
    assert ids(desk, county, Filter(View.OVERDUE), CENTER) == []
    faults.confirm(three_, CLERKS[2], 5)
    assert ids(desk, county, Filter(View.CLOSED), CENTER) == [three_]


def test_a_page_has_fifty_faults_and_as_many_queries_as_one_has(desk: Desk, county: County, engine: Engine) -> None:
    faults, asked = Faults(engine, Wave(units=0)), []
    event.listen(engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    faults.report("u001", "x", "", "", CENTER)
    desk.queue(county, Filter(), CENTER)  # what is read once
    before = len(asked)
    desk.queue(county, Filter(), CENTER)
    one = len(asked) - before
    for unit in list(county.unit_by_id)[1:60]:
        faults.report(unit, "x", "", "", CENTER)
    before = len(asked)
    page = desk.queue(county, Filter(), CENTER)
    assert len(asked) - before == one
    assert (len(page.items), page.more) == (50, True)
    assert len(ids(desk, county, Filter(page=2), CENTER)) == 10

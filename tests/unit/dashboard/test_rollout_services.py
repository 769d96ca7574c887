"""The fake and the real records of the roll-out keep one contract; the pages ask the database next to nothing."""

import shutil
import subprocess
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from countynet import clock
from countynet.errors import BadInput, NotAllowed
from countynet.settings import Settings
from countynet.vocabulary import Role
from dashboard.app import create_app
from dashboard.services.fake import FakeCounty
from dashboard.services.fake_rollout import FakeRollout
from dashboard.services.protocols import CountySource, Rollout
from dashboard.services.real.county import CountyFolder
from dashboard.services.real.every import real_services
from dashboard.services.real.rollout import RealRollout
from dashboard.users.model import Person
from inventory import create, load_county
from inventory.model import Unit
from inventory.record.edit import Author, Plain, Put
from inventory.record.repository import Repository
from tests.unit.dashboard import sample
from tests.unit.dashboard.browser import Browser
from tests.unit.inventory.rollout.small import emptied

CENTER = Person(1, "center", Role.CENTER)
OTHERS = (
    Person(2, "operator", Role.OPERATOR),
    Person(3, "u031", Role.UNIT, "u031"),
    Person(4, "auditor", Role.AUDITOR),
    Person(5, "admin", Role.ADMIN),
)
DAY = date(2026, 1, 20)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A county in git with a batch and a session that was held, made once and copied for each test."""
    settings = sample.settings(tmp_path_factory.mktemp("rollout") / "county")
    create.create_folder(settings)
    create.create_repository(settings)
    batch: dict[str, Plain] = {"id": "try", "name": "试点", "name_en": "Trial", "units": ["u001", "u002"]}
    training = {
        "id": "held",
        "batch": "try",
        "on": "2026-01-10",
        "place": "礼堂",
        "topic": "公文",
        "topic_en": "Papers",
    }
    edits = [*emptied(load_county(settings.county)), Put("batches", batch), Put("trainings", training)]
    Repository(settings).commit(edits, Author("test"), "prepare")
    return settings.county


@pytest.fixture
def folder(tmp_path: Path, prepared: Path) -> Settings:
    settings = sample.settings(tmp_path / "county")
    shutil.copytree(prepared, settings.county)
    return settings


@pytest.fixture(params=["fake", "real"])
def both(request: pytest.FixtureRequest, folder: Settings) -> Iterator[tuple[Rollout, CountySource]]:
    if request.param == "fake":
        fake = FakeCounty(load_county(folder.county))
        yield FakeRollout(fake), fake
    else:
        real = CountyFolder(folder)
        yield RealRollout(folder, real), real


def unit(source: CountySource, unit: str) -> Unit:
    return source.whole().unit_by_id[unit]


def done(source: CountySource, of: str) -> dict[str, date | None]:
    return {m.phase.value: m.done for m in unit(source, of).milestones if m.done}


def test_what_is_recorded_is_seen_at_once_and_can_be_taken_back(both: tuple[Rollout, CountySource]) -> None:
    rollout, source = both
    rollout.milestone(CENTER, "u001", "line", DAY, "")
    rollout.milestone(CENTER, "u001", "survey", DAY, "the form")
    rollout.milestone(CENTER, "u001", "survey", DAY, "again")
    assert done(source, "u001") == {"survey": DAY, "line": DAY}
    rollout.milestone(CENTER, "u001", "line", None, "")
    assert done(source, "u001") == {"survey": DAY}


def test_attendance_is_kept_by_unit(both: tuple[Rollout, CountySource]) -> None:
    rollout, source = both
    rollout.attendance(CENTER, "held", {"u001": 3, "u002": 0, "u003": 1}, "")
    rollout.attendance(CENTER, "held", {"u001": 4, "u003": None}, "")
    training = next(t for t in source.whole().trainings if t.id == "held")
    assert {a.unit: a.people for a in training.attendance} == {"u001": 4, "u002": 0}


def session(**said: str) -> dict[str, str]:
    return {"batch": "try", "on": "2026-01-15", "place": "礼堂", "topic": "公文 二", "topic_en": "Papers 2", **said}


def test_a_session_gets_the_next_free_id_and_people_are_counted_in_it(both: tuple[Rollout, CountySource]) -> None:
    rollout, source = both
    rollout.session(CENTER, session(), "")
    rollout.attendance(CENTER, "training-1", {"u001": 2}, "")
    found = next(t for t in source.whole().trainings if t.id == "training-1")
    assert (found.on, found.topic, [a.people for a in found.attendance]) == (date(2026, 1, 15), "公文 二", [2])
    with pytest.raises(BadInput):
        rollout.session(CENTER, session(), "")
    with pytest.raises(BadInput) as caught:
        rollout.session(CENTER, session(batch="none", on="soon", place=" ", topic="x" * 101), "")
    assert len(caught.value.problems) == 4
    assert len(source.whole().trainings) == 2


def test_only_the_center_records(both: tuple[Rollout, CountySource]) -> None:
    rollout, source = both
    before = source.whole()
    for person in OTHERS:
        with pytest.raises(NotAllowed):
            rollout.milestone(person, "u031", "survey", DAY, "")
        with pytest.raises(NotAllowed):
            rollout.attendance(person, "held", {"u031": 1}, "")
        with pytest.raises(NotAllowed):
            rollout.session(person, session(), "")
    assert source.whole() == before


def test_what_is_wrong_changes_nothing(both: tuple[Rollout, CountySource]) -> None:
    rollout, source = both
    before = source.whole()
    with pytest.raises(BadInput) as caught:
        rollout.milestone(CENTER, "u999", "lunch", clock.today() + timedelta(days=1), "")
    assert len(caught.value.problems) == 3
    with pytest.raises(BadInput) as caught:
        rollout.attendance(CENTER, "nowhere", {"u999": 1, "u001": -1}, "")
    assert len(caught.value.problems) == 3
    assert source.whole() == before


def test_a_record_is_a_commit_of_the_person_with_the_reason(folder: Settings) -> None:
    rollout = RealRollout(folder, CountyFolder(folder))
    rollout.attendance(CENTER, "held", {"u001": 3}, "list of the day")
    said = subprocess.run(
        ["git", "log", "-1", "--format=%an|%s"], cwd=folder.county, text=True, capture_output=True, check=True
    ).stdout
    assert said.strip() == "center|list of the day"


def test_the_roll_out_is_of_the_whole_county_while_a_part_stands_as_a_twin(
    folder: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody = load_county(folder.county)
    monkeypatch.setattr("dashboard.services.real.county.standing", lambda settings, county: sample_of(county))
    source = CountyFolder(folder)
    assert len(source.county().units) == 1
    assert len(source.whole().units) == len(everybody.units)


def sample_of(county: object) -> object:
    from inventory import subset

    return subset(county, 1)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "asks"),
    [
        ("/rollout", 1),
        ("/rollout/gantt", 1),
        ("/rollout/training", 1),
        ("/rollout/units/u001", 1),
        ("/rent?month=2026-11", 5),
        ("/rent.csv", 5),
    ],
)
def test_a_page_asks_the_database_who_it_is_and_the_rent_the_ledger(folder: Settings, path: str, asks: int) -> None:
    services = real_services(folder)
    object.__setattr__(services.accounts, "hasher", sample.CHEAP)
    services.accounts.create("center", Role.CENTER, None, "test", sample.PASSWORD)
    browser = Browser(create_app(folder, services, rate_limit=False).test_client())
    browser.sign_in("center")
    asked: list[str] = []
    event.listen(services.accounts.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    assert browser.get(path).status_code == 200
    questions = [sql for sql in asked if sql.lstrip().startswith(("SELECT", "WITH"))]
    assert len(questions) == asks, questions
    assert not [sql for sql in asked if sql.split()[0] in ("INSERT", "DELETE")]
    services.accounts.engine.dispose()

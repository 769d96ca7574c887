"""The pages of drift and backups: who may look sees all of it, only the center acts, nothing of a secret."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from countynet import clock
from countynet.canonical import canonical
from countynet.db import open_database, transaction
from countynet.errors import NotAllowed
from countynet.events import record
from countynet.i18n import set_language
from countynet.jobs import Job, JobState
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.vocabulary import Role
from dashboard.services.fake_running import FakeBackups, FakeDrifts
from dashboard.services.real.running import RealBackups, RealDrifts
from dashboard.services.running import Backups, Drifts
from dashboard.users.model import Person
from inventory import running
from inventory.running import Cause, Why
from tests.unit.dashboard import sample
from tests.unit.dashboard.browser import Browser

Enter = Callable[[str], Browser]
CENTER, OPERATOR, AUDITOR = (
    Person(1, "center", Role.CENTER),
    Person(2, "operator", Role.OPERATOR),
    Person(3, "auditor", Role.AUDITOR),
)
REPORT = {
    "at": "2026-11-26T00:14:03+00:00",
    "looked": 3,
    "errors": {"cpe-007": "cpe-007: is {silent}"},
    "drift": [
        {
            "device": "cpe-031",
            "moved": "device",
            "since": "2026-11-26T00:10:00+00:00",
            "last_good": None,
            "differences": [{"field": "banner", "running": "x", "intended": "y"}],
            "unmanaged": [{"section": "s", "line": 3, "text": "ip nothing"}],
            "people": [
                {"at": "2026-11-26T00:09:00+00:00", "who": "carl", "from": "10.9.9.9", "did": "changed", "words": "w"}
            ],
            "diff": "-x\n+y\n",
        }
    ],
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    set_language("en")
    settings = sample.settings(tmp_path)
    Secrets.create(settings, {"one": "secret"})
    return settings


@pytest.fixture(params=["fake", "real"])
def drifts(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Drifts]:
    if request.param == "fake":
        yield FakeDrifts(sample.drift())
        return
    engine = open_database(settings)
    with transaction(engine) as session:
        job = Job(kind="drift-look", body="{}", actor="center", state=JobState.DONE, result=canonical(REPORT))  # type: ignore[arg-type]
        job.submitted = clock.now()
        session.add(job)
        record(session, "test", "center", "job", {})
    yield RealDrifts(engine)
    engine.dispose()


@pytest.fixture(params=["fake", "real"])
def backups(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Backups]:
    if request.param == "fake":
        yield FakeBackups(sample.versions())
        return
    engine = open_database(settings)
    for text in ("hostname cpe-031\n", "hostname cpe-031\nip route 198.51.100.0/24 blackhole\n"):
        with running.because(Why("carl@cpe-031", Cause.SAID, "carl")):
            running.save(settings, {"cpe-031": (text, text + "key s3cret\n")})
    yield RealBackups(settings, engine)
    engine.dispose()


def test_the_last_look_is_told_and_a_look_is_queued_once(drifts: Drifts) -> None:
    view = drifts.last()
    assert [device.name for device in view.devices] == ["cpe-031"]
    assert view.errors[0][0] == "cpe-007"
    assert "carl" in view.devices[0].summary
    assert drifts.look(CENTER) == drifts.look(CENTER)
    job = drifts.job()
    assert job is not None
    assert job.busy
    assert drifts.look(OPERATOR) == drifts.look(CENTER)
    with pytest.raises(NotAllowed):
        drifts.look(AUDITOR)
    for person in (OPERATOR, AUDITOR):
        with pytest.raises(NotAllowed):
            drifts.accept(person, "cpe-031")


def test_accepting_says_how_it_goes(drifts: Drifts) -> None:
    assert drifts.accepted() is None
    drifts.accept(CENTER, "cpe-031")
    done = drifts.accepted()
    assert done is not None
    assert (done.device, done.number, done.job.busy) == ("cpe-031", None, True)


def test_versions_texts_and_differences_are_masked(backups: Backups) -> None:
    new, old = backups.versions("cpe-031", 9)
    assert [version.device for version in backups.newest()] == ["cpe-031"]
    assert backups.newest()[0].commit == new.commit
    text, diff = backups.text("cpe-031", new.commit), backups.diff("cpe-031", old.commit, new.commit)
    assert text is not None
    assert diff is not None
    assert "+ip route 198.51.100.0/24 blackhole" in diff
    assert "s3cret" not in text + diff
    assert backups.text("cpe-031", "c" * 40) is None
    assert backups.diff("cpe-031", old.commit, "c" * 40) is None
    assert backups.versions("../../etc", 9) == []


def test_only_the_center_and_the_operator_keep_and_restore(backups: Backups) -> None:
    commit = backups.versions("cpe-031", 9)[1].commit
    assert backups.restored("cpe-031") is None
    with pytest.raises(NotAllowed):
        backups.take(AUDITOR)
    with pytest.raises(NotAllowed):
        backups.restore(AUDITOR, "cpe-031", commit)
    assert backups.take(OPERATOR) == backups.take(CENTER)
    backups.restore(CENTER, "cpe-031", commit)
    done = backups.restored("cpe-031")
    assert done is not None
    assert (done.number, done.job.busy) == (None, True)


PATHS = ("/drift", "/backups", "/backups/cpe-031", f"/backups/cpe-031?old={'a' * 40}&new={'a' * 40}")


@pytest.mark.parametrize("path", PATHS)
def test_the_pages_render_for_the_desk_in_both_languages_and_for_nobody_else(signed_in: Enter, path: str) -> None:
    for login in ("center", "operator", "auditor"):
        browser = signed_in(login)
        assert browser.get(path).status_code == 200
        browser.post("/language", language="en", back=path)
        answer = browser.get(path)
        assert "cpe-031" in answer.text
        acts = ("/drift/look", "/backups/take", "/restore")
        assert any(act in answer.text for act in acts) is (login != "auditor" and path != "/backups/cpe-031")
        assert ("/drift/accept" in answer.text) is (login == "center" and path == "/drift")
    for login in ("admin", "u031"):
        assert signed_in(login).get(path).status_code == 403


def test_the_center_acts_by_buttons(signed_in: Enter) -> None:
    center = signed_in("center")
    assert center.post("/drift/look").status_code == 303
    assert "<progress" in center.get("/drift").text
    assert center.post("/drift/accept", device="cpe-031").status_code == 303
    assert center.post("/drift/accept", device="cpe-001").status_code == 404
    assert center.post("/drift/restore", device="cpe-031").headers["Location"].startswith("/plans/making/")
    assert center.post("/backups/take").status_code == 303
    assert center.post("/backups/cpe-031/restore", version="a" * 40).status_code == 303
    assert center.post("/backups/cpe-031/restore", version="c" * 40).status_code == 404
    assert center.get("/backups/cpe-001").status_code == 404
    assert center.get(f"/backups/cpe-031?old={'c' * 40}").status_code == 404

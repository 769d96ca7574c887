"""Old events go to files, the chain goes on over them, and nothing leaves the database that is not safely there."""

import gzip
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from audit.log import checkpoint, outside, proof
from audit.log.export import export
from audit.log.rotate import rotate
from audit.verify import checked
from countynet.db import reading
from countynet.errors import Conflict
from countynet.eventlog import archive
from countynet.eventlog.tables import LogArchive
from countynet.events import Event, verify
from countynet.settings import Settings
from tests.unit.audit.log.world import HOUR, NOON, happen, hours, judged, kinds, sql, tamper

DAY = timedelta(days=1)
LATER = NOON + 400 * DAY


@pytest.fixture
def old(engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Two hours of more than a year ago, and some events of now; nothing is kept longer than it must."""
    monkeypatch.setattr(archive, "PER_FILE", 7)
    monkeypatch.setattr("countynet.clock.now", lambda: LATER)
    hours(settings, engine, 2)
    happen(engine, 5, LATER - DAY)
    checkpoint.make(settings, engine, LATER)
    return settings.model_copy(update={"event_days": 180})


def online(engine: Engine) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(Event)) or 0


def test_by_default_everything_is_archived_and_stays(old: Settings, engine: Engine) -> None:
    before = online(engine)
    assert rotate(old.model_copy(update={"event_days": 0}), engine, LATER) == (19, 0)
    assert online(engine) == before + 3  # three files, each an event
    assert rotate(old.model_copy(update={"event_days": 0}), engine, LATER) == (0, 0)
    assert [file.name for file in sorted(archive.folder(old).iterdir())] == [
        "000000000000.jsonl.gz", "000000000007.jsonl.gz", "000000000014.jsonl.gz",
    ]  # fmt: skip
    assert judged(old, engine).whole


def test_what_is_archived_leaves_and_the_chain_goes_on(old: Settings, engine: Engine, tmp_path: Path) -> None:
    assert rotate(old, engine, LATER) == (19, 19)
    with reading(engine) as session:
        assert (verify(session), session.scalar(select(func.min(Event.id)))) == ((), 20)
    assert old.log_outside is not None
    found = judged(old, engine, old.log_outside)
    assert (found.whole, found.archived, found.files, found.checkpoints) == (True, 19, 3, 3)
    with reading(engine) as session:  # over the archive: a proof, the copy outside, a folder to take away
        assert proof.between(old, session, NOON + HOUR, LATER).holds
        outside.publish(old, session, old.log_outside)
    export(old, engine, tmp_path / "stick", LATER + HOUR, "auditor")
    taken = checked(tmp_path / "stick", [], [], [old.log_outside])
    assert (taken["holds"], taken["findings"], taken["doubts"]) == (True, [], [])


def test_a_file_that_is_another_keeps_its_events_in_the_database_and_is_found(old: Settings, engine: Engine) -> None:
    rotate(old.model_copy(update={"event_days": 0}), engine, LATER)
    file = archive.folder(old) / "000000000007.jsonl.gz"
    whole = file.read_bytes()
    file.write_bytes(gzip.compress(gzip.decompress(whole).replace(b"u003", b"u004")))
    with pytest.raises(Conflict, match="its events stay in the database"):
        rotate(old, engine, LATER)
    assert online(engine) > 19 - 7
    assert kinds(judged(old, engine)).keys() == {"archive"}
    file.write_bytes(whole)
    rotate(old, engine, LATER)
    file.unlink()
    assert "archive" in kinds(judged(old, engine))


def test_a_broken_chain_is_not_archived_as_if_it_were_whole(old: Settings, engine: Engine) -> None:
    tamper(engine, sql("UPDATE event SET actor = 'nobody' WHERE id = 9"))
    with pytest.raises(Conflict, match="event 9 does not hold"):
        rotate(old, engine, LATER)
    with reading(engine) as session:
        assert session.scalars(select(LogArchive.count)).all() == [7]
    assert kinds(judged(old, engine)) == {"altered": 9}


def test_half_a_year_stays_and_so_does_what_no_checkpoint_covers(old: Settings, engine: Engine) -> None:
    assert rotate(old, engine, NOON + 179 * DAY) == (0, 0)
    tamper(engine, sql("DELETE FROM log_checkpoint WHERE size > 9"))
    assert rotate(old, engine, LATER) == (9, 9)

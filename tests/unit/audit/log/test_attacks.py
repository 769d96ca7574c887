"""Whoever has full rights in the database is found, and the place is named."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, delete, update
from sqlalchemy.orm import Session

from audit.log import outside
from countynet.db import reading
from countynet.errors import Conflict
from countynet.eventlog.tables import LogArchive
from countynet.events import Event, EventHead
from countynet.settings import Settings
from tests.unit.audit.log.world import NOON, Past, happen, hours, judged, kinds, rewrite, sql, tamper

PAST = "2026-02-01 00:00:00.000000+00:00"


def test_a_log_that_nobody_touched_is_whole(past: Past) -> None:
    found, chain = past.attacked()
    assert (found.whole, found.doubts, chain) == (True, [], ())
    assert (found.events, found.checkpoints, found.outside) == (28, 3, 3)


@pytest.mark.parametrize(
    ("statement", "wanted"),
    [
        ("DELETE FROM event WHERE id = 12", {"removed": 13, "rewritten": 13}),
        ("DELETE FROM event WHERE id BETWEEN 12 AND 14", {"removed": 15, "rewritten": 15}),
        ("DELETE FROM event WHERE id = 1", {"removed": 2, "rewritten": 2}),
        ("UPDATE event SET actor = 'nobody' WHERE id = 12", {"altered": 12}),
        (f"UPDATE event SET at = '{PAST}' WHERE id = 12", {"altered": 12}),
        ("DELETE FROM event WHERE id > 20", {"truncated": 28}),
    ],
)
def test_what_is_done_to_single_rows_is_found_and_located(past: Past, statement: str, wanted: dict[str, int]) -> None:
    found, chain = past.attacked(sql(statement))
    assert wanted.items() <= kinds(found).items()
    assert chain


def test_rows_that_changed_places_are_found(past: Past) -> None:
    moves = ((12, 1000), (13, 12), (1000, 13))
    found, chain = past.attacked(sql(*(f"UPDATE event SET id = {to} WHERE id = {from_}" for from_, to in moves)))
    assert kinds(found).items() >= {"reordered": 12, "rewritten": 12}.items()
    assert {one.kind for one in chain} == {"reordered"}


def test_an_event_put_in_is_found(past: Past) -> None:
    columns = "at, tag, actor, subject, body, algorithm"
    put = f"INSERT INTO event (id, {columns}, previous, hash)"
    room = ("UPDATE event SET id = -id WHERE id > 12", "UPDATE event SET id = 1 - id WHERE id < 0")
    found, _chain = past.attacked(sql(*room, f"{put} SELECT 13, {columns}, 'x', 'y' FROM event WHERE id = 3"))
    assert kinds(found).items() >= {"altered": 13, "removed": 13, "rewritten": 13}.items()


def cut(session: Session) -> None:
    """Cut the end off and say that the chain was never longer."""
    session.execute(delete(EventHead))
    session.execute(delete(Event).where(Event.id > 15))
    session.add(EventHead(id=1, event_id=15, hash=session.get_one(Event, 15).hash))


def test_an_end_cut_off_is_found_by_the_checkpoints(past: Past) -> None:
    found, chain = past.attacked(cut, copy=False)
    assert (kinds(found), chain) == ({"truncated": 27}, ())
    found, _chain = past.attacked(cut, sql("DELETE FROM log_checkpoint"))
    assert kinds(found)["truncated"] == 27


def forge(session: Session) -> None:
    session.execute(update(Event).where(Event.id == 12).values(actor="nobody"))
    rewrite(session, 12)


def test_a_chain_rewritten_from_an_event_on_is_located_by_checkpoint_and_by_copy(past: Past) -> None:
    found, chain = past.attacked(forge, copy=False)
    assert chain == ()
    assert [(one.kind, one.values.get("after"), one.values.get("size")) for one in found.damages] == [("root", 10, 18)]
    assert "events 10 to 18 are not those that were signed at 2026-03-01T14:00:00" in found.damages[0].words
    found, _chain = past.attacked(forge)
    assert kinds(found) == {"rewritten": 12, "root": 18}


def test_who_removes_the_checkpoints_too_is_found(past: Past) -> None:
    gone = sql("DELETE FROM log_checkpoint")
    found, _chain = past.attacked(forge, gone, copy=False)
    assert kinds(found) == {"checkpoint": 9}  # the events still tell of them
    found, _chain = past.attacked(forge, gone)
    assert kinds(found).items() >= {"rewritten": 12, "root": 18}.items()


def test_a_checkpoint_that_was_altered_is_found(past: Past) -> None:
    back = "UPDATE log_checkpoint SET note = replace(note, 'time 2026-03-01', 'time 2026-02-01') WHERE size = 18"
    assert kinds(past.attacked(sql(back), copy=False)[0]) == {"signature": 18}
    other = "UPDATE log_checkpoint SET note = 'nothing' WHERE size = 18"
    assert kinds(past.attacked(sql(other), copy=False)[0]) == {"checkpoint": 18}


def test_a_forged_archive_hides_nothing(past: Past) -> None:
    def hide(session: Session) -> None:
        row = session.get_one(Event, 9)
        session.execute(delete(Event).where(Event.id <= 9))
        session.add(LogArchive(first=0, count=9, last_event=9, last_at=NOON, previous="0" * 64, head=row.hash,
                               file="000000000000.jsonl.gz", sha256="", removed=NOON))  # fmt: skip

    found, chain = past.attacked(hide)
    assert chain == ()
    assert "archive" in kinds(found)


def test_the_copy_outside_refuses_another_past_and_a_back_dated_end_is_told(settings: Settings, engine: Engine) -> None:
    hours(settings, engine, 2)
    happen(engine, 1, NOON - timedelta(days=30))
    found = judged(settings, engine)
    assert (found.whole, [(one.kind, one.values["id"]) for one in found.doubts]) == (True, [("backwards", 20)])
    kept = settings.log_outside
    assert kept is not None
    before = {file: file.read_bytes() for file in kept.rglob("*") if file.is_file()}
    tamper(engine, forge, sql("DELETE FROM log_checkpoint WHERE size > 9"))
    hours(settings, engine, 1)
    with reading(engine) as session, pytest.raises(Conflict, match="does not have"):
        outside.publish(settings, session, kept)
    assert before == {file: file.read_bytes() for file in kept.rglob("*") if file.is_file()}

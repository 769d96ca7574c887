"""The chain finds what somebody with the file in hand did to it."""

import sqlite3
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from countynet.canonical import canonical
from countynet.db import reading, transaction
from countynet.events import Break, head, record, verify
from countynet.settings import Settings

COUNT = 6


def fill(engine: Engine, count: int = COUNT, algorithm: str = "sha256") -> None:
    for number in range(count):
        with transaction(engine) as session:
            record(session, "fault.reported", "王芳", f"unit:u{number:03}", {"n": number, "why": "断线"}, algorithm)


def tamper(settings: Settings, *statements: str) -> None:
    """Do to the file what an intruder with root would: no trigger is in the way."""
    with sqlite3.connect(settings.state / "county.db") as raw:
        raw.execute("DROP TRIGGER event_no_update")
        raw.execute("DROP TRIGGER event_no_delete")
        for statement in statements:
            raw.execute(statement)
    raw.close()


def broken(engine: Engine) -> set[tuple[int, str]]:
    with reading(engine) as session:
        return {(b.event_id, b.kind) for b in verify(session)}


def test_whole_chain_has_no_break(engine: Engine) -> None:
    assert broken(engine) == set()
    fill(engine)
    assert broken(engine) == set()


@pytest.mark.parametrize("column", ["at", "tag", "actor", "subject", "body", "algorithm"])
def test_each_altered_column_is_found(engine: Engine, settings: Settings, column: str) -> None:
    fill(engine)
    value = "2020-01-01 00:00:00.000000" if column == "at" else "sha512" if column == "algorithm" else "other"
    tamper(settings, f"UPDATE event SET {column} = '{value}' WHERE id = 3")
    assert broken(engine) == {(3, "altered")}


def test_altered_with_its_hash_made_right_is_found_at_the_next(engine: Engine, settings: Settings) -> None:
    fill(engine)
    with reading(engine) as session:
        from countynet.events import Event

        forged = session.get_one(Event, 3)
        forged.actor = "nobody"
        digest = forged.digest()
    tamper(settings, f"UPDATE event SET actor = 'nobody', hash = '{digest}' WHERE id = 3")
    assert broken(engine) == {(3, "inserted"), (4, "removed")}


@pytest.mark.parametrize(("removed", "kinds"), [(1, {(2, "removed")}), (4, {(5, "removed")}), (6, {(6, "truncated")})])
def test_removed_is_found(engine: Engine, settings: Settings, removed: int, kinds: set[tuple[int, str]]) -> None:
    fill(engine)
    tamper(settings, f"DELETE FROM event WHERE id = {removed}")
    assert kinds <= broken(engine)


def test_all_removed_is_found(engine: Engine, settings: Settings) -> None:
    fill(engine)
    tamper(settings, "DELETE FROM event")
    assert broken(engine) == {(6, "truncated")}


def test_inserted_in_the_middle_is_found_although_ids_close_up(engine: Engine, settings: Settings) -> None:
    fill(engine)
    tamper(
        settings,
        "UPDATE event SET id = id + 100 WHERE id > 3",
        "UPDATE event SET id = id - 99 WHERE id > 3",
        "INSERT INTO event SELECT 4, at, 'b.c', actor, subject, body, algorithm, 'x', 'y' FROM event WHERE id = 3",
    )
    kinds = broken(engine)
    assert (4, "altered") in kinds
    assert (4, "removed") in kinds
    assert all(place == 4 for place, _kind in kinds)


def test_appended_behind_the_head_is_found(engine: Engine, settings: Settings) -> None:
    fill(engine)
    with transaction(engine) as session:
        before = head(session)
        record(session, "a.b", "x", "y", {})
    tamper(settings, f"UPDATE event_head SET event_id = {before[0]}, hash = '{before[1]}'")
    assert broken(engine) == {(COUNT + 1, "inserted")}


def test_database_itself_refuses_update_and_delete(engine: Engine) -> None:
    fill(engine, 1)
    for statement in ("UPDATE event SET actor = 'x'", "DELETE FROM event"):
        with pytest.raises(IntegrityError, match="only ever added"), transaction(engine) as session:
            session.execute(text(statement))
    assert broken(engine) == set()


def test_sm3_and_a_change_of_algorithm_within_the_chain(engine: Engine, settings: Settings) -> None:
    fill(engine, 2)
    fill(engine, 2, algorithm="sm3")
    fill(engine, 1)
    assert broken(engine) == set()
    tamper(settings, "UPDATE event SET actor = 'x' WHERE id = 4")
    assert broken(engine) == {(4, "altered")}


def test_event_and_its_write_stand_or_fall_together(engine: Engine) -> None:
    fill(engine, 1)

    def fails() -> None:
        with transaction(engine) as session:
            record(session, "a.b", "x", "y", {})
            raise LookupError

    with pytest.raises(LookupError):
        fails()
    fill(engine, 1)
    assert broken(engine) == set()


@pytest.mark.parametrize("data", [{"x": float("nan")}, {"x": {1, 2}}, {"x": object()}])
def test_data_that_json_cannot_hold_is_refused(engine: Engine, data: dict[str, object]) -> None:
    with pytest.raises((TypeError, ValueError)), transaction(engine) as session:
        record(session, "a.b", "x", "y", data)  # type: ignore[arg-type]  # that it is refused is the test


def test_break_is_told_with_its_place() -> None:
    assert Break(7, "altered", "event {id} was altered").message.format(id=7) == "event 7 was altered"


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(JSONS)
@hypothesis_settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_canonical_text_loses_nothing_and_is_stable(value: object) -> None:
    import json

    text_of: Callable[..., str] = canonical
    assert json.loads(text_of(value)) == value
    assert text_of(json.loads(text_of(value))) == text_of(value)

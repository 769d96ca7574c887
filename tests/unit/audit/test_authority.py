"""The platform's journal in the county's event log: taken once, and what was changed behind is found."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from audit.authority.chain import FIRST, Line, Unreadable, linked
from audit.authority.follow import platforms, take
from countynet.db import open_database, reading, transaction
from countynet.events import Event, record, verify
from countynet.settings import Settings
from playbooks.tags import AppTag
from tests.unit.playbooks.applications import scene


def grown(count: int, before: tuple[Line, ...] = (), word: str = "sign-in", hour: int = 8) -> tuple[Line, ...]:
    lines = list(before)
    for number in range(len(lines) + 1, len(lines) + 1 + count):
        at = f"2026-11-26T{hour:02}:00:{number:02}+00:00"
        line = Line(number, at, "zhang", word, "password", "{}", "")
        lines.append(replace(line, hash=linked(lines[-1].hash if lines else FIRST, line)))
    return tuple(lines)


class Platform:
    def __init__(self, lines: tuple[Line, ...]) -> None:
        self.lines, self.most = lines, 3

    def __call__(self, after: int) -> object:
        found = [line for line in self.lines if line.id > after][: self.most]
        return json.loads(json.dumps({"lines": [vars(line) for line in found]}))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(Settings(county=tmp_path, language="en"))
    yield engine
    engine.dispose()


def events(engine: Engine) -> list[tuple[str, str, dict[str, Any]]]:
    with reading(engine) as session:
        assert verify(session) == ()
        found = session.scalars(select(Event).where(Event.tag.startswith("authority.")).order_by(Event.id))
        return [(e.tag, e.actor, json.loads(e.body)) for e in found]


def test_every_line_becomes_one_event_with_its_actor(engine: Engine) -> None:
    platform = Platform(grown(7))
    assert take(engine, "certificates", platform) == 7
    assert take(engine, "certificates", platform) == 0
    platform.lines = grown(2, platform.lines, "seal.placed")
    assert take(engine, "certificates", platform) == 2
    found = events(engine)
    assert [body["line"] for _tag, _actor, body in found] == list(range(1, 10))
    assert found[-1][:2] == ("authority.line", "zhang")
    assert found[-1][2]["action"] == "seal.placed"


def test_a_line_that_was_changed_or_removed_is_found_and_told_once(engine: Engine) -> None:
    platform = Platform(grown(4))
    take(engine, "certificates", platform)
    changed = (*platform.lines[:3], replace(platform.lines[3], actor="nobody"))
    for lines in (platform.lines[:3], grown(4, word="other"), ()):
        other = f"certificates-{len(lines)}"
        take(engine, other, Platform(platform.lines))
        take(engine, other, Platform(lines))
        take(engine, other, Platform(lines))
        with reading(engine) as session:
            broken = session.scalars(select(Event).where(Event.tag == "authority.broken", Event.subject == other)).all()
        assert len(broken) == 1
    platform.lines = (*changed, *grown(1, changed)[4:])
    assert take(engine, "certificates", platform) == 1  # its hash stands: the words of a taken line are ours to keep


def test_after_a_restored_backup_the_journal_goes_on(engine: Engine) -> None:
    before = grown(6)
    take(engine, "certificates", Platform(before))
    restored = grown(3, before[:4], "sign-in", hour=9)
    platform = Platform(restored)
    assert take(engine, "certificates", platform) == 0
    assert take(engine, "certificates", platform) == 3
    assert take(engine, "certificates", platform) == 0
    tags = [(tag, body["line"]) for tag, _actor, body in events(engine)]
    assert tags[6:] == [("authority.broken", 4), *(("authority.line", number) for number in (5, 6, 7))]


@pytest.mark.parametrize("told", [None, [], {"lines": 3}, {"lines": [{}]}, {"lines": [{"id": 1, "at": 2}]}])
def test_what_is_no_journal_is_refused(engine: Engine, told: object) -> None:
    with pytest.raises(Unreadable):
        take(engine, "certificates", lambda _after: told)


def test_a_platform_that_was_taken_off_its_server_is_asked_no_more(engine: Engine) -> None:
    assert [one.id for one in platforms(engine, scene.county())] == ["certificates"]
    with transaction(engine) as session:
        record(session, AppTag.REMOVED, "amy", "application:certificates", {})
    assert platforms(engine, scene.county()) == ()

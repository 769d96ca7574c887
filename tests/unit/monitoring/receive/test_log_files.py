"""Log messages on disk: written by day, packed and sealed when the day is over, found again, gone when too old."""

import gzip
import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from countynet.errors import BadInput
from monitoring.receive.senders import Senders
from monitoring.receive.syslog.keep import Days, Line, digest, files
from monitoring.receive.syslog.listener import QUEUE, Intake
from monitoring.receive.syslog.search import Wanted, find
from monitoring.receive.syslog.show import line as shown
from monitoring.receive.syslog.show import wanted

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
ONE = Line(NOON, "core-1", "10.255.1.1", "udp", 23, 3, None, "core-1", "IFNET", "端口 DOWN", "<187>端口 DOWN")


def write(folder: Path, *lines: Line) -> Days:
    days = Days(folder)
    days.write(lines)
    return days


def search(folder: Path, **fields: object) -> list[str]:
    asked = replace(Wanted(NOON - timedelta(days=400), NOON + timedelta(days=1)), **fields)  # type: ignore[arg-type]
    return [found["text"] for found in find(folder, asked, 100)]


def test_each_day_has_its_file_for_the_owner_only(tmp_path: Path) -> None:
    write(tmp_path / "logs", ONE, replace(ONE, arrived=NOON + timedelta(hours=13))).close()
    assert [path.name for path in sorted((tmp_path / "logs").iterdir())] == ["2026-11-26.jsonl", "2026-11-27.jsonl"]
    assert os.stat(tmp_path / "logs" / "2026-11-26.jsonl").st_mode & 0o777 == 0o600


def test_a_day_that_is_over_is_packed_and_its_seal_finds_an_alteration(tmp_path: Path) -> None:
    days = write(tmp_path, ONE, replace(ONE, text="second"))
    ((day, sha256, count),) = days.seal(date(2026, 11, 27))
    (packed,) = files(tmp_path, day, day)
    assert (packed.name, count) == ("2026-11-26.jsonl.gz", 2)
    assert digest(packed) == (sha256, 2)
    packed.write_bytes(gzip.compress(gzip.decompress(packed.read_bytes()).replace(b"second", b"2econd")))
    assert digest(packed)[0] != sha256
    assert list(days.seal(date(2026, 11, 27))) == []


def test_what_comes_late_to_a_packed_day_is_packed_behind_it(tmp_path: Path) -> None:
    days = write(tmp_path, ONE)
    assert list(days.seal(date(2026, 11, 26))) == []
    list(days.seal(date(2026, 11, 27)))
    days.write([replace(ONE, text="late")])
    ((_day, _sha256, count),) = days.seal(date(2026, 11, 27))
    assert count == 2
    assert search(tmp_path) == ["端口 DOWN", "late"]


def test_only_what_is_older_than_the_retention_goes(tmp_path: Path) -> None:
    old = [replace(ONE, arrived=NOON - timedelta(days=days)) for days in (179, 180, 181, 400)]
    days = write(tmp_path, *old)
    days.close()
    assert days.forget(date(2026, 11, 26), 180) == [date(2025, 10, 22), date(2026, 5, 29)]
    assert len(files(tmp_path, date(2020, 1, 1), date(2030, 1, 1))) == 2


def test_messages_are_found_by_device_address_words_severity_and_time(tmp_path: Path) -> None:
    other = replace(ONE, device="", address="192.0.2.9", severity=6, text="hello", whole="<190>Hello there")
    write(tmp_path, ONE, other, replace(ONE, arrived=NOON + timedelta(minutes=5), text="later")).close()
    assert search(tmp_path, device="core-1") == ["端口 DOWN", "later"]
    assert search(tmp_path, device="192.0.2.9") == ["hello"]
    assert search(tmp_path, text="hELLO") == ["hello"]
    assert search(tmp_path, text="端口", until=NOON) == ["端口 DOWN"]
    assert search(tmp_path, severity=3) == ["端口 DOWN", "later"]
    assert search(tmp_path, since=NOON + timedelta(minutes=1)) == ["later"]
    assert search(tmp_path, text='"},"') == []


def test_the_last_line_of_a_killed_process_spoils_nothing(tmp_path: Path) -> None:
    write(tmp_path, ONE).close()
    with (tmp_path / "2026-11-26.jsonl").open("ab") as file:
        file.write(b'{"arrived":"2026-11-')
    assert search(tmp_path) == ["端口 DOWN"]


def test_a_storm_of_messages_is_bounded_and_counted() -> None:
    intake = Intake(Senders({"10.255.1.1": "core-1"}), lambda: NOON)
    for _turn in range(QUEUE + 10):
        intake.take(b"<13>x", "10.255.1.1", "udp")
    assert (len(intake.waiting), intake.tally.dropped) == (QUEUE, 10)
    lines = intake.drain()
    intake.take(b"<13>newer", "192.0.2.1", "udp")
    intake.give_back(lines)
    assert (len(intake.waiting), intake.tally.dropped) == (QUEUE, 11)
    assert list(intake.senders.strangers) == ["192.0.2.1"]


def test_what_is_asked_is_read_with_every_mistake_at_once() -> None:
    asked = wanted("core-1", "", "error", "2026-11-25", "2026-11-26")
    assert (asked.severity, asked.until - asked.since) == (3, timedelta(days=2) - timedelta(seconds=1))
    with pytest.raises(BadInput) as error:
        wanted("", "", "loud", "yesterday", "2026-11-26 99:00")
    assert [problem.where for problem in error.value.problems] == ["--until", "--since", "--severity"]
    kept = {"arrived": NOON.isoformat(), "device": "", "address": "192.0.2.9", "severity": None, "text": "t"}
    assert shown(kept) == "2026-11-26 20:00:00 192.0.2.9 -: t"

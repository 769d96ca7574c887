"""The small program finds what was done to a folder that was taken away, with nothing but the standard library."""

import gzip
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine

from audit import evidence
from audit.log import checkpoint
from audit.log.export import export
from audit.verify import Key, checked, report
from countynet.db import transaction
from countynet.errors import BadInput
from countynet.eventlog import archive, notes
from countynet.events import record
from countynet.settings import Settings
from tests.unit.audit.log.world import HOUR, NOON, hours

EVENTS = Path("log/events/000000000000.jsonl.gz")
Deed = Callable[[Path], object]


@pytest.fixture
def folder(settings: Settings, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two hours of events, one piece of evidence and one that no event lists."""
    monkeypatch.setattr("countynet.clock.now", lambda: NOON + 4 * HOUR)
    hours(settings, engine, 2)
    with transaction(engine) as session:
        kept = evidence.save(settings, b"configuration")
        record(session, "audit.run", "auditor", "audit:1", {"evidence": {"report": kept}}, "sm3")
    export(settings, engine, tmp_path / "stick", NOON + 4 * HOUR, "auditor")
    return tmp_path / "stick"


def lines(folder: Path) -> list[bytes]:
    return gzip.decompress((folder / EVENTS).read_bytes()).splitlines()


def put(folder: Path, lines: list[bytes]) -> None:
    (folder / EVENTS).write_bytes(archive.packed(lines))


def edited(folder: Path, number: int, change: Callable[[dict[str, str]], object]) -> None:
    found = lines(folder)
    said = json.loads(found[number - 1])
    change(said)
    found[number - 1] = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    put(folder, found)


def without(folder: Path, first: int, last: int) -> None:
    found = lines(folder)
    del found[first - 1 : last]
    put(folder, found)


def moved(folder: Path) -> None:
    found = lines(folder)
    found[4], found[5] = found[5], found[4]
    put(folder, found)


def unsigned(folder: Path) -> None:
    for name in ("checkpoint", "checkpoints.txt"):
        (folder / "log" / name).unlink()


def stamp(folder: Path) -> None:
    (folder / "log/stamps").mkdir()
    (folder / "log/stamps/000000000020.tsr").write_bytes(b"0\x80")


def damaged(folder: Path) -> None:
    packed = (folder / EVENTS).read_bytes()
    (folder / EVENTS).write_bytes(packed[:100] + b"\xff" * 40 + packed[140:])


def evidence_file(folder: Path) -> Path:
    return next(file for file in (folder / "evidence").rglob("*") if file.is_file())


DEEDS: dict[str, tuple[Deed, dict[str, int | None]]] = {
    "an actor edited": (
        lambda f: edited(f, 5, lambda e: e.update(actor="x")),
        {"chain": 6, "altered": 5, "root": None},
    ),
    "a time edited": (
        lambda f: edited(f, 5, lambda e: e.update(at="2026-02-01T00:00:00+00:00")),
        {"chain": 6, "altered": 5, "root": None},
    ),
    "an event removed": (lambda f: without(f, 5, 5), {"chain": 5, "altered": 5, "root": None, "short": None}),
    "the end cut off": (lambda f: without(f, 15, 99), {"short": None}),
    "two events moved": (moved, {"chain": 5, "altered": 5, "root": None}),
    "all events gone": (lambda f: (f / EVENTS).unlink(), {"short": None}),
    "the file cut off": (
        lambda f: (f / EVENTS).write_bytes((f / EVENTS).read_bytes()[:-20]), {"unreadable": None, "short": None}
    ),
    "a file renamed": (lambda f: (f / EVENTS).rename(f / "log/events/000000000003.jsonl.gz"), {"gap": None}),
    "no event at all": (lambda f: put(f, [*lines(f)[:4], b"{}", *lines(f)[5:]]), {"no-event": 5, "chain": 6}),
    "a tile altered": (lambda f: (f / "log/tile/0/000.p/20").write_bytes(b"x" * 640), {"altered": 1}),
    "evidence altered": (lambda f: evidence_file(f).write_bytes(b"other"), {"evidence": None}),
    "evidence removed": (lambda f: evidence_file(f).unlink(), {"evidence-gone": 20}),
    "a checkpoint removed": (
        lambda f: shutil.copyfile(f / "log/checkpoint", f / "log/checkpoints.txt"), {"checkpoint-gone": 10}
    ),
    "a byte of a stamp": (stamp, {"stamp": None}),
    "bytes of the packed events": (damaged, {"unreadable": None, "short": None}),
    "no checkpoints": (unsigned, {"no-checkpoint": None}),
}  # fmt: skip


def test_what_nobody_touched_holds_and_the_program_needs_nothing_of_ours(folder: Path) -> None:
    command = [sys.executable, "-I", "-S", str(folder / "verify.py")]
    done = subprocess.run([*command, "--json"], capture_output=True, text=True, check=False, cwd="/")
    found = json.loads(done.stdout)
    assert (done.returncode, found["holds"], found["events"], found["checkpoints"]) == (0, True, 20, 3)
    assert (found["findings"], found["doubts"], found["evidence"], found["keys_given"]) == ([], [], 1, False)
    assert "the folder's own" in report(found, True)[0]
    assert "核验通过" in report(found, False)[-1]


def test_each_deed_is_found_and_located(folder: Path, tmp_path: Path) -> None:
    for title, (deed, wanted) in DEEDS.items():
        copy = tmp_path / title
        shutil.copytree(folder, copy)
        deed(copy)
        found = checked(copy, [], [], [])
        first: dict[str, int | None] = {}
        for one in found["findings"]:
            first.setdefault(one["kind"], one.get("event") or None)
        assert not found["holds"], title
        assert wanted.items() <= first.items(), (title, found["findings"])
        assert all(report(found, english) for english in (True, False))


def test_a_past_that_was_written_and_signed_anew_is_found_by_what_was_kept_outside(
    folder: Path, settings: Settings, engine: Engine, tmp_path: Path
) -> None:
    with transaction(engine) as session:
        record(session, "a.b", "x", "y", {})
    kept = tmp_path / "outside"
    assert checked(folder, [], [], [kept])["holds"]
    shutil.rmtree(folder / "log")
    hours(settings.model_copy(update={"log_outside": None}), engine, 1)
    other = notes.new_key()
    key = notes.public("countynet-log/0123456789abcdef", other).text
    export(settings, engine, tmp_path / "second", NOON + 9 * HOUR, "x")
    without(tmp_path / "second", 3, 3)
    shutil.rmtree(tmp_path / "second/log/tile")
    kinds = {one["kind"] for one in checked(tmp_path / "second", [key], [], [kept])["findings"]}
    assert {"signature", "root", "chain", "tile"} <= kinds


def test_unlisted_evidence_is_a_doubt_and_a_used_folder_is_refused(
    folder: Path, settings: Settings, engine: Engine
) -> None:
    file = evidence_file(folder)
    shutil.copyfile(file, file.with_name("new"))
    (folder / "evidence/aa").mkdir()
    (folder / "evidence/aa/x").write_bytes(b"")
    found = checked(folder, [], [], [])
    assert {one["kind"] for one in found["findings"]} == {"evidence"}
    with pytest.raises(BadInput):
        export(settings, engine, folder, NOON, "x")


@pytest.mark.parametrize("number", range(4))
def test_the_signature_is_decided_as_cryptography_decides_it(number: int) -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes([number + 1] * 32))
    key = notes.public("countynet-log/0123456789abcdef", private.private_bytes_raw())
    ours, text = Key(key.text), b"text %d" % number
    signature = private.sign(text)
    assert ours.signed(text, signature)
    assert not ours.signed(text + b"x", signature)
    for at in (0, 31, 32, 63):
        assert not ours.signed(text, signature[:at] + bytes([signature[at] ^ 1]) + signature[at + 1 :])


def test_checkpoints_are_due_by_the_hour(settings: Settings, engine: Engine) -> None:
    from countynet.db import reading

    hours(settings, engine, 1)
    with reading(engine) as session:
        assert [checkpoint.due(session, NOON + HOUR + delta * HOUR) for delta in (0, 0.9, 1, -2)] == [
            False, False, True, True,
        ]  # fmt: skip

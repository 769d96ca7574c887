"""The figures of the event log: `python -m benchmarks.audit_log [EVENTS]` prints a table, in one run.

A log of a year (2 million events, 8,760 signed checkpoints) is written as a folder that was taken away, and checked by
the small program as a stranger would run it: alone, without a site, in a process of its own. Beside it stand floors on
the same machine: decompressing and hashing the same bytes once with the system's programs, and one insert of the
same row without a chain. Everything is measured by the clock and in CPU seconds; on a busy machine read the latter.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path

from sqlalchemy import Engine

from audit.log.checkpoint import make
from audit.log.export import PROGRAM
from benchmarks.figure import HEADING, Figure
from countynet.canonical import JSON, canonical
from countynet.db import open_database, transaction
from countynet.eventlog import archive, notes
from countynet.eventlog.merkle import Peaks, leaf
from countynet.eventlog.tiles import Tiles, put
from countynet.events import GENESIS, Event, digest, entry, record, said
from countynet.secrets import password_file
from countynet.settings import Settings

EVENTS = 2_000_000
HOURS = 8_760
WRITTEN = 2_000
BEGAN = datetime(2025, 1, 1, tzinfo=UTC)
DATA: dict[str, JSON] = {"fault": 4711, "note": "线路中断，已派修", "by": "operator", "unit": "u031", "site": "0731"}


def _events(count: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield the lines and entries of a log of a year."""
    previous, body = GENESIS, canonical(DATA)
    step = timedelta(days=365) / count
    for number in range(count):
        text = said("sha256", previous, BEGAN + number * step, "fault.noted", "王芳", f"unit:u{number % 120:03}", body)
        previous = digest("sha256", text)
        yield text, entry("sha256", previous)


def _folder(folder: Path, count: int) -> int:
    """Write the folder; return its bytes."""
    private, told, log = notes.new_key(), _events(count), folder / "log"
    tiles, signed, peaks, texts = Tiles(log), list[str](), Peaks(), list[bytes]()
    first, per, index, origin = 0, max(1, count // HOURS), 0, ""
    while chunk := list(islice(told, per)):
        index += len(chunk)
        origin = origin or notes.origin(chunk[0][1].decode().partition(":")[2])
        tiles.grow(one for _text, one in chunk)
        peaks = peaks.grown(leaf(one) for _text, one in chunk)
        texts += [text for text, _one in chunk]
        at = BEGAN + timedelta(days=365) * (index / count)
        signed.append(notes.signed(notes.Checkpoint(origin, index, peaks.root, at), private))
        while len(texts) >= archive.PER_FILE or (index == count and texts):
            put(log / "events" / archive.file_name(first), archive.packed(texts[: archive.PER_FILE]))
            first, texts = first + len(texts[: archive.PER_FILE]), texts[archive.PER_FILE :]
    tiles.close()
    put(log / "checkpoints.txt", "\n".join(signed).encode())
    put(log / "keys.txt", f"{notes.public(origin, private).text}\n".encode())
    put(folder / "verify.py", PROGRAM.read_bytes())
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _run(command: list[str], shell: bool = False) -> tuple[float, float, float, str]:
    """Run a program; return its seconds, CPU seconds, largest memory in MB and what it said."""
    began = time.monotonic()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "LANG": "en"}
    done = subprocess.run(command[0] if shell else command, capture_output=True, text=True, check=False, shell=shell,
                          env=environment)  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    return time.monotonic() - began, cpu, used.ru_maxrss / 1024, done.stdout


def _checked(folder: Path, count: int) -> Iterator[Figure]:
    size = _folder(folder, count)
    yield Figure(f"{count:,} events: folder", size / 1e6, "MB", 0, 0, f"{size / count:.0f} bytes an event")
    program = [sys.executable, "-I", "-S", str(folder / "verify.py")]
    seconds, cpu, _memory, _said = _run([f"gzip -dc {folder}/log/events/*.gz | sha256sum"], shell=True)
    floor = cpu
    yield Figure("floor: decompressed and hashed once (gzip, sha256sum)", seconds, "s", 0, cpu)
    seconds, cpu, memory, words = _run(program)
    target = 60 * count / EVENTS
    note = f"{cpu / floor:.1f} x the floor; {words.splitlines()[-1]}"
    yield Figure(f"{count:,} events checked by verify.py", seconds, "s", target, cpu, note)
    yield Figure("verify.py, peak memory", memory, "MB")


def _timed(work: Callable[[], object], count: int) -> tuple[float, float]:
    """Return milliseconds by the clock and of CPU for one of so many."""
    began, cpu = time.perf_counter(), time.process_time()
    work()
    return (time.perf_counter() - began) / count * 1e3, (time.process_time() - cpu) / count * 1e3


def _many(engine: Engine, algorithm: str) -> None:
    with transaction(engine) as session:
        for number in range(WRITTEN):
            record(session, "fault.noted", "王芳", f"unit:u{number % 120:03}", DATA, algorithm)


def _each(engine: Engine) -> None:
    for number in range(WRITTEN // 10):
        with transaction(engine) as session:
            record(session, "fault.noted", "王芳", f"unit:u{number % 120:03}", DATA)


def _bare(engine: Engine) -> None:
    """Insert the same rows through SQLAlchemy's ORM, with no chain and no head."""
    body = canonical(DATA)
    with transaction(engine) as session:
        for number in range(WRITTEN):
            session.add(
                Event(
                    id=10_000_000 + number, at=BEGAN, tag="fault.noted", actor="王芳", subject="unit:u031", body=body,
                    algorithm="sha256", previous=f"p{number}", hash=f"h{number}",
                )
            )  # fmt: skip
            session.flush()
        session.rollback()


def _written(folder: Path) -> Iterator[Figure]:
    settings = Settings(county=folder, language="en")
    engine = open_database(settings)
    password_file(settings).write_text("benchmark\n")
    floor = _timed(lambda: _bare(engine), WRITTEN)
    yield Figure("floor: the same row without a chain", floor[0], "ms", 0, 0, f"{floor[1]:.2f} ms of CPU")
    for algorithm in ("sha256", "sm3"):
        clock, cpu = _timed(partial(_many, engine, algorithm), WRITTEN)
        yield Figure(f"one event written ({algorithm})", clock, "ms", 1, 0, f"{cpu:.2f} ms of CPU")
    clock, cpu = _timed(lambda: _each(engine), WRITTEN // 10)
    yield Figure("one event in a transaction of its own", clock, "ms", 0, 0, f"{cpu:.2f} ms of CPU; begin and commit")
    now = datetime.now(UTC)
    make(settings, engine, now)
    _each(engine)
    clock, cpu = _timed(lambda: make(settings, engine, now + timedelta(hours=1)), 1)
    yield Figure("checkpoint over 200 new events", clock, "ms", 0, 0, f"{cpu:.0f} ms of CPU")
    engine.dispose()


def figures(count: int = EVENTS) -> Iterator[Figure]:
    """Write events, make a checkpoint, and have a year's log checked."""
    with tempfile.TemporaryDirectory(prefix="countynet-bench-") as folder:
        yield from _written(Path(folder) / "county")
        yield from _checked(Path(folder) / "stick", count)


if __name__ == "__main__":
    print(HEADING)
    for figure in figures(int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS):
        print(figure.row(), flush=True)

"""Which cause the alarms name when things break in the twin.

`python -m benchmarks.rootcause [--only WORDS ...] [--write] [--missing] [--progress FILE [--minutes N]]`.

Brings a small county up twice (12 units, real daemons), watches it with the real poller, breaks one thing after the
other, and asks of each: exactly the alarms that it should open, exactly the shadows, the verdict while it lasts and
once it is back, that everything closes once, and how long both took. `--write` puts what was played into the table of
docs/rootcause.md; with `--progress` it goes on where an earlier call stopped (begins none after `--minutes`), and the
whole table is made anew when all have been played. Exit code 1 when something was said wrongly, 3 when there is more to
play. Needs root and a quiet machine; ten minutes.
"""

import argparse
import fcntl
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from benchmarks import rootcause_progress as progress
from benchmarks.rootcause_failures import SCRIPTS, Script
from benchmarks.rootcause_stage import PACE, UNITS, Stage, silent, standing, watched
from countynet import clock
from countynet.db import reading
from countynet.i18n import set_language, translate
from countynet.vocabulary import LineState
from monitoring.alarms.store import TIMES, Alarm
from monitoring.cause.show import of_unit
from monitoring.cause.store import of as verdicts_of
from monitoring.state.store import DeviceRow

DOCUMENT = Path(__file__).parents[1] / "docs" / "rootcause.md"
WRONG = " **WRONG**"
MARK = "<!-- the table: python -m benchmarks.rootcause --write -->"
OWN = Path(__file__).parents[1] / "tests" / "own"
SIDES = 2
OPENS, HEALS, SETTLES, JUDGED = 110.0, 150.0, 4.0, 15.0
"""seconds until alarms have to be open, until all is well again, for which nothing more may happen, and until the
verdict has to be right"""


@dataclass
class Result:
    """What came of one failure."""

    script: Script
    opened: list[str] = field(default_factory=list)
    shadows: frozenset[str] = frozenset()
    wrong: list[str] = field(default_factory=list)
    found: float = 0.0
    """seconds from the last step to the last alarm"""
    healed: float = 0.0
    slow: float = 0.0
    """seconds that breaking took beside the waiting that was asked for: over five, what was to fail together did not"""
    during: str = ""
    after: str = ""
    text: str = ""


def until(true: Callable[[], bool], seconds: float) -> bool:
    """Wait until something is true; False when it never was."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def alarms(stage: Stage, since: datetime) -> Sequence[Alarm]:
    """Return the alarms that opened since a moment, oldest first."""
    with reading(stage.database) as session:
        return session.scalars(select(Alarm).where(Alarm.opened >= since).order_by(Alarm.id)).all()


def states(stage: Stage) -> dict[str, tuple[LineState, str]]:
    """Return each device's state and what shadows it."""
    with reading(stage.database) as session:
        return {row.device: (row.state, row.cause) for row in session.scalars(select(DeviceRow))}


def well(stage: Stage) -> bool:
    """Tell whether every device is up and no alarm open."""
    found = states(stage)
    with reading(stage.database) as session:
        standing_ = session.scalars(select(Alarm).where(Alarm.closed.is_(None))).all()
    up = {name for name, (state, _cause) in found.items() if state is LineState.UP}
    return not standing_ and up == set(stage.topology.watched)


def verdict(stage: Stage, script: Script, found: Sequence[Alarm]) -> str:
    """Return the domain of the first root's verdict, or of the unit that is asked about."""
    with reading(stage.database) as session:
        if script.unit:
            said = of_unit(session, stage.settings, stage.county, script.unit)
            return said.domain.value if said else ""
        wanted = [a.id for a in found if a.key == script.roots[0]] if script.roots else []
        return next((v.domain.value for v in verdicts_of(session, wanted).values()), "")


def play(stage: Stage, script: Script) -> Result:
    """Break, look, mend, look."""
    result, began = Result(script), clock.now()
    for step in script.steps:
        stage.do(step)
    broken = clock.now()
    asked = sum(float(what) for verb, what in script.steps if verb == "wait")
    result.slow = max(0.0, (broken - began).total_seconds() - asked)
    wanted = sorted(script.roots)
    until(lambda: sorted(a.key for a in alarms(stage, began)) == wanted, OPENS)
    opened = alarms(stage, began)
    until(lambda: verdict(stage, script, opened) == script.during, JUDGED)
    time.sleep(SETTLES)
    opened = alarms(stage, began)
    result.opened = [a.key for a in opened]
    last = max((a.opened for a in opened), default=broken)
    result.found = max(0.0, (last - broken).total_seconds())
    _shadows(stage, result)
    result.during = verdict(stage, script, opened)
    _mend(stage, result, began)
    _compare(result, wanted)
    return result


def _shadows(stage: Stage, result: Result) -> None:
    """Compare who is shadowed with who cannot answer and has no alarm of its own."""
    found = states(stage)
    if any(key.startswith("blind") for key in result.opened) and not any(s is LineState.UP for s, _c in found.values()):
        if {state for state, _cause in found.values()} != {LineState.UNKNOWN}:
            result.wrong.append("not everything is unknown though we are blind")
        return
    result.shadows = frozenset(name for name, (state, _cause) in found.items() if state is LineState.SHADOWED)
    down = frozenset(name for name, (state, _cause) in found.items() if state is LineState.DOWN)
    unreachable = silent(stage)
    if result.shadows | down != unreachable:
        result.wrong.append(
            f"silent {sorted(unreachable)}, seen down {sorted(down)}, shadowed {sorted(result.shadows)}"
        )
    if nameless := [n for n in result.shadows if not found[n][1]]:
        result.wrong.append(f"shadowed by nobody: {sorted(nameless)}")


def _mend(stage: Stage, result: Result, began: datetime) -> None:
    mended = clock.now()
    stage.undo()
    if not until(lambda: well(stage), HEALS):
        result.wrong.append(f"does not heal: {[a.key for a in alarms(stage, began) if not a.closed]}")
    until(lambda: verdict(stage, result.script, alarms(stage, began)) == result.script.after, JUDGED)
    time.sleep(SETTLES / 2)
    closed = [a.closed for a in alarms(stage, began) if a.closed]
    result.healed = max(((at - mended).total_seconds() for at in closed), default=0.0)
    more = [a.key for a in alarms(stage, began)]
    if more != result.opened:
        result.wrong.append(f"opened while healing: {more[len(result.opened) :]}")
    again = [a.key for a in alarms(stage, began) if a.values.get(TIMES, 1) > 1]
    if again and "flap" not in result.script.name:
        result.wrong.append(f"opened again: {again}")
    result.after = verdict(stage, result.script, alarms(stage, began)) if not result.script.unit else result.during
    result.text = _text(alarms(stage, began), result.script)


def _text(found: Sequence[Alarm], script: Script) -> str:
    first = next((a for a in found if script.roots and a.key == script.roots[0]), None)
    return translate(first.message, **first.values) if first else ""


def _compare(result: Result, wanted: list[str]) -> None:
    script = result.script
    if sorted(result.opened) != wanted:
        result.wrong.append(f"opened {sorted(result.opened)}, wanted {wanted}")
    if script.during and result.during != script.during:
        result.wrong.append(f"verdict {result.during}, wanted {script.during}")
    if script.after and result.after != script.after:
        result.wrong.append(f"verdict at the end {result.after}, wanted {script.after}")


def table(results: Iterable[Result]) -> list[str]:
    """Return the results as a table in Markdown."""
    head = (
        "# | what breaks | root alarms | shadowed | verdict while it lasts, once it is back | alarm after | over after"
    )
    rows = [f"| {head} |", "|---|---|---|---|---|---|---|"]
    for number, r in enumerate(results, 1):
        roots = ", ".join(f"`{key}`" for key in r.opened) or "none"
        said = r.during if r.during == r.after else f"{r.during or '-'}, {r.after or '-'}"
        mark = WRONG if r.wrong else ""
        times = f"{r.found:.1f} s | {r.healed:.1f} s"
        rows.append(f"| {number} | {r.script.name}{mark} | {roots} | {len(r.shadows)} | {said} | {times} |")
    return rows


def _rows(text: str) -> dict[str, str]:
    """Return the rows of a table that was written, by the name of what broke; wrong ones too."""
    lines = (line for line in text.splitlines() if line.startswith("| ") and line.split(" | ")[0][2:].isdigit())
    return {line.split(" | ")[1].removesuffix(WRONG): line for line in lines}


def _right() -> set[str]:
    """Return what the document's table has right."""
    return {name for name, line in _rows(DOCUMENT.read_text()).items() if WRONG not in line}


def write(results: Sequence[Result]) -> None:
    """Put the table, and the sentences of the first alarms, into the document; rows not played now stay as they are."""
    with Path(__file__).open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _write(results)


def write_anew(played: Sequence[progress.Played]) -> None:
    """Make the whole table of one run."""
    told = f" {progress.told(played)}"
    _put({p.name: p.row for p in played}, {p.name: p.text for p in played if p.text}, told)


def _write(results: Sequence[Result]) -> None:
    before = DOCUMENT.read_text().partition(MARK)[2]
    rows = _rows(before)
    said = dict(line[2:].split(": ", 1) for line in before.splitlines() if line.startswith("- "))
    rows |= {r.script.name: line for r, line in zip(results, table(results)[2:], strict=True)}
    said |= {r.script.name: r.text for r in results if r.text}
    _put(rows, said, "")


def _put(rows: Mapping[str, str], said: Mapping[str, str], told: str) -> None:
    head = DOCUMENT.read_text().partition(MARK)[0]
    names = [script.name for script in SCRIPTS if script.name in rows]
    lines = [f"| {n} | {rows[name].split(' | ', 1)[1]}" for n, name in enumerate(names, 1)]
    right = sum(WRONG not in line for line in lines)
    found = sorted(float(line.split(" | ")[-2].removesuffix(" s")) for line in lines)
    summary = (
        f"{len(lines)} failures in twins of {UNITS} units, two side by side; {right} of them right. A ping every "
        f"{PACE.ping:g} s as in a county, a poll every {PACE.poll:g} s. From the last step to the last alarm: median "
        f"{found[len(found) // 2]:.1f} s, longest {found[-1]:.1f} s.{told}"
    )
    sentences = [f"- {name}: {said[name]}" for name in names if name in said]
    parts = [
        head.rstrip(),
        "",
        MARK,
        "",
        summary,
        "",
        *table(())[:2],
        *lines,
        "",
        "## What the alarms said at the end",
        "",
    ]
    DOCUMENT.write_text("\n".join([*parts, *sentences]) + "\n")


def main() -> int:
    """Play all, or those whose name holds one of the words; by itself in two twins side by side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--missing", action="store_true", help="only what the table has not, or has wrong")
    parser.add_argument("--progress", type=Path, help="go on with the run that this file keeps")
    parser.add_argument("--minutes", type=float, default=1e6, help="begin no failure after so many")
    parser.add_argument("--part", type=int, default=-1, help=argparse.SUPPRESS)
    parser.add_argument("--keep", type=Path, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    set_language("en")
    chosen = [s for s in SCRIPTS if not wanted.only or any(word in s.name for word in wanted.only)]
    chosen = [s for s in chosen if not wanted.missing or s.name not in _right()]
    if wanted.progress:
        done = progress.right(progress.read(wanted.progress))
        chosen = [s for s in chosen if s.name not in done]
    if wanted.part >= 0:
        wanted.keep.write_bytes(pickle.dumps(_play(chosen[wanted.part :: SIDES], wanted)))
        return 0
    results = _side_by_side([script.name for script in chosen], wanted) if chosen else []
    print("\n".join(table(results)))
    return _finished(wanted.progress) if wanted.progress else int(any(r.wrong for r in results))


def _finished(file: Path) -> int:
    """Make the table of a run anew when all of it was played; return the exit code."""
    played = progress.read(file)
    left = [script.name for script in SCRIPTS if script.name not in {p.name for p in played}]
    if left:
        print(f"{len(left)} are still to be played: {', '.join(left)}")
        return 3
    write_anew(played)
    return int(len(progress.right(played)) < len(SCRIPTS))


def _side_by_side(only: Sequence[str], wanted: argparse.Namespace) -> list[Result]:
    """Play the parts at once, each in a network of its own, and return the results in the order of the scripts."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"part-{number}" for number in range(SIDES)]
        words = [str(OWN), sys.executable, "-m", "benchmarks.rootcause", *(["--only", *only] if only else [])]
        words += ["--write"] if wanted.write else []
        words += ["--progress", str(wanted.progress), "--minutes", str(wanted.minutes)] if wanted.progress else []
        parts = [subprocess.Popen([*words, "--part", str(n), "--keep", str(file)]) for n, file in enumerate(files)]
        for part in parts:
            part.wait()
        found = [r for file in files for r in pickle.loads(file.read_bytes())]
    order = [script.name for script in SCRIPTS]
    return sorted(found, key=lambda result: order.index(result.script.name))


def _play(chosen: Sequence[Script], wanted: argparse.Namespace) -> list[Result]:
    began, results = time.monotonic(), list[Result]()
    with tempfile.TemporaryDirectory() as folder, standing(Path(folder), print) as stage:
        with watched(stage):
            assert until(lambda: well(stage), 120), states(stage)
        print(f"up after {time.monotonic() - began:.0f} s", flush=True)
        for script in chosen:
            if time.monotonic() - began > wanted.minutes * 60:
                break
            with watched(stage):
                results.append(play(stage, script))
            _print(results[-1])
            _keep(results[-1], wanted)
    return results


def _keep(result: Result, wanted: argparse.Namespace) -> None:
    if wanted.write:
        write([result])
    if wanted.progress:
        progress.note(wanted.progress, result.script.name, table([result])[2], result.text, not result.wrong)


def _print(result: Result) -> None:
    state = "ok   " if not result.wrong else "WRONG"
    times = f"{result.found:.1f} s, {result.healed:.1f} s, breaking took {result.slow:.1f} s"
    said = f"{result.opened} {result.during}/{result.after} {times}; {result.text}"
    print(f"{state} {result.script.name}: {said}", flush=True)
    for line in result.wrong:
        print(f"      {line}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())

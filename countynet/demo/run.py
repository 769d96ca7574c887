"""Runs the stages and keeps their times and results.

Promises: each stage is announced, timed and reported; the process is back in its own network namespace after each (a
stage may enter the twin's); a stage's CountyError is its result, not a crash; what a stage or a process of it prints
goes to stderr, so that stdout is the demo's own.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass

from countynet import rooms, vantage
from countynet.canonical import JSON
from countynet.console import progress, say
from countynet.errors import CountyError, MissingCapability
from countynet.i18n import _, translate, translate_error
from countynet.settings import Settings
from countynet.stages import Stage, StageContext

ROOTLESS = ("10-inventory",)
"""The stages that need no root; the others work on the twin."""
APPLICATIONS = "45-applications"
"""The stage that takes minutes and packages: only where it is asked for."""


@dataclass(frozen=True)
class StageResult:
    """How one stage went."""

    name: str
    title: str
    """msgid"""
    seconds: float
    summary: dict[str, JSON]
    error: CountyError | None = None

    def document(self) -> dict[str, JSON]:
        """Return it for the demo's summary."""
        said: dict[str, JSON] = {"name": self.name, "seconds": round(self.seconds, 1), "ok": self.error is None}
        said["summary"] = self.summary
        if self.error is not None:
            said["error"] = translate_error(self.error)
        return said


def stages(only: tuple[str, ...] = (), applications: bool = False) -> list[tuple[str, Stage]]:
    """Return the registered stages in order, all or those named; that of the applications only if asked for."""
    left_out = () if applications else (APPLICATIONS,)
    entries = [e for e in rooms.registered("countynet.stages") if e.name not in left_out]
    return [(e.name, e.load()) for e in entries if not only or e.name in only]


def context_of(settings: Settings, quick: bool, mixed: bool = False, applications: bool = False) -> StageContext:
    """Return what the stages of one demo share."""
    return StageContext(
        settings=settings,
        quick=quick,
        mixed=mixed,
        applications=applications,
        say=lambda line: say(f"    {line}"),
        progress=progress("   "),
    )


def run_stages(
    context: StageContext, chosen: list[tuple[str, Stage]], report: Callable[[StageResult], None]
) -> list[StageResult]:
    """Run stages in order up to the first that fails; `report` hears of each."""
    results: list[StageResult] = []
    for number, (_name, stage) in enumerate(chosen, start=1):
        say(f"[{number}/{len(chosen)}] {translate(stage.title)}")
        result = _run(context, stage)
        results.append(result)
        report(result)
        if result.error is not None:
            break
    return results


def _run(context: StageContext, stage: Stage) -> StageResult:
    begun = time.monotonic()
    error: CountyError | None = None
    summary: dict[str, JSON] = {}
    with vantage.here(), _stdout_to_stderr():
        try:
            summary = stage.run(context)
        except CountyError as raised:
            error = raised
    return StageResult(stage.name, stage.title, time.monotonic() - begun, summary, error)


@contextmanager
def _stdout_to_stderr() -> Iterator[None]:
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def is_root() -> bool:
    """Return whether this process may make namespaces."""
    return os.geteuid() == 0


def refuse_rootless() -> MissingCapability:
    """Return why the demo cannot go on without root."""
    return MissingCapability(
        _(
            "the rest of the demo needs root: the twin makes network namespaces, mounts and virtual cables, and the "
            "daemons of its devices (sshd, Open vSwitch, strongSwan, lldpd) start only as root. Run it again as root; "
            "nothing outside its namespaces is changed"
        )
    )

"""Freeze periods and runs: which runs change something, and what keeps one from beginning.

A look changes nothing, and neither does a job (one that makes a plan leaves a plan, which is asked again when it is
applied), nor an application's backup or its trial. A playbook for emergencies (`emergency`) begins, and that it did in
a period is an event. What was asked for before a period and would begin in it is refused then: nobody knows at its end
whether it is still wanted.
"""

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from countynet import clock
from countynet.errors import CountyError
from countynet.i18n import _, translate
from countynet.settings import Settings
from playbooks.freezes import book as freezes
from playbooks.runner.model import Playbook
from playbooks.runner.run import Run
from playbooks.runner.store import RunRow

READS = ("job:", "app:backup", "app:drill", "app:status")
EMERGENCY = _("a playbook for emergencies")


def changes(playbook: Playbook) -> bool:
    """Whether a run of a playbook that is no look changes something."""
    return playbook.checks or not playbook.program.startswith(READS)


def may_ask(settings: Settings, engine: Engine, playbook: Playbook, targets: tuple[str, ...], follows: int = 0) -> None:
    """Raise Conflict when a change may not begin now, BadInput for a wrong file of periods.

    `follows` is the run that looked before, or whose failed hosts it goes on with.
    """
    if changes(playbook) and not playbook.emergency:
        freezes.judge(settings, engine, targets, (subject(follows),) if follows else ())


def may_follow(settings: Settings, engine: Engine, run: Run) -> None:
    """Raise as `may_ask` does when what a look has shown, or a change that failed, may not begin now."""
    may_ask(settings, engine, run.playbook, run.targets, run.number)


def at_begin(settings: Settings, engine: Engine, session: Session, row: RunRow) -> CountyError | None:
    """Return why a queued run may not begin, None when it may; an emergency's beginning is noted in `session`."""
    playbook = Playbook.model_validate(row.description)
    if row.looks or not changes(playbook):
        return None
    if not playbook.emergency:
        return freezes.held(settings, engine, row.targets, subjects(row))
    try:
        periods = freezes.holding(settings, row.targets, clock.now())
    except CountyError:  # a wrong file holds up no emergency
        return None
    freezes.note(session, periods, subject(row.id), row.actor, translate(EMERGENCY))
    return None


def subjects(row: RunRow) -> tuple[str, ...]:
    """Return what a pass for a run may be for: it, and what it follows."""
    return (subject(row.id), *((subject(row.follows),) if row.follows else ()))


def subject(number: int) -> str:
    """Return what a pass for a run is for."""
    return f"run:{number}"

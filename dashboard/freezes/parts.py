"""What the pages of a run and of a plan show of the freeze periods that hold them."""

from flask import g, url_for

from countynet import clock
from countynet.errors import BadInput
from countynet.i18n import _, translate, translate_error
from countynet.vocabulary import Role
from dashboard.freezes.pages import HeldPart
from dashboard.web import person, services
from playbooks.freezes import book
from playbooks.runner import frozen
from playbooks.runner.run import Run


def of_run(run: Run) -> HeldPart | None:
    """Return what keeps a look's change, or a failed one's repetition, from beginning; None when nothing does."""
    if run.playbook.emergency or not frozen.changes(run.playbook):
        return None
    return _held(run.targets, frozen.subject(run.number), url_for("freezes.run", number=run.number))


def of_plan(plan: int, devices: tuple[str, ...]) -> HeldPart | None:
    """Return what keeps a plan from beginning; None when nothing does."""
    return _held(devices, f"plan:{plan}", url_for("freezes.plan", number=plan))


def banner() -> tuple[str, ...]:
    """Return what stands above the pages of changes: the periods that hold or begin soon, or a wrong file of them."""
    now = clock.now()
    try:
        found = book.to_tell(services().runs.settings, now)
    except BadInput:
        return (translate(_("The file of freeze periods is wrong: no change begins until it is mended")),)
    holds, comes = _("No change begins: {when}, {why} ({on})"), _("No change will begin: {when}, {why} ({on})")
    return tuple(translate(holds if one.at(now) else comes, when=one.when, why=one.why, on=one.where) for one in found)


def _held(names: tuple[str, ...], subject: str, action: str) -> HeldPart | None:
    runs = services().runs
    error = book.held(runs.settings, runs.engine, names, (subject,))
    if error is None:
        return None
    may = person().role is Role.CENTER and not isinstance(error, BadInput)
    return HeldPart(translate_error(error), action if may else "", g.get("held_wrong", ""))

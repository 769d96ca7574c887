"""The commands of the desk, added to `countynet faults`: merge, split, link, hand over, order, fix."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from countynet.console import print_json, run_command, say
from countynet.i18n import _, translate
from monitoring.faults.clocks import PauseReason

if TYPE_CHECKING:
    from countynet.people import Actor
    from inventory.model import County
    from monitoring.faults.desk.service import Desk
    from monitoring.faults.fix.service import Fix, Look
    from monitoring.faults.ties.service import Ties

Number = Annotated[int, typer.Argument(help=_("The fault's number."))]
Other = Annotated[int, typer.Argument(help=_("The number of the other fault."))]
Login = Annotated[str, typer.Option("--as", help=_("The login in whose name."))]
Note = Annotated[str, typer.Option(help=_("A note for the history."))]
Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]
Reports = Annotated[list[int], typer.Option("--report", help=_("The number of a report; may be given several times."))]


def add(app: typer.Typer) -> None:
    """Add the desk's commands to an app."""
    for name, (command, words) in _COMMANDS.items():
        app.command(name, help=words)(run_command(command))


def merge(fault: Number, leader: Other, login: Login, note: Note = "", as_json: Json = False) -> None:
    """Let a fault go with another one, which leads."""
    _tie(fault, login, as_json, lambda ties, who: ties.merge(fault, leader, who, note))


def part(fault: Number, login: Login, note: Note = "", as_json: Json = False) -> None:
    """Undo a merger."""
    _tie(fault, login, as_json, lambda ties, who: ties.part(fault, who, note))


def split(
    fault: Number,
    reports: Reports,
    login: Login,
    into: Annotated[int, typer.Option(help=_("The fault that they belong to; without it, a new one."))] = 0,
    note: Note = "",
    as_json: Json = False,
) -> None:
    """Move reports to another fault."""
    _tie(fault, login, as_json, lambda ties, who: ties.split(fault, reports, who, note, into or None))


def link(
    fault: Number,
    other: Other,
    login: Login,
    caused: Annotated[bool, typer.Option("--caused-by", help=_("The other fault caused this one."))] = False,
    note: Note = "",
    as_json: Json = False,
) -> None:
    """Link two faults."""
    from monitoring.faults.ties.store import TieKind

    kind = TieKind.CAUSED if caused else TieKind.RELATED
    _tie(fault, login, as_json, lambda ties, who: ties.link(fault, other, kind, who, note))


def unlink(fault: Number, other: Other, login: Login, note: Note = "", as_json: Json = False) -> None:
    """Undo a link."""
    _tie(fault, login, as_json, lambda ties, who: ties.unlink(fault, other, who, note))


def hand(
    fault: Number,
    to: Annotated[str, typer.Argument(help=_("A name or login of monitoring/duty.yml."))],
    login: Login,
    as_json: Json = False,
) -> None:
    """Give a fault to somebody by name."""
    desk, who, _county = _open(login)
    desk.hand(fault, who, to)
    _print(desk, fault, as_json)


def correct_pause(
    fault: Number,
    pause: Annotated[int, typer.Argument(help=_("The pause's number (faults show --json: history, id)."))],
    login: Login,
    note: Annotated[str, typer.Option(help=_("Why it is corrected."))],
    begins: Annotated[str, typer.Option(help=_("When it really began."))] = "",
    ends: Annotated[str, typer.Option(help=_("When it really ended."))] = "",
    reason: Annotated[PauseReason | None, typer.Option(help=_("Why the clocks stand."))] = None,
    void: Annotated[bool, typer.Option("--void", help=_("It was no pause."))] = False,
    as_json: Json = False,
) -> None:
    """Write down what a pause really was."""
    from countynet.moments import moment
    from monitoring.faults.service import Faults

    desk, who, _county = _open(login)
    first = moment(begins, "--begins") if begins else None
    last = moment(ends, "--ends") if ends else None
    Faults(desk.engine).correct_pause(fault, pause, who, note, first, last, reason, void)
    _print(desk, fault, as_json)


def order(
    fault: Number,
    login: Login,
    pdf: Annotated[Path | None, typer.Option(help=_("Write it to this file as a PDF."))] = None,
    as_json: Json = False,
) -> None:
    """Print the repair order of a fault."""
    from monitoring.faults.order.document import order as order_of
    from monitoring.faults.order.printed import printed

    desk, who, county = _open(login)
    found = order_of(desk, county, fault, who)
    if pdf is not None:
        pdf.write_bytes(printed(county, found))
    if as_json:
        print_json(found.document())
        return
    typer.echo(found.title)
    for line in found.lines:
        typer.echo(f"  {translate(line.name)}: {line.text}")
    for value in found.readings:
        typer.echo(f"  {translate(value.what)}: {translate(value.value)} {value.where}".rstrip())
    typer.echo("  " + translate(_("To bring")) + ": " + ", ".join(translate(thing) for thing in found.bring))


def fix(
    fault: Number,
    login: Login,
    yes: Annotated[bool, typer.Option("--yes", help=_("Do it without asking, after the check."))] = False,
    as_json: Json = False,
) -> None:
    """Find the remedy of a fault, show what it would change, and do it after a yes. Exit code 1 unless it went well."""
    from monitoring.faults.fix.service import Fix

    desk, who, county = _open(login)
    service = Fix(desk.settings, desk.engine)
    found = service.look(county, fault, who)
    document = found.document()
    if not as_json:
        _show(found)
    done = bool(found.preview.changes and not found.preview.waits)
    if done and (yes or (not as_json and typer.confirm(translate(_("Do it now?"))))):
        good, words = _run(service, found, who, as_json)
        document |= {"done": good, "said": words}
        if not as_json:
            typer.echo(words)
    else:
        good = not yes or not found.preview.changes
    if as_json:
        print_json(document)
    if not good:
        raise typer.Exit(1)


def _show(found: "Look") -> None:
    typer.echo(f"{found.remedy.name}: {found.remedy.says.text()}")
    typer.echo("  " + ", ".join(found.names))
    if not found.preview.changes:
        typer.echo(translate(_("nothing would be changed: everything is as it should be")))
    for line in found.preview.lines:
        typer.echo(f"  {line}")
    if found.preview.waits:
        typer.echo(found.preview.waits)
        if found.preview.plan is not None:
            typer.echo(
                translate(_("approve it (countynet plan approve {plan}), then ask again"), plan=found.preview.plan)
            )


def _run(service: "Fix", found: "Look", who: "Actor", as_json: bool) -> tuple[bool, str]:
    def told(device: str, text: str) -> None:
        say(f"{device}: {text}" if device else text)

    outcome = service.run(found, who, (lambda _device, _text: None) if as_json else told)
    return outcome.good, outcome.words


def _open(login: str) -> "tuple[Desk, Actor, County]":
    from countynet.db import open_database
    from countynet.people import actor
    from countynet.settings import Settings
    from inventory import load_county
    from monitoring.faults.desk.service import Desk

    settings: Settings = Settings.load()
    engine = open_database(settings)
    return Desk(settings, engine), actor(engine, login), load_county(settings.county)


def _tie(fault: int, login: str, as_json: bool, act: "Callable[[Ties, Actor], object]") -> None:
    from monitoring.faults.ties.service import Ties

    desk, who, _county = _open(login)
    said = act(Ties(desk.engine), who)
    _print(desk, said if isinstance(said, int) else fault, as_json)


def _print(desk: "Desk", fault: int, as_json: bool) -> None:
    from monitoring.faults.service import Faults
    from monitoring.faults.show import lines, whole

    found = whole(Faults(desk.engine), fault)
    if as_json:
        print_json(found)
        return
    for line in lines(found):
        typer.echo(line)


_COMMANDS: dict[str, tuple[Callable[..., None], str]] = {
    "merge": (merge, _("Let a fault go with another one, which leads (center).")),
    "part": (part, _("Undo a merger: the fault stands where it stood before (center).")),
    "split": (split, _("Move reports that belong to another fault (center).")),
    "link": (link, _("Say that two faults are related, or that one caused the other (center).")),
    "unlink": (unlink, _("Undo a link (center).")),
    "hand": (hand, _("Give a dispatched fault to somebody by name (center).")),
    "correct-pause": (correct_pause, _("Write down what a pause really was; the clocks count it so (center).")),
    "order": (order, _("Print the repair order of a fault (center, operator).")),
    "fix": (fix, _("Find the remedy of a fault, show what it would change, do it after a yes (center, operator).")),
}

"""`countynet emergency`: the plans, what runs, and every step of it from a shell."""

from typing import TYPE_CHECKING, Annotated

import typer

from countynet.console import print_json, run_command
from countynet.i18n import _, translate

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from countynet.people import Actor
    from countynet.settings import Settings
    from playbooks.emergency.book import Emergency
    from playbooks.emergency.carry import Carried
    from playbooks.emergency.rules import StepState

app = typer.Typer(help=_("Emergency plans: start one, carry out its steps, end it, or drill it."), no_args_is_help=True)

Number = Annotated[int, typer.Argument(help=_("The emergency's number."))]
StepName = Annotated[str, typer.Argument(help=_("The step's id."))]
PlanName = Annotated[
    str, typer.Argument(metavar="PLAN", help=_("The emergency plan's id; see: countynet emergency list"))
]
Unit = Annotated[str, typer.Option("--unit", help=_("The unit that it is about."))]
Device = Annotated[str, typer.Option("--device", help=_("The devices that it is about, separated by commas."))]
Application = Annotated[str, typer.Option("--application", help=_("The application that it is about."))]
HostName = Annotated[str, typer.Option("--host", help=_("The servers that it is about, separated by commas."))]
Note = Annotated[str, typer.Option("--note", help=_("What is to be remembered of it."))]
Login = Annotated[str, typer.Option("--as", help=_("The login in whose name; else the account of this shell."))]
Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]


@app.command("list", help=_("List the emergency plans, and the emergencies that run."))
@run_command
def list_(
    past: Annotated[int, typer.Option("--all", help=_("Also so many that are over."), min=0)] = 0, as_json: Json = False
) -> None:
    """List plans and emergencies."""
    from playbooks.emergency import book, show
    from playbooks.emergency.read import plans

    settings, engine = _open()
    known, found = plans(settings.county), book.newest(engine, 200)
    running = [one for one in found if one.ended is None]
    shown = [*running, *[one for one in found if one.ended is not None][:past]]
    if as_json:
        print_json(
            {"plans": [show.plan(plan) for plan in known.values()], "emergencies": [one.document() for one in shown]}
        )
    else:
        show.listing(list(known.values()), shown)


@app.command(help=_("Start a plan: an emergency with its steps and the time of each."))
@run_command
def start(
    name: PlanName, unit: Unit = "", device: Device = "", host: HostName = "", application: Application = "",
    reason: Annotated[str, typer.Option("--reason", help=_("Why, for the log."))] = "",
    login: Login = "", as_json: Json = False,
) -> None:  # fmt: skip
    """Start a plan."""
    _told(_begin(name, _targets(unit, device, host, application), login, drill=False, reason=reason), as_json)


@app.command(
    "drill", help=_("Drill a plan: the same steps, but their actions are tried on a twin and touch no device.")
)
@run_command
def drill_(
    name: PlanName, unit: Unit = "", device: Device = "", host: HostName = "", application: Application = "",
    by_hand: Annotated[bool, typer.Option("--by-hand", help=_("Only start it; people tick off every step."))] = False,
    login: Login = "", as_json: Json = False,
) -> None:  # fmt: skip
    """Start a drill and try every action that it has; exit code 1 when one fails."""
    from playbooks.emergency import drill
    from playbooks.plan.cli import cancellable, told

    found, good = _begin(name, _targets(unit, device, host, application), login, drill=True), True
    if not by_hand:
        settings, engine = _open()
        with cancellable() as cancelled:
            found, good = drill.every(settings, engine, found, _who(engine, login), told(), cancelled)
    _told(found, as_json)
    if not good:
        raise typer.Exit(1)


@app.command(help=_("Show an emergency: its steps, and what happened, for the review."))
@run_command
def show(number: Number, as_json: Json = False) -> None:
    """Show one emergency with its log."""
    from playbooks.emergency import book
    from playbooks.emergency import show as showing

    _settings, engine = _open()
    found, events = book.get(engine, number), book.log(engine, number)
    if as_json:
        told = [*map(showing.telling, book.told(engine, number))]
        print_json({**found.document(), "log": [*map(showing.event, events)], "told": told})
    else:
        showing.emergency(found)
        showing.log(found, events)


@app.command(help=_("Have a step's action done: what it would change is shown first."))
@run_command
def do(
    number: Number, step: StepName,
    sure: Annotated[bool, typer.Option("--yes", help=_("Do it without asking."))] = False,
    login: Login = "", as_json: Json = False,
) -> None:  # fmt: skip
    """Look, ask, then carry out; a drill's step is tried on a twin."""
    from playbooks.emergency import book, carry
    from playbooks.emergency import show as showing
    from playbooks.plan.cli import told

    settings, engine = _open()
    if book.get(engine, number).drill:
        done = _rehearsed(number, step, login)
    else:
        who = _who(engine, login)
        done = carry.look(settings, engine, number, step, who, told())
        showing.preview(done.preview, as_json)
        if not done.preview.waits and (sure or (not as_json and typer.confirm(translate(_("Do it?"))))):
            done = carry.carry(settings, engine, done, step, who, told())
            if done.outcome is None and not as_json:
                typer.echo(done.preview.waits)
    showing.carried(done, as_json)
    if done.outcome is None or not done.outcome.good:
        raise typer.Exit(1)


@app.command(help=_("Tick a step off that people did."))
@run_command
def done(number: Number, step: StepName, note: Note = "", login: Login = "", as_json: Json = False) -> None:
    """Tick a step off."""
    from playbooks.emergency.rules import StepState

    _moved(number, step, StepState.DONE, note, login, as_json)


@app.command(help=_("Say that a step is under way."))
@run_command
def begin(number: Number, step: StepName, note: Note = "", login: Login = "", as_json: Json = False) -> None:
    """Begin a step."""
    from playbooks.emergency.rules import StepState

    _moved(number, step, StepState.DOING, note, login, as_json)


@app.command(help=_("Leave a step out, with the reason."))
@run_command
def skip(number: Number, step: StepName, note: Note = "", login: Login = "", as_json: Json = False) -> None:
    """Leave a step out."""
    from playbooks.emergency.rules import StepState

    _moved(number, step, StepState.SKIPPED, note, login, as_json)


@app.command(help=_("Write something into an emergency's log."))
@run_command
def note(number: Number, words: Annotated[str, typer.Argument(help=_("What happened."))], login: Login = "") -> None:
    """Write a note."""
    from playbooks.emergency import book

    _settings, engine = _open()
    book.note(engine, number, _who(engine, login), words)


@app.command(help=_("End an emergency, with what was learnt."))
@run_command
def close(
    number: Number,
    review: Annotated[str, typer.Option("--review", help=_("What was learnt."))] = "",
    login: Login = "", as_json: Json = False,
) -> None:  # fmt: skip
    """End an emergency."""
    from playbooks.emergency import book

    _settings, engine = _open()
    _told(book.close(engine, number, _who(engine, login), review), as_json)


def _targets(unit: str, device: str, host: str, application: str) -> dict[str, str]:
    named = {"unit": unit, "device": device, "host": host, "application": application}
    return {kind: value for kind, value in named.items() if value}


def _begin(name: str, given: dict[str, str], login: str, *, drill: bool, reason: str = "") -> "Emergency":
    from inventory.load import load_county
    from playbooks.emergency import book
    from playbooks.emergency.read import plan

    settings, engine = _open()
    return book.start(
        engine, load_county(settings.county), plan(settings.county, name), given, _who(engine, login), drill=drill,
        reason=reason,
    )  # fmt: skip


def _rehearsed(number: int, step: str, login: str) -> "Carried":
    from playbooks.emergency import drill
    from playbooks.plan.cli import cancellable, told

    settings, engine = _open()
    with cancellable() as cancelled:
        return drill.one(settings, engine, number, step, _who(engine, login), told(), cancelled)


def _moved(number: int, step: str, to: "StepState", note: str, login: str, as_json: bool) -> None:
    from playbooks.emergency import book

    _settings, engine = _open()
    _told(book.step(engine, number, step, to, _who(engine, login), note), as_json)


def _told(found: "Emergency", as_json: bool) -> None:
    from playbooks.emergency import show as showing

    print_json(found.document()) if as_json else showing.emergency(found)


def _open() -> "tuple[Settings, Engine]":
    from countynet.db import open_database
    from playbooks.backup.cli import settings_now

    settings = settings_now()
    return settings, open_database(settings)


def _who(engine: "Engine", login: str) -> "Actor":
    """Return in whose name: an account, or whoever has the county's files in hand, who leads."""
    from countynet.people import Actor, actor
    from countynet.vocabulary import Role
    from playbooks.tags import shell_actor

    return actor(engine, login) if login else Actor(shell_actor(), Role.CENTER)

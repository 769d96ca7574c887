"""`countynet plan`: make a plan, look at it, approve it, apply it, take it back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from countynet.console import print_json, run_command, say, table
from countynet.i18n import _, translate
from countynet.options import Only

if TYPE_CHECKING:
    import threading

    from countynet.settings import Settings
    from playbooks.plan.book import Book, Entry
    from playbooks.plan.make import Wish

app = typer.Typer(help=_("Plan changes of devices, approve, apply under a guard, take back."))

Number = Annotated[int, typer.Argument(help=_("The plan's number."))]
Login = Annotated[str, typer.Option("--as", help=_("The login in whose name."))]
Author = Annotated[str, typer.Option("--as", help=_("The login in whose name; else the account of this shell."))]
PolicyOption = Annotated[str, typer.Option("--policy", help=_("On the first failure: stop, undo-tier or undo-all."))]
Seconds = Annotated[
    int, typer.Option("--revert-after", min=5, max=1800, help=_("Seconds until a device takes a change back itself."))
]
AllSecrets = Annotated[
    bool, typer.Option("--secrets", help=_("Send every secret again, also those that are known to be in force."))
]
Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]


@app.callback(invoke_without_command=True)
@run_command
def plan_command(
    context: typer.Context,
    only: Only = None,
    policy: PolicyOption = "stop",
    seconds: Seconds = 120,
    login: Author = "",
    secrets: AllSecrets = False,
    as_json: Json = False,
) -> None:
    """Make a plan, when nothing else is asked for."""
    if context.invoked_subcommand is None:
        _make(only, policy, seconds, login, secrets, as_json)


@app.command("make", help=_("Plan what brings devices to the inventory's last commit; touches nothing."))
@run_command
def make_command(
    only: Only = None,
    policy: PolicyOption = "stop",
    seconds: Seconds = 120,
    login: Author = "",
    secrets: AllSecrets = False,
    as_json: Json = False,
) -> None:
    """Make a plan and show it."""
    _make(only, policy, seconds, login, secrets, as_json)


def _make(only: list[str] | None, policy: str, seconds: int, login: str, secrets: bool, as_json: bool) -> None:
    from dataclasses import replace

    from playbooks.plan.make import make

    settings = _settings()
    wish = replace(_wish(settings, policy, seconds, login), secrets=secrets)
    plan = make(settings, wish, only, _progress())
    _prove(settings, plan.number)
    _print(_book(settings).get(plan.number), as_json)


@app.command("undo", help=_("Plan what takes back just one plan; touches nothing."))
@run_command
def undo_command(
    plan: Number, policy: PolicyOption = "stop", seconds: Seconds = 120, login: Author = "", as_json: Json = False
) -> None:
    """Make a plan that takes one back."""
    from dataclasses import replace

    from playbooks.plan.make import undo

    settings = _settings()
    wish = replace(_wish(settings, policy, seconds, login), undoes=plan)
    made = undo(settings, plan, wish, _progress())
    _prove(settings, made.number)
    say(translate(_("the inventory still says what plan {plan} brought; take that back there, too"), plan=plan))
    _print(_book(settings).get(made.number), as_json)


@app.command("list", help=_("List the newest plans."))
@run_command
def list_command(limit: Annotated[int, typer.Option(min=1, help=_("So many."))] = 20, as_json: Json = False) -> None:
    """List plans."""
    from playbooks.plan.rules import STATES
    from playbooks.plan.show import summary

    entries = _book(_settings()).newest(limit)
    if as_json:
        print_json([summary(entry) for entry in entries])
        return
    columns = [translate(c) for c in (_("Plan"), _("State"), _("Devices"), _("Units"), _("Author"), _("Hash"))]
    rows = [
        [e.plan.number, translate(STATES[e.state]), len(e.plan.devices), len(e.plan.units), e.plan.author, e.hash[:16]]
        for e in entries
    ]
    table(translate(_("Plans")), columns, rows)


@app.command("cancel", help=_("Stop a job that makes or applies a plan; nothing stays half done."))
@run_command
def cancel_command(
    job: Annotated[int, typer.Argument(help=_("The job's number."))], login: Author = "", as_json: Json = False
) -> None:
    """Stop a job of plans. Raises BadInput for another job, Conflict when it has ended."""
    from playbooks.plan.stopping import stop

    settings = _settings()
    state = stop(_book(settings).engine, job, _actor(settings, login))
    if as_json:
        print_json({"job": job, "state": state})
    else:
        say(translate(_("job {job} is told to stop"), job=job))


@app.command("show", help=_("Show a plan and what each device has; asks the devices after an apply that broke off."))
@run_command
def show_command(plan: Number, as_json: Json = False) -> None:
    """Show one plan."""
    settings = _settings()
    book = _book(settings)
    _settle(settings, book, plan)
    _prove(settings, plan)
    _print(book.get(plan), as_json)


@app.command("approve", help=_("Approve a plan (center, never one's own)."))
@run_command
def approve_command(plan: Number, login: Login, as_json: Json = False) -> None:
    """Approve one plan."""
    from countynet.people import actor

    book = _book(_settings())
    entry = book.approve(plan, actor(book.engine, login))
    _print(entry, as_json)


@app.command("despite-freeze", help=_("Let a plan be applied in a freeze period (center, with a reason)."))
@run_command
def despite_freeze_command(
    plan: Number,
    login: Login,
    reason: Annotated[str, typer.Option("--reason", help=_("Why it cannot wait."))] = "",
    as_json: Json = False,
) -> None:
    """Let one plan begin in a freeze period."""
    from countynet.people import actor
    from playbooks.freezes.book import let
    from playbooks.plan import frozen

    settings = _settings()
    book = _book(settings)
    entry = book.get(plan)
    let(settings, book.engine, frozen.devices(entry), frozen.subject(plan), actor(book.engine, login), reason)
    _print(entry, as_json)


@app.command("apply", help=_("Apply an approved plan: backup, tiers, each device under an undo of its own."))
@run_command
def apply_command(
    plan: Number,
    at: Annotated[str, typer.Option("--at", help=_("Not now: in a window of two hours from this time on."))] = "",
    window: Annotated[
        str, typer.Option("--window", help=_('Not now: in a window, as "2026-11-27 02:00/04:00", county\'s clock.'))
    ] = "",
    login: Author = "",
    as_json: Json = False,
) -> None:
    """Apply one plan now, exit code 1 unless every device has it in the end; or put it into a work window."""
    if at or window:
        from playbooks.plan.windows.cli import schedule

        schedule(_settings(), plan, at, window, login, as_json)
        return
    from playbooks.backup.around import apply
    from playbooks.plan.model import PlanState
    from playbooks.tags import shell_actor

    with cancellable() as cancelled:
        entry = apply(_settings(), plan, told(), actor=shell_actor(), cancelled=cancelled)
    if as_json:
        _print(entry, as_json)
    else:
        _results(entry)
    if entry.state is not PlanState.DONE:
        raise typer.Exit(1)


@app.command("unschedule", help=_("Take a plan out of the work window that it waits for."))
@run_command
def unschedule_command(plan: Number, login: Author = "", as_json: Json = False) -> None:
    """Cancel a window."""
    from playbooks.plan.windows.cli import unschedule

    unschedule(_settings(), plan, login, as_json)


def _results(entry: "Entry") -> None:
    from playbooks.plan.settle import STATES

    columns = [translate(c) for c in (_("Device"), _("Result"), _("Error"))]
    rows = [[name, translate(STATES[d.state]), d.error] for name, d in entry.devices.items()]
    table(translate(_("Plan {plan}"), plan=entry.plan.number), columns, rows)


def _settle(settings: "Settings", book: "Book", plan: int) -> None:
    """Ask the devices of which the end is unknown, unless somebody is applying now."""
    from countynet.errors import CountyError
    from playbooks.device.results import Limits
    from playbooks.plan.apply import only_one
    from playbooks.plan.make import Ground
    from playbooks.plan.model import DeviceState, PlanState
    from playbooks.plan.settle import uncertain
    from playbooks.tags import shell_actor

    entry = book.get(plan)
    begun = any(d.state is DeviceState.CHANGING for d in entry.devices.values())
    if not begun and entry.state is not PlanState.APPLYING:
        return
    try:
        with only_one(settings):
            uncertain(book, Ground.at(settings), plan, shell_actor(), Limits(), wait=False)
            if book.get(plan).state is PlanState.APPLYING:
                book.end(plan, shell_actor())
    except CountyError:
        return  # somebody applies now, or the inventory does not load: the plan is shown as it was known


@contextmanager
def cancellable() -> "Iterator[threading.Event]":
    """Let the first Ctrl-C or TERM cancel: devices in hand are taken back, nothing further begins."""
    import signal
    import threading

    cancelled = threading.Event()

    def stop(_number: int, _frame: object) -> None:
        say(translate(_("cancelling: devices in hand are taken back")))
        cancelled.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield cancelled
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def told() -> "Callable[[str, str], None]":
    """Return a function that prints what is said of a device, with the time."""
    from countynet import clock

    def line(device: str, text: str) -> None:
        at = clock.now().astimezone(clock.CHINA).strftime("%H:%M:%S")
        say(f"{at}  {device}: {text}" if device else f"{at}  {text}")

    return line


def _settings() -> "Settings":
    from countynet.settings import Settings

    return Settings.load()


def _book(settings: "Settings") -> "Book":
    from playbooks.plan.book import Book

    return Book.open(settings)


def _wish(settings: "Settings", policy: str, seconds: int, login: str) -> "Wish":
    """Return the wish; raises BadInput for a policy or an account that there is not."""
    from countynet.errors import BadInput, Problem
    from playbooks.plan.make import Wish
    from playbooks.plan.model import Policy

    if policy not in list(Policy):
        wanted = ", ".join(Policy)
        raise BadInput([Problem(_("there is no policy {policy}"), {"policy": policy}, wanted=wanted)])
    return Wish(_actor(settings, login), Policy(policy), seconds)


def _actor(settings: "Settings", login: str) -> str:
    from countynet.people import actor
    from playbooks.tags import shell_actor

    return actor(_book(settings).engine, login).name if login else shell_actor()


def _progress() -> "Callable[..., None]":
    from countynet import console
    from playbooks.device.stage import shown

    return shown(console.progress(translate(_("devices"))))


def _prove(settings: "Settings", plan: int) -> None:
    """Prove what a plan opens and closes unless that is known; say why it cannot be."""
    from countynet import console
    from playbooks.plan.proving import kept, try_to_prove

    if kept(settings, _book(settings).get(plan).hash) is None:
        shown = console.progress(translate(_("places")))
        if error := try_to_prove(settings, plan, shown):
            say(translate(_("what the plan opens and closes is not proven: {error}"), error=error))


def _print(entry: "Entry", as_json: bool) -> None:
    from playbooks.plan import proving
    from playbooks.plan.show import document, lines
    from playbooks.plan.windows.cli import document_of, lines_of

    if as_json:
        proof = proving.document_of(_settings(), entry)
        print_json({**document(entry), "window": document_of(_settings(), entry), "proof": proof})
        return
    for line in (*lines_of(_settings(), entry), *lines(entry), *proving.lines_of(_settings(), entry)):
        typer.echo(line)

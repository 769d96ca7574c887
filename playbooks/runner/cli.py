"""`countynet run`: the playbooks, their launch forms, and runs from being asked for to their end."""

from typing import TYPE_CHECKING, Annotated

import typer

from countynet.console import print_json, run_command
from countynet.i18n import _, translate
from playbooks.runner.options import Json, Login, Name, Number, Secret, Set, opened, who
from playbooks.runner.schedules.cli import mount

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from countynet.people import Actor
    from countynet.settings import Settings
    from playbooks.runner.run import Run

app = typer.Typer(help=_("Run playbooks: look first, carry out, watch, cancel, agree."), no_args_is_help=True)
Leave = Annotated[bool, typer.Option("--leave", help=_("Do not wait for its end."))]
mount(app)


@app.command("list", help=_("List the playbooks that you may run or see, with what they do and how long they took."))
@run_command
def list_(login: Login = "", as_json: Json = False) -> None:
    """List playbooks."""
    from playbooks.runner import book, show, states
    from playbooks.runner.catalogue import catalogue

    settings, engine = opened()
    actor, took = who(engine, login), book.took(engine)
    found = [one for one in catalogue(settings.county).values() if states.may_see(one, actor)]
    if as_json:
        print_json({"playbooks": [show.document(one, took.get(one.id)) for one in found]})
    else:
        show.listing(found, took)


@app.command(help=_("Show a playbook: what it does, its launch form, and what it would touch."))
@run_command
def describe(name: Name, values: Set = None, login: Login = "", as_json: Json = False) -> None:
    """Describe one playbook, with the defaults that it would have with some values."""
    from playbooks.present import present_county
    from playbooks.runner import book, form, show
    from playbooks.runner.catalogue import playbook
    from playbooks.runner.defaults import bound
    from playbooks.runner.given import given

    settings, engine = opened()
    found, actor, seconds = playbook(settings.county, name), who(engine, login), book.took(engine).get(name)
    typed, county = given(settings, name, values, None), present_county(settings)
    touched = book.would_touch(settings, county, found, actor, typed)
    defaults = form.defaults(found, typed, county, actor, bound(settings, county, found))
    if as_json:
        told = {name: {"value": one.value, "from": one.told} for name, one in defaults.items() if one.value or one.told}
        touches = None if touched is None else list(touched)
        print_json({**show.document(found, seconds), "touches": touches, "defaults": told})
    else:
        show.playbook(found, form.offered(found, actor), seconds, defaults)
        show.touched(touched)


@app.command(help=_("Run a playbook: it looks first and says what it would change, then asks."))
@run_command
def start(
    name: Name,
    values: Set = None,
    secret: Secret = None,
    look: Annotated[bool, typer.Option("--look", help=_("Only say what it would change."))] = False,
    sure: Annotated[bool, typer.Option("--yes", help=_("Carry it out without asking."))] = False,
    login: Login = "",
    as_json: Json = False,
) -> None:
    """Look, ask, carry out; exit code 1 when it did not end well."""
    from playbooks.present import present_county
    from playbooks.runner import book
    from playbooks.runner import show as showing
    from playbooks.runner.given import given

    settings, engine = opened()
    actor, county = who(engine, login), present_county(settings)
    typed = given(settings, name, values, secret, lambda found: book.judged(settings, county, name, found, actor))
    run = book.ask(settings, engine, county, name, typed, actor)
    showing.defaulted(run)
    run = _follow(settings, engine, run, actor)
    good = run.state.value == "done"
    if run.looks and good and not look and not run.words and (sure or (not as_json and _agreed())):
        run = _follow(settings, engine, book.carry_out(engine, run.number, actor), actor)
    _end(run, as_json)


@app.command(help=_("Carry out what a look has shown."))
@run_command
def go(number: Number, leave: Leave = False, login: Login = "", as_json: Json = False) -> None:
    """Carry out a look's change."""
    from playbooks.runner import book, frozen, reserved

    settings, engine = opened()
    actor = who(engine, login)
    look = book.get(engine, number)
    reserved.may_follow(settings, look, actor)
    frozen.may_follow(settings, engine, look)
    run = book.carry_out(engine, number, actor)
    _end(run if leave else _follow(settings, engine, run, actor), as_json, waited=not leave)


@app.command(help=_("Run again on the hosts that failed."))
@run_command
def again(number: Number, leave: Leave = False, login: Login = "", as_json: Json = False) -> None:
    """Run once more where it failed."""
    from playbooks.runner import book, frozen, reserved

    settings, engine = opened()
    actor = who(engine, login)
    before = book.get(engine, number)
    reserved.may_follow(settings, before, actor)
    if not before.looks:
        frozen.may_follow(settings, engine, before)
    run = book.again(engine, number, actor)
    _end(run if leave else _follow(settings, engine, run, actor), as_json, waited=not leave)


@app.command("freezes", help=_("List the periods in which no change begins, those that hold and those to come."))
@run_command
def freezes_command(as_json: Json = False) -> None:
    """List freeze periods; exit code 2 for a wrong file."""
    from playbooks.freezes.show import periods

    settings, _engine = opened()
    periods(settings, as_json)


@app.command(
    "despite-freeze", help=_("Let what a look has shown be carried out in a freeze period (center, with a reason).")
)
@run_command
def despite_freeze(
    number: Number,
    reason: Annotated[str, typer.Option("--reason", help=_("Why it cannot wait."))] = "",
    login: Login = "",
    as_json: Json = False,
) -> None:
    """Let a run begin in a freeze period."""
    from playbooks.freezes.book import let
    from playbooks.runner import book, frozen

    settings, engine = opened()
    run = book.get(engine, number)
    let(settings, engine, run.targets, frozen.subject(number), who(engine, login), reason)
    _told(run, as_json)


@app.command(help=_("List the runs, the newest first."))
@run_command
def history(
    name: Annotated[str, typer.Option("--playbook", help=_("Only those of this playbook."))] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help=_("At most so many."))] = 50,
    login: Login = "",
    as_json: Json = False,
) -> None:
    """List runs."""
    from playbooks.runner import book, show

    _settings, engine = opened()
    found = book.newest(engine, who(engine, login), limit, name)
    if as_json:
        print_json({"runs": [run.document() for run in found]})
    else:
        show.runs(found)


@app.command(help=_("Show a run: its values, what it said, and how each host came out."))
@run_command
def show(
    number: Number,
    follow: Annotated[bool, typer.Option("--follow", help=_("Go on until it ends."))] = False,
    login: Login = "",
    as_json: Json = False,
) -> None:
    """Show one run with its log."""
    from countynet.errors import NotAllowed
    from playbooks.runner import book
    from playbooks.runner import show as showing

    settings, engine = opened()
    actor = who(engine, login)
    run = book.get(engine, number)
    if not run.seen_by(actor):
        raise NotAllowed(_("run {run} is not yours to see"), run=number)
    if follow:
        run = _follow(settings, engine, run, actor)
    lines = book.lines(engine, number)
    if as_json:
        print_json({**run.document(), "lines": [line.document() for line in lines]})
        return
    showing.defaulted(run)
    if not follow:
        for line in lines:
            typer.echo(showing.line(line))
    showing.run(run)


@app.command(help=_("Cancel a run, or have one that runs stop."))
@run_command
def cancel(number: Number, login: Login = "", as_json: Json = False) -> None:
    """Cancel a run."""
    from playbooks.runner import book

    _settings, engine = opened()
    _told(book.cancel(engine, number, who(engine, login)), as_json)


@app.command(help=_("Agree to a run that waits for the center."))
@run_command
def approve(number: Number, login: Login = "", as_json: Json = False) -> None:
    """Agree to a run."""
    from playbooks.runner import book

    _settings, engine = opened()
    _told(book.approve(engine, number, who(engine, login)), as_json)


@app.command(help=_("Refuse a run that waits for the center."))
@run_command
def refuse(
    number: Number,
    reason: Annotated[str, typer.Option("--reason", help=_("Why, for who asked for it."))] = "",
    login: Login = "",
    as_json: Json = False,
) -> None:
    """Refuse a run."""
    from playbooks.runner import book

    _settings, engine = opened()
    _told(book.refuse(engine, number, who(engine, login), reason), as_json)


def _follow(settings: "Settings", engine: "Engine", run: "Run", actor: "Actor") -> "Run":
    from countynet.console import say
    from playbooks.runner import show as showing
    from playbooks.runner.follow import follow

    say(translate(_("run {run} ({kind}): {state}"), run=run.number, kind=showing.what(run), state=showing.state(run)))
    return follow(settings, engine, run.number, actor, lambda line: say(showing.line(line)))


def _agreed() -> bool:
    return typer.confirm(translate(_("Do it?")))


def _end(run: "Run", as_json: bool, waited: bool = True) -> None:
    _told(run, as_json)
    if waited and run.state.value not in ("done", "waiting"):
        raise typer.Exit(1)


def _told(run: "Run", as_json: bool) -> None:
    from playbooks.runner import show as showing

    if as_json:
        print_json(run.document())
    else:
        showing.run(run)

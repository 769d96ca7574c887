"""`countynet app`: the county's applications, from the first deploy to the last backup."""

from typing import TYPE_CHECKING, Annotated

import typer

from countynet.console import print_json, run_command, say
from countynet.i18n import _, translate
from playbooks.runner.options import Json, Login, opened, who

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from countynet.people import Actor
    from countynet.settings import Settings
    from playbooks.runner.run import Run

app = typer.Typer(help=_("Deploy applications on servers; back up, try the backup, restore."), no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="NAME", help=_("The application's id; see: countynet app list"))]
Yes = Annotated[bool, typer.Option("--yes", help=_("Carry it out without asking."))]
Snapshot = Annotated[str, typer.Option("--snapshot", help=_("Which backup; else the last one."))]


@app.command("list", help=_("List the applications that are described, and how they stand."))
@run_command
def list_(as_json: Json = False) -> None:
    """List applications, those that others need first."""
    from playbooks.applications import show

    settings, engine = opened()
    found = show.overview(settings, engine)
    if as_json:
        print_json({"applications": [one.document() for one in found]})
    else:
        show.listing(found)


@app.command("show", help=_("Show what an application is: its kind, hosts, name, reach, data, backup and needs."))
@run_command
def show_(name: Name, as_json: Json = False) -> None:
    """Show one application's description."""
    from playbooks.applications import show

    settings, _engine = opened()
    facts = show.facts(settings, name)
    if as_json:
        print_json(facts)
    else:
        show.described(facts)


@app.command(help=_("Put an application on its servers: look, ask, do; then say which plan the firewalls need."))
@run_command
def deploy(
    name: Name,
    sure: Yes = False,
    look: Annotated[bool, typer.Option("--look", help=_("Only say what it would change."))] = False,
    plan: Annotated[bool, typer.Option("--plan/--no-plan", help=_("Make the plan of the firewalls, too."))] = True,
    login: Login = "",
    as_json: Json = False,
) -> None:
    """Deploy; exit code 1 when it did not end well."""
    settings, engine = opened()
    actor = who(engine, login)
    run = _started(settings, engine, "app-deploy", {"application": name}, actor)
    changes = run.looks and run.state.value == "done" and not look and (sure or (not as_json and _agreed()))
    if changes:
        from playbooks.runner import book

        run = _follow(settings, engine, book.carry_out(engine, run.number, actor), actor)
    needed = _plan(settings, actor) if plan and not run.looks and run.state.value == "done" else None
    _end(run, as_json, {"plan": needed})


@app.command(help=_("Show how an application stands: health, last backup, last trial of it, end of its certificate."))
@run_command
def status(name: Annotated[str, typer.Argument(metavar="[NAME]")] = "", as_json: Json = False) -> None:
    """Show one or all applications; exit code 1 if one that is deployed does not work."""
    from playbooks.applications import show

    settings, engine = opened()
    found = show.states(settings, engine, name)
    if as_json:
        print_json({"applications": [one.document() for one in found]})
    else:
        show.told(found)
    if any(not one.well for one in found):
        raise typer.Exit(1)


@app.command(help=_("Back an application's data up to the server that its backup job names."))
@run_command
def backup(name: Name, login: Login = "", as_json: Json = False) -> None:
    """Back up."""
    _simple("app-backup", {"application": name}, login, as_json)


@app.command(help=_("Restore the last backup into a scratch folder and compare every file; the application goes on."))
@run_command
def drill(name: Name, login: Login = "", as_json: Json = False) -> None:
    """Try the last backup."""
    _simple("app-drill", {"application": name}, login, as_json)


@app.command(help=_("Put an application's data back as it was saved; the center has to agree."))
@run_command
def restore(name: Name, snapshot: Snapshot = "", login: Login = "", as_json: Json = False) -> None:
    """Restore."""
    values = {"application": name, **({"snapshot": snapshot} if snapshot else {})}
    _simple("app-restore", values, login, as_json)


@app.command(help=_("Take an application off its servers; its data stays unless --with-data, its backups always."))
@run_command
def remove(
    name: Name,
    with_data: Annotated[bool, typer.Option("--with-data", help=_("Its data, too."))] = False,
    close: Annotated[
        bool,
        typer.Option("--close", help=_("Take its deployment out of the inventory, and plan what the firewalls close.")),
    ] = False,
    sure: Yes = False,
    login: Login = "",
    as_json: Json = False,
) -> None:
    """Remove."""
    from playbooks.applications import opening
    from playbooks.runner import book

    settings, engine = opened()
    actor = who(engine, login)
    if close:
        opening.may_close(settings, name)
    values = {"application": name, **({"with-data": "yes"} if with_data else {})}
    run = _started(settings, engine, "app-remove", values, actor)
    if run.looks and run.state.value == "done" and (sure or (not as_json and _agreed())):
        run = _follow(settings, engine, book.carry_out(engine, run.number, actor), actor)
    gone = not run.looks and run.state.value == "done"
    made = opening.close(settings, name, actor.name) if close and gone else None
    if made is not None:
        say(
            translate(
                _("plan {plan} closes it at the firewalls; look and agree: countynet plan show {plan}"), plan=made
            )
        )
    elif gone and not close:
        say(translate(_("it is still described, and what it opened at the firewalls stays open; see: --close")))
    _end(run, as_json, {"plan": made} if close else None)


@app.command(
    "keep-apart",
    help=_("Make the center's own vault, before the first deploy of what is the center's alone (docs/ceremony.md)."),
)
@run_command
def keep_apart(as_json: Json = False) -> None:
    """Make the vault and say which key opens the center's hosts."""
    from playbooks.applications import secrets
    from playbooks.applications.deployed import deployable
    from playbooks.applications.kinds import kinds
    from playbooks.present import present_county

    settings, _engine = opened()
    every = deployable(present_county(settings), kinds(settings.county))
    meant = {one.id: one for one in every.values() if one.found.kind.guarded}
    public = secrets.keep_apart(settings, {id_: one.found.kind.guarded for id_, one in meant.items()})
    hosts = sorted({host.name for one in meant.values() for host in one.hosts})
    if as_json:
        print_json({"hosts": list(hosts), "public_key": public})
        return
    say(translate(_("this key alone belongs into root's authorized_keys on {hosts}:"), hosts=", ".join(hosts)))
    say(public)


def _simple(playbook: str, values: dict[str, str], login: str, as_json: bool) -> None:
    settings, engine = opened()
    _end(_started(settings, engine, playbook, values, who(engine, login)), as_json)


def _started(settings: "Settings", engine: "Engine", playbook: str, values: dict[str, str], actor: "Actor") -> "Run":
    """Judge rights and application before anything is queued, then ask for the run and follow it."""
    from playbooks.applications.carry import judge
    from playbooks.present import present_county
    from playbooks.runner import book

    county = present_county(settings)
    book.judged(settings, county, playbook, values, actor)
    judge(settings, county, values["application"], playbook.removeprefix("app-"))
    return _follow(settings, engine, book.ask(settings, engine, county, playbook, values, actor), actor)


def _follow(settings: "Settings", engine: "Engine", run: "Run", actor: "Actor") -> "Run":
    from playbooks.runner import show as showing
    from playbooks.runner.follow import follow

    say(translate(_("run {run} ({kind}): {state}"), run=run.number, kind=showing.what(run), state=showing.state(run)))
    return follow(settings, engine, run.number, actor, lambda line: say(showing.line(line)))


def _agreed() -> bool:
    return typer.confirm(translate(_("Do it?")))


def _plan(settings: "Settings", actor: "Actor") -> int | None:
    """Make the plan that brings what the application opens to the firewalls; None when they have it."""
    from playbooks.applications.opening import plan

    say(translate(_("looking whether the firewalls let people through")))
    made = plan(settings, actor.name)
    if made is None:
        say(translate(_("the firewalls run what the inventory says")))
    else:
        message = _("plan {plan} opens it at the firewalls; look and agree: countynet plan show {plan}")
        say(translate(message, plan=made))
    return made


def _end(run: "Run", as_json: bool, more: dict[str, int | None] | None = None) -> None:
    from playbooks.runner import show as showing

    if as_json:
        print_json({**run.document(), **(more or {})})
    else:
        showing.run(run)
    if run.state.value not in ("done", "waiting"):
        raise typer.Exit(1)

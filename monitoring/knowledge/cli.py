"""`countynet knowledge`: search what earlier faults taught, write it down, improve it. `--as` says in whose name."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from countynet.console import print_json, run_command, table
from countynet.i18n import _, translate
from monitoring.knowledge.model import Audience

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countynet.canonical import JSON
    from countynet.people import Actor
    from monitoring.knowledge.model import Entry
    from monitoring.knowledge.service import Knowledge

app = typer.Typer(help=_("Search and write what earlier faults taught."), no_args_is_help=True)

Number = Annotated[int, typer.Argument(help=_("The entry's number."))]
Login = Annotated[str, typer.Option("--as", help=_("The login in whose name."))]
Reader = Annotated[str, typer.Option("--as", help=_("The login who reads; without one everything is shown."))]
Fault = Annotated[int | None, typer.Option(help=_("The fault that taught it."))]
Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]
Symptom = Annotated[str, typer.Option(help=_("How it shows, in the words of whoever reports it."))]
Cause = Annotated[str, typer.Option(help=_("What it was."))]
Remedy = Annotated[str, typer.Option(help=_("What helped."))]
Command = Annotated[str, typer.Option(help=_("The command that finds or mends it."))]
For = Annotated[Audience, typer.Option("--for", help=_("Whom it is for: `unit` reads it too, `staff` alone."))]
Note = Annotated[str, typer.Option(help=_("Why it is changed."))]


@app.command(help=_("Search entries by how a fault shows, best first."))
@run_command
def search(
    words: Annotated[list[str], typer.Argument(help=_("What is seen, in Chinese or English."))],
    most: Annotated[int, typer.Option(min=1, max=100, help=_("At most so many."))] = 10,
    reader: Reader = "",
    as_json: Json = False,
) -> None:
    """Search; exit code 1 when nothing is found."""
    service, who = _open(reader)
    found = service.search(" ".join(words), who.role, most)
    _show(found, as_json)
    raise typer.Exit(0 if found else 1)


@app.command("list", help=_("List the entries that were changed last."))
@run_command
def list_(
    most: Annotated[int, typer.Option(min=1, help=_("At most so many."))] = 20,
    reader: Reader = "",
    as_json: Json = False,
) -> None:
    """List entries."""
    service, who = _open(reader)
    _show(service.newest(who.role, most), as_json)


@app.command(help=_("Show an entry with its versions."))
@run_command
def show(entry: Number, reader: Reader = "", as_json: Json = False) -> None:
    """Show one entry."""
    service, who = _open(reader)
    found, versions = service.get(entry, who.role)
    if as_json:
        past: list[JSON] = [version.document() for version in versions]
        print_json({**found.document(), "versions": past})
        return
    for name, said in (
        (_("symptom"), found.text.symptom),
        (_("cause"), found.text.cause),
        (_("remedy"), found.text.remedy),
        (_("command"), found.text.command),
    ):
        if said:
            typer.echo(f"{translate(name)}: {said}")
    for version in versions:
        typer.echo(f"  {version.version}  {version.at.isoformat()}  {version.author}  {version.note}")


@app.command(help=_("Write a new entry (center, operator)."))
@run_command
def write(
    symptom: Symptom,
    remedy: Remedy,
    login: Login,
    cause: Cause = "",
    command: Command = "",
    audience: For = Audience.STAFF,
    fault: Fault = None,
    as_json: Json = False,
) -> None:
    """Write an entry."""
    from monitoring.knowledge.model import Text

    service, who = _open(login)
    number = service.write(who, Text(symptom, cause, remedy, command, audience), fault)
    _show([service.get(number, who.role)[0]], as_json)


@app.command(help=_("Improve an entry: what is not named stays as it is (center, operator)."))
@run_command
def improve(
    entry: Number,
    login: Login,
    symptom: Annotated[str | None, typer.Option(help=_("How it shows, in the words of whoever reports it."))] = None,
    cause: Annotated[str | None, typer.Option(help=_("What it was."))] = None,
    remedy: Annotated[str | None, typer.Option(help=_("What helped."))] = None,
    command: Annotated[str | None, typer.Option(help=_("The command that finds or mends it."))] = None,
    audience: Annotated[
        Audience | None, typer.Option("--for", help=_("Whom it is for: `unit` reads it too, `staff` alone."))
    ] = None,
    note: Note = "",
    as_json: Json = False,
) -> None:
    """Improve an entry."""
    from monitoring.knowledge.model import Text

    service, who = _open(login)
    now = service.get(entry, who.role)[0]
    text = Text(
        now.text.symptom if symptom is None else symptom,
        now.text.cause if cause is None else cause,
        now.text.remedy if remedy is None else remedy,
        now.text.command if command is None else command,
        audience or now.text.audience,
    )
    service.improve(who, entry, now.version, text, note)
    _show([service.get(entry, who.role)[0]], as_json)


@app.command(help=_("Take an entry out of what is found, or `--back` into it (center, operator)."))
@run_command
def withdraw(
    entry: Number,
    login: Login,
    note: Note = "",
    back: Annotated[bool, typer.Option("--back", help=_("Let it be found again."))] = False,
    as_json: Json = False,
) -> None:
    """Withdraw an entry."""
    service, who = _open(login)
    (service.bring_back if back else service.withdraw)(who, entry, note)
    _show([service.get(entry, who.role)[0]], as_json)


@app.command(help=_("Say whether an entry helped with a fault (center, operator)."))
@run_command
def tried(
    entry: Number,
    fault: Annotated[int, typer.Argument(help=_("The fault's number."))],
    login: Login,
    helped: Annotated[bool, typer.Option("--helped/--not-helped", help=_("Whether it helped."))] = True,
    as_json: Json = False,
) -> None:
    """Note a use."""
    service, who = _open(login)
    service.tried(who, entry, fault, helped)
    _show([service.get(entry, who.role)[0]], as_json)


@app.command("import", help=_("Bring entries in from a YAML file; without one, those that come with this version."))
@run_command
def import_(
    login: Login,
    file: Annotated[Path | None, typer.Argument(help=_("A file with a list `entries`."))] = None,
    as_json: Json = False,
) -> None:
    """Bring entries in; what stands already is not written twice."""
    from countynet.errors import BadInput, Problem
    from monitoring.knowledge import start

    source = file or start.shipped()
    try:
        texts = start.read(source.name, source.read_bytes())
    except OSError as error:
        raise BadInput([Problem(_("the file cannot be read"), file=str(source))]) from error
    service, who = _open(login)
    made = start.bring(service, who, texts)
    if as_json:
        print_json({"written": list(made), "known": len(texts) - len(made)})
        return
    said = _("{written} entries written, {known} known already")
    typer.echo(translate(said, written=len(made), known=len(texts) - len(made)))


def _open(login: str) -> "tuple[Knowledge, Actor]":
    from countynet.db import open_database
    from countynet.people import Actor, actor
    from countynet.settings import Settings
    from countynet.vocabulary import Role
    from monitoring.knowledge.service import Knowledge

    engine = open_database(Settings.load())
    return Knowledge(engine), actor(engine, login) if login else Actor("", Role.AUDITOR)


def _show(entries: "Sequence[Entry]", as_json: bool) -> None:
    if as_json:
        print_json([entry.document() for entry in entries])
        return
    columns = (_("entry"), _("symptom"), _("remedy"), _("helped"))
    rows = [[e.id, e.text.symptom, e.text.remedy, f"{e.helped}/{e.used}"] for e in entries]
    table(translate(_("Knowledge")), [translate(column) for column in columns], rows)

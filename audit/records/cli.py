"""`countynet audit records`: the records from a shell, by the same rules as in the browser. And the asset list."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from countynet.console import run_command
from countynet.i18n import _

if TYPE_CHECKING:
    from audit.records.service import Held, Records
    from countynet.canonical import JSON
    from countynet.people import Actor
    from countynet.pictures import Picture

app = typer.Typer(add_completion=False, no_args_is_help=True, help=_("Visits, drills, trainings, regulations."))
Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]
Login = Annotated[str, typer.Option("--as", help=_("The login in whose name."))]
Which = Annotated[str, typer.Argument(help=_("visit, drill, training or regulation"))]
Number = Annotated[int, typer.Argument(help=_("The record's number."))]
Values = Annotated[
    list[str] | None, typer.Option("--set", help=_("A field, as name=value; several lines: \\n between them."))
]
Photographs = Annotated[list[Path] | None, typer.Option("--photograph", help=_("A JPEG, PNG or WebP picture."))]
Text = Annotated[Path | None, typer.Option(help=_("A regulation's text: .md or .pdf."))]
Target = Annotated[Path | None, typer.Option(dir_okay=False, help=_("Write a workbook there."))]


@run_command
def assets(xlsx: Target = None, json: Json = False) -> None:
    """List the systems of classified protection, with what each stands on."""
    from audit.assets import HEADS, document, row, workbook
    from audit.systems import systems
    from countynet.console import print_json, table
    from countynet.i18n import translate
    from countynet.settings import Settings
    from inventory import load_county

    county = load_county(Settings.load().county)
    if xlsx is not None:
        xlsx.write_bytes(workbook(county))
    if json:
        print_json(document(county))
    elif xlsx is None:
        table(translate(_("Systems")), [translate(head) for head in HEADS], [row(one) for one in systems(county)])


@app.command("list", help=_("List the records of a kind, the newest first."))
@run_command
def list_records(kind: Which, login: Login = "auditor", xlsx: Target = None, json: Json = False) -> None:
    """List records as somebody sees them."""
    from audit.records.book import workbook
    from audit.records.kinds import sort_of
    from countynet.console import print_json, table
    from countynet.i18n import translate

    sort = sort_of(kind)
    records, who = _open(login)
    found = records.listed(sort.kind, who)
    if xlsx is not None:
        xlsx.write_bytes(workbook(sort, found, records.histories(sort.kind, who)))
    if json:
        print_json([_document(one) for one in found])
    elif xlsx is None:
        heads = [_("number"), _("what"), _("state"), _("registered by")]
        rows = [[one.number, sort.named(one.record), _state(one), one.author] for one in found]
        table(translate(sort.title), [translate(head) for head in heads], rows)


@app.command("show", help=_("Show a record with every version of it."))
@run_command
def show(kind: Which, number: Number, login: Login = "auditor", json: Json = False) -> None:
    """Show a record; exit code 2 when there is none."""
    from audit.records.book import said, stepped
    from audit.records.kinds import sort_of
    from countynet.console import out, print_json, table
    from countynet.i18n import translate
    from countynet.moments import shown

    sort = sort_of(kind)
    records, who = _open(login)
    held = records.history(sort.kind, number, who)
    if json:
        print_json({**_document(held[-1]), "versions": [_document(one) for one in held]})
        return
    out().print(f"{sort.named(held[-1].record)}: {_state(held[-1])}")
    for field in (*sort.fields, *sort.shows):
        if text := said(field, getattr(held[-1].record, field.name)):
            out().print("  {}: {}".format(translate(field.label), text.replace("\n", "; ")))
    heads = [_("version"), _("step"), _("done by"), _("time"), _("words"), _("SHA-256")]
    rows = [[one.version, stepped(one), one.by, shown(one.at), one.note, one.sha256] for one in held]
    table(translate(_("Versions")), [translate(head) for head in heads], rows)


@app.command("add", help=_("Register a record; its fields by --set."))
@run_command
def add(
    kind: Which, login: Login, values: Values = None, photograph: Photographs = None, text: Text = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Register a record. Exit code 2 with everything that is wrong, 1 for who may not."""
    from audit.records.kinds import sort_of
    from countynet.console import out, print_json

    sort = sort_of(kind)
    records, who = _open(login)
    typed, sent = _typed(values or (), text)
    number = records.add(sort.kind, typed, who, _pictures(photograph or ()), sent)
    if json:
        print_json({"kind": sort.kind.value, "number": number})
    else:
        out().print(f"{sort.kind.value}:{number}")


@app.command("correct", help=_("Write a record's fields anew, with a reason; a version more."))
@run_command
def correct(
    kind: Which, number: Number, login: Login, values: Values = None, text: Text = None, json: Json = False,
) -> None:  # fmt: skip
    """Correct a record: fields that are not named stay. Exit code 2 with everything wrong, 1 for who may not."""
    from audit.records.kinds import sort_of
    from audit.records.said import written

    sort = sort_of(kind)
    records, who = _open(login)
    before = records.get(sort.kind, number, who)
    held = {field.name: written(field, getattr(before.record, field.name)) for field in sort.fields}
    typed, sent = _typed(values or (), text)
    records.correct(sort.kind, number, before.version, {**held, **typed}, who, (), sent)
    _told(records.get(sort.kind, number, who), json)


@app.command("step", help=_("Take a step: approve, enter, leave, done, remark ..."))
@run_command
def step(
    kind: Which, number: Number, name: Annotated[str, typer.Argument(help=_("The step's name."))], login: Login,
    values: Values = None, photograph: Photographs = None, json: Json = False,
) -> None:  # fmt: skip
    """Take a step. Exit code 2 with everything that is wrong, 1 for who may not or a record in another state."""
    from audit.records.kinds import sort_of

    sort = sort_of(kind)
    records, who = _open(login)
    records.step(sort.kind, number, name, _typed(values or (), None)[0], who, _pictures(photograph or ()))
    _told(records.get(sort.kind, number, who), json)


@app.command("readers", help=_("Who has to read which regulation, and who has not acknowledged it."))
@run_command
def readers(login: Login = "auditor", json: Json = False) -> None:
    """List the readers of every regulation; exit code 1 for who may not see that."""
    from audit.records.model import Kind
    from audit.records.readers import Readers, standing
    from countynet.console import print_json, table
    from countynet.i18n import translate

    records, who = _open(login)
    records.listed(Kind.REGULATION, who)  # who may see the records sees who has read them
    found = standing(Readers(records.settings, records.engine).asked())
    if json:
        print_json([{**vars(one), "due": one.due.isoformat(), "missing": list(one.missing)} for one in found])
        return
    heads = [_("number"), _("Title"), _("acknowledged"), _("still missing")]
    rows = [[one.number, one.title, f"{one.acknowledged}/{one.asked}", ", ".join(one.missing)] for one in found]
    table(translate(_("Regulations")), [translate(head) for head in heads], rows)


def _open(login: str) -> tuple["Records", "Actor"]:
    from audit.records.service import Records
    from countynet.db import open_database
    from countynet.people import actor
    from countynet.settings import Settings

    settings = Settings.load()
    engine = open_database(settings)
    return Records(settings, engine), actor(engine, login)


def _typed(values: Sequence[str], text: Path | None) -> tuple[dict[str, str], bytes]:
    from countynet.errors import BadInput, Problem

    odd = [
        Problem(_("this is no field with a value"), found=one, wanted="name=value") for one in values if "=" not in one
    ]
    if text is not None and text.suffix.lower() not in (".md", ".pdf"):
        odd.append(Problem(_("a regulation's text is .md or .pdf"), found=text.name))
    if odd:
        raise BadInput(odd)
    typed = {name.strip(): value.replace("\\n", "\n") for name, _sign, value in (one.partition("=") for one in values)}
    if text is None:
        return typed, b""
    content = _bytes(text)
    if text.suffix.lower() == ".pdf":
        return typed, content
    try:
        return {**typed, "text": content.decode()}, b""
    except UnicodeDecodeError:
        raise BadInput([Problem(_("the text is not UTF-8"), file=str(text))]) from None


def _pictures(files: Sequence[Path]) -> tuple["Picture", ...]:
    from countynet.pictures import MOST, cleaned

    parts = [files[first : first + MOST] for first in range(0, len(files), MOST)]
    return tuple(picture for part in parts for picture in cleaned([_bytes(file) for file in part]))


def _bytes(file: Path) -> bytes:
    from countynet.errors import BadInput, Problem

    try:
        return file.read_bytes()
    except OSError as error:
        raise BadInput([Problem(_("the file cannot be read"), file=str(file), found=str(error.strerror))]) from None


def _document(one: "Held") -> dict[str, "JSON"]:
    record: dict[str, JSON] = one.record.model_dump(mode="json")
    return {
        "kind": one.kind.value, "number": one.number, "version": one.version, "state": _state(one),
        "author": one.author, "step": one.step, "by": one.by, "at": one.at.isoformat(), "note": one.note,
        "sha256": one.sha256, "record": record,
    }  # fmt: skip


def _state(one: "Held") -> str:
    from countynet import clock
    from countynet.i18n import translate

    return translate(one.sort.state(one.record, clock.now()))


def _told(one: "Held", json: bool) -> None:
    from countynet.console import out, print_json

    if json:
        print_json(_document(one))
    else:
        out().print(f"{one.kind.value}:{one.number} {_state(one)}")

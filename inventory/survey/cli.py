"""`countynet inventory import`, `form` and `export`: surveys in, the empty form and all tables out."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from countynet.canonical import JSON
from countynet.console import print_json, run_command, say, table
from countynet.i18n import _, translate

if TYPE_CHECKING:
    from countynet.settings import Settings
    from inventory.model import County
    from inventory.record import Committed
    from inventory.survey.preview import Preview

Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]
BAD = 2


@run_command
def import_(
    files: Annotated[list[Path], typer.Argument(help=_("Survey files, or folders of them."), metavar="FILES")],
    preview: Annotated[
        bool, typer.Option("--preview", help=_("Only say what is wrong and what would change."))
    ] = False,
    corrected: Annotated[
        Path | None,
        typer.Option(
            "--corrected", help=_("Where copies with marked cells go; by default corrected/ beside the input.")
        ),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", "-m", help=_("Why; stands in the history."))] = "",
    json: Json = False,
) -> None:
    """Preview or import survey files; exit code 2 with every problem of every file."""
    from countynet import clock
    from countynet.settings import Settings
    from inventory import load_county
    from inventory.survey.preview import preview as preview_of
    from inventory.survey.reading import sources

    settings = Settings.load()
    county = load_county(settings.county)
    found = preview_of(county, sources(files), clock.today())
    if found.problems:
        _refuse(found, corrected or _beside(files[0]), json)
    elif preview:
        _promise(county, found, json)
    else:
        _tell(found, _commit(settings, found, reason), json)


def _beside(given: Path) -> Path:
    return given.absolute().parent / "corrected"


def _refuse(found: "Preview", folder: Path, json: bool) -> None:
    """Show every problem and write the copies; the exit code is 2."""
    from countynet.errors import CountyError
    from inventory.survey.corrected import write_copies

    try:
        copies = write_copies(folder, found.reading.books, found.problems)
    except OSError as error:
        copies = ()
        _show(found, json)
        raise CountyError(_("{folder} takes no copies: {reason}"), folder=folder, reason=error.strerror) from error
    _show(found, json)
    for copy in copies:
        say(translate(_("copy with the bad cells marked: {path}"), path=copy))
    raise SystemExit(BAD)


def _show(found: "Preview", json: bool) -> None:
    if json:
        print_json([problem.document() for problem in found.problems])
        return
    files = dict.fromkeys(problem.file for problem in found.problems)
    heads = [_("sheet"), _("row"), _("column"), _("value"), _("problem"), _("what would be right")]
    for file in files:
        own = [problem.document() for problem in found.problems if problem.file == file]
        rows = [[_text(document[key]) for key in list(document)[1:]] for document in own]
        table(file, [translate(head) for head in heads], rows)
    text = _("{count} problems in {files} files; nothing was changed")
    say(translate(text, count=len(found.problems), files=len(files)))


def _text(value: JSON) -> str:
    return "" if value is None else str(value)


def _promise(county: "County", found: "Preview", json: bool) -> None:
    """Show what an import would change."""
    from inventory.survey.edits import summary

    if json:
        print_json([])
        return
    _notes(found)
    places, added, changed = summary(county, found.edits)
    rows: list[tuple[str, object]] = [(translate(_("new place")), place.name) for place in places]
    rows += [(translate(_("new unit")), f"{unit.name} ({unit.id})") for unit in added]
    rows += [(translate(_("units changed")), changed), (translate(_("edits")), len(found.edits))]
    title = translate(_("no problem in {count} rows; this is what an import changes"), count=len(found.entries))
    table(title, [translate(_("what")), translate(_("value"))], rows)


def _notes(found: "Preview") -> None:
    for note in found.notes:
        say(translate(note.message, **note.values))


def _commit(settings: "Settings", found: "Preview", reason: str) -> "Committed":
    """Make one commit of everything, with what is allocated held under the record's lock."""
    from countynet import clock
    from countynet.errors import Conflict
    from inventory.allocate.join import new_secrets
    from inventory.record import Edit, Repository, shell_author
    from inventory.survey.edits import edits
    from inventory.survey.preview import judge

    repository = Repository(settings)

    def make() -> tuple[Edit, ...]:
        now = repository.county()
        entries, problems = judge(now, found.reading.rows)
        if problems:
            raise Conflict(_("somebody changed the county meanwhile; preview the surveys again"))
        return edits(now, entries, clock.today())

    files = len(found.reading.books)
    why = reason or translate(_("import of {count} survey files"), count=files)
    return repository.change(make, shell_author(), why, extra=new_secrets(settings))


def _tell(found: "Preview", done: "Committed", json: bool) -> None:
    if json:
        notes = [translate(note.message, **note.values) for note in found.notes]
        print_json({"rows": len(found.entries), "notes": notes, **done.summary()})
        return
    _notes(found)
    if done.changed:
        say(translate(_("{count} changes committed as {commit}"), count=len(done.changes), commit=done.commit[:10]))
    else:
        say(translate(_("the county says all of this already; nothing changed")))


@run_command
def form(
    file: Annotated[Path | None, typer.Argument(help=_("The workbook to write."))] = None,
    lang: Annotated[str, typer.Option("--lang", help=_("Which language comes first: zh or en."))] = "",
    json: Json = False,
) -> None:
    """Write the empty survey workbook."""
    from countynet.errors import CountyError
    from countynet.i18n import ENGLISH, language, normalise
    from countynet.settings import Settings
    from inventory import load_county
    from inventory.survey.form import form as form_of

    settings = Settings.load()
    wanted = normalise(lang) if lang else language()
    target = file or Path("survey.xlsx" if wanted == ENGLISH else "单位调查表.xlsx")
    if target.suffix.lower() != ".xlsx":
        raise CountyError(_("the form is an .xlsx workbook, not {name}"), name=target.name)
    if target.exists() or target.is_symlink():
        raise CountyError(_("{path} is there already; it may hold answers"), path=target)
    county = load_county(settings.county) if settings.county.is_dir() else None
    try:
        form_of(county, wanted).save(target)
    except OSError as error:
        raise CountyError(_("{path} cannot be written: {reason}"), path=target, reason=error.strerror) from error
    if json:
        print_json({"file": str(target), "language": wanted})
    else:
        say(translate(_("the form was written to {path}"), path=target))


@run_command
def export(
    folder: Annotated[Path | None, typer.Argument(help=_("The folder to write to."))] = None,
    netbox: Annotated[str, typer.Option("--netbox", help=_("Bring this NetBox to the inventory instead."))] = "",
    format: Annotated[Literal["xlsx", "csv", "both"], typer.Option("--format", help=_("What to write."))] = "both",
    chinese: Annotated[bool, typer.Option("--chinese", help=_("Add a second row of headers, in Chinese."))] = False,
    json: Json = False,
) -> None:
    """Write every section of the county as tables, or into a NetBox."""
    from countynet.errors import BadInput, Problem
    from countynet.settings import Settings

    if (folder is None) is (not netbox):
        raise BadInput([Problem(_("say either a folder or --netbox with its address"))])
    if folder is not None:
        _export_tables(folder, format, chinese, json)
        return
    from inventory.netbox.cli import export_to

    export_to(Settings.load(), netbox, json)


def _export_tables(folder: Path, format: str, chinese: bool, json: bool) -> None:
    from countynet.errors import CountyError
    from countynet.settings import Settings
    from inventory import load_county
    from inventory.tables import tables, write_csv, write_xlsx

    found = tables(load_county(Settings.load().county))
    written: list[Path] = []
    try:
        if format != "csv":
            written.append(write_xlsx(folder, found, chinese))
        if format != "xlsx":
            written += write_csv(folder, found, chinese)
    except OSError as error:
        raise CountyError(_("{path} cannot be written: {reason}"), path=folder, reason=error.strerror) from error
    if json:
        counts = {each.name: len(each.rows) for each in found}
        print_json({"files": [str(path) for path in written], "rows": counts})
    else:
        say(translate(_("{count} files were written to {folder}"), count=len(written), folder=folder))


app = typer.Typer()
app.command("import", help=_("Import survey spreadsheets: every problem of every file, or one commit."))(import_)
app.command("form", help=_("Write the empty survey workbook, with lists to choose from."))(form)
app.command("export", help=_("Write every table of the inventory as xlsx and csv."))(export)

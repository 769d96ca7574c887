"""`countynet audit report`: a kept run as PDF, workbook, OSCAL, or as it was written."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from countynet.console import run_command
from countynet.i18n import _

Target = Annotated[Path | None, typer.Option(show_default=False, dir_okay=False, help=_("Write it there."))]
Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]


def add_to(app: typer.Typer) -> None:
    """Give this command to `countynet audit`."""
    app.command("report", help=_("Write a kept run as PDF (signed), workbook, OSCAL, page or JSON."))(report)


@run_command
def report(
    number: Annotated[int, typer.Argument(help=_("The run's number; see: countynet audit list"))],
    pdf: Target = None,
    xlsx: Target = None,
    oscal: Target = None,
    html: Target = None,
    key: Annotated[Path | None, typer.Option(help=_("The key (PEM) that signs the PDF."))] = None,
    certificate: Annotated[Path | None, typer.Option(help=_("The key's certificate (PEM), with its chain."))] = None,
    json: Json = False,
) -> None:
    """Write a run's files; without any option its JSON report is printed. Exit code 2 for an unknown run."""
    from audit import evidence
    from audit.export.book import workbook
    from audit.export.oscal import document
    from audit.export.printed import printed
    from audit.export.source import kept
    from countynet.console import print_json
    from countynet.db import open_database, reading
    from countynet.errors import BadInput, Problem
    from countynet.settings import Settings
    from inventory import load_county

    if (key is None) != (certificate is None):
        raise BadInput([Problem(_("a signature needs both --key and --certificate"))])
    if key is not None and pdf is None:
        raise BadInput([Problem(_("only a PDF is signed: add --pdf FILE"))])
    settings = Settings.load()
    county = load_county(settings.county)
    with reading(open_database(settings)) as session:
        found = kept(settings, session, number)
        page = found.run.page
        made: dict[Path | None, Callable[[], bytes]] = {
            pdf: lambda: _sealed(printed(county, found), key, certificate, settings.log_tsa),
            xlsx: lambda: workbook(found),
            oscal: lambda: document(county, found),
            html: lambda: evidence.load(settings, page),
        }
        files = {path: make() for path, make in made.items() if path is not None}
    for path, content in files.items():
        path.write_bytes(content)
    if json or not files:
        print_json(found.report if not files else {"run": number, "files": [str(path) for path in files]})


def _sealed(pdf: bytes, key: Path | None, certificate: Path | None, authority: str) -> bytes:
    """Return the PDF, signed if there is a key; says so when nothing stamps its time."""
    from audit.export.signing import signed
    from countynet.console import say
    from countynet.i18n import translate

    if key is None or certificate is None:
        return pdf
    if not authority:
        say(translate(_("no time-stamp authority is set: the signature's time is its own word")))
    return signed(pdf, key, certificate, authority, translate(_("security check")))

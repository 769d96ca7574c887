"""`countynet evaluate`: a month, quarter or year of the county's operations, as words, figures or paper."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from countynet.console import print_json, run_command, table
from countynet.i18n import _, translate

if TYPE_CHECKING:
    from inventory.model import County
    from monitoring.evaluation.assess import Assessment

app = typer.Typer(add_completion=False)

PERIOD = _("A month, quarter or year: 2026-11, 2026-Q4, 2026; else the month before this one.")


@app.command(help=_("Evaluate a month, quarter or year: lines, faults, times, score, deductions from the rent."))
@run_command
def evaluate(
    month: Annotated[str, typer.Option("--month", "--period", metavar="PERIOD", help=PERIOD)] = "",
    pdf: Annotated[Path | None, typer.Option(metavar="FILE", help=_("Write it as a PDF to sign and print."))] = None,
    xlsx: Annotated[Path | None, typer.Option(metavar="FILE", help=_("Write the figures as a workbook."))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))] = False,
) -> None:
    """Evaluate a period."""
    from monitoring.evaluation.show import document

    county, found = _evaluated(month)
    for file, content in _files(county, found, pdf, xlsx):
        file.write_bytes(content)
    if as_json:
        print_json(document(found))
        return
    _print(found)
    for file in filter(None, (pdf, xlsx)):
        typer.echo(translate(_("written: {file}"), file=file))


def _evaluated(period: str) -> "tuple[County, Assessment]":
    from countynet import clock
    from countynet.db import open_database
    from countynet.settings import Settings
    from inventory import load_county
    from inventory.month import Month
    from monitoring.evaluation import rules
    from monitoring.evaluation.gather import evaluate as evaluated
    from monitoring.evaluation.period import Period

    settings = Settings.load()
    asked = Period.parse(period) if period else Period(Month.of(clock.today()).before, 1)
    county = load_county(settings.county)
    return county, evaluated(open_database(settings), county, asked, rules.load(settings.county))


def _files(county: "County", found: "Assessment", pdf: Path | None, xlsx: Path | None) -> "list[tuple[Path, bytes]]":
    """Return what is to be written; made before anything is, so that nothing is half done. Raises BadInput."""
    from countynet.errors import BadInput, Problem
    from monitoring.evaluation.printed import printed
    from monitoring.evaluation.workbook import workbook

    wanted = [file for file in (pdf, xlsx) if file is not None]
    bad = [Problem(_("there is no such folder"), file=str(file)) for file in wanted if not file.parent.is_dir()]
    if bad:
        raise BadInput(bad)
    made = []
    if pdf is not None:
        made.append((pdf, printed(county, found)))
    if xlsx is not None:
        made.append((xlsx, workbook(county, found)))
    return made


def _print(found: "Assessment") -> None:
    from monitoring.evaluation.show import COLUMNS, cells, summary

    title = translate(_("Evaluation of {period}"), period=found.period)
    table(title, [translate(column) for column in COLUMNS], [cells(unit) for unit in found.units])
    for line in summary(found):
        typer.echo(line)

"""`countynet evaluate`: a month, quarter or year of the county's operations, as words, figures or paper."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from countynet.console import print_json, run_command, table
from countynet.i18n import _, translate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from inventory.model import County
    from monitoring.evaluation.period import Period
    from monitoring.evaluation.service import Evaluations

app = typer.Typer(add_completion=False, help=_("Evaluate a period; its rent, its ranking, its applications, experts."))

PERIOD = _("A month, quarter or year: 2026-11, 2026-Q4, 2026; else the month before this one.")
Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]
Pdf = Annotated[Path | None, typer.Option(metavar="FILE", help=_("Write it as a PDF to sign and print."))]
Xlsx = Annotated[Path | None, typer.Option(metavar="FILE", help=_("Write the figures as a workbook."))]
PeriodArgument = Annotated[str, typer.Argument(metavar="[PERIOD]", help=PERIOD)]
MonthArgument = Annotated[
    str, typer.Argument(metavar="[MONTH]", help=_("Year and month, e.g. 2026-11; else the month before this one."))
]
UnitOption = Annotated[str, typer.Option("--unit", help=_("Only this unit, with what was found at it."))]
MonthOption = Annotated[str, typer.Option("--month", "--period", metavar="PERIOD", help=PERIOD)]


@app.callback(invoke_without_command=True)
@run_command
def evaluate(
    context: typer.Context, month: MonthOption = "", pdf: Pdf = None, xlsx: Xlsx = None, as_json: Json = False
) -> None:
    """Evaluate a period, when nothing else is asked for."""
    if context.invoked_subcommand is None:
        _evaluate(month, pdf, xlsx, as_json)


@app.command(
    "show", help=_("Evaluate a month, quarter or year: lines, faults, times, score, deductions from the rent.")
)
@run_command
def show_command(month: MonthOption = "", pdf: Pdf = None, xlsx: Xlsx = None, as_json: Json = False) -> None:
    """Evaluate a period."""
    _evaluate(month, pdf, xlsx, as_json)


@app.command(help=_("Show a month's rent line by line, with the deductions and why; or write it as PDF or workbook."))
@run_command
def rent(month: MonthArgument = "", pdf: Pdf = None, xlsx: Xlsx = None, as_json: Json = False) -> None:
    """Show the rent of a month, the one before this by default."""
    from countynet import clock
    from inventory.month import Month
    from monitoring.evaluation.charges import files, show

    county, service = _service()
    found = service.charges(county, Month.parse(month) if month else Month.of(clock.today()).before)
    _write([(pdf, lambda: files.printed(county, found)), (xlsx, lambda: files.workbook(county, found))])
    if as_json:
        print_json(show.document(found))
        return
    title, columns = translate(_("Rent of {month}"), month=found.month), [translate(c) for c in show.COLUMNS]
    table(title, columns, [show.cells(charge) for charge in found.all])
    if found.said is not None:
        typer.echo(found.said.text())
    for charge in show.deducted(found):
        typer.echo(f"{charge.line.unit} {charge.line.line}: {show.why(charge)}")
        for one in charge.outages:
            typer.echo(f"    {show.outage(one)}")


@app.command(help=_("Rank the units' own network work, with the arithmetic; or show one unit's with its findings."))
@run_command
def ranking(period: PeriodArgument = "", unit: UnitOption = "", as_json: Json = False) -> None:
    """Show the ranking. Raises BadInput for a unit that there is not."""
    from countynet.errors import BadInput, Problem
    from monitoring.evaluation.own import show

    county, service = _service()
    report = service.report(county, _period(period))
    county, found = report.county, report.ranking
    if unit and unit not in county.unit_by_id:
        raise BadInput([Problem(_("no unit has the id {id}"), {"id": unit}, where="--unit")])
    if as_json:
        print_json(show.document(found, unit))
        return
    shown = [one for one in found.units if unit in ("", one.unit)]
    names = {one.id: one for one in county.units}
    columns = [translate(column) for column in show.COLUMNS]
    rows = [show.cells(one, names[one.unit]) for one in shown]
    table(translate(_("Ranking of units' own network work")), columns, rows)
    lines = show.remarks(found) if not unit else [line for one in shown for line in show.details(one)]
    for line in lines:
        typer.echo(line)


@app.command(help=_("Show how the services of each application were answered in a period."))
@run_command
def applications(period: PeriodArgument = "", as_json: Json = False) -> None:
    """Show the applications."""
    from monitoring.evaluation.served import show

    county, service = _service()
    found = service.report(county, _period(period)).served
    if as_json:
        print_json(show.document(found))
        return
    table(translate(_("Applications")), [translate(column) for column in show.COLUMNS], list(show.rows(found)))
    for line in (*(show.summary(app) for app in found.all), show.faults(found)):
        typer.echo(line)


@app.command(help=_("Enter what an expert gives for a period, of 100, with the reason; or take it back."))
@run_command
def expert(
    period: Annotated[str, typer.Argument(help=_("A month, quarter or year: 2026-11, 2026-Q4, 2026."))],
    name: Annotated[str, typer.Argument(metavar="EXPERT", help=_("The expert's name."))],
    score: Annotated[str, typer.Argument(metavar="[SCORE]", help=_("0 to 100."))] = "",
    reason: Annotated[str, typer.Option(help=_("Why: it is printed in the report."))] = "",
    login: Annotated[str, typer.Option("--as", help=_("The login in whose name."))] = "center",
    take_back: Annotated[bool, typer.Option("--take-back", help=_("Take the expert's score back."))] = False,
    as_json: Json = False,
) -> None:
    """Enter a score, or take it back."""
    from countynet.db import open_database
    from countynet.people import actor
    from countynet.settings import Settings
    from monitoring.evaluation.experts.service import Experts
    from monitoring.evaluation.period import Period

    engine = open_database(Settings.load())
    experts, who = Experts(engine), actor(engine, login)
    if take_back:
        experts.take_back(who, period, name, reason)
    else:
        experts.enter(who, period, name, score, reason)
    standing = experts.of(Period.parse(period))
    if as_json:
        print_json([{"expert": v.expert, "score": v.score, "reason": v.reason} for v in standing])
        return
    columns = [translate(column) for column in (_("expert"), _("score"), _("reason"))]
    table(translate(_("Experts' scores")), columns, [(v.expert, f"{v.score:g}", v.reason) for v in standing])


def _evaluate(month: str, pdf: Path | None, xlsx: Path | None, as_json: bool) -> None:
    from monitoring.evaluation.show import COLUMNS, cells, summary

    county, service = _service()
    report = service.report(county, _period(month))
    _write([(pdf, report.pdf), (xlsx, report.xlsx)])
    if as_json:
        print_json(report.document())
        return
    title = translate(_("Evaluation of {period}"), period=report.found.period)
    table(title, [translate(column) for column in COLUMNS], [cells(unit) for unit in report.found.units])
    for line in summary(report.found):
        typer.echo(line)
    for file in filter(None, (pdf, xlsx)):
        typer.echo(translate(_("written: {file}"), file=file))


def _service() -> "tuple[County, Evaluations]":
    from countynet.db import open_database
    from countynet.settings import Settings
    from inventory import load_county
    from monitoring.evaluation.service import Evaluations

    settings = Settings.load()
    return load_county(settings.county), Evaluations(settings, open_database(settings))


def _period(text: str) -> "Period":
    """Return the period asked for, the month before this one without. Raises BadInput."""
    from countynet import clock
    from inventory.month import Month
    from monitoring.evaluation.period import Period

    return Period.parse(text) if text else Period(Month.of(clock.today()).before, 1)


def _write(wanted: "Sequence[tuple[Path | None, Callable[[], bytes]]]") -> None:
    """Write files, all made before the first is written, so that nothing is half done. Raises BadInput."""
    from countynet.errors import BadInput, Problem

    files = [(file, make) for file, make in wanted if file is not None]
    bad = [Problem(_("there is no such folder"), file=str(file)) for file, _make in files if not file.parent.is_dir()]
    if bad:
        raise BadInput(bad)
    for file, content in [(file, make()) for file, make in files]:
        file.write_bytes(content)

"""What a preview of 120 survey workbooks costs: seconds, CPU seconds, and how many times loading the county again.

Run it as `python -m benchmarks.survey [FILES] [--json]`. The workbooks are made of the example county first (the form,
one unit each, one in four with a slip of the clerk); that is not counted. The marked copies are counted apart.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from inventory import load_county
from inventory.create import EXAMPLE
from inventory.model import County
from inventory.survey.columns import COLUMNS
from inventory.survey.corrected import write_copies
from inventory.survey.form import form
from inventory.survey.preview import Preview, preview
from inventory.survey.reading import sources

TARGET = 10.0
"""seconds for 120 workbooks"""


def make(folder: Path, county: County, count: int) -> None:
    """Write so many filled forms."""
    workbook = form(county)
    places = {column.id: place for place, column in enumerate(COLUMNS, 1)}
    sheet = workbook.worksheets[0]
    for number in range(count):
        unit = county.units[number % len(county.units)]
        officer = unit.officer or unit.leader
        answers = {
            "name": unit.name if number % 4 else unit.name.removeprefix(county.plan.name),
            "building": county.building_by_id[unit.building].name,
            "leader.name": unit.leader.name,
            "leader.telephone": unit.leader.telephone,
            "officer.name": f" {officer.name}　",
            "officer.telephone": officer.telephone if number % 8 else "1.69905E+10",
            "may_browse": "是" if unit.may_browse else "否",
        }
        for column, value in answers.items():
            sheet.cell(3, places[column]).value = value
        workbook.save(folder / f"{number + 1:03d}.xlsx")


def timed(run: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds and CPU seconds that something takes."""
    began, cpu = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - began, time.process_time() - cpu


def measure(folder: Path, count: int) -> dict[str, dict[str, float]]:
    """Return seconds, CPU seconds and ratio to a load of the county, by what was done."""
    forms, found = folder / "forms", list[Preview]()
    forms.mkdir()
    county = load_county(EXAMPLE)
    make(forms, county, count)
    figures = {
        "load the county": timed(lambda: load_county(EXAMPLE)),
        "preview": timed(lambda: found.append(preview(county, sources([forms]), date.today()))),
        "write marked copies": timed(
            lambda: write_copies(folder / "corrected", found[0].reading.books, found[0].problems)
        ),
    }
    base = max(figures["load the county"][1], 0.001)
    assert found[0].problems
    return {
        what: {"seconds": round(seconds, 3), "cpu_seconds": round(cpu, 3), "ratio": round(cpu / base, 2)}
        for what, (seconds, cpu) in figures.items()
    }


def main() -> None:
    """Print the figures as a table, or as JSON; exit code 1 past the target."""
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    count = int(words[0]) if words else 120
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), count)
    if "--json" in sys.argv:
        print(json.dumps({"workbooks": count, "target_seconds": TARGET, "figures": figures}, indent=2))
    else:
        shown = Table("what", "seconds", "CPU seconds", "times a load", title=f"{count} survey workbooks")
        for what, row in figures.items():
            shown.add_row(what, *(f"{value:g}" for value in row.values()))
        Console().print(shown)
    raise SystemExit(figures["preview"]["seconds"] > TARGET * max(1, count / 120))


if __name__ == "__main__":
    main()

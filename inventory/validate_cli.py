"""`countynet inventory validate`: everything that the rules say of the county, by strength.

Exit code 2 when something refuses the county, 1 with --strict when something is to be put right, else 0.
"""

from typing import TYPE_CHECKING, Annotated

import typer

from countynet.console import print_json, run_command, say, table
from countynet.i18n import _, translate
from countynet.vocabulary import Strength

if TYPE_CHECKING:
    from countynet.canonical import JSON
    from inventory.load import Examination

Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]
Strict = Annotated[bool, typer.Option("--strict", help=_("Exit code 1 when there is a warning."))]


@run_command
def validate(strict: Strict = False, json: Json = False) -> None:
    """Examine the county; exit code 2 with errors, 1 with warnings when strict. Raises BadInput without a folder."""
    from countynet import clock
    from countynet.settings import Settings
    from inventory.load import examine

    examined = examine(Settings.load().county, clock.today())
    if json:
        _print(examined)
    else:
        _show(examined)
    code = 2 if examined.county is None else 1 if strict and examined.of(Strength.WARNING) else 0
    if code:
        raise SystemExit(code)


def _print(examined: "Examination") -> None:
    from countynet.console import error_document
    from countynet.errors import BadInput
    from inventory import problems, report

    said = examined.problems
    document: dict[str, JSON] = {
        "valid": examined.county is not None,
        "counts": dict(problems.counts(said)),
        "problems": [problems.document(problem) for problem in said],
    }
    if examined.county is not None:
        document |= report.counts(examined.county)
    else:
        errors = error_document(BadInput(examined.of(Strength.ERROR)))
        document |= errors if isinstance(errors, dict) else {}
    print_json(document)


def _show(examined: "Examination") -> None:
    from inventory import problems, report

    columns = [translate(column) for column in problems.COLUMNS]
    for strength, title in problems.TITLES.items():
        found = examined.of(strength)
        if found:
            table(translate(title, count=len(found)), columns, problems.rows(found))
    if examined.county is None:
        count = len(examined.of(Strength.ERROR))
        say(translate(_("{count} problems in the input; nothing was touched"), count=count))
        return
    rows = [(translate(report.NOUNS[name]), n) for name, n in report.counts(examined.county).items()]
    table(translate(_("The inventory is valid")), [translate(_("what")), translate(_("how many"))], rows)

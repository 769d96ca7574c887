"""`countynet doctor`."""

from typing import Annotated

import typer

from countynet.i18n import _


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help=_("Print one JSON document on stdout."))] = False,
) -> None:
    """Check this machine; exit code 1 if something required is lacking."""
    from countynet import console
    from countynet.doctor.report import examine, print_report
    from countynet.settings import Settings

    checks = examine(Settings.load())
    good = all(check.ok for check in checks if check.required)
    if as_json:
        console.print_json({"ok": good, "checks": [check.document() for check in checks]})
    else:
        print_report(checks, good)
    raise typer.Exit(0 if good else 1)

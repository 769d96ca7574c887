"""`countynet demo` and `countynet init`."""

from typing import Annotated

import typer

from countynet.i18n import _

Mixed = Annotated[
    bool, typer.Option("--mixed", help=_("Devices of several makers instead of Linux ones, if no county is there yet."))
]

Applications = Annotated[
    bool, typer.Option("--applications", help=_("Servers with applications on them, too, if no county is there yet."))
]


def demo(
    quick: Annotated[bool, typer.Option("--quick", help=_("12 units instead of 120."))] = False,
    check: Annotated[bool, typer.Option("--check", help=_("Do not serve; take everything down at the end."))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=_("Print one JSON summary object on stdout."))] = False,
    port: Annotated[int | None, typer.Option(help=_("Port of the dashboard."), min=1, max=65535)] = None,
    mixed: Mixed = False,
    applications: Applications = False,
) -> None:
    """Run the stages, then serve or take down; see the package's docstring."""
    from countynet.demo.conduct import conduct

    code = conduct(quick=quick, check=check, as_json=as_json, port=port, mixed=mixed, applications=applications)
    raise typer.Exit(code)


def init(
    as_json: Annotated[bool, typer.Option("--json", help=_("Print one JSON summary object on stdout."))] = False,
    mixed: Mixed = False,
    applications: Applications = False,
) -> None:
    """Make the county folder from the example, as the demo's first stage does."""
    from countynet.console import print_json
    from countynet.demo import report, run
    from countynet.settings import Settings

    context = run.context_of(Settings.load(), quick=False, mixed=mixed, applications=applications)
    results = run.run_stages(context, run.stages(only=run.ROOTLESS), report.announce)
    if as_json:
        print_json(report.document(results, quick=False, url=""))
    for result in results:
        if result.error is not None:
            raise typer.Exit(result.error.exit_code)

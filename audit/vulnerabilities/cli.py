"""`countynet audit vulnerabilities`: the dated list that software versions are compared with."""

from pathlib import Path
from typing import Annotated

import typer

from countynet.console import out, print_json, run_command, table
from countynet.i18n import _, translate

app = typer.Typer(help=_("The dated list of vulnerabilities that versions are compared with."), no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]


@app.command("import", help=_("Take a list over in place of the last one; everything wrong with it is told at once."))
@run_command
def import_(
    file: Annotated[Path, typer.Argument(help=_("The list, YAML as docs/audit.md says."))],
    json: Json = False,
) -> None:
    """Take a list over. Exit code 2 with everything wrong, each with its line; the old list stays then."""
    from getpass import getuser

    from audit.vulnerabilities.store import bring
    from countynet.db import open_database
    from countynet.settings import Settings

    settings = Settings.load()
    found = bring(settings, open_database(settings), f"shell:{getuser()}", file)
    if json:
        print_json({"dated": found.about.dated.isoformat(), "count": len(found.vulnerabilities)})
    else:
        text = _("{count} vulnerabilities, as of {dated}")
        out().print(translate(text, count=len(found.vulnerabilities), dated=found.about.dated))


@app.command("show", help=_("Show the list in force: its day, its source, and every vulnerability."))
@run_command
def show(json: Json = False) -> None:
    """Show the list in force."""
    from audit.vulnerabilities.store import current
    from countynet.i18n import language
    from countynet.settings import Settings

    listed, own = current(Settings.load())
    if json:
        print_json({**listed.model_dump(mode="json", by_alias=True), "own": own})
        return
    text = _("{count} vulnerabilities, as of {dated}, from: {source}")
    about = listed.about
    out().print(
        translate(text, count=len(listed.vulnerabilities), dated=about.dated, source=about.source), markup=False
    )
    columns = [_("number"), _("product"), _("severity"), _("versions"), _("title")]
    cells = [
        [v.cve, v.product, v.severity, ", ".join(v.versions) or f"{v.begins or '*'} - {v.through or v.fixed}",
         v.title_zh if language() == "zh_CN" else v.title]
        for v in listed.vulnerabilities
    ]  # fmt: skip
    table(translate(_("Vulnerabilities")), [translate(column) for column in columns], cells)

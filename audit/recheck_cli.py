"""`countynet recheck`: runs the program that checks a certificate of isolation offline, and says what it found.

The program itself (`audit/recheck.py`) needs nothing of countynet; here it gets the reader's language and `--json`.
"""

from pathlib import Path
from typing import Annotated, Any

import typer

from countynet.console import run_command
from countynet.i18n import _

app = typer.Typer(add_completion=False)
MOST = 20
"""disagreements printed; the JSON document has all"""


@app.command(help=_("Check a certificate of isolation anew, offline: every verdict, over all packets."))
@run_command
def recheck(
    file: Annotated[Path, typer.Argument(help=_("The certificate, as `countynet prove --certificate` writes it."))],
    configs: Annotated[
        Path | None,
        typer.Option(show_default=False, help=_("Compare the texts of the devices (NAME.conf) in this folder, too.")),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))] = False,
) -> None:
    """Check a certificate; exit code 1 if a verdict does not hold or a text is another, 2 if it is no certificate."""
    from audit.recheck import checked
    from countynet.console import print_json
    from countynet.errors import BadInput, Problem

    try:
        found = checked(str(file), str(configs) if configs else None)
    except ValueError as error:
        problem = Problem(_("this is no valid certificate: {reason}"), {"reason": str(error)}, where=str(file))
        raise BadInput([problem]) from error
    if json:
        print_json(found)
    else:
        _show(found)
    raise typer.Exit(1 if found["disagreed"] or found["texts"] else 0)


def _show(found: dict[str, Any]) -> None:
    from countynet.i18n import translate

    line = _("{source} > {target}: the certificate says {says}, but it is {found}. Packets: {packet}")
    unshown = _("{source} > {target}: it is {found}, but the packets that the certificate shows do not show it")
    for one in found["disagreed"][:MOST]:
        words = line if one["says"] != one["found"] else unshown
        typer.echo(translate(words, source=one["from"], target=one["to"], says=_verdict(one["says"]),
                             found=_verdict(one["found"]), packet=one["packet"] or "-"))  # fmt: skip
    if len(found["disagreed"]) > MOST:
        typer.echo(translate(_("... and {more} more: --json has all"), more=len(found["disagreed"]) - MOST))
    for name in found["texts"]:
        typer.echo(translate(_("{device}: its text is not the one that was proven"), device=name))
    end = _("{agreed} of {pairs} verdicts hold, over {classes} classes of packets; {compared} texts compared")
    typer.echo(translate(end, **{key: found[key] for key in ("agreed", "pairs", "classes", "compared")}))
    typer.echo(translate(_("SHA-256 of what is allowed: {allowed}"), allowed=found["allowed"]))


def _verdict(word: str | None) -> str:
    from countynet.i18n import translate
    from topology.reach.show import VERDICTS
    from topology.reach.verdict import Verdict

    return translate(VERDICTS[Verdict(word)]) if word is not None and word in {*Verdict} else translate(_("nothing"))

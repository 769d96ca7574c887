"""`countynet matrix`: what an old firewall lets through, from its dump: who may open a service to whom."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from countynet.console import run_command
from countynet.i18n import _

if TYPE_CHECKING:
    from countynet.canonical import JSON
    from topology.reach.iptables.compiled import Behind

app = typer.Typer(add_completion=False)
File = Annotated[
    Path, typer.Argument(metavar="FILE", help=_("A dump: of iptables-save, iptables -S or iptables -L -n -v."))
]
Services = Annotated[
    list[str] | None,
    typer.Option(
        "--service", show_default=False, help=_("As tcp/22; may be given several times. Else tcp/22 and tcp/80.")
    ),
]
FromPort = Annotated[str, typer.Option("--from-port", show_default=False, help=_("Source ports. Else any."))]
TableOption = Annotated[str, typer.Option("--table", help=_("The table of the dump."))]
ChainOption = Annotated[
    str, typer.Option("--chain", help=_("The chain that packets come to: FORWARD, INPUT or another."))
]
BehindOption = Annotated[
    Path | None,
    typer.Option(
        "--behind", show_default=False, help=_("A file that says which addresses are behind which interface.")
    ),
]
CameIn = Annotated[str | None, typer.Option("--in", show_default=False, help=_("Only packets that came in here."))]
GoesOut = Annotated[str | None, typer.Option("--out", show_default=False, help=_("Only packets that go out here."))]


@app.command(help=_("Read an old firewall's dump and say who may open a service to whom; touches nothing."))
@run_command
def matrix(
    file: File,
    services: Services = None,
    from_port: FromPort = "",
    table: TableOption = "filter",
    chain: ChainOption = "FORWARD",
    behind: BehindOption = None,
    came_in: CameIn = None,
    goes_out: GoesOut = None,
    json: Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))] = False,
) -> None:
    """Print the matrices; exit code 1 if what nobody understands leaves more than one answer."""
    from countynet.console import print_json
    from topology.reach.iptables import report
    from topology.reach.iptables.compiled import Scene
    from topology.reach.iptables.show import show

    dump = report.read(_text(file), table, str(file))
    asked = [report.service(one, from_port) for one in services or ("tcp/22", "tcp/80")]
    scene = Scene(_behind(behind), came_in, goes_out)
    found = [report.matrix(dump, table, chain, one, scene) for one in asked]
    if json:
        doubts: list[JSON] = [{"line": line, "text": text} for line, text in found[0].doubts]
        head: dict[str, JSON] = {
            "file": str(file),
            "table": table,
            "chain": chain,
            "rules": dump.rules,
            "doubts": doubts,
        }
        print_json(head | {"matrices": [report.document(one) for one in found]})
    else:
        show(found)
    raise typer.Exit(0 if all(one.certain for one in found) else 1)


def _text(file: Path) -> str:
    """Return a file's text. Raises BadInput for one that cannot be read."""
    from countynet.errors import BadInput, Problem

    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise BadInput([Problem(_("cannot be read: {reason}"), {"reason": str(error.strerror)}, str(file))]) from error


def _behind(file: Path | None) -> "Behind":
    from topology.reach.iptables import behind
    from topology.reach.iptables.compiled import LOOPBACK

    return LOOPBACK if file is None else behind.read(_text(file), str(file))

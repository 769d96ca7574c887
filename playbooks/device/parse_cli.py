"""`countynet config parse`: what a configuration file says to us, and every line of it that nobody understands.

It reads plain files, so it needs no county. Lines that are not understood are what the command is asked for, not a
failure: the exit code is 0 whatever they are, and 2 for a file or platform that is not there.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from countynet.console import run_command
from countynet.i18n import _, translate

if TYPE_CHECKING:
    from collections.abc import Callable

    from countynet.canonical import JSON
    from inventory.platforms.seam import Parsed

File = Annotated[Path, typer.Argument(help=_("A file with a device's configuration."), show_default=False)]
Name = Annotated[str, typer.Option("--platform", help=_("The platform that wrote it, e.g. huawei_vrp."))]
Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]
UNREADABLE = _("the file cannot be read: {reason}")


@run_command
def parse_command(file: File, platform: Name, as_json: Json = False) -> None:
    """Print how many lines are understood, what they say, and the lines that are not."""
    from countynet import console
    from inventory.platforms import registry

    functions = registry.platform(platform)
    text = read(file)
    parsed = functions.parse(text)
    total = registry.meaningful(platform, text)
    understood = total - len({(line.section, line.line) for line in parsed.unparsed if line.line})
    if as_json:
        console.print_json(_document(parsed, functions.mask, understood, total))
        return
    rows = [[line.line or "", line.section, functions.mask(line.text)] for line in parsed.unparsed]
    columns = [translate(c) for c in (_("Line number"), _("Section"), _("Text"))]
    title = _("{understood} of {total} lines understood; not these:")
    console.table(translate(title, understood=understood, total=total), columns, rows)


def read(path: Path) -> str:
    """Return a configuration file as text, UTF-8 or GB 18030. Raises BadInput for one that cannot be read."""
    from countynet.errors import BadInput, Problem

    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadInput([Problem(UNREADABLE, {"reason": error.strerror}, file=str(path))]) from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", errors="replace")


def _document(parsed: "Parsed", mask: "Callable[[str], str]", understood: int, total: int) -> "JSON":
    unparsed: list[JSON] = [{"line": u.line, "section": u.section, "text": mask(u.text)} for u in parsed.unparsed]
    config = parsed.config.model_dump(mode="json")
    return {"understood": understood, "lines": total, "unparsed": unparsed, "config": config}

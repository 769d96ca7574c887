"""`countynet config patch`: the lines that lead from one configuration file to another, in a safe order.

It reads plain files and talks to no device, so it needs no county. The exit code is 0 also if there is nothing to do
or the intended text has lines that nobody understands, which are said; 2 for a file or platform that is not there.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from countynet.console import run_command
from countynet.i18n import _, translate
from playbooks.device.parse_cli import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from countynet.canonical import JSON
    from inventory.platforms.patch import Patch, Verdict
    from inventory.platforms.seam import UnparsedLine

Old = Annotated[Path, typer.Argument(help=_("A file with what the device runs."), show_default=False)]
New = Annotated[Path, typer.Argument(help=_("A file with what it should run."), show_default=False)]
Name = Annotated[str, typer.Option("--platform", help=_("The platform that wrote both, e.g. huawei_vrp."))]
Model = Annotated[str, typer.Option("--model", help=_("The model, e.g. S5700; some lines depend on it."))]
Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]
Remove = Annotated[
    bool, typer.Option("--remove-unmanaged", help=_("Remove lines that nobody understands and the new text lacks."))
]
Secrets = Annotated[
    bool, typer.Option("--send-secrets", help=_("Type secrets again that the old text shows enciphered."))
]
Masked = Annotated[bool, typer.Option("--masked", help=_("Show stars in the place of secrets."))]
KEPT = _("kept, as nobody here understands it: {line}")
UNREAD = _("line {number} of the new text is not understood; it is typed as it stands: {line}")
GAP = _("an entry of {line} is missing for a moment; traffic is then judged by the next one")
WRONG = _("the patch does not do all: typed at a model of the device it does not lead to the new text ({fields})")
REFUSED = _("the model of the device refuses: {line}")


@run_command
def patch_command(
    old: Old,
    new: New,
    platform: Name,
    model: Model = "",
    remove_unmanaged: Remove = False,
    send_secrets: Secrets = False,
    masked: Masked = False,
    as_json: Json = False,
) -> None:
    """Print the lines to type in configuration mode, and what to know about them."""
    from countynet import console
    from inventory.platforms import patch, registry

    texts = read(old), read(new)
    verdict = patch.verify(*texts, platform, model, remove_unmanaged=remove_unmanaged, send_secrets=send_secrets)
    functions = registry.platform(platform)
    shown = functions.mask if masked else str
    unread = tuple(line for line in functions.parse(texts[1]).unparsed if line.line)
    notes = [*_notes(verdict.patch, unread), *_doubts(verdict)]
    if as_json:
        console.print_json(_document(verdict, unread, shown))
        return
    for line in verdict.patch.lines:
        console.out().print(shown(line), markup=False, soft_wrap=True)
    for note in notes:
        console.say(functions.mask(note))


def _notes(made: "Patch", unread: "Iterable[UnparsedLine]") -> "Iterator[str]":
    for path in made.kept:
        yield translate(KEPT, line=" / ".join(path))
    for line in unread:
        yield translate(UNREAD, number=line.line, line=line.text)
    for path in made.gaps:
        yield translate(GAP, line=" / ".join(path))


def _doubts(verdict: "Verdict") -> "Iterator[str]":
    if verdict.differs:
        yield translate(WRONG, fields=", ".join(verdict.differs))
    for line in verdict.refused:
        yield translate(REFUSED, line=line)


def _document(verdict: "Verdict", unread: "Iterable[UnparsedLine]", shown: "Callable[[str], str]") -> "JSON":
    made = verdict.patch
    return {
        "lines": [shown(line) for line in made.lines],
        "kept": [[shown(line) for line in path] for path in made.kept],
        "gaps": [" / ".join(path) for path in made.gaps],
        "not_understood": [{"line": u.line, "section": u.section, "text": shown(u.text)} for u in unread],
        "refused": [shown(line) for line in verdict.refused],
        "differs": list(verdict.differs),
    }

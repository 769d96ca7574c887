"""Making a patch: read both texts, decide what is left alone, ask Annet, correct, and write the lines."""

from dataclasses import dataclass

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from inventory.platforms import registry
from inventory.platforms.patch import keep, lines, order, rulebook, secrets, vlans
from inventory.platforms.patch.lines import Path, Tree

UNKNOWN = _("there is no patch for platform {name!r}; known are: {known}")


@dataclass(frozen=True)
class Patch:
    """The lines to type, and what was left alone."""

    lines: tuple[str, ...]
    kept: tuple[Path, ...] = ()
    """unmanaged lines that stay, each with the heads it stands below"""


@dataclass(frozen=True)
class Request:
    """What a patch is asked for."""

    platform: str
    model: str = ""
    remove_unmanaged: bool = False
    send_secrets: bool = False


def make(
    old: str, new: str, platform: str, model: str = "", *, remove_unmanaged: bool = False, send_secrets: bool = False
) -> Patch:
    """Return the patch from a running text to an intended one. Raises BadInput for a platform without patches."""
    if platform not in rulebook.MAKERS or platform not in registry.PACKAGES:
        known = ", ".join(sorted(rulebook.MAKERS.keys() & registry.PACKAGES.keys()))
        raise BadInput([Problem(UNKNOWN, {"name": platform, "known": known}, where="platform")])
    functions = registry.platform(platform)
    found = lines.nodes(old, platform)
    running, intended = lines.tree(found), lines.tree(lines.nodes(new, platform))
    if not send_secrets:
        running = secrets.align(running, intended, functions.mask)
    kept: tuple[Path, ...] = ()
    if not remove_unmanaged:
        unread = {line.line for line in functions.parse(old).unparsed}
        kept = keep.keep([path for path, n in lines.numbered(found) if n in unread], intended, platform)
    return Patch(_steps(running, intended, platform, model), kept)


def _steps(running: Tree, intended: Tree, platform: str, model: str) -> tuple[str, ...]:
    changes = vlans.take(running, intended, platform)
    steps = rulebook.steps(running, intended, platform, model)
    steps = order.with_vlans(order.replaced(steps, running, intended, platform), changes)
    steps = order.ranked(order.opened(steps, running, platform), platform)
    steps = order.freed(steps, running, intended, platform)
    steps = changes.first + steps + changes.last
    return rulebook.lines(steps, platform, model)

"""Making a patch: read both texts, decide what is left alone, ask Annet, correct, and write the lines."""

from collections.abc import Collection
from dataclasses import dataclass

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from inventory.platforms import registry
from inventory.platforms.patch import (
    atoms,
    entries,
    heads,
    keep,
    leaving,
    lines,
    modes,
    neighbours,
    net,
    order,
    policies,
    rulebook,
    secrets,
    swaps,
    vlans,
    watched,
)
from inventory.platforms.patch.aside import aside
from inventory.platforms.patch.lines import Path, Step, Tree

UNKNOWN = _("there is no patch for platform {name!r}; known are: {known}")


@dataclass(frozen=True)
class Patch:
    """The lines to type, and what was left alone."""

    lines: tuple[str, ...]
    kept: tuple[Path, ...] = ()
    """unmanaged lines that stay, each with the heads it stands below"""
    gaps: tuple[Path, ...] = ()
    """access lists of which an entry is missing for a moment: traffic is then judged by the next one"""


@dataclass(frozen=True)
class Request:
    """What a patch is asked for."""

    platform: str
    model: str = ""
    remove_unmanaged: bool = False
    send_secrets: bool = False


def make(
    old: str,
    new: str,
    platform: str,
    model: str = "",
    *,
    remove_unmanaged: bool = False,
    send_secrets: bool = False,
    anew: Collection[str] = (),
) -> Patch:
    """Return the patch from a running text to an intended one. Raises BadInput for a platform without patches.

    Enciphered secrets are left as they are, but for those of the holders `anew` (`secrets.holders`), or all of them
    with `send_secrets`.
    """
    if platform not in rulebook.MAKERS or platform not in registry.PACKAGES:
        known = ", ".join(sorted(rulebook.MAKERS.keys() & registry.PACKAGES.keys()))
        raise BadInput([Problem(UNKNOWN, {"name": platform, "known": known}, where="platform")])
    functions = registry.platform(platform)
    running, intended = lines.read(old, platform), lines.copied(lines.read(new, platform))
    if not send_secrets:
        running = secrets.align(running, intended, functions.mask, anew)
    kept: tuple[Path, ...] = ()
    if not remove_unmanaged:
        unread = {line.line for line in functions.parse(old).unparsed}
        numbered = lines.numbered(lines.nodes(old, platform))
        places = [path for path, n in numbered if n in unread and lines.at(running, path) is not None]
        kept = keep.keep([*places, *aside(running, intended, platform)], intended, platform)
        keep.keep(list(keep.silent(running, intended, platform)), intended, platform)
    watched.align(running, intended)
    if lines.same(running, intended):
        return Patch((), kept)
    steps, gaps = _steps(lines.copied(running), lines.copied(intended), platform, model)
    typed = rulebook.lines(steps, platform, model)
    lacking = net.forgotten(typed, running, intended, platform)
    return Patch(typed + rulebook.lines(lacking, platform, model), kept, tuple(gaps))


def _steps(running: Tree, intended: Tree, platform: str, model: str) -> tuple[list[Step], list[Path]]:
    homes, renamed = order.homes(running), heads.align(running, intended, platform)
    modes_first = modes.take(running, intended, platform)
    changes = vlans.take(running, intended, platform)
    for path, first in modes_first.items():
        changes.before[path] = first + changes.before.get(path, [])
    entered, gaps = entries.take(running, intended, platform)
    swapped, lists, more = swaps.take(running, intended, platform)
    ours = (
        renamed + atoms.take(running, intended, platform) + entered + lists + policies.take(running, intended, platform)
    )
    steps = ours + rulebook.steps(running, intended, platform, model)
    steps = order.groups(order.replaced(steps, running, intended, platform), running, intended)
    steps = order.readdressed(steps, running, intended)
    steps = order.opened(order.with_vlans(steps, changes), running, platform)
    steps = order.freed(order.ranked(steps, platform), homes, intended, platform)
    steps = neighbours.ordered(steps, platform)
    return watched.shortened(changes.first + swapped + leaving.ordered(steps, platform) + changes.last), gaps + more

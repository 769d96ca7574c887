"""Lines that the inventory does not say, as steps of a plan: what they lead to, and what takes exactly them back. Pure.

Promised: the lines are typed at a model of the device (`inventory.platforms.patch.device`) that runs what the real one
runs; the way back is worked out from what that shows then, and tried on it too. Refused, each with its reason: a line
with a place that only people can fill (`...`, a secret struck out); an access list that the device does not have, which
would shut everybody out; what our reading of the device understands, since the inventory says that and the next plan
would take it away; what it takes for saying nothing, since no plan could tell whether it is there. Linux devices get
files written whole, so a line of ours alone would not stay there.
"""

import re
from collections.abc import Iterator, Sequence

from countynet.errors import DeviceError
from countynet.i18n import _
from inventory.model import Device
from inventory.names import GENERIC
from inventory.platforms import registry
from inventory.platforms.patch import lines as trees
from inventory.platforms.patch.device import Device as Box
from inventory.platforms.patch.lines import Tree
from playbooks.device.vendor import bringing, texts
from playbooks.plan.model import Steps, Way

_LIST = re.compile(r"\b(?:acl(?: number)?|access-class|access-group(?: \w+)?|access) (\d+)\b")
_HAS_LIST = r"(?:acl (?:number |basic |advanced )?|access-list |ip access-list (?:standard |extended )?){}(?: .*)?"
WHOLE = _("is configured by whole files, so a line that no template has would not stay; the product has to write it")
FILL = _("a person has to fill in what stands for: {line}")
NO_LIST = _("it has no access list {number}, which this line names: {line}")
UNDERSTOOD = _("the inventory says this, so the next plan would take it away again")
SILENT = _("no plan could tell whether it is there: nothing that we read of the device changes by it")
THERE = _("its lines say so already")
REFUSED = _("would refuse: {line}")


def entered(lines: Sequence[str]) -> tuple[str, ...]:
    """Return lines one to a view: `archive / path flash:x`, short for a line in a view, is told apart."""
    found: list[str] = []
    for line in lines:
        depth = len(line) - len(line.lstrip())
        found += [f"{' ' * (depth + n)}{part}" for n, part in enumerate(line.strip().split(" / "))]
    return tuple(found)


def after(device: Device, running: str, lines: Sequence[str]) -> str:
    """Return what a device runs once it has the lines. Raises DeviceError for lines that are refused here, and why."""
    if device.platform == GENERIC:
        raise DeviceError(device.name, WHOLE)
    typed, platform = entered(lines), device.platform
    before = trees.copied(trees.read(texts.readable(running), platform))
    for complaint in _unfit(typed, before):
        raise DeviceError(device.name, complaint[0], **complaint[1])
    box = Box(before, platform)
    for line in typed:
        box.path = box.path[: len(line) - len(line.lstrip())]
        list(box.type([line]))
    if box.refused:
        raise DeviceError(device.name, REFUSED, line=box.refused[0])
    return texts.written(box.tree, platform)


def _unfit(lines: Sequence[str], tree: Tree) -> Iterator[tuple[str, dict[str, str]]]:
    for line in lines:
        if "..." in line or "****" in line:
            yield FILL, {"line": line.strip()}
        asked = _LIST.search(line)
        if asked and not line.strip().startswith(("undo ", "no ")):
            head = re.compile(_HAS_LIST.format(asked[1]))
            if not any(head.fullmatch(top) for top in tree):
                yield NO_LIST, {"number": asked[1], "line": line.strip()}


def steps(device: Device, running: str, lines: Sequence[str]) -> Steps:
    """Return what brings a device the lines, and takes them back. Raises DeviceError with the reason why not."""
    goal, platform = after(device, running, lines), device.platform
    running, functions = texts.readable(running), registry.platform(platform)
    if trees.same(trees.read(running, platform), trees.read(goal, platform)):
        raise DeviceError(device.name, THERE)
    if functions.parse(running).config != functions.parse(goal).config:
        raise DeviceError(device.name, UNDERSTOOD)
    if not texts.difference(running, goal, platform):
        raise DeviceError(device.name, SILENT)
    if bringing.is_staged(running, goal, device):
        raise DeviceError(device.name, _("is bare or half brought up; run: countynet config apply {device}"))
    there, back = bringing.patch(running, goal, device), bringing.patch(goal, running, device)
    for typed, start, end in ((there, running, goal), (back, goal, running)):
        _tried(device, typed, start, end)
    return Steps(running=running, intended=goal, do=Way(lines=there), undo=Way(lines=back))


def _tried(device: Device, typed: Sequence[str], start: str, end: str) -> None:
    """Raise DeviceError unless lines lead from one text to the other on a model of the device."""
    platform = device.platform
    begun, ended = (trees.read(text, platform) for text in (start, end))
    box = Box(trees.copied(begun), platform, intended=ended)
    list(box.type(typed))
    shown = texts.written(box.tree, platform)
    if not typed or texts.canonical(shown, platform) != texts.canonical(end, platform):
        message = _("no command is known that would bring this, or take it back:\n{difference}")
        left = texts.difference(shown, end, platform) or texts.difference(start, end, platform)
        raise DeviceError(device.name, message, difference=left[:2000])

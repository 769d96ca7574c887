"""Lines that the inventory does not say, as steps of a plan: what they lead to, and what takes exactly them back. Pure.

Promised: the lines are typed at a model of the device that runs what the real one runs; the way back is worked out from
what that shows then, and tried on it too. Refused, each with its reason: what cannot be entered as it stands
(`inventory.platforms.patch.trying`); what our reading of the device understands, since the inventory says that and the
next plan would take it away; what it takes for saying nothing, since no plan could tell whether it is there. Linux
devices get files written whole, so a line of ours alone would not stay there.
"""

from collections.abc import Sequence

from countynet.errors import DeviceError
from countynet.i18n import _
from inventory.model import Device
from inventory.names import GENERIC
from inventory.platforms import registry
from inventory.platforms.patch import lines as trees
from inventory.platforms.patch.device import Device as Box
from inventory.platforms.patch.trying import SILENT, tried
from playbooks.device.vendor import bringing, texts
from playbooks.plan.model import Steps, Way

WHOLE = _("is configured by whole files, so a line that no template has would not stay; the product has to write it")
UNDERSTOOD = _("the inventory says this, so the next plan would take it away again")
THERE = _("its lines say so already")


def after(device: Device, running: str, lines: Sequence[str]) -> str:
    """Return what a device runs once it has the lines. Raises DeviceError for lines that cannot be entered, and why."""
    if device.platform == GENERIC:
        raise DeviceError(device.name, WHOLE)
    found = tried(device.platform, running, lines)
    if found.complaint:
        raise DeviceError(device.name, found.complaint, **found.values)
    return found.text


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

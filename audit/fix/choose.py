"""What mends a device's findings of one check: the inventory, a plan of it, a plan of lines, or people. Pure.

Lines that change nothing of what we understand of the device are carried by a plan of their own: no later plan takes
them away, and drift does not report them. Lines that do change it are the inventory's matter: either it says so already
and the device has drifted, or a field of it has to change, or no field does and the platform's template is at fault.
"""

from collections.abc import Sequence

from audit.checks import BY_ID
from audit.facts import DeviceFacts, Facts
from audit.fix.model import Kind, Remedy
from audit.fix.places import place
from audit.model import Point
from countynet.i18n import _
from countynet.vocabulary import Verdict
from inventory.names import GENERIC
from inventory.platforms import registry
from inventory.platforms.patch.trying import SILENT, tried

NOT_FETCHED = _("its running configuration was never fetched, so nobody knows what it lacks")
DRIFTED = _("the inventory says so; the device runs something else")
OURS = _("the inventory does not say this and no plan of it will take it away")
FIELD = _("the device runs what the inventory says; change this field, then make a plan")
TEMPLATE = _("no field of the inventory decides this: what countynet writes for {platform} has to change")
NO_LINES = _("no lines are known that would mend it; what to do stands with the check")


def choose(facts: Facts, intended: DeviceFacts, check: str, points: Sequence[Point]) -> Remedy:
    """Return what mends what fails about one device.

    `facts` has the device as it runs, `intended` is the same device as if it ran what the inventory says, `points` are
    the check's points about it that fail.
    """
    device = intended.device
    held, lines = facts.devices[device.name], tuple(line for point in points for line in point.fix)
    if not held.text:
        return Remedy(device.name, Kind.HAND, lines, message=NOT_FETCHED)
    complaint = _complaint(held, lines) if lines and device.platform != GENERIC else None
    if complaint == ("", {}):
        return Remedy(device.name, Kind.LINES, lines, message=OURS)
    if _differs(held, intended) and _would_pass(facts, intended, check):
        return Remedy(device.name, Kind.INTENDED, message=DRIFTED)
    if found := place(facts.county, check, points):
        return Remedy(device.name, Kind.INVENTORY, lines, found, FIELD)
    if complaint and complaint[0]:
        return Remedy(device.name, Kind.HAND, lines, None, complaint[0], complaint[1])
    if lines:
        return Remedy(device.name, Kind.HAND, lines, None, TEMPLATE, {"platform": device.platform})
    return Remedy(device.name, Kind.HAND, message=NO_LINES)


def _complaint(held: DeviceFacts, lines: Sequence[str]) -> tuple[str, dict[str, str]] | None:
    """Return nothing wrong for lines that a plan can carry, why they cannot be entered, None if the inventory says."""
    platform = held.device.platform
    found, functions = tried(platform, held.text, lines), registry.platform(platform)
    if found.complaint:
        return found.complaint, dict(found.values)
    before, after = functions.parse(held.text), functions.parse(found.text)
    if before.config != after.config:
        return None
    silent = sorted(line.text for line in before.unparsed) == sorted(line.text for line in after.unparsed)
    return (SILENT, {}) if silent else ("", {})


def _differs(held: DeviceFacts, intended: DeviceFacts) -> bool:
    """Whether a device runs something else than the inventory says, in what we understand of it."""
    if held.device.platform == GENERIC:
        return bool(held.drift)
    functions = registry.platform(held.device.platform)
    return functions.parse(held.text).config != functions.parse(intended.text).config


def _would_pass(facts: Facts, intended: DeviceFacts, check: str) -> bool:
    """Whether nothing of the check would fail about a device that ran what the inventory says."""
    name = intended.device.name
    world = Facts(county=facts.county, at=facts.at, devices={name: intended})
    found = BY_ID[check].decide(world)
    return not any(point.verdict is Verdict.FAIL and point.subject == name for point in found)

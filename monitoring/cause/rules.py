"""The rules that name a cause, in their order: the first that fits decides. Pure; each is a line of the table.

What a rule rests on:
- A port that lost carrier says that the light or the other end is gone; a cut fiber and a dead router look alike from
  the center. What tells them apart is the router itself: a last gasp (RFC 4878 dying gasp, or the vendor's trap), a
  supply on its battery (RFC 1628), or whether its uptime, once it is back, is shorter than its silence.
- Ports of one device that fall together are that device's; a whole building that falls is its power or its cable.
- Light that was falling, or a DSL margin below its target, says that the line was going before it went.
Until the deciding evidence is there the domain is `unclear`, and `missing` says what would decide.
"""

from collections.abc import Callable
from dataclasses import dataclass

from countynet.i18n import _
from countynet.vocabulary import Access, DeviceRole, FaultDomain
from monitoring.cause.evidence import Evidence, Kind
from monitoring.cause.showing import DARK, DRIFT, NARROW

RESTART = _("whether it restarts: known when it is back")
LOOK = _("its ports: not read yet since it fell silent")
POWER = _("whether the building has power: no device there can tell")
CONFIGURATION = _("whether its configuration or software hangs: look at it on the spot")
TERMINAL = _("what the terminal itself says: only the unit can see that")


@dataclass(frozen=True)
class Rule:
    """One line of the table."""

    name: str
    kinds: frozenset[Kind]
    when: Callable[[Evidence], bool]
    domain: FaultDomain
    cause: str
    """message id"""
    missing: tuple[str, ...] = ()


def _of(*kinds: Kind) -> frozenset[Kind]:
    return frozenset(kinds)


def always(_known: Evidence) -> bool:
    """Fit whatever is known: the last rule of a kind."""
    return True


def shut(known: Evidence) -> bool:
    """Every port towards it that was read is switched off."""
    return bool(known.ends) and all(port.shut for port in known.ends)


def dark(known: Evidence) -> bool:
    """Every port towards it lost carrier."""
    return known.looked and bool(known.ends) and not any(port.up for port in known.ends)


def lit(known: Evidence) -> bool:
    """A port towards it has carrier all the same."""
    return known.looked and any(port.up for port in known.ends)


def power_gone(known: Evidence) -> bool:
    """The device or its building said that power failed."""
    return known.gasp is not None or known.battery is not None


def restarted(known: Evidence) -> bool:
    """It is back and started anew meanwhile."""
    return known.returned and known.restarted is True


def unhurt(known: Evidence) -> bool:
    """It is back and ran all the while."""
    return known.returned and known.restarted is False


def card(known: Evidence) -> bool:
    """Other ports of the same device fell with its port."""
    return dark(known) and known.others_fell >= 2


def worn(known: Evidence) -> bool:
    """The line was going: light or margin too low, or far below what is usual."""
    light, margin = known.light, known.margin
    faint = light is not None and (light.now <= DARK or (light.usual is not None and light.usual - light.now >= DRIFT))
    narrow = margin is not None and (
        margin.now < NARROW or (margin.usual is not None and margin.usual - margin.now >= DRIFT)
    )
    return faint or narrow


def fiber(known: Evidence) -> bool:
    """It is a fiber line."""
    return known.access is not None and known.access.has_vlan


def full(known: Evidence) -> bool:
    """The line carries what it can."""
    return known.full is not None and known.full >= 0.9


def at_building(known: Evidence) -> bool:
    """It is the switch of an office building."""
    return known.role is DeviceRole.BUILDING


def at_switch(known: Evidence) -> bool:
    """A place whose lines hang on a switch of the center, not on the operator's net."""
    return known.access is not None and known.access is not Access.ADSL


def no_lan(known: Evidence) -> bool:
    """None of the router's ports to the unit has carrier."""
    return bool(known.lan) and not any(port.up for port in known.lan)


def bad_lan(known: Evidence) -> bool:
    """A port to the unit counts errors."""
    return any(port.errors >= 1 for port in known.lan)


LINE, DEVICE, PLACE = _of(Kind.LINE), _of(Kind.DEVICE), _of(Kind.PLACE)
GONE = LINE | PLACE
_D = FaultDomain


def both(*parts: Callable[[Evidence], bool]) -> Callable[[Evidence], bool]:
    """Return the rule that all parts fit."""
    return lambda known: all(part(known) for part in parts)


RULES: tuple[Rule, ...] = (
    Rule("blind", _of(Kind.BLIND), always, _D.CENTER, _("the station's own network; nothing is known of the county")),
    # a unit's line, or all lines of a place
    Rule("line-shut", GONE, shut, _D.CENTER, _("its port at our end was shut by configuration")),
    Rule("power-said", GONE, power_gone, _D.UNIT_POWER, _("power failed at the unit")),
    Rule("power-restart", GONE, restarted, _D.UNIT_POWER, _("power was gone at the unit, or its router was restarted")),
    Rule("card", LINE, card, _D.CENTER, _("our device at the other end: its ports failed together")),
    Rule("place-ports-back", PLACE, both(at_switch, unhurt), _D.CENTER, _("the switch that all lines hang on")),
    Rule("line-back-lit", LINE, both(fiber, unhurt, lit), _D.UNCLEAR,
         _("the line was interrupted in its middle, or its settings were"), (CONFIGURATION,)),
    Rule("line-back", GONE, unhurt, _D.OPERATOR, _("the operator's line: the router ran all the while")),
    Rule("line-worn", LINE, worn, _D.OPERATOR, _("the operator's line: it was failing before")),
    Rule("place-ports", PLACE, at_switch, _D.UNCLEAR,
         _("the ports of the switch that all hang on, or the building's power"), (RESTART, POWER)),
    Rule("place-down", PLACE, always, _D.UNCLEAR,
         _("the operator's cable to the place, or its power"), (RESTART, POWER)),
    Rule("line-dark", LINE, both(fiber, dark), _D.UNCLEAR,
         _("the operator's fiber, or the unit's power"), (RESTART, POWER)),
    Rule("line-lit", LINE, both(fiber, lit), _D.UNCLEAR,
         _("the light is there but its router does not answer: the router, or the line's settings"),
         (RESTART, CONFIGURATION)),
    Rule("line-down", LINE, always, _D.UNCLEAR, _("the operator's line, or the unit's power"), (RESTART, POWER)),
    # a device of the center or of a building
    Rule("device-passes", DEVICE, lambda e: e.passes, _D.CENTER, _("its management alone: it passes traffic")),
    Rule("device-shut", DEVICE, shut, _D.CENTER, _("every port towards it was shut by configuration")),
    Rule("building-power-said", DEVICE, both(at_building, power_gone), _D.UNIT_POWER,
         _("power failed in the building")),
    Rule("building-restart", DEVICE, both(at_building, restarted), _D.UNIT_POWER,
         _("power was gone in the building, or its switch was restarted")),
    Rule("device-restart", DEVICE, restarted, _D.CENTER, _("the device itself or its power: it was restarted")),
    Rule("device-back-lit", DEVICE, both(unhurt, lit), _D.CENTER, _("its software or settings: it ran all the while")),
    Rule("device-back", DEVICE, unhurt, _D.CENTER, _("its cables: it ran all the while")),
    Rule("building-dark", DEVICE, both(at_building, dark), _D.UNCLEAR,
         _("the building's power, its switch, or the cable to it"), (RESTART, POWER)),
    Rule("device-dark", DEVICE, dark, _D.CENTER, _("the device or its power: no port towards it has carrier")),
    Rule("device-lit", DEVICE, lit, _D.CENTER, _("the device hangs: ports towards it have carrier")),
    Rule("device-down", DEVICE, always, _D.CENTER, _("the device, its power or its cables"), (LOOK,)),
    # the operator's net
    Rule("hub-shut", _of(Kind.OPERATOR), shut, _D.CENTER,
         _("the hub's port to the operator was shut by configuration")),
    Rule("hub-dark", _of(Kind.OPERATOR), dark, _D.OPERATOR, _("the operator's line at the hub lost carrier")),
    Rule("operator-net", _of(Kind.OPERATOR), lit, _D.OPERATOR,
         _("the operator's network: the hub's port has carrier")),
    Rule("operator-down", _of(Kind.OPERATOR), always, _D.OPERATOR, _("the operator's network or its line to the hub"),
         (LOOK,)),
    # what works but not well
    Rule("cable-shut", _of(Kind.CABLE), lambda e: any(p.shut for p in e.ends), _D.CENTER,
         _("one end was shut by configuration; a second way carries the traffic")),
    Rule("cable", _of(Kind.CABLE), always, _D.CENTER,
         _("the cable or a port at its ends; a second way carries the traffic")),
    Rule("agent", _of(Kind.AGENT), always, _D.CENTER, _("its management agent or our access to it; traffic passes")),
    Rule("full", _of(Kind.QUALITY), full, _D.UNIT_LAN, _("the unit fills its line itself")),
    Rule("quality-worn", _of(Kind.QUALITY), worn, _D.OPERATOR, _("the operator's line: its signal is weak")),
    Rule("quality-line", _of(Kind.QUALITY), lambda e: e.access is not None and e.clean_before, _D.OPERATOR,
         _("the operator's line: what stands before it loses nothing")),
    Rule("quality-device", _of(Kind.QUALITY), lambda e: e.access is None, _D.CENTER, _("the way to the device")),
    Rule("quality", _of(Kind.QUALITY), always, _D.UNCLEAR, _("somewhere on the way"), (CONFIGURATION,)),
    # a unit that complains while its line works
    Rule("no-lan", _of(Kind.UNIT), no_lan, _D.UNIT_LAN,
         _("nothing is connected to the router's ports to the unit, or what is connected is off")),
    Rule("bad-lan", _of(Kind.UNIT), bad_lan, _D.UNIT_LAN, _("a port to the unit counts errors: a bad cable or socket")),
    Rule("unit-full", _of(Kind.UNIT), full, _D.UNIT_LAN, _("the unit fills its line itself")),
    Rule("unit-well", _of(Kind.UNIT), lambda e: bool(e.lan), _D.APPLICATION,
         _("line, router and the unit's port work: an application or the terminal"), (TERMINAL,)),
    Rule("unit-unknown", _of(Kind.UNIT), always, _D.UNCLEAR, _("the line works"), (LOOK, TERMINAL)),
)  # fmt: skip

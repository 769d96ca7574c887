"""Checks on packet filters as configured: default deny, state, unit to unit."""

from collections.abc import Iterable, Iterator

from audit.checks.each import Known, Wrong, each, ways_in, wrong
from audit.cite import Pattern
from audit.facts import Facts
from audit.model import Check, Info, Point
from audit.packetfilter import Packet, decide, filter_of
from countynet.i18n import _
from countynet.vocabulary import Access, DeviceRole, Severity
from inventory import names
from inventory.lan import lan
from inventory.model import Unit
from inventory.platforms import access_lists

NFT = "/etc/nftables.conf"
_STATEFUL = (DeviceRole.FIREWALL, DeviceRole.VPN_HUB, DeviceRole.CPE)


def _default_deny(facts: Facts) -> Iterable[Point]:
    return each(facts, _denies, _("what no rule allows is dropped"), [Pattern(NFT, r"policy (drop|accept)")])


def _denies(known: Known) -> Iterator[Wrong]:
    hooks = ("input", "forward") if known.config.forwarding else ("input",)
    if known.config.filters and all(item.stateless for item in known.config.filters):
        yield from _listless(known)
        return
    for hook in ("input", "forward"):
        held = filter_of(known.config, hook)
        if held is None and hook in hooks:
            yield wrong(_("it has no filter on {hook}"), hook=hook)
        elif held is not None and held.default != "drop":
            yield wrong(_("its filter on {hook} accepts what no rule names"), hook=hook)


def _listless(known: Known) -> Iterator[Wrong]:
    """Access lists accept what meets none: each interface by which packets come in needs one; each ends with a drop."""
    if any(access_lists.problems(known.config)):
        yield wrong(_("one of its access lists does not end with a drop of all the rest"))
        return
    listed = access_lists.lists(known.config)
    for port in ways_in(known):
        if port not in listed:
            yield wrong(_("no access list stands at {port}"), port=port)


def _state(facts: Facts) -> Iterable[Point]:
    good = _("flows are judged by state: answers pass, invalid packets do not")
    return each(facts, _is_stateful, good, [Pattern(NFT, r"ct state|established|invalid")], _STATEFUL)


def _is_stateful(known: Known) -> Iterator[Wrong]:
    held = filter_of(known.config, "forward")
    rules = held.rules if held else ()
    for state, action in (("established", "accept"), ("invalid", "drop")):
        if not any(r.state == state and r.action == action for r in rules):
            yield wrong(_("it has no rule that does {action} for packets in state {state}"), action=action, state=state)


def _unit_to_unit(facts: Facts) -> Iterable[Point]:
    good = _("packets between units are dropped")
    return each(facts, _joins_units, good, [Pattern(NFT, r"unit-to-unit|tunnel-to-tunnel")],
                (DeviceRole.CORE, DeviceRole.VPN_HUB, DeviceRole.CPE))  # fmt: skip


def _joins_units(known: Known) -> Iterator[Wrong]:
    for source, target, packet in _unit_packets(known):
        action, rule = decide(known.config, "forward", packet)
        if action == "accept":
            yield wrong(
                _("rule {rule} lets {source} to {target}, from {came_in} to {goes_out}"),
                rule=rule, source=source, target=target, came_in=packet.came_in, goes_out=packet.goes_out,
            )  # fmt: skip


def _unit_packets(known: Known) -> Iterator[tuple[str, str, Packet]]:
    """Yield a ping from each unit behind the device to the next and back, by the interfaces that lead to them."""
    doors = _doors(known)
    for a, b in zip(doors, doors[1:] + doors[:1], strict=True):
        for (source, came_in), (target, goes_out) in ((a, b), (b, a)):
            if source.id != target.id:
                yield source.id, target.id, Packet(source.lan[10], target.lan[10], "icmp", 0, came_in, goes_out)


def _doors(known: Known) -> list[tuple[Unit, str]]:
    """Return units with the device's interface that leads to each; a CPE's own and one that stands for the others."""
    county, role = known.county, known.device.role
    lines = county.circuit_by_unit
    platform = known.device.platform
    if role is DeviceRole.VPN_HUB:
        return [(u, names.tunnel(platform)) for u in county.units if lines[u.id].access is Access.ADSL]
    if role is DeviceRole.CORE:
        vlans = {i.vlan for i in known.config.interfaces if i.kind == "vlan"}
        numbered = [(u, lines[u.id].vlan) for u in county.units]
        return [(u, names.svi(vlan, platform)) for u, vlan in numbered if vlan is not None and vlan in vlans]
    own = county.unit_by_id[known.device.unit or ""]
    uplink = names.tunnel(platform) if lines[own.id].access is Access.ADSL else names.fiber(known.device)
    others = [u for u in county.units if u.id != own.id]
    return [(own, lan(county, own).interface_on(platform)), *((u, uplink) for u in others[:1])]


CHECKS = (
    Check(
        Info(
            id="default-deny",
            title=_("Every packet filter denies by default"),
            clauses=("8.1.3.2 a",),
            severity=Severity.CRITICAL,
            rationale=_("With a default of accept, every forgotten case is open."),
            remedy=_("Set the default of the filter to drop and name what is allowed: `countynet config apply`."),
        ),
        _default_deny,
    ),
    Check(
        Info(
            id="unit-to-unit-denied",
            title=_("Unit to unit and VPN client to client are blocked"),
            clauses=("8.1.2.1 d", "8.1.3.2 a"),
            severity=Severity.CRITICAL,
            rationale=_("Cores and the VPN hub join all units; without a rule there, units see each other."),
            remedy=_("Restore the rules unit-to-unit and tunnel-to-tunnel: `countynet config apply`."),
        ),
        _unit_to_unit,
    ),
    Check(
        Info(
            id="stateful-filters",
            title=_("Firewalls, VPN hub and CPEs filter by state"),
            clauses=("8.1.3.2 d",),
            severity=Severity.MAJOR,
            rationale=_("Without state, answers need open ports, and open ports let new flows in."),
            remedy=_("Accept established flows and drop invalid packets first in the forward filter."),
        ),
        _state,
    ),
)

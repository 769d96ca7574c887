"""Building blocks of packet filters that all roles share. Pure.

The names of rules are the ids of the policy rules that they realise, or one of the principles below; they show in
counters, logs and evidence.
"""

from collections.abc import Iterable
from ipaddress import IPv4Network
from typing import Literal

from inventory import names
from inventory.deviceconfig import FilterRule, PacketFilter
from inventory.intent.selectors import networks
from inventory.intent.wiring import Networks, Wiring, first_host, single
from inventory.model import Device, Service
from inventory.selectors import parse_selector

ESTABLISHED = FilterRule(action="accept", name="established", state="established")
INVALID = FilterRule(action="drop", name="invalid", state="invalid")
OWN = FilterRule(action="accept", name="loopback", in_interfaces=(names.LOOPBACK,))


def accept(
    name: str,
    services: Iterable[Service],
    *,
    in_interfaces: tuple[str, ...] = (),
    out_interfaces: tuple[str, ...] = (),
    sources: Networks | None = (),
    destinations: Networks | None = (),
) -> list[FilterRule]:
    """Return the rules that accept these services between two places, one rule per protocol.

    No rule at all if one of the places is nothing (None) rather than anything (empty).
    """
    if sources is None or destinations is None:
        return []
    ports: dict[str, set[int]] = {}
    for service in services:
        ports.setdefault(service.protocol, set()).update(service.ports)
    return [
        FilterRule(
            action="accept",
            name=name,
            in_interfaces=in_interfaces,
            out_interfaces=out_interfaces,
            sources=sources,
            destinations=destinations,
            protocol=protocol,
            ports=tuple(found),
            icmp_echo_only=protocol == "icmp",
        )
        for protocol, found in sorted(ports.items())
    ]


def management(
    wiring: Wiring, device: Device, interfaces: tuple[str, ...], out_interfaces: tuple[str, ...] = ()
) -> list[FilterRule]:
    """Return the rules of the policy for a device's management address, on its in-band interfaces or through ours."""
    rules: list[FilterRule] = []
    services = {s.name: s for s in wiring.county.services}
    for rule in wiring.county.rules:
        target = parse_selector(rule.target)
        if target and target.kind == "devices":
            rules += accept(
                rule.id,
                [services[name] for name in rule.services],
                in_interfaces=interfaces,
                out_interfaces=out_interfaces,
                sources=networks(wiring, rule.source),
                destinations=(single(device.management),),
            )
    return rules


def staging(wiring: Wiring) -> FilterRule:
    """Return the rule that keeps SSH from the bench open on the staging port, which is shut once it works in band."""
    return FilterRule(
        action="accept",
        name="staging",
        in_interfaces=(names.STAGING,),
        sources=(single(first_host(wiring.county.plan.staging)),),
        protocol="tcp",
        ports=(22,),
    )


def input_filter(wiring: Wiring, device: Device, interfaces: tuple[str, ...], *more: FilterRule) -> PacketFilter:
    """Return what a device accepts for itself: answers, management from the management zone, `more`; nothing else."""
    rules = [OWN, INVALID, ESTABLISHED, *management(wiring, device, interfaces), *more, staging(wiring)]
    return PacketFilter(hook="input", default="drop", rules=tuple(rules))


def between(
    name: str,
    inside: tuple[str, ...],
    outside: tuple[str, ...],
    sources: Networks | None = (),
    destinations: Networks | None = (),
) -> list[FilterRule]:
    """Return the rule that accepts everything from addresses to addresses; none if there are no such addresses."""
    if sources is None or destinations is None:
        return []
    return [
        FilterRule(
            action="accept",
            name=name,
            in_interfaces=inside,
            out_interfaces=outside,
            sources=sources,
            destinations=destinations,
        )
    ]


def speakers(
    protocol: Literal["ospf", "vrrp"], ports: Iterable[str], sources: Iterable[IPv4Network]
) -> list[FilterRule]:
    """Return the input rule for a routing protocol's neighbours; none if there is no neighbour."""
    neighbours, interfaces = tuple(sources), tuple(ports)
    if not neighbours or not interfaces:
        return []
    return [FilterRule(action="accept", name=protocol, protocol=protocol, in_interfaces=interfaces, sources=neighbours)]


def no_forwarding() -> PacketFilter:
    """Return the filter of a device that routes nothing."""
    return PacketFilter(hook="forward", default="drop")

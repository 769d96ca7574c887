"""What a packet filter does with the first packet of a new flow, by first match. Pure.

Only what a `FilterRule` can say is judged, for one device; the whole network is the live test's business. Hardware
addresses can be forged, so a rule that asks for one opens to everybody and closes to nobody. Who sends chooses the
port that it sends from: a packet is accepted if it is from any port that a rule speaks of, or from another.
"""

from ipaddress import IPv4Address
from typing import Literal, NamedTuple

from inventory.deviceconfig import DeviceConfig, FilterRule, PacketFilter

Hook = Literal["input", "forward", "output"]


class Packet(NamedTuple):
    """The first packet of a flow, as a filter sees it."""

    source: IPv4Address
    target: IPv4Address
    protocol: Literal["tcp", "udp", "icmp"]
    port: int = 0
    came_in: str = ""
    goes_out: str = ""


def filter_of(config: DeviceConfig, hook: Hook) -> PacketFilter | None:
    """Return a device's filter on a hook."""
    return next((f for f in config.filters if f.hook == hook), None)


def decide(config: DeviceConfig, hook: Hook, packet: Packet) -> tuple[Literal["accept", "drop"], str]:
    """Return what happens to a packet and the name of the rule that decided (`default` if none did).

    A device without a filter on the hook accepts.
    """
    held = filter_of(config, hook)
    if held is None:
        return "accept", "default"
    chosen = (0, *sorted({rule.source_ports[0] for rule in held.rules if rule.source_ports}))
    decisions = [_first(held, packet, from_port) for from_port in chosen]
    return next((found for found in decisions if found[0] == "accept"), decisions[0])


def _first(held: PacketFilter, packet: Packet, from_port: int) -> tuple[Literal["accept", "drop"], str]:
    for rule in held.rules:
        if _matches(rule, packet, from_port):
            return rule.action, rule.name
    return held.default, "default"


def _matches(rule: FilterRule, packet: Packet, from_port: int) -> bool:
    return (
        rule.state is None
        and (not rule.source_ports or from_port in rule.source_ports)
        and (not rule.in_interfaces or packet.came_in in rule.in_interfaces)
        and (not rule.out_interfaces or packet.goes_out in rule.out_interfaces)
        and _addresses_match(rule, packet)
        and _protocol_matches(rule, packet)
        and (rule.action == "accept" or not (rule.source_macs or rule.not_source_macs))
    )


def _addresses_match(rule: FilterRule, packet: Packet) -> bool:
    return (
        (not rule.sources or any(packet.source in n for n in rule.sources))
        and (not rule.destinations or any(packet.target in n for n in rule.destinations))
        and not any(packet.source in n for n in rule.not_sources)
    )


def _protocol_matches(rule: FilterRule, packet: Packet) -> bool:
    if rule.protocol is None:
        return True
    return rule.protocol == packet.protocol and (not rule.ports or packet.port in rule.ports)

"""What a device does with one packet, rule by rule: its filters, its translations; nothing of sets. Pure.

What it says of sessions, hardware addresses and fragments is what `topology.reach.filters` says of sets.
"""

from collections.abc import Hashable
from dataclasses import replace
from typing import Any

from countynet.frozen import Frozen
from inventory.deviceconfig import DeviceConfig, FilterRule, NatRule, PacketFilter
from topology.reach.filters import speaks_of
from topology.reach.space import PROTOCOLS, Packet


class Step(Frozen):
    """One hop: a device, where the packet comes in and goes out, and what decides there."""

    device: str
    into: str = ""
    out: str = ""
    """empty: it is for the device itself"""
    hook: str = ""
    """of the filter that decides; empty where none is asked; "native": a trunk takes a native VLAN's tag away, and the
    rule says which VLAN the second tag is of; "forged": the device sends it itself, with whatever source"""
    action: str = ""
    """accept or drop"""
    rule: str = ""
    """the rule's name; empty: none matches, so the default decides"""


def decide(
    config: DeviceConfig,
    hook: str,
    device: str,
    into: str,
    out: str,
    packet: Packet,
    *,
    answers: bool,
    known: dict[Hashable, Any] | None = None,
) -> Step:
    """Return what a device does with a packet on a hook, and the rule that says so; `known`: a network's own store."""

    def step(action: str, rule: str = "", asked: str = hook) -> Step:
        return Step(device=device, into=into, out=out, hook=asked, action=action, rule=rule)

    chain = next((item for item in config.filters if item.hook == hook), None)
    if chain is None:
        return step("accept", asked="")
    for rule in _spoken(chain, into, out, {} if known is None else known):
        if _matches(rule, packet, stateless=chain.stateless, answers=answers):
            return step(rule.action, rule.name)
    return step(chain.default)


def _spoken(chain: PacketFilter, into: str, out: str, known: dict[Hashable, Any]) -> tuple[FilterRule, ...]:
    """Return the rules about packets between two interfaces; the chain is kept with them, so that its id stays its."""
    key = ("spoken", id(chain), into, out)
    if key not in known:
        known[key] = chain, tuple(rule for rule in chain.rules if speaks_of(rule, into, out))
    found: tuple[FilterRule, ...] = known[key][1]
    return found


def _matches(rule: FilterRule, packet: Packet, *, stateless: bool, answers: bool) -> bool:
    number = PROTOCOLS[rule.protocol] if rule.protocol else packet.protocol
    if rule.state == "invalid" or (rule.state and not stateless):
        return rule.state == "established" and answers
    if rule.action == "drop" and (rule.source_macs or rule.not_source_macs):
        return False
    return (
        number == packet.protocol
        and (rule.state is None or (packet.protocol == PROTOCOLS["tcp"] and packet.ack))
        and (not rule.sources or any(packet.source in n for n in rule.sources))
        and not any(packet.source in n for n in rule.not_sources)
        and (not rule.destinations or any(packet.target in n for n in rule.destinations))
        and (not rule.ports or packet.port in rule.ports)
        and (not rule.source_ports or packet.from_port in rule.source_ports)
        and (not rule.icmp_echo_only or packet.echo)
        and (not rule.discovery_only or packet.discovery)
    )


def translate(config: DeviceConfig, kind: str, interface: str, packet: Packet) -> Packet:
    """Return a packet as a device's translations of a kind leave it."""
    for rule in config.nat:
        if rule.kind == kind and (not rule.interface or rule.interface == interface) and _taken(rule, packet):
            address = rule.to or next(
                (a.ip for i in config.interfaces if i.name == interface for a in i.addresses), None
            )
            if address is None:
                return packet
            return replace(packet, target=address) if kind == "destination" else replace(packet, source=address)
    return packet


def _taken(rule: NatRule, packet: Packet) -> bool:
    return (
        (not rule.sources or any(packet.source in n for n in rule.sources))
        and (not rule.destinations or any(packet.target in n for n in rule.destinations))
        and (rule.protocol is None or PROTOCOLS[rule.protocol] == packet.protocol)
        and (not rule.ports or packet.port in rule.ports)
    )

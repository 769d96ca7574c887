"""What a chain of intended packet filters does to one packet: a small, separate reading of DeviceConfig for tests."""

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Literal

from inventory.deviceconfig import DeviceConfig, FilterRule, PacketFilter

Hook = Literal["input", "forward", "output"]


@dataclass(frozen=True)
class Packet:
    """A packet; `state` is what a stateful filter knows of it."""

    source: IPv4Address
    target: IPv4Address
    protocol: str
    port: int = 0
    echo: bool = True
    mac: str = ""
    """empty: of a computer that belongs where the packet comes from"""
    state: str = "new"
    from_port: int = 50000


@dataclass(frozen=True)
class Hop:
    """A device that forwards the packet from one interface to another; no `out` means that it is for the device."""

    device: str
    into: str
    out: str = ""


def filter_of(config: DeviceConfig, hook: Hook) -> PacketFilter:
    """Return a device's filter on a hook; without one everything passes."""
    return next((f for f in config.filters if f.hook == hook), PacketFilter(hook=hook, default="accept"))


def matches(rule: FilterRule, packet: Packet, hop: Hop) -> bool:
    """Whether a rule speaks of this packet."""
    return all(
        (
            rule.state is None or rule.state == packet.state,
            not rule.in_interfaces or hop.into in rule.in_interfaces,
            not rule.out_interfaces or hop.out in rule.out_interfaces,
            not rule.sources or any(packet.source in n for n in rule.sources),
            not rule.not_sources or not any(packet.source in n for n in rule.not_sources),
            not rule.source_macs or not packet.mac or packet.mac in rule.source_macs,
            not rule.not_source_macs or (packet.mac != "" and packet.mac not in rule.not_source_macs),
            not rule.destinations or any(packet.target in n for n in rule.destinations),
            rule.protocol is None or rule.protocol == packet.protocol,
            not rule.ports or packet.port in rule.ports,
            not rule.source_ports or packet.from_port in rule.source_ports,
            not rule.icmp_echo_only or packet.echo,
        )
    )


def passes(configs: dict[str, DeviceConfig], hops: list[Hop], packet: Packet) -> bool:
    """Whether a packet passes every hop."""
    return all(_passes(configs[hop.device], hop, packet) for hop in hops)


def _passes(config: DeviceConfig, hop: Hop, packet: Packet) -> bool:
    chain = filter_of(config, "forward" if hop.out else "input")
    first = next((rule for rule in chain.rules if matches(rule, packet, hop)), None)
    return (first.action if first else chain.default) == "accept"

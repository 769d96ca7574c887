"""What the proof says of one packet handed to one router: where it arrives, or who drops it by which rule. Pure.

All ways are looked at that equal costs and the masters of a segment leave open. `either` says that it depends on them.
"""

from dataclasses import dataclass
from enum import StrEnum

from topology.confirm.classes.posts import Gate, Posts
from topology.reach.engine import Engine
from topology.reach.network import DEVICES, OPERATOR
from topology.reach.space import PROTOCOLS, Packet
from topology.reach.walk import Branch, branches


class Claim(StrEnum):
    """What becomes of a packet."""

    ARRIVES = "arrives"
    DROPPED = "dropped"
    EITHER = "either"
    """as the path goes that equal costs or a failover choose"""


@dataclass(frozen=True)
class Probe:
    """A packet to send, and what the proof says of it."""

    source: str
    """the place it is sent from"""
    gate: Gate
    packet: Packet
    branches: tuple[Branch, ...]
    answered: bool | None = None
    """whether its target's answer comes back; None: nothing is claimed"""
    wide: frozenset[str] | None = None
    """sent to everybody on its segment, no router forwards it: the other places that have to see it; None: it is not"""

    @property
    def claim(self) -> Claim:
        """What becomes of it."""
        if self.wide is not None:
            return Claim.ARRIVES if self.wide else Claim.DROPPED
        ends = {bool(branch.place) for branch in self.branches}
        if len(ends) > 1:
            return Claim.EITHER
        return Claim.ARRIVES if ends == {True} else Claim.DROPPED

    @property
    def arrives_at(self) -> frozenset[str]:
        """The places where it arrives on some way."""
        return self.wide or frozenset(branch.place for branch in self.branches if branch.place)


def claimed(engine: Engine, back: Engine, posts: Posts, source: str, gate: Gate, packet: Packet) -> Probe | None:
    """Return a probe with what the proof says of it; None if that could not be seen.

    `back` is the engine that lets answers loose. What turns back to the place it came from is not looked at.
    """
    found = tuple(b for b in branches(engine, source, packet) if b.steps[0].device in gate.devices)
    if not found or any(not b.place and b.steps[-1].action == "accept" for b in found):
        return None
    probe = Probe(source, gate, packet, found)
    return Probe(source, gate, packet, found, _answered(engine, back, posts, probe))


def sent_by_device(engine: Engine, gate: Gate, packet: Packet) -> Probe | None:
    """Return a device's own packet with what the proof says of the ways that its routing table gives it; None if none.

    The proof lets a device send by any of its interfaces; its kernel, which has to send the probe, asks its table.
    """
    device = gate.post.node
    outs = _outs(engine, device, packet)
    found = tuple(
        branch
        for branch in branches(engine, DEVICES, packet)
        if branch.steps[0].device == device and branch.steps[0].out in outs
    )
    return Probe(DEVICES, gate, packet, found) if found else None


def _outs(engine: Engine, device: str, packet: Packet) -> set[str]:
    """Return the interfaces by which a device's kernel sends a packet."""
    if engine.space.holds(engine.into_tunnels(device), packet):
        return {engine.network.tunnel(device)}
    table = engine.tables[device]
    best = max((p for p in table if packet.target in p), key=lambda p: p.prefixlen, default=None)
    return {hop.interface for hop in table[best]} if best is not None else set()


def _answered(engine: Engine, back: Engine, posts: Posts, probe: Probe) -> bool | None:
    """Say whether an answer comes back to a packet that claims no other's address, to a computer, without translation.

    It does if it can go back through the devices that know the session; nothing is claimed if it gets back elsewhere.

    Handed to a standby router, its answer comes back by the master, who has no session of it: nothing is claimed.
    """
    packet = probe.packet
    asks = (packet.protocol == PROTOCOLS["tcp"] and not packet.ack) or (
        packet.protocol == PROTOCOLS["icmp"] and packet.echo
    )
    post = probe.gate.post
    usual = packet.source == post.address and probe.gate.via == post.computer.gateway
    computers = {p.address for place in probe.arrives_at - {OPERATOR} for p in posts.get(place, ())}
    if (
        probe.claim is not Claim.ARRIVES
        or DEVICES in probe.arrives_at
        or not asks
        or not usual
        or packet.target not in computers
    ):
        return None
    if _translated(engine, probe):
        return None
    turned = Packet(
        source=packet.target, target=packet.source, protocol=packet.protocol, port=packet.from_port,
        from_port=packet.port, echo=False, ack=True,
    )  # fmt: skip
    (place,) = probe.arrives_at
    ways = [branch.steps for branch in branches(back, place, turned) if branch.place == probe.source]
    same = {frozenset(step.device for step in branch.steps) for branch in probe.branches}
    if not ways:
        return False
    return True if same & {frozenset(step.device for step in steps) for steps in ways} else None


def _translated(engine: Engine, probe: Probe) -> bool:
    """Return whether any device on its ways translates addresses there."""
    for branch in probe.branches:
        for step in branch.steps:
            rules = engine.network.configs[step.device].nat
            if any(rule.interface in ("", None, step.into, step.out) for rule in rules):
                return True
    return False

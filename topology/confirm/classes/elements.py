"""What a probe covers: the classes that it stands for. Pure.

- `rule`: what a rule of a router of the center decides, and what any rule decides on the first router of a place (so
  every unit's own CPE is tried rule by rule);
- `taken`: that a device takes something for itself;
- `way`: a way end to end, by the kinds of places, the roles of the routers and the rules that decide there: units whose
  packets go the same way by the same rules are one class;
- `from`, `to`: that a place sends to another, and is sent, what arrives and what does not;
- `segment`: who else sees a frame for everybody on a place's segment;
- `open`: what the proof finds open between two places.
Two masters of one segment count as one where only a failure says which of them has the packet.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from inventory.model import County
from topology.confirm.classes.claims import Probe
from topology.reach.network import DEVICES, OPERATOR, Network
from topology.reach.space import PROTOCOLS
from topology.reach.walk import Branch, Step

Element = tuple[object, ...]
_NUMBERED = re.compile(r"u?\d+")
_NAMES = {number: name for name, number in PROTOCOLS.items()}


def kind(place: str) -> str:
    """Return what kind of place it is: all units are one kind."""
    return "unit" if place.startswith("unit:") else place


def roles(county: County) -> Mapping[str, str]:
    """Return the role of each device."""
    return {device.name: device.role.value for device in county.devices}


def pairs(network: Network) -> Mapping[str, str]:
    """Return a name for each device that it shares with those who have a virtual address in common with it."""
    found = {name: name for name in network.configs}
    owners: dict[object, str] = {}
    for name, config in network.configs.items():
        for address in (v.address.ip for item in config.interfaces for v in item.vrrp):
            found[name] = found[owners.setdefault(address, name)]
    return found


@dataclass(frozen=True)
class Meaning:
    """What probes stand for in one network."""

    network: Network
    roles: Mapping[str, str]
    pairs: Mapping[str, str]

    def elements(self, probe: Probe, opens: tuple[str, str] | None = None) -> frozenset[Element]:
        """Return the classes that a probe covers."""
        sure = len({tuple(s.device for s in branch.steps) for branch in probe.branches}) == 1
        found = {one for branch in probe.branches for one in self._of(probe, branch, sure=sure)}
        if probe.wide is not None:
            found |= {("segment", probe.source), *(("open", probe.source, place) for place in probe.wide)}
        return frozenset(found | ({("open", *opens)} if opens else set()))

    def _of(self, probe: Probe, branch: Branch, *, sure: bool) -> Iterator[Element]:
        protocol = _NAMES.get(probe.packet.protocol, "other")
        for number, step in enumerate(branch.steps):
            name = step.device if sure else self.pairs[step.device]
            if number == 0 and probe.source not in (OPERATOR, DEVICES):
                yield "rule", name, step.hook, step.rule, step.action
            elif self.roles[step.device] != "cpe":
                yield "rule", name, step.hook, step.rule, step.action, protocol if step.rule else ""
        if branch.place == DEVICES:
            yield "taken", branch.steps[-1].device if sure else self.pairs[branch.steps[-1].device]
        goal = branch.place or self._meant(probe)
        end = "arrives" if branch.place else "dropped"
        yield "way", kind(probe.source), tuple(map(self._alike, branch.steps)), kind(goal), end
        if goal != DEVICES:
            yield "from", probe.source, end
            yield "to", goal, end

    def _alike(self, step: Step) -> tuple[str, str, str, str]:
        return self.roles[step.device], step.hook, _NUMBERED.sub("#", step.rule), step.action

    def _meant(self, probe: Probe) -> str:
        """Return the place where the address belongs that a packet is meant for, empty if it is nobody's."""
        target = probe.packet.target
        found = [
            (network.prefixlen, place)
            for place, networks in self.network.addresses.items()
            for network in networks
            if target in network
        ]
        return max(found)[1] if found else ""

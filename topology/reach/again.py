"""Runs a source again after an edit, for those packets only that the edit can have touched. Pure.

A packet's way depends on the devices that it meets and on nothing else. So what an edit of a filter can change are the
headers that the filter treats otherwise than before, among those that came to its device; of a device that changed in
any other way, all that came to it. What is translated on its way is taken together, before and after: one header may
stand for another there. Everything else arrives where it arrived.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from inventory.deviceconfig import DeviceConfig
from topology.reach import steering
from topology.reach.arrivals import Arrivals
from topology.reach.engine import Engine
from topology.reach.network import DEVICES
from topology.reach.space import Set

Key = TypeVar("Key")


class Again:
    """What an edit can touch: `engine` is the one after it, made from the one before."""

    def __init__(self, before: Engine, engine: Engine) -> None:
        self._before, self._engine, self._space = before, engine, engine.space
        old, new = before.network.configs, engine.network.configs
        same = before.tables is engine.tables
        self._filtered = {n for n in engine.edited if same and n in old and n in new and _alike(old[n], new[n])}
        self._known: dict[tuple[str, str], Set] = {}
        self._told: dict[str, list[str]] = {}

    def run(self, old: Arrivals) -> Arrivals:
        """Return where packets of a source arrive now, from where they arrived before."""
        touched = self._touched(old)
        if touched == self._space.nothing:
            return old
        fresh = self._engine.run(old.source, touched)
        return replace(
            old,
            at=self._merged(old.at, fresh.at, touched),
            devices=self._merged(old.devices, fresh.devices, touched),
            passed=old.passed | fresh.passed,
            met=self._merged(old.met, fresh.met, touched),
            carried=old.carried | fresh.carried,
            rewritten=old.rewritten | fresh.rewritten,
        )

    def _merged(self, old: Mapping[Key, Set], new: Mapping[Key, Set], touched: Set) -> dict[Key, Set]:
        nothing = self._space.nothing
        found = {key: (old.get(key, nothing) & ~touched) | new.get(key, nothing) for key in {**old, **new}}
        return {key: packets for key, packets in found.items() if packets != nothing}

    def _touched(self, old: Arrivals) -> Set:
        """Return the headers of a source that may fare otherwise than before."""
        found = self._space.nothing
        for (device, into), packets in old.met.items():
            if device in self._engine.edited:
                found = found | ((packets | old.rewritten) & self._treated(device, into))
        if old.source == DEVICES:
            for device in self._engine.edited:
                found = found | self._sent(device)
        return found if found & old.rewritten == self._space.nothing else found | old.rewritten

    def _treated(self, device: str, into: str) -> Set:
        """Return the headers that a device treats otherwise than before when they come in by an interface."""
        if device not in self._filtered:
            return self._space.everything
        found = self._known.get((device, into))
        if found is None:
            pairs = [("input", into, ""), *(("forward", into, out) for out in self._outs(device))]
            found = self._known[device, into] = self._space.union(self._differing(device, *pair) for pair in pairs)
        return found

    def _outs(self, device: str) -> list[str]:
        """Return a device's ways out, one of each group that neither filter of it tells apart."""
        if device not in self._told:
            groups = [
                {hop.interface: n for n, (_all, ways) in enumerate(e.alike(device, "forward")) for hop, _taken in ways}
                for e in (self._before, self._engine)
            ]
            outs = {(groups[0][out], groups[1][out]): out for out in groups[0]}
            steered = sorted(steering.outs(self._engine, device) - {*outs.values()})
            tunnel = [self._engine.network.tunnel(device)] if device in self._engine.network.tunnels else []
            self._told[device] = [*outs.values(), *steered, *tunnel]
        return self._told[device]

    def _differing(self, device: str, hook: str, into: str, out: str) -> Set:
        old, new = (e.permitted(device, hook, into, out) for e in (self._before, self._engine))
        return (old & ~new) | (new & ~old)

    def _sent(self, device: str) -> Set:
        """Return what a device sends itself and may not have sent before, or the other way round.

        Where it translates, that is any header: what it sends is known as it leaves.
        """
        engines = [e for e in (self._before, self._engine) if device in e.network.configs]
        own = self._space.union(e.sent_from(device) for e in engines)
        translates = any(rule.kind == "source" for e in engines for rule in e.network.configs[device].nat)
        if device not in self._filtered:
            return self._space.everything if translates else own
        outs = {i.name for i in self._engine.network.configs[device].interfaces}
        outs |= {self._engine.network.tunnel(device)} if device in self._engine.network.tunnels else set()
        found = own & self._space.union(self._differing(device, "output", "", out) for out in sorted(outs))
        return self._space.everything if translates and found != self._space.nothing else found


def _alike(old: DeviceConfig, new: DeviceConfig) -> bool:
    """Return whether nothing that decides of packets differs but filters."""
    same = [(one.forwarding, one.nat, one.policy_routes, one.bgp) for one in (old, new)]
    return same[0] == same[1] and (old.interfaces, old.vlans, old.routes, old.ospf, old.tunnels) == (
        new.interfaces, new.vlans, new.routes, new.ospf, new.tunnels
    )  # fmt: skip

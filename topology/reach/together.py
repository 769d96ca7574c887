"""Lets several sources loose at once after an edit: one fixpoint instead of one of each. Pure.

What is let loose again are headers that met what changed: behind a place's first filter these are of its own addresses,
so no two places have a sender in common. A device treats a header alike whoever sent it, and while nobody translates it
it stays that header. So the headers of all such sources go on as one set, and each source is told afterwards what
became of its own. Headers whose senders another source has as well, or that were translated before, are left out
(`homes.parts_of`), and of those that are translated now nothing is told: they have to be run alone, by source.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from topology.reach.arrivals import Arrivals, carried
from topology.reach.homes import Parts
from topology.reach.network import DEVICES
from topology.reach.routes import Hop
from topology.reach.run import Run
from topology.reach.space import Set

if TYPE_CHECKING:
    from topology.reach.engine import Engine

Port = tuple[str, str]
KINDS = ("met", "at", "devices")
"""what of `Arrivals` is packets by something"""


class Together(Run):
    """A fixpoint of headers of several sources; `olds`: what was found of each source before."""

    def __init__(self, engine: "Engine", parts: Parts, olds: Mapping[str, Arrivals]) -> None:
        super().__init__(engine, "", engine.space.union(parts.of.values()))
        self._whole, self._parts, self._olds = parts, parts.of, olds
        self.left: dict[Port, Set] = {}
        """by which ways what was sent onto a domain"""
        self._known: dict[Set, list[str]] = {}
        """by senders, whose they are"""
        self.told: dict[str, Set] = {}
        """by source, the headers of which it is told what is found: all that are not translated now"""

    def again(self) -> dict[str, Arrivals]:
        """Let all headers loose where they begin; return by source what is found of those that it is `told` of."""
        self.loosen()
        return self._told()

    def loosen(self) -> None:
        """Let all headers loose where they begin, and follow them."""
        for source, packets in self._parts.items():
            for domain in self.engine.network.entered(source):
                if source in domain.leaps:
                    self._arrive(domain, packets)
                for routed in domain.routed:
                    self._enter(routed.device, routed.interface.name, packets)
        self._follow()

    def further(self, more: Mapping[str, Mapping[Port, Set]]) -> dict[str, Arrivals]:
        """Go on from what was found, with headers by source and where they came in; return what is found as `again`."""
        self.seen.update(self._before["met"])
        self.at.update({place: packets for place, packets in self._before["at"].items() if place != DEVICES})
        self.devices.update(self._before["devices"])
        self.taken = [self._before["at"][DEVICES]] if DEVICES in self._before["at"] else []
        for source, part in self._parts.items():
            for port, packets in more[source].items():
                self._wait(port, packets & part)
        self._follow()
        return self._told()

    def leave(self, device: str, hop: Hop, packets: Set) -> None:
        """Send packets out by a way, and note it."""
        self._went((device, hop.interface), packets)
        super().leave(device, hop, packets)

    def _went(self, port: Port, packets: Set) -> None:
        self.left[port] = self.left[port] | packets if port in self.left else packets

    def _follow(self) -> None:
        self.flow()
        if self.devices and self.engine.sums:
            self.at[DEVICES] = self.all_taken()

    @property
    def found_of_all(self) -> dict[str, dict[Any, Set]]:
        """What is found of all these headers, by kind."""
        return {"met": self.seen, "at": self.at, "devices": self.devices}

    @cached_property
    def _before(self) -> Mapping[str, Mapping[Any, Set]]:
        """What was found of all these headers before, by kind."""
        return {kind: self._of_all(kind) for kind in KINDS}

    def _of_all(self, kind: str) -> dict[Any, Set]:
        """Return what was found of all these headers before."""
        found, nothing = dict[Any, Set](), self.space.nothing
        for source, part in self._parts.items():
            for key, packets in getattr(self._olds[source], kind).items():
                if (mine := packets & part) != nothing:
                    found[key] = found[key] | mine if key in found else mine
        return found

    def _told(self) -> dict[str, Arrivals]:
        before, after = {**self._before}, self.found_of_all
        before["at"] = self.engine.said(before["at"])
        apart = {kind: self._apart(before[kind], now) for kind, now in after.items()}
        found, crossed = dict[str, Arrivals](), self._crossed()
        translated = frozenset(self._whose(self.rewritten))
        for source in self._parts.keys() & self._olds.keys():
            part = self._parts[source]
            self.told[source] = part & ~self.rewritten if source in translated else part
            keys = {kind: by.get(source, ()) for kind, by in apart.items()}
            found[source] = self._one(source, keys, after, crossed.get(source, frozenset()))
        return found

    def _apart(self, before: Mapping[Any, Set], now: Mapping[Any, Set]) -> dict[str, list[Any]]:
        """Return by source where something else is found of it than before."""
        found, nothing = dict[str, list[Any]](), self.space.nothing
        for key in before.keys() | now.keys():
            old, new = before.get(key, nothing), now.get(key, nothing)
            for source in self._whose(self.space.bdd.apply("xor", old, new)) if old != new else ():
                found.setdefault(source, []).append(key)
        return found

    def _whose(self, packets: Set) -> list[str]:
        """Return the sources that have any of some packets: no sender is of two, so the senders say it."""
        senders = self.space.senders(packets & self.within)
        if senders not in self._known:
            self._known[senders] = self._whole.whose(senders, self.space.nothing)
        return self._known[senders]

    def _crossed(self) -> dict[str, frozenset[Port]]:
        """Return by source the ways that it took now and not before."""
        known, found, nothing = self._left_before(), dict[str, set[Port]](), self.space.nothing
        for port, packets in self.left.items():
            fresh = packets & ~known.get(port, nothing)
            for source in self._whose(fresh) if fresh != nothing else ():
                found.setdefault(source, set()).add(port)
        return {source: frozenset(ports) for source, ports in found.items()}

    def _left_before(self) -> Mapping[Port, Set]:
        """Return by ways that are taken now the headers of which any took them before."""
        known = dict[Port, Set]()
        for source, part in self._parts.items():
            for port in self._olds[source].crossed & self.left.keys():
                known[port] = known[port] | part if port in known else part
        return known

    def _one(
        self, source: str, keys: Mapping[str, Collection[Any]], after: Mapping[str, Mapping[Any, Set]],
        crossed: frozenset[Port],
    ) -> Arrivals:  # fmt: skip
        """Return what is found of one source; what is as it was is the very same object."""
        old, part, nothing, made = self._olds[source], self.told[source], self.space.nothing, dict[str, Any]()
        for kind in (kind for kind in KINDS if keys[kind]):
            found = dict(getattr(old, kind))
            for key in keys[kind]:
                packets = (found.pop(key, nothing) & ~part) | (after[kind].get(key, nothing) & part)
                if packets != nothing and (kind, key) != ("at", source):
                    found[key] = packets
            made[kind] = found
        if "devices" in made and not self.engine.sums:
            made["at"] = self.engine.said(made.get("at", old.at))
        if "met" in made:
            made["passed"] = self.engine.met_by(source, made["met"])
        if crossed:
            made["crossed"] = old.crossed | crossed
            made["carried"] = carried(self.engine.network, source, made["crossed"])
        return replace(old, **made) if made else old

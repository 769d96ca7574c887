"""Runs a source again after an edit, for those packets only that the edit can have touched. Pure.

A packet's way depends on the devices that it meets and on nothing else. So what an edit can change are the headers that
some device treats otherwise than before (`differing`), among those that came to that device. Those of which something
is done no more are let loose at the source again. Of all others more is done, nothing less, so all that was found
stands, and only the device that changed is asked again: what it does now besides goes on from there. What is translated
on its way is taken together, before and after: one header may stand for another there. Everything else arrives where it
arrived, so a source none of whose packets meets a difference is not run at all.

What is let loose so are sets cut along every difference, and new to all whom they meet. Where they grow large it costs
less to let loose all that the sources send: of whole sources each device that is as it was knows what it did (`notes`).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from topology.reach.arrivals import Arrivals, carried
from topology.reach.differing import Differing, Treated
from topology.reach.edited import recarried
from topology.reach.engine import Engine
from topology.reach.grouped import Grouped
from topology.reach.homes import parts_of
from topology.reach.network import DEVICES
from topology.reach.space import Set
from topology.reach.together import Together

Key = TypeVar("Key")
Port = tuple[str, str]
LARGE = 6500
"""nodes of what is touched of all sources, from which on they are run whole"""
GUESSED = 4000
"""the same, if it is guessed from what one source has at one port: that is less than all"""


@dataclass
class _Touched:
    """What of a source's packets may fare otherwise."""

    lost: Set
    """headers of which something may be done no more"""
    sent: Set
    """of devices: headers that one sends now and did not before"""
    more: dict[Port, Set] = field(default_factory=dict)
    """by where they come in, packets of which more may be done"""


class Again:
    """What an edit can touch: `engine` is the one after it, made from the one before; `large` as LARGE.

    `grouped`: what is found of places before it, as one set.
    """

    def __init__(self, before: Engine, engine: Engine, large: int = LARGE, grouped: Grouped | None = None) -> None:
        self._engine, self._space, self._large, self._grouped = engine, engine.space, large, grouped
        self._differing = Differing(before, engine)
        self._recarried = recarried(before.network, engine.network)
        self._others = before.network.configs.keys() != engine.network.configs.keys()
        self.loose: set[str] = set()
        """the sources of which anything was let loose again"""

    def run(self, old: Arrivals) -> Arrivals:
        """Return where packets of a source arrive now, from where they arrived before."""
        return self._alone(old, self._noted(old))

    def runs(self, olds: Iterable[Arrivals]) -> dict[str, Arrivals]:
        """Return by source what `run` says of each; what no two of them have in common is let loose at once."""
        found, touched, nodes = {old.source: old for old in olds}, dict[str, _Touched](), 0
        if self._looks_large(found.values()):
            return self._all_whole(found, touched)
        for source, old in found.items():
            touched[source] = one = self._noted(old)
            nodes += one.lost.dag_size + sum(packets.dag_size for packets in one.more.values())
            if nodes > self._large and self._differing.loses:
                return self._all_whole(found, touched)
        self._lost_together(found, touched)
        self._more_together(found, touched)
        return {source: self._alone(old, touched[source]) for source, old in found.items()}

    def _looks_large(self, olds: Collection[Arrivals]) -> bool:
        """Return whether what is lost would grow large if all who come to some port had as much there as one has."""
        limit, edited = min(self._large, GUESSED), sorted(self._engine.edited)
        mets = ({port: old.met[port] for name in edited for port in old.ports.get(name, ())} for old in olds)
        for port, packets in next(filter(None, mets), {}).items():
            mine = packets & self._space.union(self._differing.treated(*port).parts)
            if self._differing.loses and mine.dag_size * sum(port in old.met for old in olds) > limit:
                return True
        return False

    def _all_whole(self, olds: Mapping[str, Arrivals], touched: Mapping[str, _Touched]) -> dict[str, Arrivals]:
        """Return what is found when all that sources send is let loose, but of those that nothing can have touched."""
        loose = {source: old for source, old in olds.items() if self._met(old, touched.get(source))}
        told = self._grouped.again(self._engine, loose) if self._grouped else {}
        self.loose |= loose.keys()
        found = dict[str, Arrivals]()
        for source, old in olds.items():
            run = source in loose and source not in told
            found[source] = self._engine.run(source) if run else self._stands(told.get(source, old))
        return found

    def _met(self, old: Arrivals, touched: _Touched | None) -> bool:
        """Return whether an edit can have touched a source."""
        if touched is not None:
            return not self._untouched(touched)
        return old.source == DEVICES or any(old.ports.get(device) for device in self._engine.edited)

    def _untouched(self, one: _Touched) -> bool:
        return not one.more and one.lost == one.sent == self._space.nothing

    def _alone(self, found: Arrivals, touched: _Touched) -> Arrivals:
        """Return what is found of a source when the rest of what is touched is run, of that source only."""
        nothing = self._space.nothing
        if self._untouched(touched):
            return self._stands(found)
        found = found if touched.lost == nothing else self._rerun(found, touched.lost)
        if touched.more or touched.sent != nothing:
            found = self._engine.further(found, touched.more, touched.sent)
        return found

    def _lost_together(self, found: dict[str, Arrivals], touched: Mapping[str, _Touched]) -> None:
        """Let loose at once what can be of what is lost; what is found then is put in, and is touched no more."""
        lost = {source: one.lost for source, one in touched.items()}
        if parts := parts_of(self._space, lost, found, self._engine.homes):
            together = Together(self._engine, parts, found)
            found |= together.again()
            for source, packets in together.told.items():
                touched[source].lost &= ~packets

    def _more_together(self, found: dict[str, Arrivals], touched: Mapping[str, _Touched]) -> None:
        """Go on at once with what can be of that with which more is done, as `_lost_together` does."""
        more = {source: one.more for source, one in touched.items()}
        loose = {source: self._space.union(ports.values()) for source, ports in more.items()}
        if parts := parts_of(self._space, loose, found, self._engine.homes):
            together = Together(self._engine, parts, found)
            found |= together.further(more)
            for source, packets in together.told.items():
                touched[source].more = self._but(more[source], packets)

    def _but(self, more: Mapping[Port, Set], headers: Set) -> dict[Port, Set]:
        left = ((port, packets & ~headers) for port, packets in more.items())
        return {port: packets for port, packets in left if packets != self._space.nothing}

    def _rerun(self, old: Arrivals, lost: Set) -> Arrivals:
        """Let headers loose again, and forget all that was found of them."""
        fresh = self._engine.run(old.source, lost)
        crossed = old.crossed | fresh.crossed
        met = self._merged(old.met, fresh.met, lost)
        return Arrivals(
            source=old.source,
            at=self._merged(self._engine.said(old.at), fresh.at, lost),
            devices=self._merged(old.devices, fresh.devices, lost),
            passed=self._engine.met_by(old.source, met),
            met=met,
            carried=carried(self._engine.network, old.source, crossed),
            rewritten=old.rewritten | fresh.rewritten,
            crossed=crossed,
        )

    def _merged(self, old: Mapping[Key, Set], new: Mapping[Key, Set], lost: Set) -> dict[Key, Set]:
        """Return what was found but for some headers, with what is found of these now."""
        nothing, keep, found = self._space.nothing, ~lost, dict(old)
        for key in old.keys() | new.keys():
            packets, fresh = old.get(key, nothing), new.get(key, nothing)
            if packets & lost == fresh:  # most are as they were, and to see that makes few sets
                continue
            found[key] = (packets & keep) | fresh
            if found[key] == nothing:
                del found[key]
        return found

    def _stands(self, old: Arrivals) -> Arrivals:
        """Return what was found of a source whose packets fare as they did; others may switch them now."""
        network = self._engine.network
        found = carried(network, old.source, old.crossed) if self._recarried else old.carried
        passed = self._engine.met_by(old.source, old.met) if self._others else old.passed
        alike = (found, passed) == (old.carried, old.passed)
        return old if alike else replace(old, carried=found, passed=passed)

    def _noted(self, old: Arrivals) -> _Touched:
        """Return what of a source is touched, and note that it is let loose if anything is."""
        found = self._touched(old)
        if not self._untouched(found):
            self.loose.add(old.source)
        return found

    def _touched(self, old: Arrivals) -> _Touched:
        """Return which headers of a source may fare otherwise than before."""
        found, edited = _Touched(self._space.nothing, self._space.nothing), self._engine.edited
        for port in (port for device in edited for port in old.ports.get(device, ())):
            self._note(found, old, port, old.met[port], self._differing.treated(*port))
        for device in edited if old.source == DEVICES else ():
            sent = self._differing.sent(device)
            found.lost, found.sent = found.lost | sent.lost, found.sent | sent.gained
        if found.lost & old.rewritten != self._space.nothing:
            found.lost = found.lost | old.rewritten
        found.sent, found.more = found.sent & ~found.lost, self._but(found.more, found.lost)
        return found

    def _note(self, found: _Touched, old: Arrivals, port: Port, packets: Set, treated: Treated) -> None:
        """Note what of the packets that came in somewhere is touched there."""
        nothing = self._space.nothing
        if treated.lost != nothing:
            found.lost = found.lost | ((packets | old.rewritten) & treated.lost)
        if treated.gained != nothing:
            rewritten = old.rewritten & treated.gained != nothing
            found.more[port] = packets & (treated.gained | old.rewritten if rewritten else treated.gained)

"""Runs a source again after an edit, for those packets only that the edit can have touched. Pure.

A packet's way depends on the devices that it meets and on nothing else. So what an edit can change are the headers that
some device treats otherwise than before (`differing`), among those that came to that device. What is translated on its
way is taken together, before and after: one header may stand for another there. Everything else arrives where it
arrived, so a source none of whose packets meets a difference is not run at all.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from topology.reach.arrivals import Arrivals, carried
from topology.reach.differing import Differing
from topology.reach.edited import recarried
from topology.reach.engine import Engine
from topology.reach.network import DEVICES
from topology.reach.space import Set

Key = TypeVar("Key")


class Again:
    """What an edit can touch: `engine` is the one after it, made from the one before."""

    def __init__(self, before: Engine, engine: Engine) -> None:
        self._engine, self._space = engine, engine.space
        self._differing = Differing(before, engine)
        self._recarried = recarried(before.network, engine.network)

    def run(self, old: Arrivals) -> Arrivals:
        """Return where packets of a source arrive now, from where they arrived before."""
        touched = self._touched(old)
        if touched == self._space.nothing:
            return self._stands(old)
        fresh = self._engine.run(old.source, touched)
        met, crossed = self._merged(old.met, fresh.met, touched), old.crossed | fresh.crossed
        every = frozenset(self._engine.network.configs)
        return Arrivals(
            source=old.source,
            at=self._merged(old.at, fresh.at, touched),
            devices=self._merged(old.devices, fresh.devices, touched),
            passed=every if old.source == DEVICES else frozenset(device for device, _into in met),
            met=met,
            carried=carried(self._engine.network, old.source, crossed),
            rewritten=old.rewritten | fresh.rewritten,
            crossed=crossed,
        )

    def _stands(self, old: Arrivals) -> Arrivals:
        """Return what was found of a source whose packets fare as they did; others may switch them now."""
        if not self._recarried:
            return old
        found = carried(self._engine.network, old.source, old.crossed)
        return old if found == old.carried else replace(old, carried=found)

    def _merged(self, old: Mapping[Key, Set], new: Mapping[Key, Set], touched: Set) -> dict[Key, Set]:
        nothing = self._space.nothing
        found = {key: (old.get(key, nothing) & ~touched) | new.get(key, nothing) for key in {**old, **new}}
        return {key: packets for key, packets in found.items() if packets != nothing}

    def _touched(self, old: Arrivals) -> Set:
        """Return the headers of a source that may fare otherwise than before."""
        found, edited = self._space.nothing, self._engine.edited
        for port, packets in old.met.items() if edited else ():
            if port[0] in edited and (treated := self._differing.treated(*port)) != self._space.nothing:
                found = found | ((packets | old.rewritten) & treated)
        if old.source == DEVICES:
            for device in edited:
                found = found | self._differing.sent(device)
        return found if found & old.rewritten == self._space.nothing else found | old.rewritten

"""What places send from home, as one set: run once before any edit, and again after one, by notes. Pure.

Where an edit touches much, sources are run whole. Of a hundred places behind routers that let out their own addresses
alone it is nearly all that meets the edited device, and no two of them have a sender in common: one fixpoint says of
all where it arrives (`together`), and each device that is as it was does again what it did with it (`notes`). Refused,
and so run alone: places of which anything is translated, or something from elsewhere meets what is edited and is not
dropped there before and after.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from topology.reach.arrivals import Arrivals
from topology.reach.homes import Parts
from topology.reach.run import Repeated
from topology.reach.space import Set
from topology.reach.together import Port, Together

if TYPE_CHECKING:
    from topology.reach.engine import Engine


class _Whole(Together, Repeated):
    """A fixpoint of all that places send from home; `before`: the same before an edit."""

    NOTED = "grouped"

    def __init__(
        self, engine: "Engine", parts: Parts, olds: Mapping[str, Arrivals], before: "_Whole | None" = None
    ) -> None:
        super().__init__(engine, parts, olds)
        self._earlier = before

    def _went(self, port: Port, packets: Set) -> None:
        self._note(Together._went, port, packets)

    @property
    def _before(self) -> Mapping[str, Mapping[Any, Set]]:
        assert self._earlier
        return self._earlier.found_of_all

    def _left_before(self) -> Mapping[Port, Set]:
        assert self._earlier
        return self._earlier.left


class Grouped:
    """The places of a network that send as one, with what is found of them before any edit."""

    def __init__(self, engine: "Engine", olds: Mapping[str, Arrivals]) -> None:
        """`engine`: one that notes; `olds`: by source, what is found of it."""
        homes, possible, nothing = engine.homes, engine.space.possible, engine.space.nothing
        here = (source for source in homes.of if source in olds and olds[source].rewritten == nothing)
        self._parts = Parts({source: homes.of[source] & possible for source in here}, homes, None)
        self._before = _Whole(engine, self._parts, olds)
        self._before.loosen()

    def again(self, engine: "Engine", olds: Mapping[str, Arrivals]) -> dict[str, Arrivals]:
        """Return what is found of sources in an engine after an edit, of those that can be told so.

        `olds`: by source, what was found of it; each has to begin where it began.
        """
        known = {source: old for source, old in olds.items() if source in self._parts.of and self._at_home(engine, old)}
        if not known:
            return {}
        whole = _Whole(engine, self._parts, known, self._before)
        found = whole.again()
        return {source: now for source, now in found.items() if whole.told[source] == self._parts.of[source]}

    def _at_home(self, engine: "Engine", old: Arrivals) -> bool:
        """Return whether an edited device does nothing with what a source sends from elsewhere, nor did before."""
        home, nothing = self._parts.of[old.source], engine.space.nothing
        met = ((port, old.met[port] & ~home) for device in engine.edited for port in old.ports.get(device, ()))
        return all(self._drops(engine, port, away) for port, away in met if away != nothing)

    def _drops(self, engine: "Engine", port: Port, packets: Set) -> bool:
        """Return whether a device does nothing with packets that come in somewhere, before and after an edit."""
        engines = (self._before.engine, engine)
        known = all(port[0] in one.network.configs for one in engines)
        return known and all(packets & one.handled(*port) == engine.space.nothing for one in engines)

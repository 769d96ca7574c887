"""What of the allowed flows of one state works there and back, so that an edit can be told by what it breaks. Pure."""

from collections.abc import Iterable, Mapping

from inventory.model import County
from topology.reach.allowed import Allowed
from topology.reach.answers import Answers, Dead
from topology.reach.arrivals import Arrivals
from topology.reach.engine import Engine
from topology.reach.network import DEVICES
from topology.reach.owing import Owing
from topology.reach.space import Packet, Set
from topology.reach.steady import gateways
from topology.reach.walk import Step
from topology.reach.walk_back import Walker, swapped

Pair = tuple[str, str]


class Working:
    """The flows that a network owes answers to; `arrivals`: by source, where its first packets arrive."""

    def __init__(self, county: County, engine: Engine, allowed: Allowed, arrivals: Mapping[str, Arrivals]) -> None:
        self._space, owing = engine.space, Owing(county, engine, allowed)
        steady = Engine(engine.network, self._space, earlier=engine, routes=engine.routes)
        back = Engine(engine.network, self._space, answers=True, routes=engine.routes)
        shared = {frozenset(pair) for pair in engine.network.shared()}
        self.due = {
            (source, target): arrived & allowed.between(source, target) & owing.answered(source, target)
            for source, found in arrivals.items()
            for target, arrived in found.at.items()
            if source != target and frozenset((source, target)) not in shared
        }
        self._answers = Answers(steady, back, gateways(county), self.due, lambda place: allowed.at(place, "d"))
        self._walker = Walker(steady, gateways(county))

    def dead(self, pair: Pair) -> Dead:
        """Return what of a pair's flow does not work."""
        return self._answers.dead(pair) or Dead(self._space.nothing, self._space.nothing)

    def works(self, pair: Pair) -> Set:
        """Return the first packets of a pair that arrive and whose answers come back."""
        dead = self.dead(pair)
        return self.due.get(pair, self._space.nothing) & ~dead.first & ~dead.answers

    def met(self, pair: Pair, devices: Iterable[str]) -> set[str]:
        """Return which of some devices the answers of a pair meet."""
        return self._answers.met(pair, devices)

    def way(self, pair: Pair, packet: Packet) -> tuple[Packet, tuple[Step, ...]]:
        """Return the answer to a first packet and its way home, or to where it is lost."""
        source, target = pair
        return swapped(packet), self._walker.home(source, target, packet)[1]


def places(one: Working, other: Working) -> tuple[Pair, ...]:
    """Return the pairs that owe answers in either state, devices to devices left out."""
    return tuple(pair for pair in dict.fromkeys((*one.due, *other.due)) if pair != (DEVICES, DEVICES))

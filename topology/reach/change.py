"""What an edit of configurations opens and closes: the difference of arrivals before and after, a packet each. Pure.

Both states are judged in one space. A source is let loose again only if one of its packets met a device that is not as
it was (its configuration, routes, tunnels or neighbours); for the others nothing can have changed. A line that nobody
understood makes the answer of every source unknown whose packets meet its device, before or after: what opens and
closes is then still true, but need not be all. If asked, what arrives as allowed is followed there and back as well,
and each device is taken wholly (`forging`): what it gets at with a forged source that it did not before is opened, too.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from countynet.i18n import translate
from inventory.deviceconfig import DeviceConfig
from inventory.model import County
from topology.reach.again import Again
from topology.reach.allowed import INTERNET
from topology.reach.allowed6 import allowed
from topology.reach.arrivals import Arrivals
from topology.reach.differing import prepare
from topology.reach.engine import Engine
from topology.reach.family import V4, V6, Family
from topology.reach.forging import Forging, gained
from topology.reach.grouped import Grouped
from topology.reach.hearsay import spread
from topology.reach.instances import by_owner
from topology.reach.network import DEVICES, Network, edited, network
from topology.reach.plugs import Plugs
from topology.reach.resting import resting
from topology.reach.returning import Working, places
from topology.reach.shifts import Change, Shift, of_both
from topology.reach.space import Set, Space
from topology.reach.walk import Step, walk

WITH_PATH = 25
"""shifts that are given their way; the others have their packet only"""


@dataclass(frozen=True)
class State:
    """Configurations at one time, with the lines of each device that nobody understood."""

    configs: Mapping[str, DeviceConfig]
    unparsed: Mapping[str, Sequence[str]]
    """with those of others that its routes hang on"""

    def __post_init__(self) -> None:
        object.__setattr__(self, "unparsed", spread(self.configs, self.unparsed))


class Differ:
    """A county whose state is proven, against which edits are compared."""

    @resting()
    def __init__(
        self,
        county: County,
        before: State,
        progress: Callable[[int, int], None] = lambda _done, _total: None,
        today: date | None = None,
        family: Family = V4,
        plugs: Plugs | None = None,
    ) -> None:
        """`today`: the day of the county's clock, after which exceptions of the policy are over.

        The engine is of the family that is given; a differ of IPv4 has one of IPv6 besides and compares by both.
        `plugs`: those of the state before, if they are known.
        """
        self.county, self.state, self.today = county, before, today
        self.space = Space(family)
        self.engine = Engine(network(county, before.configs, family, plugs=plugs), self.space, notes=True)
        plugs = self.engine.network.plugs
        self.six = Differ(county, before, today=today, family=V6, plugs=plugs) if family is V4 else None
        self.allowed = allowed(county, self.engine.network, self.space, today)
        self.allowed.at(INTERNET)  # works out what is nobody's: once, not with the first edit
        self.arrivals, places = dict[str, Arrivals](), (*self.engine.network.places, DEVICES)
        for done, place in enumerate(places, 1):
            self.arrivals[place] = self.engine.run(place)
            progress(done, len(places))
        prepare(self.engine)
        self.grouped = Grouped(self.engine, self.arrivals)
        self.allowed.prepare(places)

    @cached_property
    def working(self) -> Working:
        """What of the allowed flows works there and back before any edit."""
        return Working(self.county, self.engine, self.allowed, self.arrivals)

    @cached_property
    def forging(self) -> Forging:
        """What each device gets at with forged sources, taken wholly, before any edit."""
        return Forging(self.county, self.engine, self.allowed, self.arrivals)

    @resting()
    def compare(self, after: State, *, answers: bool = False, forged: bool = False) -> Change:
        """Return what opens and closes when the configurations become these.

        `answers`: on the way back, too. `forged`: to whoever takes a device wholly, too.
        """
        found = _Comparison(self, after, sums=answers or forged).change(answers=answers, forged=forged)
        return of_both(found, self.six.compare(after, answers=answers, forged=forged)) if self.six else found


def _together(found: Network) -> dict[str, frozenset[str]]:
    pairs = list(found.shared())
    return {
        place: frozenset(b for pair in pairs for a, b in (pair, pair[::-1]) if a == place)
        for a, b in pairs
        for place in (a, b)
    }


class _Comparison:
    def __init__(self, differ: Differ, after: State, *, sums: bool) -> None:
        self.begun = time.monotonic()
        self.differ, self.after, self.space = differ, after, differ.space
        found = edited(differ.engine.network, differ.county, after.configs)
        self.engine = Engine(found, self.space, earlier=differ.engine, sums=sums)
        self.once_more = Again(differ.engine, self.engine, grouped=differ.grouped)
        before, now = differ.engine.network, self.engine.network
        self.allowed = differ.allowed.moved(now)
        """what is allowed after the edit: whose addresses a device has is read from its configuration"""
        self.places = tuple(dict.fromkeys((*before.places, *now.places, DEVICES)))
        self.order = {place: n for n, place in enumerate(self.places)}
        """by place, its turn when what opens and closes is told"""
        self.shared = [_together(found) for found in (before, now)]
        """before and after: by place, those in one broadcast domain with it"""
        self.lost = tuple(f"{d.name}: no configuration" for d in differ.county.devices if self._lacks(d.name))
        self.left = WITH_PATH
        self.again = 0
        self.likely: dict[str, Set] = {}
        self.arrivals: dict[str, tuple[Arrivals, Arrivals]] = {}
        """by source, before and after"""

    def change(self, *, answers: bool, forged: bool) -> Change:
        """Compare every source."""
        opens, closes, unsure, lines = list[Shift](), list[Shift](), list[str](), dict[str, None]()
        self.arrivals = self._both_times()
        for source, (old, new) in self.arrivals.items():
            if dark := self._dark(old, new):
                unsure.append(source)
                lines |= dict.fromkeys(dark)
            if old is not new or any(self.shared):
                opens += self._shifts(source, old, new, opening=True)
                closes += self._shifts(source, new, old, opening=False)
        configs, later = self.differ.state.configs, self.after.configs
        if answers and self.engine.edited:
            self._answers(opens, closes, unsure, lines)
        if forged and self.engine.edited:
            self._forgeries(opens, closes)
        return Change(
            devices=tuple(sorted(n for n in {*configs, *later} if configs.get(n) != later.get(n))),
            opens=tuple(opens), closes=tuple(closes), unsure=tuple(unsure), lines=tuple(lines),
            pairs=len(self.places) * (len(self.places) - 1) + 1, again=self.again,
            seconds=time.monotonic() - self.begun,
        )  # fmt: skip

    def _answers(self, opens: list[Shift], closes: list[Shift], unsure: list[str], lines: dict[str, None]) -> None:
        """Add what comes back no more, or did not before, of what is allowed and arrives."""
        states, nothing = (self.differ.state, self.after), self.space.nothing
        now = Working(
            self.differ.county,
            self.engine,
            self.allowed,
            {source: new for source, (_old, new) in self.arrivals.items()},
        )
        for pair in places(self.differ.working, now):
            for found, working, broken in ((closes, self.differ.working, now), (opens, now, self.differ.working)):
                dead = broken.dead(pair)
                for part, answer in ((dead.answers, True), (dead.first, False)):
                    if (lost := working.works(pair) & part) != nothing:
                        found.append(self._returned(now, pair, lost, answer=answer))
            for one, state in zip((self.differ.working, now), states, strict=True):
                met = one.met(pair, [name for name, dark in state.unparsed.items() if dark])
                lines |= dict.fromkeys(f"{device}: {line}" for device in met for line in state.unparsed[device])
                if met and pair[0] not in unsure:
                    unsure.append(pair[0])

    def _forgeries(self, opens: list[Shift], closes: list[Shift]) -> None:
        """Add what a device, taken wholly, gets at past its business that it did not, or does no more."""
        before, new = self.differ.forging, {source: found for source, (_old, found) in self.arrivals.items()}
        now = Forging(self.differ.county, self.engine, self.allowed, new, before, self.once_more)
        for found, less, more in ((opens, before, now), (closes, now, before)):
            for device, target, packets in gained(less, more):
                shown = more.shown(device, target, packets, way=self.left > 0)
                self.left -= 1
                found.append(
                    Shift(
                        source=DEVICES, target=target, packet=str(shown.packet), path=shown.path, forger=device,
                        claims=shown.claims, family=self.engine.network.family.name,
                    )
                )  # fmt: skip

    def _returned(self, now: Working, pair: tuple[str, str], packets: Set, *, answer: bool) -> Shift:
        """Return the shift of first packets of a pair whose answers fare otherwise than before."""
        source, target = pair
        packet, path = self.space.one(packets, self._wishes(source, target)), tuple[Step, ...]()
        shown = packet
        if packet:
            back, path = now.way(pair, packet)
            shown = back if answer else packet
        path, self.left = path if self.left > 0 else (), self.left - 1
        family = self.engine.network.family.name
        return Shift(
            source=source, target=target, packet=str(shown), path=path, allowed=True, answer=answer, family=family
        )

    def _likely(self, source: str) -> Set:
        """Return the packets that show something best: a place's own, of TCP, none of a session."""
        if source not in self.likely:
            own = self.differ.allowed.at(source)
            self.likely[source] = own & self.space.protocol("tcp") & ~self.space.ack
        return self.likely[source]

    def _wishes(self, source: str, target: str) -> list[Set]:
        at = self.differ.allowed.at
        return [at(source), at(target, "d"), self.space.protocol("tcp"), ~self.space.ack, self.space.echo]

    def _both_times(self) -> dict[str, tuple[Arrivals, Arrivals]]:
        """Return by source where its packets arrived and arrive; one and the same if no edit can have touched them."""
        before, kept = self.differ.arrivals, [source for source in self.places if self._stays(source)]
        new = self.once_more.runs(before[source] for source in kept)
        self.again = len(self.once_more.loose) + len(self.places) - len(kept)
        found = {}
        for source in self.places:
            nowhere = Arrivals(source, {}, {}, frozenset(), rewritten=self.space.nothing)
            found[source] = before.get(source, nowhere), new[source] if source in new else self.engine.run(source)
        return found

    def _stays(self, source: str) -> bool:
        """Return whether packets of a source begin where they began."""
        engines = self.differ.engine, self.engine
        old, new = ({domain.members for domain in engine.network.entered(source)} for engine in engines)
        return old == new and source in self.differ.arrivals

    def _dark(self, old: Arrivals, new: Arrivals) -> list[str]:
        """Return the lines not understood on the way of a source; a device without a configuration is on every way."""
        found = list[str]()
        for arrivals, state, engine in ((old, self.differ.state, self.differ.engine), (new, self.after, self.engine)):
            dark = {name for name, lines in state.unparsed.items() if lines}
            met = arrivals.passed | arrivals.carried if dark or engine.doubts else frozenset[str]()
            found += [f"{d}: {translate(engine.doubts[d])}" for d in sorted(met & engine.doubts.keys())]
            found += [f"{d}: {line}" for d in sorted(met & dark) for line in state.unparsed[d]]
        return [*found, *self.lost]

    def _lacks(self, device: str) -> bool:
        return device not in self.differ.state.configs or device not in self.after.configs

    def _shifts(self, source: str, less: Arrivals, more: Arrivals, *, opening: bool) -> Iterator[Shift]:
        """Yield what arrives in `more` and not in `less`."""
        fewer, now = (one.get(source, frozenset()) for one in (self.shared if opening else reversed(self.shared)))
        yield from (Shift(source=source, target=target, shared=True) for target in sorted(now - fewer))
        for target in self._targets(source, less, more):
            if target in now:
                continue
            packets = self._gained(less, more, target)
            if packets != self.space.nothing:
                fit = (self.allowed if opening else self.differ.allowed).between(source, target)
                beyond = packets & ~fit
                if beyond != self.space.nothing:
                    yield self._shift(source, target, beyond, allowed=False, opening=opening)
                if beyond != packets:
                    yield self._shift(source, target, packets & fit, allowed=True, opening=opening)

    def _targets(self, source: str, less: Arrivals, more: Arrivals) -> list[str]:
        """Return the places where something arrives otherwise; devices whenever one of them takes something else."""
        if less is more:
            return []
        nothing = self.space.nothing
        found = {place for place, packets in more.at.items() if packets != less.at.get(place, nothing)}
        found -= {source, DEVICES}
        if more.devices is not less.devices and more.devices != less.devices:
            found.add(DEVICES)
        return sorted(found & self.order.keys(), key=self.order.__getitem__)

    def _gained(self, less: Arrivals, more: Arrivals, target: str) -> Set:
        nothing = self.space.nothing
        if target != DEVICES:
            return more.at.get(target, nothing) & ~less.at.get(target, nothing)
        before, now = (by_owner(self.space, one.devices) for one in (less, more))
        taken = ((packets, before.get(name, nothing)) for name, packets in now.items())
        return self.space.union(packets & ~old for packets, old in taken if packets != old)

    def _shift(self, source: str, target: str, packets: Set, *, allowed: bool, opening: bool) -> Shift:
        likely = packets & self._likely(source) & self.differ.allowed.at(target, "d")
        wished = likely != self.space.nothing
        packet = self.space.one(likely) if wished else self.space.one(packets, self._wishes(source, target)[:-1])
        path = tuple[Step, ...]()
        if packet and self.left > 0:
            self.left -= 1
            path = walk(self.engine if opening else self.differ.engine, source, target, packet)
        family = self.engine.network.family.name
        return Shift(source=source, target=target, packet=str(packet), path=path, allowed=allowed, family=family)

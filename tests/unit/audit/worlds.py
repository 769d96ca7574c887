"""Random networks stated as a certificate states them, for the small program and the proof's engine to disagree about.

By hand, thousands: `python -m tests.unit.audit.worlds FIRST LAST [FLOWS [0]]`; exit code 1 if there is a disagreement.
"""

import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from audit.recheck import _Family
from tests.unit.topology.reach.grid.worlds import World
from topology.reach import boxes, classes
from topology.reach.answers import Answers, Dead
from topology.reach.engine import Engine
from topology.reach.network import DEVICES, FORGED, Network, own_addresses
from topology.reach.owing import asked
from topology.reach.space import Set, Space
from topology.reach.stated import Names, Stating
from topology.reach.steady import Gateways
from topology.reach.walk_back import Walker

Flow = tuple[str, str, int, int, int]
"""from a place, to a place, its classes of sources, of destinations and of services"""


class Both:
    """A network, stated, with both programs' answers about it."""

    def __init__(self, found: Network, random: Random) -> None:
        self.network, self.random, self.space = found, random, Space(found.family)
        self.engine = Engine(found, self.space)
        routes, self._known = self.engine.routes, dict[int, Set]()
        self.steady = Engine(found, self.space, earlier=self.engine, routes=routes)
        self.returning = Engine(found, self.space, answers=True, routes=routes)
        self.gateways = self._gateways()
        self.stated = self._stated()
        self.family = _Family(self.stated, found.family.name, self.stated["devices"])

    def _gateways(self) -> Gateways:
        """Draw a gateway for some places: any address on their segments."""
        found = {}
        for place, domains in self.network.places.items():
            held = sorted({address for domain in domains for routed in domain.routed for address in routed.own})
            if held and self.random.randrange(2):
                found[place] = self.random.choice(held)
        return found

    def _stated(self) -> dict[str, Any]:
        names = Names(self.network.family)
        stating = Stating(self.network, self.engine.tables, self.engine.routes, self.network.domains, names)
        names.boxes(boxes.services(self.space, asked(self.space, self.space.everything)))
        told: dict[str, Any] = {
            "devices": {name: stating.device(name) for name in self.network.configs},
            "domains": [stating.domain(one) for one in self.network.domains],
            "places": {p: str(self.gateways[p]) if p in self.gateways else None for p in self.network.places},
            "policy": [], "verdicts": {}, "findings": {}, "not_understood": {},
        }  # fmt: skip
        told["places"] |= {DEVICES: None}
        told["taken"] = {n: {"domains": stating.held(n), "bears": "", "passes": []} for n in self.network.configs}
        addresses = classes.of_addresses(names.addresses, self.network.family)
        services = classes.of_services(names.services)
        written = [boxes.written(one, self.network.family) for one in addresses]
        return told | {"classes": {"address": written, "service": [boxes.boxed(one) for one in services]}}

    def runs(self, side: str, number: int) -> Set:
        """Return the packets of a class of destinations (`d`) or of sources (`s`)."""
        field = self.family.address
        return self.space.runs(side, [b for b, n in zip(field.boxes, field.of, strict=True) if n == number])

    def services(self, bits: int) -> Set:
        """Return the packets of classes of services."""
        if bits not in self._known:
            self._known[bits] = self._services(bits)
        return self._known[bits]

    def _services(self, bits: int) -> Set:
        space, found = self.space, self.space.nothing
        for (a, b, c, d, e, f, low, high), n in zip(self.family.service.boxes, self.family.service.of, strict=True):
            if bits >> n & 1:
                flags = space.everything
                for flag, told in boxes.FLAGS.get(a, ()) if a == b else ():
                    if flag[1] < low or high < flag[0]:
                        flags = flags & ~space.bdd.cube(told)
                found = found | (
                    space.runs("p", [(a, b)]) & space.runs("q", [(c, d)]) & space.runs("r", [(e, f)]) & flags
                )
        return found

    def packets(self, cells: Mapping[int, int]) -> Set:
        """Return a set of the small program as one of the engine."""
        space, found = self.space, self.space.nothing
        targets, sources = (defaultdict[int, Set](lambda: space.nothing) for _turn in "ds")
        for target, row in cells.items():
            targets[row] = targets[row] | self.runs("d", target)
        for row, to in targets.items():
            sources.clear()
            for source, services in self.family._rows(row):
                sources[services] = sources[services] | self.runs("s", source)
            for services, by in sources.items():
                found = found | (to & by & self.services(services))
        return found & space.possible

    def arrivals(self, source: str) -> Iterator[str]:
        """Yield the places of which the two say differently what arrives there from a source."""
        here, _dark = self.family._coming(source)
        there = self.engine.run(source).at
        for place in {*filter(self.network.places.__contains__, here), *there} - (
            {source} if source != DEVICES else set()
        ):
            if self.packets(here.get(place, {})) != there.get(place, self.space.nothing):
                yield f"{source} > {place}: what arrives"

    def forged(self, device: str) -> Iterator[str]:
        """Yield where the two say differently what a taken device gets at, if nothing is its business."""
        self.family.arrived.update({place: {} for place in self.stated["places"]})
        here, there = dict(self.family._beyond(self.family.devices[device])), self.engine.run(FORGED + device)
        at = {p: x for p, x in there.at.items() if not {p} & {q for d in self.network.held[device] for q in d.places}}
        at |= {DEVICES: self.space.union(x for name, x in there.devices.items() if name != device)}
        for place in {*here, *at}:
            if self.packets(here.get(place, {})) != at.get(place, self.space.nothing):
                yield f"{device}, taken > {place}: what arrives"

    def flows(self, source: str, most: int) -> Iterator[Flow]:
        """Draw flows of a source that arrive somewhere and that somebody answers."""
        family, own = self.family, {a for c in self.network.configs.values() for a in own_addresses(c)}
        mine, never = {n for a in own for n in family.address._met(family.address._box(str(a)))}, family.never
        here, _dark = family._coming(source)
        for place, held in sorted((p, h) for p, h in here.items() if isinstance(p, str)):
            if place == source:
                continue
            for target, cells in self.random.sample(sorted(held.items()), min(most, len(held))):
                rows = [(at, some) for at, some in family._rows(cells) if (at in mine) == (source == DEVICES)]
                rows = [] if target in never else [(at, some) for at, some in rows if at not in never]
                for at, services in self.random.sample(rows, min(2, len(rows))):
                    service = self.random.choice(family_bits(services))
                    if asked(self.space, self.services(1 << service)) == self.services(1 << service):
                        yield source, place, at, target, service

    def lost(self, flow: Flow) -> tuple[bool, bool]:
        """Return whether a flow, and whether its answers, are lost by the small program."""
        source, target, at, number, service = flow
        lost, gone, _met = self.family._fate(source, target, at, number, 1 << service)
        return bool(lost), bool(gone)

    def fates(self, flow: Flow) -> str:
        """Return how the three disagree about a flow there and back; empty if they do not."""
        source, target, at, number, service = flow
        due = self.runs("s", at) & self.runs("d", number) & self.services(1 << service) & self.space.possible
        everything = lambda place: self.space.everything if place == source else self.space.nothing  # noqa: E731
        answers = Answers(self.steady, self.returning, self.gateways, {(source, target): due}, everything)
        dead = answers.dead((source, target)) or Dead(self.space.nothing, self.space.nothing)
        says = tuple(some != self.space.nothing for some in (dead.first, dead.answers))
        met = answers.met((source, target), self.network.configs)
        lost, gone, entered = self.family._fate(source, target, at, number, 1 << service)
        found, dying = (bool(lost), bool(gone)), dead.first | dead.answers
        fits = says == found and (found[0] or met == entered)
        words = f"{source} > {target}: {self.space.one(dying) or self.space.one(due)}"
        if not fits:
            return f"{words}: {says} {met} engine, {found} {entered} recheck (first packets, answers lost)"
        walker = Walker(self.steady, self.gateways)
        shown = [(self.space.one(packets), works) for packets, works in ((dying, False), (due & ~dying, True))]
        odd = [one for one, works in shown if one and walker.home(source, target, one)[0] != works]
        return f"{words}: {says} to both, but not by the walk of {odd[0]}" if odd else ""


def family_bits(bits: int) -> list[int]:
    """Return the numbers of the bits that are set."""
    return [n for n in range(bits.bit_length()) if bits >> n & 1]


def plain(world: World) -> World:
    """Return a world without WireGuard, which a certificate has no words for."""
    for name, config in world.configs.items():
        bare = (item.model_copy(update={"wireguard": None}) for item in config.interfaces)
        world.configs[name] = config.model_copy(update={"interfaces": tuple(bare)})
    return world


def wrong(found: Network, random: Random, most: int, *, arrivals: bool = True) -> Iterator[str]:
    """Yield every disagreement about a network: of first packets, over all of them; of answers, about drawn flows."""
    both = Both(found, random)
    for source in (*found.places, DEVICES):
        yield from both.arrivals(source) if arrivals else ()
        yield from filter(None, map(both.fates, both.flows(source, most)))
    for device in found.held if arrivals else ():
        yield from both.forged(device)


def main(first: int, last: int, most: int = 4, arrivals: int = 1) -> int:
    """Try worlds FIRST to LAST, both families; with 0 as the last, answers alone."""
    bad = 0
    for number in range(first, last):
        world = plain(World(number))
        for found in (world.network, world.network6):
            for line in list(wrong(found, Random(number), most, arrivals=bool(arrivals)))[:2]:
                bad += 1
                print(f"world {number}, {found.family.name}: {line}", flush=True)
    print(f"{last - first} worlds, {bad} disagreements")
    return min(bad, 1)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))

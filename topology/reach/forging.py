"""What a device that is taken wholly gets at with forged sources, past what is its business. Pure.

Each device in turn sends any header from any address onto all that it stands on or switches (`pivot.forged`). No filter
behind it can tell apart what it forges from what it carries (`business`). Whatever else arrives is a hole: a filter on
the way (uRPF, an access list) lets a source in from where its packets never come. It is a part of the verdict on the
pair `devices > target`.

After an edit or a failure a device is let loose again only for the headers that this can have touched (`again`), if it
stands where it stood; what arrives as it did, of a device with the same business, is judged as it was.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from inventory.model import County
from topology.reach import pivot
from topology.reach.again import Again
from topology.reach.allowed import Allowed
from topology.reach.arrivals import Arrivals
from topology.reach.business import Business, Whose
from topology.reach.engine import Engine
from topology.reach.findings import Finding, Verdict
from topology.reach.instances import owner
from topology.reach.network import DEVICES, FORGED
from topology.reach.space import Packet, Set
from topology.reach.walk import Step, walk


@dataclass(frozen=True)
class Taken:
    """One device that is taken wholly."""

    arrivals: Arrivals
    whose: Whose
    """who it may pass for"""
    beyond: Mapping[str, Set]
    """by target what it gets there past its business; targets of which that is nothing are left out"""


@dataclass(frozen=True)
class Shown:
    """One packet that a device forges."""

    packet: Packet | None
    path: tuple[Step, ...]
    claims: str
    """whose address it bears; empty: nobody's that we know"""


class Forging:
    """What the devices of one network get at; `arrivals`: where the packets of every place, and of devices, get."""

    def __init__(
        self,
        county: County,
        engine: Engine,
        allowed: Allowed,
        arrivals: Mapping[str, Arrivals],
        earlier: "Forging | None" = None,
        again: Again | None = None,
        *,
        fails: bool = False,
    ) -> None:
        """`earlier`: of the state before an edit, in the same space, with what lets loose `again` from there.

        `fails`: the edit is a failure: whom a device carried before it may pass for all the same.
        """
        self.engine, self.space, self.network = engine, engine.space, engine.network
        before = earlier.business if earlier else None
        self.business: Business = Business(county, engine, allowed, arrivals, before, before if fails else None)
        self._earlier: Forging | None = earlier if again else None
        self._again = again
        self._taken: dict[str, Taken] = {}

    def taken(self, device: str) -> Taken:
        """Return what one device gets at."""
        if device not in self._taken:
            earlier = self._earlier
            old = earlier.taken(device) if earlier and device in earlier.network.configs else None
            self._taken[device] = self._judged(device, old)
        return self._taken[device]

    def _judged(self, device: str, old: Taken | None) -> Taken:
        whose, arrivals = self.business.of(device), self._came(device, old)
        old = old if old and self._alike(old, whose) else None
        if old and old.arrivals is arrivals and self._near_as_before(whose):
            return old
        found = {t: self._beyond(device, t, whose, arrivals, old) for t in sorted({*arrivals.at} - whose.here)}
        return Taken(arrivals, whose, {target: more for target, more in found.items() if more != self.space.nothing})

    def _came(self, device: str, old: Taken | None) -> Arrivals:
        if old is None or self._again is None or self._earlier is None:
            return self.engine.run(FORGED + device)
        same = self._earlier.network.of is self.network.of or self._begins(device) == self._earlier._begins(device)
        return self._again.run(old.arrivals) if same else self.engine.run(FORGED + device)

    def _begins(self, device: str) -> tuple[set[frozenset[object]], list[tuple[str, str, Set]]]:
        """Return what it depends on where a device's packets begin."""
        held = self.network.held.get(device, ())
        return {domain.members for domain in held}, [*pivot.forged(self.engine, device)]

    def _alike(self, old: Taken, whose: Whose) -> bool:
        """Return whether a device has the business that it had, by the same policy of the same places."""
        before, now = self._earlier.business if self._earlier else self.business, self.business
        same = before.allowed is now.allowed and before.arrivals.keys() == now.arrivals.keys()
        return same and old.whose == whose

    def _near_as_before(self, whose: Whose, target: str = "") -> bool:
        """Return whether those on a device's segments get to a target (without one: anywhere) what they did."""
        before = self._earlier.business.arrivals if self._earlier else {}
        now, nothing = self.business.arrivals, self.space.nothing
        pairs = ((before[place], now[place]) for place in whose.here)
        return all(
            was is found or (bool(target) and was.at.get(target, nothing) == found.at.get(target, nothing))
            for was, found in pairs
        )

    def _beyond(self, device: str, target: str, whose: Whose, arrivals: Arrivals, old: Taken | None) -> Set:
        more = self._arrived(device, target, arrivals)
        same = old is not None and more == self._arrived(device, target, old.arrivals)
        if old and same and self._near_as_before(whose, target):
            return old.beyond.get(target, self.space.nothing)
        for may in self.business.may(whose, target):
            if (more := more & ~may) == self.space.nothing:
                break
        return more

    def _arrived(self, device: str, target: str, arrivals: Arrivals) -> Set:
        if target != DEVICES:
            return arrivals.at.get(target, self.space.nothing)
        return self.space.union(some for name, some in arrivals.devices.items() if owner(name) != device)

    def shown(self, device: str, target: str, packets: Set, *, way: bool = True) -> Shown:
        """Return one of the packets that a device gets to a target; with its `way`, if that is asked for."""
        space, allowed = self.space, self.business.allowed
        packet = space.one(packets, [space.protocol("tcp"), allowed.at(target, "d"), ~space.ack])
        if packet is None:
            return Shown(None, (), "")
        path = walk(self.engine, FORGED + device, target, packet) if way else ()
        return Shown(packet, path, self.business.claimed(packet))

    def findings(self) -> Iterator[Finding]:
        """Yield what taken devices get at beyond their business, a packet for each device and place."""
        for device in self.network.configs:
            for target, packets in self.taken(device).beyond.items():
                one = self.shown(device, target, packets)
                yield Finding(
                    source=DEVICES, target=target, verdict=Verdict.OPEN, packet=str(one.packet), path=one.path,
                    family=self.network.family.name, forger=device, claims=one.claims,
                )  # fmt: skip


def gained(less: Forging, more: Forging) -> Iterator[tuple[str, str, Set]]:
    """Yield device, target and packets, beyond its business, that it gets there in `more` and not in `less`."""
    for device in more.network.configs:
        found, known = more.taken(device), less.taken(device) if device in less.network.configs else None
        if found is known:
            continue
        for target, packets in found.beyond.items():
            fresh = packets & ~known.beyond.get(target, more.space.nothing) if known else packets
            if fresh != more.space.nothing:
                yield device, target, fresh

"""Lays the last look at the leases beside the inventory: whose each is, which is amiss, how full each pool is. Pure.

Everything is as the look saw it: a lease is over when it had ended by then, not because nobody has looked since. Of
what the inventory says, a unit is told only what is its own; that is asked by `of_unit`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from ipaddress import IPv4Address

from countynet.canonical import JSON
from countynet.i18n import _, translate
from inventory import dhcp
from inventory.dhcp import Serving
from inventory.model import County, Host, Terminal, Unit
from playbooks.leases.looks import Look
from playbooks.leases.parse import Lease

OLD = timedelta(minutes=15)
"""whoever watches looks every five minutes: a look that is older says that nobody does"""
FULL = 90
"""a pool of which so many per cent are given out is pointed out"""


class State(StrEnum):
    """How a lease stands to the inventory; what comes first is told when several hold."""

    EXPIRED = "expired"
    CONFLICT = "conflict"
    ELSEWHERE = "elsewhere"
    OUTSIDE = "outside"
    UNKNOWN = "unknown"
    RESERVED = "reserved"


STATES: Mapping[State, str] = {
    State.EXPIRED: _("expired"),
    State.CONFLICT: _("against a reservation"),
    State.ELSEWHERE: _("of another unit"),
    State.OUTSIDE: _("of no unit that is served"),
    State.UNKNOWN: _("unknown computer"),
    State.RESERVED: _("as reserved"),
}
AMISS = (State.CONFLICT, State.ELSEWHERE, State.OUTSIDE, State.UNKNOWN)
"""what somebody has to look into"""


@dataclass(frozen=True)
class Owned:
    """A terminal of the inventory with its unit."""

    unit: Unit
    terminal: Terminal


@dataclass(frozen=True)
class Row:
    """One lease with what the inventory knows of it."""

    lease: Lease
    unit: Unit | None
    """in whose LAN the address is"""
    owner: Owned | None
    """the terminal that has this hardware address"""
    meant: Owned | None
    """the terminal that the inventory gives this address to"""
    expired: bool
    foreign: bool = False
    """it is a terminal of another unit, and the reader is not told which"""

    @property
    def state(self) -> State:
        """How it stands to the inventory."""
        return next(state for state, holds in self._holding() if holds)

    def _holding(self) -> Iterator[tuple[State, bool]]:
        owner, meant, unit = self.owner, self.meant, self.unit
        at_home = owner is not None and unit is not None and owner.unit.id == unit.id
        yield State.EXPIRED, self.expired
        yield State.CONFLICT, meant is not None and (owner is None or meant.terminal.name != owner.terminal.name)
        yield State.CONFLICT, at_home and meant is None
        yield State.ELSEWHERE, self.foreign or (owner is not None and unit is not None and not at_home)
        yield State.OUTSIDE, unit is None
        yield State.UNKNOWN, owner is None
        yield State.RESERVED, True

    @property
    def terminal(self) -> str:
        """The terminal that has it; words where the inventory knows none, or where it is another unit's."""
        if self.foreign:
            return translate(_("a terminal of another unit"))
        return self.owner.terminal.name if self.owner else translate(_("unknown computer"))

    @property
    def words(self) -> str:
        """What is amiss, in a sentence; empty for nothing."""
        if self.state is State.CONFLICT and self.meant:
            message = _("the inventory gives this address to {terminal}")
            return translate(message, terminal=self.meant.terminal.name)
        if self.state is State.CONFLICT and self.owner:
            message = _("{address} is reserved for it")
            return translate(message, address=self.owner.terminal.address)
        if self.state is State.ELSEWHERE and self.owner:
            return translate(_("it is a terminal of {unit}"), unit=self.owner.unit.id)
        return ""

    def document(self) -> dict[str, JSON]:
        """Return it for programs."""
        ends = self.lease.ends
        return {
            "address": str(self.lease.address),
            "mac": self.lease.mac,
            "name": self.lease.name,
            "ends": ends.isoformat() if ends else None,
            "unit": self.unit.id if self.unit else None,
            "terminal": self.owner.terminal.name if self.owner else None,
            "terminal_unit": self.owner.unit.id if self.owner else None,
            "state": self.state.value,
            "words": self.words,
        }


@dataclass(frozen=True)
class Pool:
    """A unit's pool: how many of its addresses are given out."""

    unit: Unit
    first: IPv4Address
    last: IPv4Address
    taken: int
    room: int

    @property
    def full(self) -> bool:
        """Whether so much is given out that somebody should look."""
        return 100 * self.taken >= FULL * self.room

    def document(self) -> dict[str, JSON]:
        """Return it for programs."""
        ends: dict[str, JSON] = {"first": str(self.first), "last": str(self.last)}
        return {"unit": self.unit.id, **ends, "taken": self.taken, "addresses": self.room, "full": self.full}


@dataclass(frozen=True)
class Standing:
    """The leases of a county, or of a unit, as the last look saw them."""

    host: Host | None
    """None where nobody gives out addresses"""
    look: Look | None
    """None while nobody has looked"""
    rows: tuple[Row, ...]
    pools: tuple[Pool, ...]
    served: frozenset[str]
    """the units that are served"""

    def old(self, now: datetime) -> bool:
        """Whether nobody has looked for so long that nobody seems to look any more."""
        return self.look is not None and now - self.look.at > OLD

    @cached_property
    def counts(self) -> Mapping[State, int]:
        """How many leases stand how."""
        states = [row.state for row in self.rows]
        return {state: states.count(state) for state in State}

    def of_unit(self, unit: str) -> "Standing":
        """Return what a unit may see: its own LAN's, and no other unit's terminals by name."""
        rows = tuple(_veiled(row, unit) for row in self.rows if row.unit and row.unit.id == unit)
        return replace(self, rows=rows, pools=tuple(pool for pool in self.pools if pool.unit.id == unit))

    def only(self, unit: str) -> "Standing":
        """Return those in a unit's LAN, for whoever may see them all."""
        rows = tuple(row for row in self.rows if row.unit and row.unit.id == unit)
        return replace(self, rows=rows, pools=tuple(pool for pool in self.pools if pool.unit.id == unit))


def standing(county: County, look: Look | None) -> Standing:
    """Return how the leases of the last look stand to the inventory, by unit and address."""
    host, units = dhcp.server(county), dhcp.serving(county)
    rows = tuple(_rows(county, units, look)) if host and look else ()
    pools = tuple(_pool(county, unit, rows) for unit in units if unit.pool)
    return Standing(host, look, rows, pools if look and look.read else (), frozenset(unit.unit for unit in units))


def _rows(county: County, units: tuple[Serving, ...], look: Look) -> Iterator[Row]:
    every = [Owned(unit, terminal) for unit in county.units for terminal in unit.terminals]
    macs = {one.terminal.mac: one for one in every if one.terminal.mac}
    addresses = {one.terminal.address: one for one in every}
    place, found = {unit.unit: number for number, unit in enumerate(units)}, list[Row]()
    networks = {(unit.network.prefixlen, int(unit.network.network_address)): unit for unit in units}
    lengths = sorted({length for length, _start in networks}, reverse=True)
    for lease in look.said.read.leases:
        starts = ((length, int(lease.address) >> (32 - length) << (32 - length)) for length in lengths)
        unit = next((networks[start] for start in starts if start in networks), None)
        over = lease.ends is not None and look.read is not None and lease.ends <= look.read
        owner, meant = macs.get(lease.mac), addresses.get(lease.address)
        found.append(Row(lease, county.unit_by_id[unit.unit] if unit else None, owner, meant, over))
    yield from sorted(found, key=lambda row: (place[row.unit.id] if row.unit else len(place), row.lease.address))


def _pool(county: County, unit: Serving, rows: tuple[Row, ...]) -> Pool:
    assert unit.pool
    taken = sum(unit.pooled(row.lease.address) for row in rows if not row.expired)
    return Pool(county.unit_by_id[unit.unit], *unit.pool, taken, unit.room)


def _veiled(row: Row, unit: str) -> Row:
    """Take another unit's terminals out of a row."""
    if row.owner is None or row.owner.unit.id == unit:
        return row
    return replace(row, owner=None, foreign=True)

"""The contexts of the page of leases, and their words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from countynet import clock
from dashboard.language import t
from inventory.model import Unit
from playbooks.leases import show
from playbooks.leases.standing import STATES, Row, Standing, State

TONES: Mapping[State, str] = {
    State.CONFLICT: "fail",
    State.ELSEWHERE: "major",
    State.OUTSIDE: "major",
    State.UNKNOWN: "major",
    State.RESERVED: "pass",
    State.EXPIRED: "unknown",
}
"""the sign of each state, in the order in which they are counted"""
SHOWN = 300
"""rows; whoever wants the others chooses a unit or a state"""


@dataclass(frozen=True)
class LeaseRows:
    """The live part: the look, the pools, the leases."""

    template: ClassVar[str] = "leases/rows.html"
    found: Standing
    """everything that the reader may see of the unit that is asked for"""
    unit: str
    state: State | None
    clerk: bool
    tones = TONES
    words = STATES

    @property
    def given(self) -> bool:
        """Whether anything can be shown: somebody gives out addresses, here too, and has answered once."""
        look = self.found.look
        return look is not None and look.read is not None and not self.apart

    @property
    def apart(self) -> bool:
        """Whether addresses are given out, and the reader's unit is not served."""
        return self.clerk and self.found.host is not None and self.unit not in self.found.served

    @property
    def about(self) -> tuple[str, ...]:
        """What keeps the look from being one of now."""
        return () if self.apart else tuple(show.about(self.found, insider=not self.clerk))

    @property
    def doubts(self) -> tuple[str, ...]:
        """What makes the look less than certain, for those who can do something about it."""
        return () if self.clerk else tuple(show.doubts(self.found))

    @property
    def wrong(self) -> bool:
        """Whether the look is not to be relied on."""
        look = self.found.look
        return look is not None and (not look.answered or self.found.old(clock.now()))

    @property
    def rows(self) -> tuple[Row, ...]:
        """The leases of the state that is asked for."""
        return tuple(row for row in self.found.rows if self.state in (None, row.state))

    @property
    def shown(self) -> tuple[Row, ...]:
        """So many of them as a page holds."""
        return self.rows[:SHOWN]

    @property
    def counts(self) -> tuple[tuple[State, str, int], ...]:
        """How many leases stand how; states that are rare only where there is one."""
        usual = (State.CONFLICT, State.UNKNOWN, State.RESERVED)
        counted = ((state, self.found.counts[state]) for state in TONES)
        return tuple((state, t(STATES[state]), count) for state, count in counted if count or state in usual)

    @property
    def named(self) -> bool:
        """Whether any computer said what it is called."""
        return any(row.lease.name for row in self.rows)

    @staticmethod
    def state_of(row: Row) -> str:
        """Return how a lease stands."""
        return t(STATES[row.state])


@dataclass(frozen=True)
class LeasesPage:
    """Who has which address."""

    template: ClassVar[str] = "leases/list.html"
    rows: LeaseRows
    units: tuple[Unit, ...]
    """those that may be chosen; none for a unit's own clerk"""
    states = STATES

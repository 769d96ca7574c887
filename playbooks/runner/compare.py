"""Two runs of one playbook beside each other: the values they were given, how they ended, how each host came out. Pure.

What differs stands first. A host that a run laid hold of and said nothing of is `silent`, never taken for one that came
out well; one that it did not lay hold of is `absent`. Secrets are masked in both, so whether they differ is not said.
"""

from dataclasses import dataclass
from enum import StrEnum

from countynet.canonical import JSON
from countynet.errors import Conflict
from countynet.i18n import _
from playbooks.runner.run import HostEnd, Run


class Outcome(StrEnum):
    """How a host came out of a run."""

    OK = "ok"
    CHANGED = "changed"
    FAILED = "failed"
    SILENT = "silent"
    ABSENT = "absent"


OUTCOMES: dict[Outcome, str] = {
    Outcome.OK: _("as intended"),
    Outcome.CHANGED: _("something changed"),
    Outcome.FAILED: _("failed"),
    Outcome.SILENT: _("nothing said"),
    Outcome.ABSENT: _("not in this run"),
}


@dataclass(frozen=True)
class Side:
    """One host in one run; `ok` and `changed` count tasks, as `HostEnd` does."""

    outcome: Outcome
    ok: int = 0
    changed: int = 0
    error: str = ""

    @property
    def told(self) -> JSON:
        """Return it for programs."""
        return {"outcome": self.outcome.value, "ok": self.ok, "changed": self.changed, "error": self.error}


@dataclass(frozen=True)
class Pair:
    """One host in both runs."""

    host: str
    one: Side
    other: Side

    @property
    def differs(self) -> bool:
        """Whether it came out otherwise: another outcome, error, or count of changes."""
        return (self.one.outcome, self.one.changed, self.one.error) != (
            self.other.outcome,
            self.other.changed,
            self.other.error,
        )


@dataclass(frozen=True)
class Value:
    """One value of the launch form in both runs; empty where it was not given."""

    name: str
    one: str
    other: str

    said: str = ""
    """its label in the reader's language"""
    shown: tuple[str, str] = ("", "")
    """both values as people read them"""

    @property
    def differs(self) -> bool:
        """Whether it was given otherwise."""
        return self.one != self.other


@dataclass(frozen=True)
class Comparison:
    """Two runs of one playbook, what differs first."""

    one: Run
    other: Run
    values: tuple[Value, ...]
    hosts: tuple[Pair, ...]

    @property
    def differing(self) -> int:
        """How many hosts came out otherwise."""
        return sum(pair.differs for pair in self.hosts)

    def document(self) -> dict[str, JSON]:
        """Return it for programs."""
        return {
            "playbook": self.one.playbook.id,
            "runs": [self.one.number, self.other.number],
            "states": [self.one.state.value, self.other.state.value],
            "looks": [self.one.looks, self.other.looks],
            "seconds": [self.one.seconds, self.other.seconds],
            "values": [{"name": v.name, "runs": [v.one, v.other], "differs": v.differs} for v in self.values],
            "hosts": [{"host": p.host, "runs": [p.one.told, p.other.told], "differs": p.differs} for p in self.hosts],
            "differing": self.differing,
        }


def compare(one: Run, other: Run) -> Comparison:
    """Put two runs beside each other, both with their hosts. Raises Conflict for runs of two playbooks."""
    if one.playbook.id != other.playbook.id:
        raise Conflict(
            _("run {one} is of playbook {this}, run {other} of {that}: only runs of one playbook are compared"),
            one=one.number, this=one.playbook.name, other=other.number, that=other.playbook.name,
        )  # fmt: skip
    names = dict.fromkeys([*one.given, *other.given])
    values = [_value(one, other, name) for name in names]
    sides = (_sides(one), _sides(other))
    absent = Side(Outcome.ABSENT)
    pairs = [Pair(h, sides[0].get(h, absent), sides[1].get(h, absent)) for h in sorted({*sides[0], *sides[1]})]
    return Comparison(
        one,
        other,
        tuple(sorted(values, key=lambda value: not value.differs)),
        tuple(sorted(pairs, key=lambda pair: not pair.differs)),
    )


def _value(one: Run, other: Run, name: str) -> Value:
    left, right = (run.given.get(name, "") for run in (one, other))
    field = one.playbook.field(name)
    if field is None:
        return Value(name, left, right, name, (left, right))
    return Value(name, left, right, field.said, (field.shown(left), field.shown(right)))


def _sides(run: Run) -> dict[str, Side]:
    silent = {name: Side(Outcome.SILENT) for name in run.targets}
    return silent | {end.host: side(end) for end in run.hosts}


def side(end: HostEnd) -> Side:
    """Return how a host came out, in one word and its figures."""
    outcome = Outcome.FAILED if end.error else Outcome.CHANGED if end.changed else Outcome.OK
    return Side(outcome, end.ok, end.changed, end.error)

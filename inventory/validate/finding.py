"""What a rule found, and the few words that rules are written with. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from ipaddress import IPv4Network, IPv6Network

from countynet.errors import Problem
from countynet.i18n import _
from countynet.vocabulary import Strength

SOON = timedelta(days=90)
"""how long before something ends that is said"""
Network = IPv4Network | IPv6Network
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Finding:
    """Where it stands (a path into the county: section, index, field ...) and what is wrong there."""

    place: Place
    problem: Problem
    about: frozenset[str] = frozenset()
    """names that the finding is about; if one of them could not be read, the finding is only a shadow of that"""

    def said_by(self, rule: str, strength: Strength, wanted: str) -> "Finding":
        """Return it with the rule that found it, and what that rule wants where the finding does not say."""
        problem = replace(self.problem, rule=rule, strength=strength, wanted=self.problem.wanted or wanted)
        return replace(self, problem=problem)


def wrong(place: Place, message: str, *, about: Iterable[object] = (), found: object = "", **values: object) -> Finding:
    """Return a finding; `about` and `found` are the names whose own problem would make it a mere shadow."""
    names = {str(name) for name in (*about, found) if str(name)}
    return Finding(place, Problem(message, values, found=str(found)), frozenset(names))


def twice(items: Iterable[tuple[Place, object]], message: str) -> Iterator[Finding]:
    """Yield a finding for each value that an earlier place holds already; the message has {value} and {other}."""
    first: dict[object, Place] = {}
    for place, value in items:
        if value in first:
            yield wrong(place, message, value=value, other=item(first[value]))
        first.setdefault(value, place)


def item(place: Place) -> str:
    """Return the item that a place is in, for people: its section and its number from 1."""
    return " ".join(str(part + 1) if isinstance(part, int) else part for part in place[:2])


def overlaps(items: Iterable[tuple[Place, Network]]) -> Iterator[Finding]:
    """Yield a finding for each network that meets an earlier one of its family (sorted sweep: neighbours tell)."""
    last: tuple[int, int, Network] | None = None
    for place, network in sorted(items, key=_order):
        first, end = int(network.network_address), int(network.broadcast_address)
        if last is not None and last[0] == network.version and last[1] >= first:
            yield wrong(place, _("{network} overlaps {other}"), network=network, other=last[2])
        if last is None or last[0] != network.version or end > last[1]:
            last = (network.version, end, network)


def _order(entry: tuple[Place, Network]) -> tuple[int, int, int]:
    network = entry[1]
    return network.version, int(network.network_address), network.prefixlen


def over(day: date | None, today: date) -> bool:
    """Whether a last day has passed."""
    return day is not None and day < today


def soon(day: date | None, today: date, within: timedelta = SOON) -> bool:
    """Whether a last day is near, and not past."""
    return day is not None and today <= day <= today + within

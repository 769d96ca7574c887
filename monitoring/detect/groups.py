"""Places whose lines fail together: nodes that nobody can ask, judged by what hangs on them. Pure.

A building's lines stand in one cabinet and on one power supply, a town's lines come from one exchange. Two or more
lines that fall silent together while what they hang on answers are one trouble, not many. A place that holds the same
lines as the one around it, or all that hang on it, says nothing of its own and is left out.
"""

from collections.abc import Iterator
from typing import NamedTuple

from countynet.vocabulary import DeviceRole
from inventory.model import County
from topology.joints import OPERATOR

SITE, BUILDING = "site:", "building:"
_FEWEST = 2
Neighbours = dict[str, set[str]]
"""who is joined to whom"""


class Group(NamedTuple):
    """A place below a node (`parent`), and the routers of its lines."""

    name: str
    parent: str
    members: frozenset[str]


def insert(part: Neighbours, county: County) -> tuple[str, ...]:
    """Put the places between the routers and what these hang on (in place), and return the places' names."""
    found = []
    for parent in [OPERATOR, *(d.name for d in county.devices if d.role is DeviceRole.BUILDING)]:
        if parent in part:
            groups = _useful(parent, _leaves(part, county, parent), county)
            found += groups
    for group in sorted(found, key=lambda g: -len(g.members)):
        _move(part, group)
    return tuple(group.name for group in found)


def _leaves(part: Neighbours, county: County, parent: str) -> frozenset[str]:
    """Return the routers whose only way is through a node."""
    devices = county.device_by_name
    mine = (devices[n] for n in part[parent] if n in devices)
    return frozenset(d.name for d in mine if d.role is DeviceRole.CPE and len(part[d.name]) == 1)


def _useful(parent: str, leaves: frozenset[str], county: County) -> list[Group]:
    """Return the places of some routers, the larger first."""
    places: dict[str, set[str]] = {}
    for leaf in leaves:
        for place in _places(county, leaf, parent):
            places.setdefault(place, set()).add(leaf)
    found: dict[frozenset[str], Group] = {}
    for place in sorted(places):  # a building before its site
        members = frozenset(places[place])
        if len(members) >= _FEWEST and members not in found and not (parent == OPERATOR and members == leaves):
            found[members] = Group(place, parent, members)
    return list(found.values())


def _places(county: County, leaf: str, parent: str) -> Iterator[str]:
    device = county.device_by_name[leaf]
    yield f"{BUILDING}{device.building}" if parent == OPERATOR else f"{BUILDING}{device.building}:{parent}"
    site = county.building_by_id[device.building].site
    if site and parent == OPERATOR:
        yield f"{SITE}{site}"


def _move(part: Neighbours, group: Group) -> None:
    """Hang a place below what its members hang on, and the members below the place."""
    parents = part[min(group.members)]
    for parent in parents:
        part[parent] = part[parent] - group.members | {group.name}
    for member in group.members:
        part[member] = part[member] - parents | {group.name}
    part[group.name] = set(parents) | group.members

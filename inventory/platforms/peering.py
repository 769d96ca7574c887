"""What BGP of all platforms comes to once its lines are gathered: peers with what their groups say, what is taken in.

A peer is a part by its address, a group one by its name; a line that only the end can judge (a map, a list, the port
whose address a session has) stands in its part as `(value, line)`. What names nothing that is there and understood is
listed by that line and left out; a peer that comes to nothing is listed by all its lines. Pure.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from pydantic import SecretStr

from inventory.deviceconfig import StaticRoute
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Line, Reading
from inventory.routeconfig import Aggregate, Neighbor

MAPS, LISTS = ("map_in", "map_out"), ("list_in", "list_out")
JUDGED = (*MAPS, *LISTS, "source")
"""what only the end can judge"""
_PLAIN = ("remote_as", "next_hop_self", "next_hop_forced", "multihop", "client", "active")
_DEFAULT = IPv4Network("0.0.0.0/0")


@dataclass(frozen=True)
class Known:
    """What names mean in a text."""

    maps: Callable[[str], bool]
    """whether it is known what a map of this name does"""
    lists: Callable[[str], bool]
    own: Callable[[str], IPv4Address | None]
    """the main address of an interface"""


def neighbors(
    reading: Reading,
    parts: Mapping[str, dict[str, Any]],
    groups: Mapping[str, dict[str, Any]],
    known: Known,
    *,
    speaks: bool,
) -> Iterator[Neighbor]:
    """Yield the peers that speak IPv4 unicast; list those of which not all is said.

    `groups`: what the members of each have; `speaks`: whether a peer speaks of which nothing says so.
    """
    for name, own in parts.items():
        if name in groups:
            continue
        said: dict[str, Any] = {**groups.get(own.get("group", ""), {}), **own}
        if not said.get("spoken", speaks):
            continue
        found = attempt(Neighbor, address=name, **_told(reading, said, known))
        if found is not None and own.get("group", "") in {"", *groups}:
            yield found
        else:
            for line in own.get("lines", ()):
                reading.refuse(line)


def _told(reading: Reading, said: dict[str, Any], known: Known) -> dict[str, Any]:
    """Return the fields of a peer."""
    fields = {name: said[name] for name in _PLAIN if name in said} | {"communities": "communities" in said}
    fields |= {"key": SecretStr(said["key"])} if "key" in said else {}
    for field in (name for name in JUDGED if name in said):
        name, line = said[field]
        value = known.own(name) if field == "source" else name
        there = value is not None if field == "source" else (known.maps if field in MAPS else known.lists)(name)
        if there:
            fields[field] = value
        else:
            reading.refuse(line)
    return fields


def aggregates(
    reading: Reading, pending: Iterable[tuple[Line, tuple[object, bool]]], origin: str
) -> Iterator[Aggregate]:
    """Yield the aggregates; list one whose prefix stands there twice, or is none. `origin`: as in the model."""
    seen = set[object]()
    for line, (prefix, only) in pending:
        one = attempt(Aggregate, prefix=prefix, only=only, origin=origin)
        if one is None or prefix in seen:
            reading.refuse(line)
        else:
            seen.add(prefix)
            yield one


def taken(
    reading: Reading,
    pending: Iterable[tuple[Line, tuple[object, str]]],
    routes: Iterable[StaticRoute],
    maps: Callable[[str], bool],
    *,
    everything: bool,
) -> Iterator[tuple[object, str]]:
    """Yield what is announced or taken in, with its map; list what names no map that is known, or is not all taken in.

    `everything`: whether a default route is taken in with the others; else static routes are all where none is one, and
    of OSPF's nobody can say.
    """
    default = any(route.prefix == _DEFAULT for route in routes)
    for line, (what, name) in pending:
        partly = not everything and (what == "ospf" or (what == "static" and default))
        if partly or (name and not maps(name)):
            reading.refuse(line)
        elif what is not None:
            yield what, name

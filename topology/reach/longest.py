"""The longest prefix of a routing table that an address or a network lies in, without looking at every prefix. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network
from operator import is_
from typing import Any

from topology.reach.network import Network

Ways = tuple[Any, ...]
"""the ways out of a prefix; none: it is discarded"""


class Longest:
    """The prefixes of a table, to be asked for the longest that fits."""

    def __init__(self, table: Iterable[IPv4Network]) -> None:
        self._by: dict[int, dict[int, IPv4Network]] = defaultdict(dict)
        for prefix in table:
            self._by[prefix.prefixlen][int(prefix.network_address)] = prefix
        self._lengths = sorted(self._by, reverse=True)

    def over(self, prefix: IPv4Network) -> IPv4Network | None:
        """Return the longest prefix that a network lies in; None if there is none."""
        return self._found(int(prefix.network_address), prefix.prefixlen, prefix.max_prefixlen)

    def of(self, address: IPv4Address) -> IPv4Network | None:
        """Return the longest prefix that an address lies in; None if there is none."""
        return self._found(int(address), address.max_prefixlen, address.max_prefixlen)

    def _found(self, number: int, most: int, bits: int) -> IPv4Network | None:
        for length in self._lengths:
            rest = bits - length
            if length <= most and (found := self._by[length].get(number >> rest << rest)) is not None:
                return found
        return None


def nested(table: Iterable[IPv4Network]) -> Iterator[tuple[IPv4Network, list[IPv4Network]]]:
    """Yield each prefix of a table with the prefixes inside it that no other between them holds."""
    found: list[tuple[IPv4Network, list[IPv4Network]]] = []
    above: list[tuple[int, list[IPv4Network]]] = []
    numbered = sorted((int(p.network_address), p.prefixlen, n, p) for n, p in enumerate(table))
    for first, length, _n, prefix in numbered:
        while above and above[-1][0] < first:
            above.pop()
        if above:
            above[-1][1].append(prefix)
        found.append((prefix, []))
        above.append((first + (1 << (prefix.max_prefixlen - length)) - 1, found[-1][1]))
    yield from found


def turned(
    old: Mapping[IPv4Network, Ways], new: Mapping[IPv4Network, Ways]
) -> tuple[list[IPv4Network], dict[Ways, Ways]]:
    """Return which prefixes of two tables fare otherwise by themselves, and which ways turned into which.

    All other prefixes that took some ways out take now what these turned into.
    """
    fresh, gone = set(new).difference(old), set(old).difference(new)
    olds = {prefix: ways for prefix, ways in old.items() if prefix not in gone} if gone else old
    news = {prefix: ways for prefix, ways in new.items() if prefix not in fresh} if fresh else new
    if not all(map(is_, olds, news)):
        news = {prefix: new[prefix] for prefix in olds}
    known = {id(ways): ways for ways in (*olds.values(), *news.values())}
    pairs = [*zip(map(id, olds.values()), map(id, news.values()), strict=True)]  # few objects, dear to hash
    kinds: dict[Ways, Counter[Ways]] = defaultdict(Counter)
    for (ways, now), times in Counter(pairs).items():
        kinds[known[ways]][known[now]] += times
    most = {ways: found.most_common(1)[0][0] if ways else ways for ways, found in kinds.items()}
    odd = {pair for pair in {*pairs} if most[known[pair[0]]] != known[pair[1]]}
    apart = [*fresh, *gone, *(prefix for prefix, pair in zip(olds, pairs, strict=True) if pair in odd)]
    return apart, {ways: found for ways, found in most.items() if ways != found}


def touching(table: Iterable[IPv4Network], prefixes: Iterable[IPv4Network]) -> list[IPv4Network]:
    """Return the prefixes of a table that have an address in common with some of others: one lies in the other."""
    some = [(int(p.network_address), int(p.broadcast_address)) for p in prefixes]
    spans = ((p, int(p.network_address), int(p.broadcast_address)) for p in table)
    return [p for p, low, high in spans if any(low <= last and first <= high for first, last in some)]


def longest_of(network: Network, table: Mapping[IPv4Network, object]) -> Longest:
    """Return the prefixes of a table, ready to be asked; the table is kept with them, so that its id stays its own."""
    key = ("longest", id(table))
    if key not in network.kept:
        network.kept[key] = table, Longest(table)
    found: Longest = network.kept[key][1]
    return found

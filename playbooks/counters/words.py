"""What devices print of their rules' counters, and since when they count. Pure.

Sources: nft(8); the IOS security and configuration fundamentals command references (`show access-lists`, `show
version`); the USG6000 command reference (`display security-policy rule all`, `display version`). A rule whose line does
not show a counter is None, never zero, but for IOS, which prints `(N matches)` once there is one. That a counter was
set back by hand no device tells.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from inventory.platforms.linux import nftables
from topology.reach.analysis.chain import LIST, Chain

Hits = dict[tuple[str, str], tuple[int | None, ...]]
_NFT = re.compile(r'counter packets (\d+) bytes \d+ .*comment "([a-z0-9-]+)"$')
_SINCE = re.compile(r"^since (\d+)$", re.MULTILINE)
_LIST = re.compile(r"Extended IP access list (\S+)")
_ENTRY = re.compile(r"\s+\d+ (?:permit|deny)\s.*?(?:\((\d+) match(?:es)?\))?\s*$")
_USG = re.compile(r"\s*\d+\s+(\S+)\s+(?:enable|disable)\s+(?:permit|deny)\s+(\d+)\s*$")
_UPTIME = re.compile(r"uptime is (.+)")
_UNITS = {"year": 365 * 86400, "week": 7 * 86400, "day": 86400, "hour": 3600, "minute": 60, "second": 1}


def nft(text: str, chains: Sequence[Chain]) -> Hits:
    """Return the counters of our table's chains; a chain whose rules are not the ones known is left out."""
    found, _strange = nftables.read(text.splitlines())
    live = {chain.name: [_NFT.search(line) for _number, line in chain.rules] for chain in found}
    hits: Hits = {}
    for chain in chains:
        rules = live.get(chain.hook, [])
        if [match and match[2] for match in rules] == [rule.name for rule in chain.rules]:
            hits[chain.hook, ""] = tuple(int(match[1]) for match in rules if match)
    return hits


def nft_since(text: str) -> datetime | None:
    """Return the later of the times that were printed as `since SECONDS`: the start, and the last load of the rules."""
    times = [int(match) for match in _SINCE.findall(text)]
    return datetime.fromtimestamp(max(times), UTC) if len(times) > 1 else None


def ios(text: str, chains: Sequence[Chain]) -> Hits:
    """Return the counters of the lists that bear the name that we give an interface's list, where all entries show."""
    lists: dict[str, list[int | None]] = {}
    current: list[int | None] = []
    for line in text.splitlines():
        if match := _LIST.match(line):
            current = lists.setdefault(match[1], [])
        elif match := _ENTRY.match(line):
            current.append(int(match[1] or 0))
    named = {(LIST, c.interface): (lists.get(f"in-{c.interface.replace('/', '-')}", []), c) for c in chains}
    return {key: tuple(hits) for key, (hits, chain) in named.items() if len(hits) == len(chain.rules)}


def usg(text: str, chains: Sequence[Chain]) -> Hits:
    """Return the counters of a security policy's rules that bear the names that we give them."""
    hits = {match[1]: int(match[2]) for line in text.splitlines() if (match := _USG.match(line))}
    return {(c.hook, ""): tuple(hits.get(f"{c.hook}-{n + 1}") for n in range(len(c.rules))) for c in chains}


def started(text: str, now: datetime) -> datetime | None:
    """Return when a device started by its `uptime is 2 weeks, 3 days, ...`; to the minute, the later end."""
    match = _UPTIME.search(text)
    parts = re.findall(r"(\d+) (year|week|day|hour|minute|second)s?", match[1]) if match else []
    if not parts:
        return None
    return now - timedelta(seconds=sum(int(count) * _UNITS[unit] for count, unit in parts))

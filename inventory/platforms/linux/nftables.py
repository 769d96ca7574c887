"""nftables: one table `inet countynet` with a chain per packet filter and two for address translation.

The text is what `nft -s list ruleset` prints, so that live state and intent compare; `flush ruleset` in front makes
loading it one atomic change. A rule with an address judges that address's family; one without, and each chain's
default, hold for IPv6 too. Each rule has a counter and its name as comment. A destination rule always stands before a
source rule, as the packet meets them. A device with tunnels lowers the TCP segment size to what a tunnel carries,
because the ICMP word that a packet is too big does not come through the cores' stateless filters.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from inventory import names
from inventory.deviceconfig import DeviceConfig, FilterRule, NatRule, PacketFilter
from inventory.platforms.linux import nft_rules, swanctl
from inventory.platforms.linux.draft import Draft
from inventory.platforms.linux.text import File, Files, attempt

PATH = "/etc/nftables.conf"
HEAD = ("#!/usr/sbin/nft -f", "flush ruleset")
TABLE = "table inet countynet {"
SEGMENTS = "segments"
SEGMENTS_BASE = "type filter hook forward priority mangle; policy accept;"
SEGMENTS_RULE = f'oifname "{names.TUNNEL}" tcp flags syn tcp option maxseg size set rt mtu'
NAT = {"prerouting": ("destination", "dstnat"), "postrouting": ("source", "srcnat")}


class Chain(NamedTuple):
    """A chain of our table: its base line and its rules' lines with their numbers."""

    name: str
    base: str
    rules: tuple[tuple[int, str], ...]


def render(config: DeviceConfig) -> dict[str, File]:
    """Return the ruleset; none for a device that filters and translates nothing and has no tunnel."""
    if not (config.filters or config.nat or config.tunnels):
        return {}
    chains = [_filter_chain(item) for item in config.filters] + list(_nat_chains(config.nat))
    if config.tunnels:
        chains.append(Chain(SEGMENTS, SEGMENTS_BASE, ((0, SEGMENTS_RULE),)))
    return {PATH: File("0644", (*HEAD, *_table(chains)))}


def _filter_chain(item: PacketFilter) -> Chain:
    lines = tuple((0, line) for rule in item.rules for line in nft_rules.filter_lines(rule))
    return Chain(item.hook, filter_base(item.hook, item.default), lines)


def filter_base(hook: str, default: str) -> str:
    """Return the base line of a filter chain."""
    return f"type filter hook {hook} priority filter; policy {default};"


def _nat_base(hook: str) -> str:
    return f"type nat hook {hook} priority {NAT[hook][1]}; policy accept;"


def _nat_chains(rules: Sequence[NatRule]) -> Iterator[Chain]:
    for hook, (kind, _) in NAT.items():
        lines = tuple((0, nft_rules.nat_line(rule)) for rule in rules if rule.kind == kind)
        if lines:
            yield Chain(hook, _nat_base(hook), lines)


def _table(chains: Sequence[Chain]) -> Iterator[str]:
    yield TABLE
    for index, chain in enumerate(chains):
        if index:
            yield ""
        yield f"\tchain {chain.name} {{"
        yield f"\t\t{chain.base}"
        yield from (f"\t\t{line}" for _, line in chain.rules)
        yield "\t}"
    yield "}"


def parse(files: Files, draft: Draft) -> None:
    """Read the ruleset into the draft."""
    if PATH not in files:
        return
    chains, strange = read(files[PATH].lines)
    _parse_segments(chains, swanctl.CONNECTIONS in files, draft)
    for number, line in strange:
        draft.refuse(PATH, number, line)
    for chain in sorted(chains, key=lambda chain: list(NAT).index(chain.name) if chain.name in NAT else -1):
        if chain.name in NAT and chain.base == _nat_base(chain.name):
            _parse_nat(chain, draft)
        elif chain.name != SEGMENTS:
            _parse_filter(chain, draft)


def _parse_segments(chains: Sequence[Chain], expected: bool, draft: Draft) -> None:
    """Refuse anything but the one chain that a device with tunnels has and another has not."""
    found = [chain for chain in chains if chain.name == SEGMENTS]
    right = [c for c in found if c.base == SEGMENTS_BASE and [line for _, line in c.rules] == [SEGMENTS_RULE]]
    if found != right or len(found) != expected:
        for chain in found:
            draft.refuse(PATH, 0, f"{chain.name}: {chain.base}")
            for number, line in chain.rules:
                draft.refuse(PATH, number, line)
        if expected:
            draft.refuse(PATH, 0, f"lacking: {SEGMENTS_RULE}")


def _parse_nat(chain: Chain, draft: Draft) -> None:
    for number, line in chain.rules:
        fields = nft_rules.read_nat(line, NAT[chain.name][0])
        rule = attempt(NatRule, **fields) if fields is not None else None
        if rule is None:
            draft.refuse(PATH, number, line)
        else:
            draft.append("nat", rule)


def _parse_filter(chain: Chain, draft: Draft) -> None:
    default = next((word for word in ("accept", "drop") if chain.base == filter_base(chain.name, word)), None)
    if default is None:
        for number, line in (
            (chain.rules[0][0] - 1 if chain.rules else 0, f"{chain.name}: {chain.base}"),
            *chain.rules,
        ):
            draft.refuse(PATH, number, line)
        return
    rules = _rules(chain, draft)
    item = attempt(PacketFilter, hook=chain.name, default=default, rules=tuple(rules))
    if item is None:
        draft.refuse(PATH, 0, f"{chain.name}: {chain.base}")
    else:
        draft.append("filters", item)


def _rules(chain: Chain, draft: Draft) -> list[FilterRule]:
    """Return the rules of a filter's chain; refuse what is none, and a line that logs without the one that decides."""
    rules: list[FilterRule] = []
    waiting: tuple[int, str, FilterRule] | None = None
    for number, line in chain.rules:
        fields = nft_rules.read_limited(line) or nft_rules.read_filter(line)
        rule = attempt(FilterRule, **fields) if fields is not None else None
        if waiting and rule == waiting[2].model_copy(update={"log": False, "log_rate": None}):
            rules.append(waiting[2])
            waiting = None
            continue
        if waiting:
            draft.refuse(PATH, waiting[0], waiting[1])
            waiting = None
        if rule is None:
            draft.refuse(PATH, number, line)
        elif rule.log_rate:
            waiting = number, line, rule
        else:
            rules.append(rule)
    if waiting:
        draft.refuse(PATH, waiting[0], waiting[1])
    return rules


def read(lines: Sequence[str]) -> tuple[list[Chain], list[tuple[int, str]]]:
    """Return the chains of our table, and every line that stands elsewhere (another table, a set, a word between)."""
    chains: list[Chain] = []
    strange: list[tuple[int, str]] = []
    table, opened = False, False
    for number, raw in enumerate(lines, 1):
        line = raw.strip()
        if opened:
            opened = line != "}"
            if opened:
                _extend(chains, number, line)
        elif table and line.startswith("chain ") and line.endswith(" {"):
            chains.append(Chain(line.split()[1], "", ()))
            opened = True
        elif line == TABLE and not table:
            table = True
        elif table and raw == "}":
            table = False
        elif line and line not in HEAD:
            strange.append((number, line))
    strange += [(0, f"lacking: {line}") for line in HEAD if line not in lines]
    return chains, strange + ([(0, "lacking: }")] if table or opened else [])


def _extend(chains: list[Chain], number: int, line: str) -> None:
    last = chains[-1]
    if not last.base and not last.rules and line.startswith("type "):
        chains[-1] = last._replace(base=line)
    else:
        chains[-1] = last._replace(rules=(*last.rules, (number, line)))

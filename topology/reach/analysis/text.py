"""Where a rule stands in a configuration's text, in the platform's own words, and the exact lines that remove it.

Which lines are a rule's is tried, not believed: without them the text has to be parsed to the same configuration less
those rules (of all that are asked for at once; one by one where that does not come out), and a line of nftables has to
read as the rule. Else no line is named and no fix is given. An entry of a list is taken out by its number, or by its
words where it has none; a rule of a policy by the patch from the text to the text without it; a rule of nftables by the
handle that it has now. Pure.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice

from inventory.deviceconfig import DeviceConfig, FilterRule
from inventory.names import GENERIC
from inventory.platforms import patch
from inventory.platforms.blocks import Node
from inventory.platforms.linux import nft_rules
from inventory.platforms.patch import lines as trees
from inventory.platforms.registry import platform
from topology.reach.analysis.chain import LIST, Chain

TRIES = 12
"""places of a text that are tried for a rule"""
POLICY = "security-policy"
_NUMBERED = re.compile(r"rule (\d+) ")
_LIST = re.compile(r"(?:acl (?:name |number |advanced |basic )*|ip access-list \w+ )(?:name )?(\S+)(?: \w+)?")
_BINDING = re.compile(
    r"(?:traffic-filter inbound acl |packet-filter |ip access-group )(?:name )?(\S+?)(?: in| inbound)?( .*)?"
)


def without(config: DeviceConfig, chain: Chain, places: frozenset[int]) -> DeviceConfig:
    """Return a configuration less the rules at these places (from 0) of a chain."""
    gone = {chain.begins + place for place in places}
    filters = tuple(
        item.model_copy(update={"rules": tuple(r for n, r in enumerate(item.rules) if n not in gone)})
        if chain.hook in (LIST, item.hook) else item
        for item in config.filters
    )  # fmt: skip
    return config.model_copy(update={"filters": tuple(f for f in filters if f.rules or chain.hook != LIST)})


class Text:
    """One device's configuration and its text."""

    def __init__(self, device: str, name: str, model: str, config: DeviceConfig, text: str) -> None:
        self.device, self.platform, self.model, self.config, self.text = device, name, model, config, text
        self._functions = platform(name)
        self._written = text.splitlines()

    def find(self, chain: Chain, places: Collection[int]) -> dict[int, tuple[int, ...]]:
        """Return the numbers of the lines of rules by their places (from 0); of some it may not be told."""
        if self.platform == GENERIC:
            return nft_lines(self._written, chain, places)
        likely = {place: lines for place in places if (lines := next(self._candidates(chain, place), ()))}
        if likely and self._right(chain, likely):
            return likely
        found = {place: self._tried(chain, place) for place in sorted(places)[:TRIES]}
        return {place: lines for place, lines in found.items() if lines}

    def _tried(self, chain: Chain, place: int) -> tuple[int, ...]:
        candidates = islice(self._candidates(chain, place), TRIES)
        return next((lines for lines in candidates if self._right(chain, {place: lines})), ())

    def _candidates(self, chain: Chain, place: int) -> Iterator[tuple[int, ...]]:
        """Yield the lines that may be a rule's, the likeliest first."""
        if chain.hook == LIST:
            entries = units_of(self.text, self.platform).get(self._bound(chain.interface), ())
            for lines in entries[place : place + 1]:
                yield from (lines[-1:], lines) if self.platform in trees.BRACKETED else (lines,)
        else:
            yield from self._policies(chain, place)

    def _policies(self, chain: Chain, place: int) -> Iterator[tuple[int, ...]]:
        """Yield the rules of a policy: what we wrote has the hook and the place in its name, else the name tells."""
        written, name, own = self._written, chain.rules[place].name, f"{chain.hook}-{place + 1}"
        units = units_of(self.text, self.platform).get(POLICY, ())
        ours = [u for u in units if re.search(rf"\b{own}(-\w+)?$", written[u[0] - 1])]
        named = [u for u in units if u not in ours and any(name in written[n - 1] for n in u)]
        yield from [*ours, *named]

    def _bound(self, interface: str) -> str:
        """Return the name of the list at an interface."""
        for node in trees.nodes(self.text, self.platform):
            if node.text.replace(" ", "") == f"interface{interface}":
                found = (_BINDING.fullmatch(child.text) for child in node.children)
                return next((match[1] for match in found if match), "")
        return ""

    def _right(self, chain: Chain, found: Mapping[int, Sequence[int]]) -> bool:
        """Whether the text means the same without these lines, less these rules."""
        less = self._less([number for lines in found.values() for number in lines])
        return self._functions.parse(less).config == without(self.config, chain, frozenset(found))

    def _less(self, lines: Sequence[int]) -> str:
        gone = set(lines)
        return "".join(t for n, t in enumerate(self.text.splitlines(keepends=True), 1) if n not in gone)

    def shown(self, lines: Sequence[int]) -> tuple[tuple[int, str], ...]:
        """Return lines with their numbers and without secrets."""
        return tuple((n, self._functions.mask(self._written[n - 1]).rstrip()) for n in lines)

    def removal(self, chain: Chain, place: int, lines: Sequence[int]) -> tuple[str, ...]:
        """Return what has to be typed to remove a rule whose lines were found."""
        if self.platform == GENERIC:
            shifted = place + sum(bool(rule.log_rate) for rule in chain.rules[:place])
            return (nft_delete(chain.hook, shifted),) * len(nft_rules.filter_lines(chain.rules[place]))
        if chain.hook == LIST:
            return self._taken_out(lines)
        return patch.patch(self.text, self._less(lines), self.platform, self.model, remove_unmanaged=True)

    def replacement(self, chain: Chain, place: int, rule: FilterRule) -> tuple[str, ...]:
        """Return what puts another rule in a rule's place; nothing on platforms where that is several steps."""
        if self.platform != GENERIC:
            return ()
        handle = nft_handle(chain.hook, place + sum(bool(r.log_rate) for r in chain.rules[: place + 1]))
        return (f"nft replace rule inet countynet {chain.hook} handle {handle} '{nft_rules.filter_line(rule)}'",)

    def _taken_out(self, lines: Sequence[int]) -> tuple[str, ...]:
        """Return what takes an entry out of its list: by its number where it has one, else by its words."""
        head = next(t for t in reversed(self._written[: lines[0]]) if t.startswith(("ip access-list ", "acl ")))
        if self.platform not in trees.BRACKETED:
            return (head, f"undo rule {self._written[lines[0] - 1].split()[1]}", "quit")
        words = [self._written[n - 1].split() for n in lines]
        return (head, *(f"no {w[0] if w[0].isdigit() else ' '.join(w)}" for w in words), "exit")


def nft_delete(hook: str, place: int) -> str:
    """Return the shell command that deletes the rule at a place (from 0) of our table's chain, by its handle of now."""
    return f"nft delete rule inet countynet {hook} handle {nft_handle(hook, place)}"


def nft_handle(hook: str, place: int) -> str:
    """Return the words by which a shell finds the handle that a rule has now."""
    listed = (
        f"nft -a list chain inet countynet {hook} | grep -E '# handle [0-9]+$' | sed -n '{place + 2}s/.*handle //p'"
    )
    return f'"$({listed})"'


def nft_lines(written: Sequence[str], chain: Chain, places: Collection[int]) -> dict[int, tuple[int, ...]]:
    """Return the numbers of the lines of rules of a chain of nftables, by their places (from 0)."""
    numbers = list(_rules_of(written, chain.hook))
    found = {place: numbers[place] for place in places if place < len(numbers)}
    return {place: ns for place, ns in found.items() if _reads(written[ns[-1] - 1].strip(), chain.rules[place])}


def _reads(line: str, rule: FilterRule) -> bool:
    fields = nft_rules.read_filter(line)
    decides = rule.model_copy(update={"log": False, "log_rate": None}) if rule.log_rate else rule
    return fields is not None and FilterRule.model_validate(fields) == decides


def _rules_of(written: Sequence[str], hook: str) -> Iterator[tuple[int, ...]]:
    """Yield the numbers of the lines of each of a chain's rules: two where it logs at most so often."""
    inside, before = False, list[int]()
    for number, raw in enumerate(written, 1):
        line = raw.strip()
        if line == f"chain {hook} {{":
            inside = True
        elif inside and line == "}":
            return
        elif inside and nft_rules.read_limited(line):
            before.append(number)
        elif inside and line and not line.startswith("type "):
            yield (*before, number)
            before = []


@lru_cache(maxsize=2)
def units_of(text: str, name: str) -> dict[str, list[tuple[int, ...]]]:
    """Return the lines of what may be a rule in a vendor's text: by the list's name, or of the policy, in order."""
    found: dict[str, list[tuple[int, ...]]] = {}
    for node in trees.nodes(text, name):
        if match := _LIST.fullmatch(node.text):
            found[match[1]] = list(_entries(node))
        elif node.text.split()[:1] == [POLICY]:
            rules = (child for child in node.children if child.text.startswith("rule "))
            found.setdefault(POLICY, []).extend(tuple(range(child.number, _last(child) + 1)) for child in rules)
    return found


def _entries(node: Node) -> Iterator[tuple[int, ...]]:
    """Yield the lines of each entry: VRP and Comware repeat its number, IOS puts remarks in front."""
    numbered: dict[str, list[int]] = {}
    remarks: list[int] = []
    for child in node.children:
        if match := _NUMBERED.match(child.text):
            numbered.setdefault(match[1], []).append(child.number)
        elif child.text.startswith("remark "):
            remarks.append(child.number)
        else:
            yield (*remarks, child.number)
            remarks = []
    yield from map(tuple, numbered.values())


def _last(node: Node) -> int:
    return max((_last(child) for child in node.children), default=node.number)

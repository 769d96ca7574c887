"""The way into the analysis of rules: every filter and access list of every device, judged, with texts and fixes.

Pure: configurations, texts and counters come in, a report goes out. What is found of a device with lines that nobody
understood is marked as not sure, for a line may be a rule that takes packets first; a device without a configuration is
named.
"""

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from inventory.deviceconfig import DeviceConfig, FilterRule
from inventory.model import County
from topology.reach.analysis.chain import Chain, chains, interfaces
from topology.reach.analysis.coming import Coming
from topology.reach.analysis.counted import Counts, never_hit
from topology.reach.analysis.judge import WIDE, Judge
from topology.reach.analysis.model import Finding, Kind, Line, Report
from topology.reach.analysis.passing import Passing
from topology.reach.analysis.plane import Plane
from topology.reach.analysis.text import Text
from topology.reach.analysis.wide import Width
from topology.reach.network import network
from topology.reach.resting import resting

FIXED = 200
"""findings of one filter that are given what removes them"""
Texts = Callable[[str], str]
"""the text of a device's configuration, by its name"""
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Asked:
    """What is to be analysed."""

    county: County
    configs: Mapping[str, DeviceConfig]
    today: date
    unparsed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    texts: Texts | None = field(default=None, repr=False)
    """without it findings carry neither lines nor fixes"""
    counts: Mapping[str, Counts] = field(default_factory=dict)
    """live counters by device"""
    devices: Collection[str] = ()
    """none is all"""
    kinds: Collection[Kind] = ()
    """none is all"""
    intended: Mapping[str, DeviceConfig] = field(default_factory=dict)
    """what devices should run: what a rule that is too wide, and needed, is replaced by"""


@resting()
def analyse(asked: Asked, progress: Progress = lambda _done, _total: None) -> Report:
    """Return what is wrong with the rules. Raises BadInput for an unknown device, MissingCapability without CUDD."""
    begun = time.monotonic()
    known = asked.county.device_by_name
    if strange := [name for name in asked.devices if name not in known]:
        raise BadInput([Problem(_("there is no device named {name}"), {"name": n}, where="--device") for n in strange])
    return _Analysis(asked, progress).report().model_copy(update={"seconds": time.monotonic() - begun})


class _Analysis:
    def __init__(self, asked: Asked, progress: Progress) -> None:
        self.asked, self.progress = asked, progress
        self.dark = {name: tuple(lines) for name, lines in asked.unparsed.items() if lines}
        plane = Plane()
        joined = network(asked.county, asked.configs)
        self.plane, self.coming = plane, Coming(plane, joined, self.dark)
        self.width = Width(plane, asked.county, Passing(asked.county, joined, plane.space), self.coming)
        self.held: list[str] = []
        self.filters = self.rules = 0

    def report(self) -> Report:
        asked = self.asked
        named = [d for d in asked.county.devices if not asked.devices or d.name in asked.devices]
        found: list[Finding] = []
        for done, device in enumerate(named, 1):
            if device.name in asked.configs:
                found += self._device(device.name, device.platform, device.model)
            self.progress(done, len(named))
        lost = [f"{d.name}: no configuration" for d in named if d.name not in asked.configs]
        lines = [f"{d.name}: {line}" for d in named for line in self.dark.get(d.name, ())]
        counts = {d.name: asked.counts[d.name] for d in named if d.name in asked.counts}
        return Report(
            devices=len(named), filters=self.filters, rules=self.rules, findings=tuple(found), held=tuple(self.held),
            unknown=tuple(lost + lines),
            uncounted={name: one.reason for name, one in counts.items() if one.reason},
            counted={name: one.since for name, one in counts.items() if one.since},
        )  # fmt: skip

    def _device(self, name: str, platform: str, model: str) -> Iterator[Finding]:
        config, texts = self.asked.configs[name], self.asked.texts
        text: Text | None = None
        for chain in chains(name, platform, config):
            self.filters, self.rules = self.filters + 1, self.rules + len(chain.rules)
            found = [*self._chain(chain, config)]
            if name in self.dark:
                found = [one.model_copy(update={"sure": False}) for one in found]
            if found and texts:
                text = text or Text(name, platform, model, config, texts(name))
                yield from located(text, chain, found, self.asked.intended.get(name))
            else:
                yield from found

    def _chain(self, chain: Chain, config: DeviceConfig) -> Iterator[Finding]:
        kinds = self.asked.kinds or tuple(Kind)
        judge = Judge(self.plane.view(chain, interfaces(chain.platform, config)), self.coming)
        found = list(judge.uses())
        found += judge.expired(self.asked.county, self.asked.today)
        if Kind.OVER_WIDE in kinds:
            wide, held = judge.wide(self.width)
            found += wide
            where = f"{chain.device} {chain.hook} {chain.interface}".strip()
            self.held += [f"{where} {one.place + 1} {chain.rules[one.place].name}" for one in held]
        found += never_hit(chain, self.asked.counts.get(chain.device), {f.place for f in found if f.kind in _IDLE})
        yield from (one for one in sorted(found, key=lambda f: f.place) if one.kind in kinds)


_IDLE = (Kind.NEVER_MATCHING, Kind.SHADOWED)


def located(
    text: Text, chain: Chain, found: Sequence[Finding], intended: DeviceConfig | None = None
) -> Iterator[Finding]:
    """Yield findings with the lines of their rules and what mends them; the first `FIXED` with the latter."""
    lines = text.find(chain, {finding.place - 1 for finding in found})
    for left, one in enumerate(found):
        place = one.place - 1
        if place not in lines:
            yield one
            continue
        fix = _fix(text, chain, one, lines[place], intended) if left < FIXED else ()
        shown = tuple(Line(number=n, text=words) for n, words in text.shown(lines[place]))
        yield one.model_copy(update={"lines": shown, "fix": fix})


def _fix(
    text: Text, chain: Chain, one: Finding, lines: Sequence[int], intended: DeviceConfig | None
) -> tuple[str, ...]:
    """Return what mends a finding: the rule goes, but one of which a part is needed is replaced by what is intended."""
    if one.kind is not Kind.OVER_WIDE or one.why == WIDE["needless"]:
        return text.removal(chain, one.place - 1, lines)
    rule, filters = chain.rules[one.place - 1], intended.filters if intended else ()
    same = [r for item in filters if item.hook == chain.hook for r in item.rules if _alike(r, rule)]
    return text.replacement(chain, one.place - 1, same[0]) if len(same) == 1 and same[0] != rule else ()


def _alike(one: FilterRule, other: FilterRule) -> bool:
    """Whether two rules of a name differ in addresses and ports only."""
    free = {"sources": (), "destinations": (), "ports": (), "source_ports": (), "not_sources": ()}
    return one.model_copy(update=free) == other.model_copy(update=free)

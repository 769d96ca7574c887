"""Judges one chain: from what its rules decide to findings with the packets that show them. Pure.

A rule has at most one finding about its use, the first that holds: it never matches, it is shadowed, it is redundant.
A filter with state has rules for invalid packets and for answers in front, which take their part of every rule below:
they are not named among its takers, or every doubled rule would be called shadowed.
That its line of the policy is over, or that it is too wide, is said besides.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from countynet.i18n import _
from inventory.deviceconfig import FilterRule
from inventory.model import County
from topology.reach.analysis.boxes import MOST, NONE, Boxes, boxes
from topology.reach.analysis.chain import LIST, Chain
from topology.reach.analysis.coming import Coming
from topology.reach.analysis.model import Finding, Kind, Other
from topology.reach.analysis.overlap import DEFAULT, Chart, Taker, Use, Useless
from topology.reach.analysis.plane import NEW, STATES, View
from topology.reach.analysis.wide import Wide, Width
from topology.reach.space import Set

SHADOWED = _("earlier rules take all its packets, and not all of them do what it does")
DOUBLED = _("earlier rules that do the same take all its packets")
IDLE = _("without it, what stands below does the same with its packets")
NO_INTERFACE = _("the device has no interface {names}")
CONTRADICTION = _("what it asks for contradicts itself")
NEVER_COMES = _("no packet that it speaks of comes to this filter, whatever routes do")
EXPIRED = _("the line {line} of the policy ended on {date}")
WIDE = {
    "needless": _("no line of the policy needs anything that it lets through"),
    "named": _("it lets through more than the line {line} of the policy"),
    "open": _("it lets packets through to where the policy lets nothing of the kind"),
}
"""what each ground says"""
_BACK = "back-"
BOXED = 100
"""findings of a kind in a filter that are given boxes; each has its packet"""


class Judge:
    """One chain with everything that its findings depend on."""

    def __init__(self, view: View, coming: Coming) -> None:
        self.view, self.chain, self.nothing = view, view.chain, view.plane.nothing
        sets = [view.spoken(rule) for rule in self.chain.rules]
        fates = [(rule.action, rule.log) for rule in self.chain.rules]
        self.chart = Chart(self.nothing, view.universe, sets, fates, (self.chain.default, False))
        self._coming = coming
        self._told = Counter[Kind]()

    def uses(self) -> Iterator[Finding]:
        """Yield the rules that never match, are shadowed or redundant."""
        useless = {found.place: found for found in self.chart.useless()}
        possible = self._coming.at(self.view)
        for place, rule in enumerate(self.chain.rules):
            found = useless.get(place)
            if found and found.use is Use.EMPTY:
                yield self._found(place, Kind.NEVER_MATCHING, *self._empty(rule))
            elif self.chart.sets[place] & possible == self.nothing and self._counts(rule):
                yield self._found(place, Kind.NEVER_MATCHING, NEVER_COMES, {}, self.chart.sets[place])
            elif found:
                yield self._useless(found, rule)

    def _counts(self, rule: FilterRule) -> bool:
        """Whether it is named when routes bring it nothing: a drop is a guard against what routes may become."""
        return rule.action == "accept"

    def _empty(self, rule: FilterRule) -> tuple[str, dict[str, str]]:
        view = self.view
        for names, by in ((rule.in_interfaces, view.into), (rule.out_interfaces, view.out)):
            if names and by(names) == self.nothing:
                return NO_INTERFACE, {"names": ", ".join(names)}
        if self.chain.hook == LIST and self.chain.interface not in view.names:
            return NO_INTERFACE, {"names": self.chain.interface}
        return CONTRADICTION, {}

    def _useless(self, found: Useless, rule: FilterRule) -> Finding:
        others = tuple(map(self._other, self._plain(found.takers)))
        if found.use is Use.IDLE:
            kind, why = Kind.REDUNDANT, IDLE
        elif any(other.action != rule.action for other in others):
            kind, why = Kind.SHADOWED, SHADOWED
        else:
            kind, why = Kind.REDUNDANT, DOUBLED
        return self._found(found.place, kind, why, {}, self._first(found.packets), others)

    def _plain(self, takers: tuple[Taker, ...]) -> tuple[Taker, ...]:
        """Return the takers without the rules for invalid packets and answers, which take their part of every rule."""
        plain = tuple(t for t in takers if t.place == DEFAULT or self.chain.rules[t.place].state is None)
        return plain or takers

    def _first(self, packets: Set) -> Set:
        """Return the first packets among packets, or all where there are none."""
        first = packets & self.view.plane.number("t", STATES.index(NEW))
        return packets if first == self.nothing else first

    def _other(self, taker: Taker) -> Other:
        packet = str(self.view.one(taker.packets) or "")
        if taker.place == DEFAULT:
            return Other(place=0, rule="", action=self.chain.default, packet=packet)
        rule = self.chain.rules[taker.place]
        return Other(place=taker.place + 1, rule=rule.name, action=rule.action, packet=packet)

    def expired(self, county: County, today: date) -> Iterator[Finding]:
        """Yield the accepting rules whose line of the policy is past its last day."""
        over = {r.id: r.expires_on for r in county.rules if r.expires_on and r.expires_on < today}
        for place, rule in enumerate(self.chain.rules):
            line = rule.name.removeprefix(_BACK)
            if rule.action == "accept" and line in over:
                values = {"line": line, "date": str(over[line])}
                yield self._found(place, Kind.EXPIRED, EXPIRED, values, self.chart.decides[place])

    def wide(self, width: Width) -> tuple[list[Finding], list[Wide]]:
        """Return the rules that are too wide, and those whose further packets other filters hold back."""
        found = list(width.of(self.view, self.chart.decides))
        wide = [one for one in found if one.ground in WIDE]
        findings = [
            self._found(one.place, Kind.OVER_WIDE, WIDE[one.ground], {"line": self._name(one.place)}, one.packets)
            for one in wide
        ]
        return findings, [one for one in found if one.ground not in WIDE]

    def _name(self, place: int) -> str:
        return self.chain.rules[place].name

    def _found(
        self, place: int, kind: Kind, why: str, values: dict[str, str], packets: Set = None,
        others: tuple[Other, ...] = (),
    ) -> Finding:  # fmt: skip
        self._told[kind] += 1
        most = MOST if self._told[kind] <= BOXED else 0
        shown = boxes(self.view, self.nothing if packets is None else packets, most)
        return finding(self.chain, place, kind, why, values, shown, others)


def finding(
    chain: Chain, place: int, kind: Kind, why: str, values: dict[str, str],
    shown: Boxes = NONE, others: tuple[Other, ...] = (),
) -> Finding:  # fmt: skip
    """Return a finding about the rule at a place (from 0), with the packets that show it and who takes them."""
    rule = chain.rules[place]
    return Finding(
        device=chain.device, platform=chain.platform, hook=chain.hook, interface=chain.interface, place=place + 1,
        rule=rule.name, action=rule.action, kind=kind, why=why, values=values, others=others,
        boxes=shown.shown, whole=shown.whole, packet=shown.packet,
    )  # fmt: skip

"""The check that no filter rule is useless: exact, over all packets, by `topology.reach`'s analysis of rules.

A rule that never decides, or without which every packet meets the same fate, hides the rules that do; so does one whose
line of the policy is over. Each is named with its filter, its place and a packet. Too wide rules are the proof's matter
(`isolation-proven`), rules that nothing ever hit are the operator's: neither fails this check.
"""

from collections.abc import Iterable

from audit.checks.each import Known, Wrong, each, wrong
from audit.cite import Pattern
from audit.facts import Facts
from audit.model import Check, Info, Point
from countynet.clock import CHINA
from countynet.i18n import _
from countynet.vocabulary import Severity
from topology.reach.analysis.model import Finding, Kind
from topology.reach.rules import Asked, analyse

NFT = "/etc/nftables.conf"
_WORDS = {
    Kind.SHADOWED: _("rule {rule} ({where}) never decides: earlier rules take all its packets, as {packet}"),
    Kind.REDUNDANT: _("rule {rule} ({where}) changes nothing: packets as {packet} meet the same fate without it"),
    Kind.NEVER_MATCHING: _("rule {rule} ({where}) can never match a packet"),
    Kind.EXPIRED: _("rule {rule} ({where}) is of a line of the policy that is over"),
}


def _useless(facts: Facts) -> Iterable[Point]:
    found = _found(facts)

    def judged(known: Known) -> Iterable[Wrong]:
        return [_wrong(one) for one in found.get(known.device.name, ())]

    return each(facts, judged, _("no rule is doubled or out of reach"), [Pattern(NFT, r"comment|counter")])


def _found(facts: Facts) -> dict[str, list[Finding]]:
    """Return by device what is wrong with the rules of those whose configuration is known whole."""
    configs = {name: held.config for name, held in facts.devices.items() if held.config is not None}
    today = facts.at.astimezone(CHINA).date()
    asked = Asked(facts.county, configs, today, devices=tuple(configs), kinds=tuple(_WORDS))
    found: dict[str, list[Finding]] = {}
    for one in analyse(asked).findings if configs else ():
        found.setdefault(one.device, []).append(one)
    return found


def _wrong(one: Finding) -> Wrong:
    return wrong(_WORDS[one.kind], rule=one.rule, where=one.where, packet=one.packet)


CHECKS = (
    Check(
        Info(
            id="no-useless-rules",
            title=_("No filter rule is redundant"),
            clauses=("8.1.3.2 b",),
            severity=Severity.MINOR,
            rationale=_("Rules that never decide hide the ones that do."),
            remedy=_(
                "Look at `countynet rules`, take the rule out of the policy, or the hand-made one off the device."
            ),
        ),
        _useless,
    ),
)

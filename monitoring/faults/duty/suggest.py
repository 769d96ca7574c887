"""Who is the right one for a fault, with the reason; or why nobody is. Pure.

Asked in this order: who is on duty, knows the domain, goes to the site, has room. Of those who are left the one with
the fewest faults; ties by the order of the file. When a question leaves nobody, that is the answer, in words.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from countynet.i18n import _
from countynet.vocabulary import FaultDomain
from monitoring.cause.verdict import DOMAINS, Said
from monitoring.faults.duty.model import Duty, Member


@dataclass(frozen=True)
class Suggestion:
    """Who, and why; nobody, and why."""

    member: Member | None
    reasons: tuple[Said, ...]

    def why(self) -> str:
        """Return the reasons in the language of the context."""
        return "; ".join(said.text() for said in self.reasons)


def suggest(duty: Duty, domain: FaultDomain | None, site: str, loads: Mapping[str, int], now: datetime) -> Suggestion:
    """Return who should get a fault of a domain at a site; `loads`: open faults by name."""
    if not duty.people:
        return Suggestion(None, (Said(_("the county's monitoring/duty.yml names nobody")),))
    left: Sequence[Member] = duty.on_duty(now)
    if not left:
        return Suggestion(None, (Said(_("nobody is on duty now")),))
    reasons = [Said(_("on duty now"))] if duty.roster else []
    for keep, has, lacks in _questions(domain, site, loads):
        rest = [member for member in left if keep(member)]
        if not rest:
            return Suggestion(None, (*reasons, lacks))
        if has is not None:
            reasons.append(has)
        left = rest
    chosen = min(left, key=lambda member: loads.get(member.name, 0))
    count = loads.get(chosen.name, 0)
    return Suggestion(
        chosen, (*reasons, Said(_("has {count} open faults of at most {most}"), {"count": count, "most": chosen.most}))
    )


_Question = tuple[Callable[[Member], bool], Said | None, Said]


def _questions(domain: FaultDomain | None, site: str, loads: Mapping[str, int]) -> list[_Question]:
    found: list[_Question] = []
    if domain is not None and domain is not FaultDomain.UNCLEAR:
        named = {"domain": Said(DOMAINS[domain]).document()}
        found.append((
            lambda member: not member.domains or domain in member.domains,
            Said(_("knows {domain}"), dict(named)),
            Said(_("nobody of them knows {domain}"), dict(named)),
        ))  # fmt: skip
    if site:
        found.append((
            lambda member: not member.sites or site in member.sites,
            Said(_("goes to {site}"), {"site": site}),
            Said(_("nobody of them goes to {site}"), {"site": site}),
        ))  # fmt: skip
    found.append(
        (
            lambda member: loads.get(member.name, 0) < member.most,
            None,
            Said(_("all of them have as many faults as they can do")),
        )
    )
    return found

"""What applications open: the reach that each deployment describes, as rules of the policy. Pure.

Intent, proof and oracle read `County.rules`, so an application's reach comes to the firewalls as any other rule does:
by a plan that is proven and approved. A source in the zone of the host that it goes to crosses no firewall and makes
no rule, and what the written policy lets through already makes none either; there the host's own filter decides.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from countynet.vocabulary import ZoneName
from inventory.model.assets import Application
from inventory.model.network import Host, PolicyRule

PREFIX = "app-"
APPLICATION = "app:"


def opened_by_applications(
    applications: Sequence[Application], hosts: Iterable[Host], policy: Sequence[PolicyRule] = ()
) -> tuple[PolicyRule, ...]:
    """Return a rule for each source and host of each application that is deployed by us, in their order.

    `policy` is what is written: of a service that it lets through already there is no rule.
    """
    known, hosted = {host.name: host for host in hosts}, {a.id: a.hosts for a in applications}
    return tuple(rule for application in applications for rule in _rules(application, known, hosted, policy))


def sources(application: Application, hosted: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the policy's selectors that an application's reach means; app:<id> stands for that application's hosts."""
    found: list[str] = []
    for text in application.deployment.reach if application.deployment else ():
        other = text.removeprefix(APPLICATION)
        found += [text] if other == text else [f"host:{name}" for name in hosted.get(other, ())]
    return tuple(dict.fromkeys(found))


def _rules(
    application: Application,
    known: Mapping[str, Host],
    hosted: Mapping[str, tuple[str, ...]],
    policy: Sequence[PolicyRule],
) -> Iterator[PolicyRule]:
    pairs = [(s, h) for s in sources(application, hosted) for h in application.hosts if not _beside(s, h, known)]
    for number, (source, host) in enumerate(pairs, 1):
        there = {s for rule in policy if _covers(rule, source, known[host]) for s in rule.services}
        services = tuple(name for name in application.services if name not in there)
        if services:
            yield PolicyRule(
                id=f"{PREFIX}{application.id}-{number}",
                source=source,
                target=f"host:{host}",
                services=services,
                reason=f"使用{application.name}",
                reason_en=f"Use of {application.name_en}",
            )


def _covers(rule: PolicyRule, source: str, host: Host) -> bool:
    """Whether a rule without an end lets a source through to a host, as far as the selectors themselves say."""
    wider = {source, "units"} if source == "browsing-units" or source.startswith("unit:") else {source}
    return (
        rule.expires_on is None
        and rule.source in wider
        and rule.target in (f"host:{host.name}", f"zone:{host.zone.value}")
    )


def _beside(source: str, host: str, known: Mapping[str, Host]) -> bool:
    """Whether a source stands on the host's own segment; also for what does not exist, which validation refuses."""
    zone = _zone(f"host:{host}", known)
    return zone is None or _zone(source, known) == zone or (source.startswith("host:") and _zone(source, known) is None)


def _zone(selector: str, known: Mapping[str, Host]) -> ZoneName | None:
    kind, _colon, name = selector.partition(":")
    if kind == "host":
        return known[name].zone if name in known else None
    return ZoneName(name) if kind == "zone" and name in set(ZoneName) else None

"""What the policy allows for a time, and what it allows twice or to nobody. Pure."""

from collections.abc import Iterator
from datetime import date, timedelta

from countynet.i18n import _
from countynet.vocabulary import ZoneName
from inventory.model import County, PolicyRule
from inventory.selectors import parse_selector
from inventory.validate.finding import Finding, over, soon, wrong
from inventory.validate.rule import advice, advice_on, error, warning, warning_on

_MONTH = timedelta(days=30)
_WIDE = (ZoneName.INTERNET, ZoneName.CITY)
"""zones that are more than the hosts we know in them"""


def _exceptions(county: County) -> Iterator[tuple[int, PolicyRule]]:
    return ((i, rule) for i, rule in enumerate(county.policy) if rule.exception)


def undated(county: County) -> Iterator[Finding]:
    """An exception says until when."""
    for i, rule in _exceptions(county):
        if rule.expires_on is None:
            yield wrong(("policy", i), _("the exception {rule} has no last day"), about=[rule.id], rule=rule.id)


def ended(county: County, today: date) -> Iterator[Finding]:
    """An exception whose last day has passed still opens what it opened."""
    for i, rule in _exceptions(county):
        if over(rule.expires_on, today):
            message = _("the exception {rule} ended on {day} and is still open")
            yield wrong(("policy", i, "expires_on"), message, rule=rule.id, day=rule.expires_on)


def ending(county: County, today: date) -> Iterator[Finding]:
    """An exception that ends within a month."""
    for i, rule in _exceptions(county):
        if soon(rule.expires_on, today, _MONTH):
            message = _("the exception {rule} ends on {day}")
            yield wrong(("policy", i, "expires_on"), message, rule=rule.id, day=rule.expires_on)


def unasked(county: County) -> Iterator[Finding]:
    """An exception says for whom it was opened."""
    for i, rule in _exceptions(county):
        if not rule.asked_by:
            yield wrong(("policy", i), _("nobody is named who asked for the exception {rule}"), rule=rule.id)


def dated(county: County) -> Iterator[Finding]:
    """Only an exception has a last day: for any other rule nobody looks at it."""
    for i, rule in enumerate(county.policy):
        if rule.expires_on is not None and not rule.exception:
            message = _("{rule} has a last day, but is no exception")
            yield wrong(("policy", i, "expires_on"), message, rule=rule.id)


def repeated(county: County) -> Iterator[Finding]:
    """A rule allows something that the rules before it do not."""
    allowed = dict[tuple[str, str], list[PolicyRule]]()
    for i, rule in enumerate(county.policy):
        before = allowed.setdefault((rule.source, rule.target), [])
        for other in before:
            if rule.services and set(rule.services) <= set(other.services):
                message = _("{rule} allows nothing that {other} does not")
                yield wrong(("policy", i), message, rule=rule.id, other=other.id)
        before.append(rule)


def unoffered(county: County) -> Iterator[Finding]:
    """What a rule opens on hosts, one of them offers."""
    zones = dict[str, set[str]]()
    for host in county.hosts:
        zones.setdefault(host.zone.value, set()).update(host.services)
    for i, rule in enumerate(county.policy):
        kind, name = parse_selector(rule.target) or ("", "")
        host_named = county.host_by_name.get(name) if kind == "host" else None
        offered = set(host_named.services) if host_named else zones.get(name) if kind == "zone" else None
        if offered is None or name in _WIDE:
            continue
        for j, service in enumerate(rule.services):
            if service not in offered:
                message = _("{rule} allows {service}, which nothing in {target} offers")
                place = ("policy", i, "services", j)
                yield wrong(place, message, about=[name, service], rule=rule.id, service=service, target=rule.target)


def unused(county: County) -> Iterator[Finding]:
    """A service is part of some rule."""
    used = {name for rule in county.rules for name in rule.services}
    for i, service in enumerate(county.services):
        if service.name not in used:
            yield wrong(("services", i), _("no rule allows the service {name}"), name=service.name)


RULES = (
    error("exception-undated", undated, _("its last day, e.g. expires_on: 2026-12-31")),
    warning_on("exception-ended", ended, _("the rule removed, or a later day that somebody approved")),
    advice_on("exception-ending", ending, _("to be told to whoever asked for it")),
    warning("exception-unasked", unasked, _("who asked for it, in asked_by")),
    warning("rule-dated", dated, _("exception: true, or no day")),
    advice("rule-repeated", repeated, _("one rule for one thing")),
    advice("rule-unoffered", unoffered, _("the service left out, or given to the host that offers it")),
    advice("service-unused", unused, _("the service removed")),
)

"""Software versions against the dated list of known vulnerabilities. Pure.

A device fails by each vulnerability that its own words say it has. A distribution mends without a new version: there
the package's revision decides, and where the list does not know which revision mends, nobody can tell. A list older
than `OLDEST` fails by itself, because what it does not know yet is what is used.
"""

from collections.abc import Iterator
from datetime import timedelta

from audit.facts import DeviceFacts, Facts
from audit.model import Check, Info, Point, failed, passed, unknown
from audit.vulnerabilities import versions
from audit.vulnerabilities.model import Listed, Product, Vulnerability
from audit.vulnerabilities.software import Software, running
from countynet import clock
from countynet.i18n import _
from countynet.vocabulary import Severity

OLDEST = timedelta(days=90)


def _vulnerable(facts: Facts) -> Iterator[Point]:
    if facts.listed is None:
        if facts.listed_error:
            yield failed("list", _("the list of vulnerabilities cannot be read: {error}"), error=facts.listed_error)
        else:
            yield unknown("list", _("no list of vulnerabilities was read"))
        return
    yield _age(facts, facts.listed)
    for name, held in facts.devices.items():
        yield from _of_device(facts, facts.listed, name, held)


def _age(facts: Facts, listed: Listed) -> Point:
    about = listed.about
    days = (facts.at.astimezone(clock.CHINA).date() - about.dated).days
    values = {"dated": about.dated, "days": days, "count": len(listed.vulnerabilities)}
    if days > OLDEST.days:
        message = _("the list of vulnerabilities is of {dated}, {days} days old; more than {most} is too old")
        return failed("list", message, **values, most=OLDEST.days)
    return passed("list", _("the list of vulnerabilities is of {dated} and has {count}"), **values)


def _of_device(facts: Facts, listed: Listed, name: str, held: DeviceFacts) -> Iterator[Point]:
    found = running(held, facts.live.ssh.get(name) if facts.live else None)
    asked = [one for one in found if any(v.product is one.product for v in listed.vulnerabilities)]
    if not found:
        yield unknown(name, _("it does not say which software it runs"))
    elif not asked:
        said = ", ".join(f"{one.product} {one.version}" for one in found)
        yield unknown(name, _("the list has nothing about {software}"), software=said)
    for software in asked:
        yield from _of_software(listed, name, held, software)


def _of_software(listed: Listed, name: str, held: DeviceFacts, software: Software) -> Iterator[Point]:
    here = [v for v in listed.vulnerabilities if v.product is software.product and v.of_model(held.device.model)
            and v.holds(software.version)]  # fmt: skip
    words = {"software": f"{software.product} {software.version}", "said": software.said}
    if _unsure(software):
        yield unknown(name, _("{said} is not the whole version: the list cannot be asked"), said=software.said)
        return
    points = [point for v in here if (point := _point(name, software, v, words)) is not None]
    yield from points
    if not points:
        yield passed(name, _("nothing in the list is in {software} ({said})"), **words)


def _unsure(software: Software) -> bool:
    """Tell whether a device's words leave out what decides: IOS prints `version 15.2` and no more."""
    return software.product is Product.CISCO_IOS and software.version.count(".") < 2 and "(" not in software.version


def _point(name: str, software: Software, one: Vulnerability, words: dict[str, str]) -> Point | None:
    values = words | {"cve": one.cve, "severity": one.severity, "title": one.title, "title_zh": one.title_zh,
                      "mended": one.fixed or "-", "source": one.source}  # fmt: skip
    if software.distribution:
        mended = one.packages.get(software.distribution)
        if mended is None:
            message = _("{software} has {cve}, unless {distribution} mended it in {revision}: look at its tracker")
            return unknown(name, message, **values, distribution=software.distribution, revision=software.revision)
        if versions.at_least(software.revision, mended):
            return None
    return failed(name, VULNERABLE, **values)


VULNERABLE = _("{software} has {cve} ({severity}): {title}{title_zh:.0}; mended in {mended} ({said}; {source})")
CHECKS = (
    Check(
        Info(
            id="vulnerabilities",
            title=_("No device runs software with a known vulnerability"),
            clauses=("8.1.4.4 e", "8.1.10.5"),
            severity=Severity.MAJOR,
            rationale=_("Who breaks in takes the door that everybody has read about."),
            remedy=_(
                "Update the device's software; bring the list up to date: `countynet audit vulnerabilities import`."
            ),
        ),
        _vulnerable,
    ),
)

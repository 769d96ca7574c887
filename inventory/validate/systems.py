"""Applications and backup jobs: on hosts that exist, owned, backed up, and proven by restoring. Pure."""

from collections.abc import Iterator
from datetime import date, timedelta

from countynet.i18n import _
from countynet.vocabulary import ZoneName
from inventory.model import County
from inventory.validate.finding import Finding, over, twice, wrong
from inventory.validate.rule import advice, error, warning, warning_on

CONFIGURATIONS = "configurations"
_YEAR = timedelta(days=365)
_HIGH = 3
"""from this level of classified protection on, a backup is demanded (GB/T 22239-2019, 8.1.4.9)"""


def references(county: County) -> Iterator[Finding]:
    """An application's owner, hosts and services exist."""
    services = {service.name for service in county.services}
    for i, application in enumerate(county.applications):
        if application.owner not in county.unit_by_id:
            yield wrong(("applications", i, "owner"), _("there is no such unit"), found=application.owner)
        for j, host in enumerate(application.hosts):
            if host not in county.host_by_name:
                yield wrong(("applications", i, "hosts", j), _("there is no such host"), found=host)
        for j, service in enumerate(application.services):
            if service not in services:
                yield wrong(("applications", i, "services", j), _("there is no such service"), found=service)


def devices(county: County) -> Iterator[Finding]:
    """The devices that an application stands on exist."""
    for i, application in enumerate(county.applications):
        for j, name in enumerate(application.devices):
            if name not in county.device_by_name:
                yield wrong(("applications", i, "devices", j), _("there is no such device"), found=name)


def grades(county: County) -> Iterator[Finding]:
    """A level as decided is the higher of its two parts, and the application's level."""
    for i, application in enumerate(county.applications):
        if not application.grades:
            continue
        information, service, both = (int(application.grades[at]) for at in (1, 3, 5))
        if both != max(information, service) or both != application.level:
            message = _("{grades} and level {level} do not fit: G is the higher of S and A, and the level")
            yield wrong(("applications", i, "grades"), message, grades=application.grades, level=application.level)


def filed_later(county: County, today: date) -> Iterator[Finding]:
    """An application was filed and assessed on days that have come."""
    for i, application in enumerate(county.applications):
        for field in ("filed_on", "assessed_on"):
            day = getattr(application, field)
            if day is not None and over(today, day):
                yield wrong(("applications", i, field), _("that day has not come yet: {day}"), day=day)


def zones(county: County) -> Iterator[Finding]:
    """An application's hosts are in its zone."""
    for i, application in enumerate(county.applications):
        for j, name in enumerate(application.hosts):
            host = county.host_by_name.get(name)
            if host is not None and host.zone is not application.zone:
                message = _("{application} is in the zone {zone}, its host {host} in {other}")
                values = {"zone": application.zone.value, "host": name, "other": host.zone.value}
                yield wrong(("applications", i, "hosts", j), message, application=application.id, **values)


def offered(county: County) -> Iterator[Finding]:
    """What an application serves, one of its hosts offers."""
    for i, application in enumerate(county.applications):
        hosts = [county.host_by_name[name] for name in application.hosts if name in county.host_by_name]
        there = {service for host in hosts for service in host.services}
        for j, service in enumerate(application.services):
            if service not in there:
                message = _("none of the hosts of {application} offers {service}")
                about = [service, *application.hosts]
                place = ("applications", i, "services", j)
                yield wrong(place, message, about=about, application=application.id, service=service)


def homeless(county: County) -> Iterator[Finding]:
    """An application runs somewhere."""
    for i, application in enumerate(county.applications):
        if not application.hosts and not application.devices:
            yield wrong(("applications", i, "hosts"), _("{application} runs on no host"), application=application.id)


def names(county: County) -> Iterator[Finding]:
    """Two applications have two names."""
    message = _("two applications are named {value}, the first is {other}")
    yield from twice(((("applications", i, "name"), a.name) for i, a in enumerate(county.applications)), message)


def unused(county: County) -> Iterator[Finding]:
    """A server has an application, once the county keeps applications."""
    used = {host for application in county.applications for host in application.hosts}
    for i, host in enumerate(county.hosts if county.applications else ()):
        if host.zone in (ZoneName.SERVER, ZoneName.PUBLIC) and host.name not in used:
            yield wrong(("hosts", i), _("no application runs on {host}"), host=host.name)


def unsaved(county: County) -> Iterator[Finding]:
    """An application of level 3 or 4 is backed up, itself or every host of it."""
    saved = {job.subject for job in county.backup_jobs}
    for i, application in enumerate(county.applications):
        covered = application.id in saved or (application.hosts and saved.issuperset(application.hosts))
        if application.level >= _HIGH and not covered:
            message = _("{application} is of level {level}, but no backup job saves it")
            yield wrong(("applications", i), message, application=application.id, level=application.level)


def subjects(county: County) -> Iterator[Finding]:
    """A backup job saves an application, a host or the configurations."""
    known = {application.id for application in county.applications} | {*county.host_by_name, CONFIGURATIONS}
    for i, job in enumerate(county.backup_jobs):
        if job.subject not in known:
            message = _("there is no application or host {subject} to back up")
            yield wrong(("backup_jobs", i, "subject"), message, found=job.subject, subject=job.subject)


def unrestored(county: County) -> Iterator[Finding]:
    """A backup was restored at least once: before that, nobody knows whether it is one."""
    for i, job in enumerate(county.backup_jobs):
        if job.restored_on is None:
            yield wrong(("backup_jobs", i), _("the backup {job} was never restored"), job=job.id)


def stale(county: County, today: date) -> Iterator[Finding]:
    """A backup was restored within the last year."""
    for i, job in enumerate(county.backup_jobs):
        if job.restored_on is not None and today - job.restored_on > _YEAR:
            message = _("the backup {job} was last restored on {day}, over a year ago")
            yield wrong(("backup_jobs", i, "restored_on"), message, job=job.id, day=job.restored_on)


def restored_later(county: County, today: date) -> Iterator[Finding]:
    """A backup was restored on a day that has come."""
    for i, job in enumerate(county.backup_jobs):
        if job.restored_on is not None and over(today, job.restored_on):
            message = _("the backup {job} is restored on a day that has not come yet, {day}")
            yield wrong(("backup_jobs", i, "restored_on"), message, job=job.id, day=job.restored_on)


def gaps(county: County) -> Iterator[Finding]:
    """A backup is kept until the next one is there."""
    for i, job in enumerate(county.backup_jobs):
        if job.keep_days * 24 < job.every_hours:
            message = _("the backup {job} is kept for {days} days, but made every {hours} hours only")
            yield wrong(("backup_jobs", i, "keep_days"), message, job=job.id, days=job.keep_days, hours=job.every_hours)


def in_place(county: County) -> Iterator[Finding]:
    """A backup is kept elsewhere than on what it saves."""
    hosts = {application.id: application.hosts for application in county.applications}
    for i, job in enumerate(county.backup_jobs):
        node = job.target.partition(":")[0]
        if node in (job.subject, *hosts.get(job.subject, ())):
            message = _("the backup {job} is kept on {node}, which it saves")
            yield wrong(("backup_jobs", i, "target"), message, job=job.id, node=node)


RULES = (
    error("application-references", references, _("a unit, hosts and services that exist")),
    error("application-devices", devices, _("the name of a device")),
    error("backup-subject", subjects, _("the id of an application, the name of a host, or configurations")),
    warning("application-zone", zones, _("hosts of the application's zone")),
    warning("application-offered", offered, _("a service that one of its hosts offers")),
    warning("application-homeless", homeless, _("the hosts that it runs on")),
    warning("application-names", names, _("a name of its own")),
    warning("application-grades", grades, _("e.g. level 3 and S2A3G3")),
    warning_on("application-filed-later", filed_later, _("the day on which it was done")),
    warning("application-unsaved", unsaved, _("a backup job whose subject it is")),
    warning("backup-unrestored", unrestored, _("a trial, and its day in restored_on")),
    warning_on("backup-stale", stale, _("another trial")),
    warning_on("backup-later", restored_later, _("the day of the trial")),
    warning("backup-gap", gaps, _("keep_days longer than the time between two backups")),
    warning("backup-in-place", in_place, _("another place")),
    advice("host-unused", unused, _("the application that it is for")),
)

"""Applications as words, rows and a document; times are milliseconds, availability percent with three decimals."""

from collections.abc import Iterator

from countynet.canonical import JSON
from countynet.i18n import _, language, translate
from monitoring.evaluation.served.model import Applications, Served, Service
from monitoring.evaluation.show import number, percent

COLUMNS = (
    _("application"),
    _("service"),
    _("answered"),
    _("asked"),
    _("availability %"),
    _("response, mean ms"),
    _("95% within, ms"),
    _("alarms"),
    _("hours measured"),
    _("of hours"),
    _("under planned work"),
)


def named(app: Served) -> str:
    """Return an application's name in the present language."""
    return app.name if language() == "zh_CN" else app.name_en


def cells(app: Served, service: Service) -> tuple[object, ...]:
    """Return a service's row under `COLUMNS`."""
    return (
        named(app),
        service.probe,
        service.answered,
        service.asked,
        percent(service.availability),
        number(service.mean),
        number(service.p95),
        service.alarms,
        service.hours,
        app.hours,
        service.planned,
    )


def rows(found: Applications) -> Iterator[tuple[object, ...]]:
    """Yield every service's row; an application without any says so."""
    for app in found.all:
        for service in app.services:
            yield cells(app, service)
        if not app.services:
            yield (named(app), translate(_("nobody asked it")), *("–",) * (len(COLUMNS) - 2))


def summary(app: Served) -> str:
    """Return an application in a sentence, with the arithmetic."""
    worst = app.worst
    if worst is None:
        return translate(_("{name}: nobody asked it in the period"), name=named(app))
    said = _("{name}: {percent}%, that of its worst service {service}: {answered} of {asked} questions answered")
    return translate(
        said, name=named(app), percent=percent(worst.availability), service=worst.probe, answered=worst.answered,
        asked=worst.asked,
    )  # fmt: skip


def faults(found: Applications) -> str:
    """Return in a sentence which faults were an application's."""
    if not found.faults:
        return translate(_("no fault of the period is known to be an application's"))
    numbers = ", ".join(map(str, found.faults))
    return translate(_("faults that were an application's: {numbers}"), numbers=numbers)


def document(found: Applications) -> JSON:
    """Return what `--json` prints."""
    return {"applications": [_app(app) for app in found.all], "faults": list(found.faults)}


def _app(app: Served) -> JSON:
    return {
        "application": app.id,
        "name": named(app),
        "owner": app.owner,
        "availability": None if app.availability is None else round(app.availability, 3),
        "worst": None if app.worst is None else app.worst.probe,
        "hours": app.hours,
        "services": [
            {
                "service": s.probe,
                "host": s.host,
                "asked": s.asked,
                "answered": s.answered,
                "planned": s.planned,
                "hours": s.hours,
                "availability": None if s.availability is None else round(s.availability, 3),
                "mean": s.mean,
                "p95_within": s.p95,
                "alarms": s.alarms,
            }
            for s in app.services
        ],
    }

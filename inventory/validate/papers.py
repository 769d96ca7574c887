"""Seals and certificates: whose they are, that each exists once, and how long they hold. Pure."""

from collections.abc import Iterator
from datetime import date

from countynet.i18n import _
from inventory.model import Certificate, County, Seal
from inventory.validate.finding import Finding, over, soon, twice, wrong
from inventory.validate.rule import advice, advice_on, error, warning_on

_BOTH = ("seals", "certificates")


def _papers(county: County) -> Iterator[tuple[str, int, Seal | Certificate]]:
    for section in _BOTH:
        yield from ((section, i, paper) for i, paper in enumerate(getattr(county, section)))


def units(county: County) -> Iterator[Finding]:
    """A seal or certificate belongs to a unit that exists."""
    for section, i, paper in _papers(county):
        if paper.unit not in county.unit_by_id:
            yield wrong((section, i, "unit"), _("there is no such unit"), found=paper.unit)


def seal_numbers(county: County) -> Iterator[Finding]:
    """A seal's registered number is its own."""
    numbers = ((("seals", i, "number"), seal.number) for i, seal in enumerate(county.seals))
    yield from twice(numbers, _("the seal number {value} is given twice, first in {other}"))


def serials(county: County) -> Iterator[Finding]:
    """A certificate's serial number is its own; big and small letters are the same number."""
    numbers = ((("certificates", i, "serial"), c.serial.lower()) for i, c in enumerate(county.certificates))
    yield from twice(numbers, _("the certificate {value} is given twice, first in {other}"))


def reversed_dates(county: County) -> Iterator[Finding]:
    """What expires was issued before."""
    for section, i, paper in _papers(county):
        if paper.issued_on is not None and paper.expires_on is not None and paper.expires_on <= paper.issued_on:
            message = _("{id} expires before it is issued")
            yield wrong((section, i, "expires_on"), message, id=paper.id)


def expired(county: County, today: date) -> Iterator[Finding]:
    """A seal or certificate holds."""
    for section, i, paper in _papers(county):
        if over(paper.expires_on, today):
            message = _("{id} of {unit} expired on {day}")
            yield wrong((section, i, "expires_on"), message, id=paper.id, unit=paper.unit, day=paper.expires_on)


def expiring(county: County, today: date) -> Iterator[Finding]:
    """What expires within three months is to be renewed."""
    for section, i, paper in _papers(county):
        if soon(paper.expires_on, today):
            message = _("{id} of {unit} expires on {day}")
            yield wrong((section, i, "expires_on"), message, id=paper.id, unit=paper.unit, day=paper.expires_on)


def early(county: County, today: date) -> Iterator[Finding]:
    """What is issued was issued on a day that has come."""
    for section, i, paper in _papers(county):
        if paper.issued_on is not None and over(today, paper.issued_on):
            message = _("{id} is issued on a day that has not come yet, {day}")
            yield wrong((section, i, "issued_on"), message, id=paper.id, day=paper.issued_on)


def keeperless(county: County) -> Iterator[Finding]:
    """A seal has a keeper."""
    for i, seal in enumerate(county.seals):
        if not seal.keeper:
            yield wrong(("seals", i), _("the seal {id} has no keeper"), id=seal.id)


def several(county: County) -> Iterator[Finding]:
    """A holder has one valid certificate: the old one is withdrawn when the new one comes."""
    last = dict[tuple[str, str], Certificate]()
    for i, paper in enumerate(county.certificates):
        other = last.setdefault((paper.unit, paper.holder), paper)
        if other is not paper and other.expires_on >= paper.issued_on:
            message = _("{holder} has two certificates at a time, {other} and {id}")
            yield wrong(("certificates", i), message, holder=paper.holder, other=other.id, id=paper.id)


RULES = (
    error("paper-unit", units, _("the id of a unit that exists")),
    error("seal-twice", seal_numbers, _("the number as registered")),
    error("certificate-twice", serials, _("the serial number as in the certificate")),
    error("paper-reversed", reversed_dates, _("a day after it is issued")),
    warning_on("paper-expired", expired, _("a new one, and its last day here")),
    advice_on("paper-expiring", expiring, _("a new one in time")),
    warning_on("paper-early", early, _("the day on which it was issued")),
    advice("seal-keeperless", keeperless, _("who keeps it")),
    advice("certificate-several", several, _("one certificate for one holder")),
)

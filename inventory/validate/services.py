"""What a line costs and promises: rent, speed, availability, repair time, beside the other lines of its kind. Pure."""

from collections.abc import Iterator
from datetime import date
from statistics import median

from countynet.i18n import _
from countynet.vocabulary import Access
from inventory.model import Circuit, County
from inventory.validate.finding import Finding, over, wrong
from inventory.validate.rule import advice, error, warning, warning_on

_FEW = 5
"""below so many lines of a kind nothing is usual"""
_MEGABITS = 10_000
CLASSES = {Access.FIBER: (99.9, 4), Access.LEASED: (99.5, 8), Access.ADSL: (98.5, 24)}
"""what a contract promises at least: availability in percent a month, hours to repair"""


def _usual(county: County) -> dict[Access, list[Circuit]]:
    kinds = dict[Access, list[Circuit]]()
    for line in county.circuits:
        kinds.setdefault(line.access, []).append(line)
    return {access: lines for access, lines in kinds.items() if len(lines) >= _FEW}


def positive(county: County) -> Iterator[Finding]:
    """Speeds and the repair time are more than nothing."""
    for i, line in enumerate(county.circuits):
        for field in ("down_kbps", "up_kbps", "repair_hours"):
            if getattr(line, field) <= 0:
                yield wrong(("circuits", i, field), _("{field} must be more than {limit}"), field=field, limit=0)


def reversed_dates(county: County) -> Iterator[Finding]:
    """A line ends after it begins."""
    for section in ("circuits", "backup_lines"):
        for i, line in enumerate(getattr(county, section)):
            if line.begins is not None and line.ends is not None and line.ends < line.begins:
                yield wrong((section, i, "ends"), _("the rent of {line} ends before it begins"), line=line.id)


def ended(county: County, today: date) -> Iterator[Finding]:
    """A line whose rent has ended is a unit without a line tomorrow."""
    for section in ("circuits", "backup_lines"):
        for i, line in enumerate(getattr(county, section)):
            if over(line.ends, today):
                message = _("the rent of {line} ended on {day}")
                yield wrong((section, i, "ends"), message, line=line.id, day=line.ends)


def free(county: County) -> Iterator[Finding]:
    """A line costs something, or somebody forgot to enter it."""
    for section in ("circuits", "backup_lines"):
        for i, line in enumerate(getattr(county, section)):
            if line.rent == 0:
                yield wrong((section, i, "rent"), _("the rent of {line} is 0"), line=line.id)


def unusual(county: County) -> Iterator[Finding]:
    """A rent is at most twice and at least half of what lines of its kind cost."""
    middle = {access: median(line.rent for line in lines) for access, lines in _usual(county).items()}
    for i, line in enumerate(county.circuits):
        usual = middle.get(line.access)
        if usual is not None and line.rent and not usual / 2 <= line.rent <= usual * 2:
            message = _("the rent of {line} is {rent} yuan; lines of its kind cost {usual}")
            yield wrong(("circuits", i, "rent"), message, line=line.id, rent=line.rent, usual=f"{usual:g}")


def availability(county: County) -> Iterator[Finding]:
    """A line promises at least the availability of its class."""
    for i, line in enumerate(county.circuits):
        least = CLASSES[line.access][0]
        if line.availability < least:
            message = _("{line} promises {value} percent; lines of its class promise {usual}")
            value, usual = f"{line.availability:g}", f"{least:g}"
            yield wrong(("circuits", i, "availability"), message, line=line.id, value=value, usual=usual)


def repair(county: County) -> Iterator[Finding]:
    """A line is repaired at least as fast as its class is."""
    for i, line in enumerate(county.circuits):
        hours = CLASSES[line.access][1]
        if line.repair_hours > hours:
            message = _("{line} is repaired within {value} hours; lines of its class within {usual}")
            place = ("circuits", i, "repair_hours")
            yield wrong(place, message, line=line.id, value=line.repair_hours, usual=hours)


def upside_down(county: County) -> Iterator[Finding]:
    """A line is not faster up than down: the two numbers were exchanged."""
    for i, line in enumerate(county.circuits):
        if line.up_kbps > line.down_kbps:
            yield wrong(("circuits", i, "up_kbps"), _("{line} is faster up than down"), line=line.id)


def slow_fiber(county: County) -> Iterator[Finding]:
    """Fiber is 10M."""
    for i, line in enumerate(county.circuits):
        if line.access is Access.FIBER and 0 < line.down_kbps < _MEGABITS:
            message = _("{line} is fiber, but has less than 10M: {kbps} kbit/s")
            yield wrong(("circuits", i, "down_kbps"), message, line=line.id, kbps=line.down_kbps)


RULES = (
    error("line-positive", positive, _("a number above 0")),
    error("line-reversed", reversed_dates, _("a last day after the first")),
    warning_on("line-ended", ended, _("a later last day, or the line removed")),
    advice("rent-zero", free, _("the rent as in the contract")),
    advice("rent-unusual", unusual, _("the rent as in the contract")),
    warning("availability-low", availability, _("the availability of the contract's class")),
    advice("repair-slow", repair, _("the repair time of the contract's class")),
    advice("speed-reversed", upside_down, _("down_kbps first, then up_kbps")),
    advice("fiber-slow", slow_fiber, _("10240, or access: leased or adsl")),
)

"""Backup lines: a second way that is a second way. Pure."""

from collections.abc import Iterator

from countynet.i18n import _
from inventory.model import County
from inventory.validate.finding import Finding, twice, wrong
from inventory.validate.rule import advice, error, warning


def units(county: County) -> Iterator[Finding]:
    """A backup line's unit exists."""
    for i, line in enumerate(county.backup_lines):
        if line.unit not in county.unit_by_id:
            yield wrong(("backup_lines", i, "unit"), _("there is no such unit"), found=line.unit)


def ids(county: County) -> Iterator[Finding]:
    """Backup lines, lines and cables share their ids: an alarm names one."""
    lines = [(("circuits", i, "id"), line.id) for i, line in enumerate(county.circuits)]
    cables = [(("cables", i, "id"), cable.id) for i, cable in enumerate(county.cables)]
    known = dict[str, None].fromkeys(id for _place, id in (*lines, *cables))
    spare = [(("backup_lines", i, "id"), line.id) for i, line in enumerate(county.backup_lines)]
    for place, id in spare:
        if id in known:
            yield wrong(place, _("{value} is a line's or cable's id already"), value=id)
    yield from twice(spare, _("{value} is given twice, first in {other}"))


def several(county: County) -> Iterator[Finding]:
    """A unit has one backup line."""
    first = dict[str, str]()
    for i, line in enumerate(county.backup_lines):
        other = first.setdefault(line.unit, line.id)
        if other != line.id:
            message = _("{unit} has two backup lines, {other} and {line}")
            yield wrong(("backup_lines", i), message, unit=line.unit, other=other, line=line.id)


def same_kind(county: County) -> Iterator[Finding]:
    """A backup goes another way than the line that it stands in for."""
    for i, line in enumerate(county.backup_lines):
        main = county.circuit_by_unit.get(line.unit)
        if main is not None and main.access.value == line.access:
            message = _("{line} is {access} as is the line of {unit}: one cut takes both")
            yield wrong(("backup_lines", i, "access"), message, line=line.id, access=line.access, unit=line.unit)


def numberless(county: County) -> Iterator[Finding]:
    """A dial-up backup has a number to call."""
    for i, line in enumerate(county.backup_lines):
        if line.access == "dial-up" and not line.number:
            yield wrong(("backup_lines", i), _("{line} has no number to call"), line=line.id)


def dearer(county: County) -> Iterator[Finding]:
    """A backup costs less than the line that it stands in for."""
    for i, line in enumerate(county.backup_lines):
        main = county.circuit_by_unit.get(line.unit)
        if main is not None and 0 < main.rent < line.rent:
            message = _("{line} costs more than {main}, which it only stands in for")
            yield wrong(("backup_lines", i, "rent"), message, line=line.id, main=main.id)


RULES = (
    error("backup-unit", units, _("the id of a unit that exists")),
    error("backup-id", ids, _("an id that no line, cable or backup line has")),
    warning("backup-several", several, _("one backup line for one unit")),
    advice("backup-same-kind", same_kind, _("a line of another kind")),
    warning("backup-numberless", numberless, _("the number to call")),
    advice("backup-dearer", dearer, _("the rent as in the contract")),
)

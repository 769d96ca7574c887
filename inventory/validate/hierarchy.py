"""Who is below whom: villages below townships, branches below their department, as deep as they like. Pure."""

from collections.abc import Iterator

from countynet.i18n import _
from countynet.vocabulary import UnitKind
from inventory.model import County, Unit
from inventory.validate.finding import Finding, wrong
from inventory.validate.rule import advice, warning

_BELOW = (UnitKind.VILLAGE, UnitKind.BRANCH)


def _above(county: County, unit: Unit, known: dict[str, Unit | None]) -> Unit | None:
    """Return the nearest unit above that is neither village nor branch; each unit is walked over once."""
    path, here = [], unit
    while here.kind in _BELOW and here.id not in known and here.id not in path:
        path.append(here.id)
        parent = county.unit_by_id.get(here.parent or "")
        if parent is None:
            known[here.id] = None
            break
        here = parent
    end = known.get(here.id) if here.kind in _BELOW else here
    known.update(dict.fromkeys(path, end))
    return end


def villages(county: County) -> Iterator[Finding]:
    """A village is below a township, directly or below other villages and branches."""
    known = dict[str, Unit | None]()
    for i, unit in enumerate(county.units):
        if unit.kind is UnitKind.VILLAGE:
            top = _above(county, unit, known)
            if top is None or top.kind is not UnitKind.TOWNSHIP:
                message = _("the village {unit} is below no township")
                yield wrong(("units", i), message, about=[unit.parent or ""], unit=unit.id)


def branches(county: County) -> Iterator[Finding]:
    """A branch is a branch of something."""
    known = dict[str, Unit | None]()
    for i, unit in enumerate(county.units):
        if unit.kind is UnitKind.BRANCH and _above(county, unit, known) is None:
            message = _("the branch {unit} belongs to no unit")
            yield wrong(("units", i), message, about=[unit.parent or ""], unit=unit.id)


def townships(county: County) -> Iterator[Finding]:
    """A township is below nobody: the county is above it."""
    for i, unit in enumerate(county.units):
        if unit.kind is UnitKind.TOWNSHIP and unit.parent in county.unit_by_id:
            message = _("the township {unit} is below {other}")
            yield wrong(("units", i, "parent"), message, unit=unit.id, other=unit.parent)


RULES = (
    warning("village-township", villages, _("parent: the id of its township, or of a village below one")),
    warning("branch-parent", branches, _("parent: the id of its unit")),
    advice("township-parent", townships, _("no parent")),
)

"""Sites and buildings: what is below what, and coordinates that can be right. Pure."""

from collections.abc import Iterator
from math import cos, hypot, radians
from statistics import median

from countynet.i18n import _
from inventory.model import Building, County
from inventory.validate.finding import Finding, twice, wrong
from inventory.validate.references import rings
from inventory.validate.rule import advice, error, warning

_FEW = 5
_NEAR_KM = 20.0
_KM = 111.2
"""a degree of latitude"""


def sites(county: County) -> Iterator[Finding]:
    """A building's site and a site's parent exist, and no site is above itself."""
    known = {site.id: site.parent for site in county.sites}
    for i, building in enumerate(county.buildings):
        if building.site is not None and building.site not in known:
            yield wrong(("buildings", i, "site"), _("there is no such site"), found=building.site)
    above = rings(known)
    for i, site in enumerate(county.sites):
        if site.parent is not None and site.parent not in known:
            yield wrong(("sites", i, "parent"), _("there is no such site"), found=site.parent)
        elif site.id in above:
            yield wrong(("sites", i, "parent"), _("{site} is above itself"), found=site.parent or "", site=site.id)


def siteless(county: County) -> Iterator[Finding]:
    """A building is in a site, once the county keeps sites."""
    for i, building in enumerate(county.buildings if county.sites else ()):
        if building.site is None:
            yield wrong(("buildings", i), _("{building} is in no site"), building=building.id)


def nowhere(county: County) -> Iterator[Finding]:
    """Coordinates are not zero: that is what an empty cell becomes."""
    for i, building in enumerate(county.buildings):
        if building.latitude == 0 or building.longitude == 0:
            yield wrong(("buildings", i), _("{building} lies at 0 degrees"), building=building.id)


def far(county: County) -> Iterator[Finding]:
    """A building lies no more than twice as far from the county's middle as nearly all others do."""
    if len(county.buildings) < _FEW:
        return
    north, east = median(b.latitude for b in county.buildings), median(b.longitude for b in county.buildings)
    away = [_away(building, north, east) for building in county.buildings]
    limit = 2 * max(sorted(away)[int(0.95 * (len(away) - 1))], _NEAR_KM)
    for i, (building, km) in enumerate(zip(county.buildings, away, strict=True)):
        if km > limit:
            message = _("{building} lies {km} km from the middle of the county, far outside of it")
            yield wrong(("buildings", i), message, building=building.id, km=round(km))


def _away(building: Building, north: float, east: float) -> float:
    return _KM * hypot(building.latitude - north, (building.longitude - east) * cos(radians(north)))


def same_spot(county: County) -> Iterator[Finding]:
    """Two buildings stand beside each other, not in each other."""
    spots = ((("buildings", i), (b.latitude, b.longitude)) for i, b in enumerate(county.buildings))
    first = dict[tuple[float, float], str]()
    for place, spot in spots:
        building = county.buildings[int(place[1])].id
        other = first.setdefault(spot, building)
        if other != building:
            message = _("{building} and {other} have the same coordinates")
            yield wrong(place, message, building=building, other=other)


def empty(county: County) -> Iterator[Finding]:
    """Somebody or something is in a building."""
    used = {unit.building for unit in county.units} | {device.building for device in county.devices}
    used |= {kit.building for kit in county.security_equipment} | {rack.building for rack in county.racks}
    for i, building in enumerate(county.buildings):
        if building.id not in used:
            yield wrong(("buildings", i), _("nobody and nothing is in {building}"), building=building.id)


def names(county: County) -> Iterator[Finding]:
    """Two buildings have two names."""
    message = _("two buildings are named {value}, the first is {other}")
    yield from twice(((("buildings", i, "name"), b.name) for i, b in enumerate(county.buildings)), message)


RULES = (
    error("site-references", sites, _("the id of a site that exists and is not below this one")),
    advice("building-siteless", siteless, _("the site that it is part of")),
    warning("building-nowhere", nowhere, _("its degrees in WGS-84")),
    advice("building-far", far, _("its degrees in WGS-84, latitude and longitude not exchanged")),
    advice("building-same-spot", same_spot, _("the coordinates of each, or one building")),
    advice("building-empty", empty, _("the building removed, or whoever is in it")),
    warning("building-names", names, _("a name of its own")),
)

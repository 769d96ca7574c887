"""Which part of the county stands in the twin: a quick twin has a few units only, and the others are not down."""

from countynet.settings import Settings
from inventory.model import County
from inventory.subset import only_units
from topology.twin.state import Places


def standing(settings: Settings, county: County) -> County:
    """Return the county with the units that its twin has; the whole county where there is no twin (a real network)."""
    twin = Places(settings).read()
    return only_units(county, twin.units) if twin is not None and twin.units else county

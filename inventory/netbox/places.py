"""Sites, buildings and racks as NetBox's regions, sites and racks. Pure.

A building is a site of NetBox's (devices and racks stand in it), and a part of the county is a region of NetBox's.
"""

from collections.abc import Iterator

from inventory.model import County
from inventory.netbox.thing import CF, Ref, Thing, Value, name, text

DEGREES = 6
"""decimals of a coordinate that NetBox keeps"""


def things(county: County) -> Iterator[Thing]:
    """Yield regions, sites and racks."""
    for site in county.sites:
        fields: dict[str, Value] = {"name": name(site.name), "slug": site.id, "description": text(site.name_en)}
        parent = Ref("regions", site.parent) if site.parent else None
        yield Thing("regions", site.id, fields | {"parent": parent}, ("sites", site.id, ""))
    for building in county.buildings:
        yield Thing(
            "sites",
            building.id,
            {
                "name": name(building.name),
                "slug": building.id,
                "status": "active",
                "region": Ref("regions", building.site) if building.site else None,
                "description": text(building.name_en),
                "physical_address": text(building.address),
                "latitude": round(building.latitude, DEGREES),
                "longitude": round(building.longitude, DEGREES),
                f"{CF}countynet_access": str(building.access),
            },
            ("buildings", building.id, ""),
        )
    for rack in county.racks:
        yield Thing(
            "racks",
            rack.id,
            {
                "name": rack.id,
                "site": Ref("sites", rack.building),
                "status": "active",
                "width": 19,
                "u_height": rack.height,
                "description": text(rack.room),
            },
            ("racks", rack.id, ""),
        )

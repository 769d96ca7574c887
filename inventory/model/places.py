"""Where things are: sites, buildings, racks. Pure."""

from typing import Annotated

from pydantic import Field

from countynet.frozen import Frozen
from countynet.vocabulary import Access
from inventory.model.base import Name, Text

Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]


class Site(Frozen):
    """A part of the county that engineers drive to: the county seat, a township."""

    id: Name
    name: Text
    name_en: Text
    parent: Name | None = None


class Building(Frozen):
    """A place where units sit; coordinates in WGS-84 degrees."""

    id: Name
    name: str
    name_en: str
    latitude: Latitude
    longitude: Longitude
    access: Access
    site: Name | None = None
    address: str = ""


class Rack(Frozen):
    """A rack or wall cabinet; rack units count from 1 at its bottom."""

    id: Name
    building: Name
    room: str = ""
    height: Annotated[int, Field(ge=1, le=60)] = 42
    """in rack units"""

"""The map and the traffic page."""

from datetime import timedelta
from functools import lru_cache

from flask import Blueprint
from flask.typing import ResponseReturnValue

from countynet import clock
from dashboard.language import short_name
from dashboard.topology import layout
from dashboard.topology.pages import MapLive, MapPage, TrafficList, TrafficPage, live_map, traffic_row
from dashboard.web import fragment, services, show
from inventory.model import County

topology = Blueprint("topology", __name__)
DAY = timedelta(days=1)
POINTS = 48


@topology.get("/map")
def page() -> ResponseReturnValue:
    """Show the network."""
    return show(MapPage(_map(), layout.WIDTH, layout.HEIGHT))


@topology.get("/map/live")
def live() -> ResponseReturnValue:
    """Return the drawn network."""
    return fragment(_map())


@topology.get("/traffic")
def traffic() -> ResponseReturnValue:
    """Show every line's last day."""
    return show(TrafficPage(_traffic()))


@topology.get("/traffic/lines")
def lines() -> ResponseReturnValue:
    """Return the curves."""
    return fragment(_traffic())


def _map() -> MapLive:
    ask = services()
    county = ask.county.county()
    return live_map(county, _plan(_Same(county)), ask.watch.lines(), ask.watch.devices(), ask.watch.cables())


class _Same:
    """A county compared by identity: hashing its thousand values on each request would cost more than drawing."""

    def __init__(self, county: County) -> None:
        self.county = county

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.county is self.county

    def __hash__(self) -> int:
        return id(self.county)


@lru_cache(maxsize=2)
def _plan(same: _Same) -> layout.Plan:
    return layout.plan(same.county)


def _traffic() -> TrafficList:
    ask, now = services(), clock.now()
    curves = ask.watch.all_traffic(now - DAY, now, POINTS)
    county = ask.county.county()
    rows = (traffic_row(u.id, short_name(u, county.plan), curves.get(u.id, ())) for u in county.units)
    return TrafficList(tuple(rows))

"""The map and the traffic page."""

from datetime import timedelta

from flask import Blueprint
from flask.typing import ResponseReturnValue

from countynet import clock
from dashboard.language import short_name
from dashboard.topology import layout
from dashboard.topology.laid import laid_out
from dashboard.topology.pages import MapLive, MapPage, TrafficList, TrafficPage, live_map, traffic_row
from dashboard.web import fragment, services, show

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
    return live_map(county, laid_out(county), ask.watch.lines(), ask.watch.devices(), ask.watch.cables())


def _traffic() -> TrafficList:
    ask, now = services(), clock.now()
    curves = ask.watch.all_traffic(now - DAY, now, POINTS)
    county = ask.county.county()
    rows = (traffic_row(u.id, short_name(u, county.plan), curves.get(u.id, ())) for u in county.units)
    return TrafficList(tuple(rows))

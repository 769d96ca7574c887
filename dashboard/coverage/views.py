"""The pages of coverage, of one device's sensors, and of cabling."""

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from dashboard.coverage.pages import CablingPage, CoveragePage, DevicePage
from dashboard.web import services, show

coverage = Blueprint("coverage", __name__)


@coverage.get("/coverage")
def page() -> ResponseReturnValue:
    """Show what is watched of the county, what is not, and why."""
    return show(CoveragePage(services().sensing.coverage(services().county.county())))


@coverage.get("/coverage/<device>")
def device(device: str) -> ResponseReturnValue:
    """Show what one device tells."""
    county = services().county.county()
    if device not in county.device_by_name:
        abort(404)
    found = services().sensing.coverage(county)
    one = next(covered for covered in found.devices if covered.device == device)
    return show(DevicePage(county.device_by_name[device], one, services().sensing.sensors(device)))


@coverage.get("/cabling")
def cabling() -> ResponseReturnValue:
    """Show what is cabled otherwise than the inventory says."""
    return show(CablingPage(services().sensing.cabling(services().county.county())))

"""Runs the live test of isolation on the twin that is up, and keeps the latest result for the audit."""

import time
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor

from countynet import clock
from countynet import latest as kept
from countynet.errors import MissingCapability
from countynet.i18n import _
from countynet.settings import Settings
from inventory.model import County, Host
from inventory.subset import only_units
from topology.confirm import places, portal
from topology.confirm.plan import ends_of, probes, probes_of, silenced
from topology.confirm.prober import Prober
from topology.confirm.report import ConfirmReport, Visit, report
from topology.confirm.sockets import NamespaceWire
from topology.twin.state import Places

_LATEST = "confirm.json"


def in_twin(county: County, settings: Settings) -> County:
    """Return the part of the county that its twin has brought up. Raises MissingCapability if no twin is up."""
    twin = Places(settings).read()
    if twin is None or not twin.ready:
        raise MissingCapability(_("no twin of this county is up; bring it up: countynet twin up"))
    return only_units(county, twin.units)


def confirm(
    county: County,
    settings: Settings,
    progress: Callable[[int, int], None],
    only: Collection[str] | None = None,
    cut: Collection[str] = (),
) -> ConfirmReport:
    """Try every probe of the county and return expected against seen; also kept in the state folder.

    With `only` (ids of units): every probe from or to one of these; a part is not kept as the county's latest result.
    `cut` are units that are shut off on purpose: nothing from or to them is expected to pass, whatever policy says.

    Raises MissingCapability without root, Conflict for a namespace that is gone, DeviceError when a node's gateway is
    not there.
    """
    at, start = clock.now(), time.monotonic()
    planned = silenced(county, probes(county) if only is None else probes_of(county, only), cut)
    shut = ends_of(county, cut)
    with (
        ThreadPoolExecutor(1) as aside,
        NamespaceWire(places.computers(county), places.devices(county), shut) as wire,
    ):
        visits = aside.submit(_visits, county, only, shut)
        run = 1024 + int(at.timestamp()) % 1024
        outcome = Prober(wire, planned, run, _portal_name(county), progress).run()
    found = report(planned, outcome, visits.result(), at, time.monotonic() - start)
    if only is None and not cut:
        kept.keep(settings, _LATEST, found)
    return found


def latest(settings: Settings) -> ConfirmReport | None:
    """Return the result of the last run in this county, or None if there is none that can be read."""
    return kept.read(settings, _LATEST, ConfirmReport)


def _running(county: County, what: str) -> Host | None:
    return next((h for h in county.hosts if what in h.runs), None)


def _portal_name(county: County) -> str:
    host = _running(county, "portal")
    return host.names[0] if host and host.names else county.plan.domain


def _visits(county: County, only: Collection[str] | None, shut: Collection[str]) -> tuple[Visit, ...]:
    host, names = _running(county, "portal"), _running(county, "names")
    if host is None or names is None:
        return ()
    visitors = [u.terminals[0].name for u in county.units if u.terminals and (only is None or u.id in only)]
    terminals = {name: places.netns(name) for name in visitors if name not in shut}
    return portal.visit_all(terminals, host.name, _portal_name(county), names.address.ip)

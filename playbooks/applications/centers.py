"""Which applications and hosts are the center's alone: those of kinds with guarded secrets, where it has a vault apart.

A machine that does not open that vault deploys, saves, tries and renews none of them, and says so (docs/ceremony.md).
"""

from collections.abc import Mapping
from typing import cast

from countynet import apart
from countynet.settings import Settings
from inventory.model import Application, County
from playbooks.applications import secrets
from playbooks.applications.kinds import Found, readable


def hosts(settings: Settings, county: object) -> tuple[str, ...]:
    """Return the hosts that the center alone opens: the entry point of `countynet.apart.hosts`."""
    if not apart.is_meant(settings):
        return ()
    known = readable(settings.county)[0]
    return tuple(host for one in _guarded(cast(County, county), known) for host in one.hosts)


def closed(settings: Settings, county: County, known: Mapping[str, Found]) -> frozenset[str]:
    """Return the applications that this machine cannot touch, by their ids. `known`: the kinds by name."""
    theirs = {one.id: known[one.deployment.kind].kind for one in _guarded(county, known) if one.deployment}
    return secrets.closed(settings, theirs)


def unguarded(settings: Settings, county: County, known: Mapping[str, Found]) -> frozenset[str]:
    """Return the applications whose guarded secrets lie in the county's one vault, by their ids."""
    return frozenset() if apart.is_meant(settings) else frozenset(one.id for one in _guarded(county, known))


def _guarded(county: County, known: Mapping[str, Found]) -> list[Application]:
    found = ((one, known.get(one.deployment.kind)) for one in county.applications if one.deployment)
    return [one for one, kind in found if kind is not None and kind.kind.guarded]

"""What the county's policy allows between two nodes: the oracle that the network is tested against. Pure.

Decided from `county.rules` alone, never from what a device is told, so that a wrong intent shows as well as a wrong
device. What no rule allows is forbidden. A device is meant by its management address, a host by its own (or its
published) one; its other addresses (transits, gateways) belong to no selector. Nodes of one segment (two servers of
one zone) see each other without crossing anything that decides: do not ask about those.
"""

from collections.abc import Callable

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from inventory.model import County, Unit
from inventory.selectors import parse_selector


def expected(county: County, source: str, target: str, service: str) -> bool:
    """Return whether the policy lets a node start a service at another: terminals, hosts and devices by name.

    Raises BadInput for a node or a service that the county does not have.
    """
    return oracle(county)(source, target, service)


def oracle(county: County) -> Callable[[str, str, str], bool]:
    """Return `expected` for one county, quick to ask many times."""
    services = {s.name: [r for r in county.rules if s.name in r.services] for s in county.services}
    known: dict[str, frozenset[str]] = {}

    def selectors(node: str) -> frozenset[str]:
        if node not in known:
            known[node] = memberships(county, node)
        return known[node]

    def ask(source: str, target: str, service: str) -> bool:
        if service not in services:
            raise BadInput([Problem(_("no service is named {name}"), {"name": service})])
        from_, to = selectors(source), selectors(target)
        return any(r.source in from_ and r.target in to for r in services[service])

    return ask


def memberships(county: County, node: str) -> frozenset[str]:
    """Return every selector that a node belongs to. Raises BadInput for a node that the county does not have."""
    if node in county.device_by_name:
        return _device(county, node)
    host = county.host_by_name.get(node)
    if host:
        return frozenset({f"host:{host.name}", f"zone:{host.zone.value}"})
    unit = county.unit_by_terminal.get(node)
    if unit:
        return _unit(unit)
    raise BadInput([Problem(_("no terminal, host or device is named {name}"), {"name": node})])


def _unit(unit: Unit) -> frozenset[str]:
    return frozenset({"units", f"unit:{unit.id}", *(("browsing-units",) if unit.may_browse else ())})


def _device(county: County, name: str) -> frozenset[str]:
    """A device is `devices`, and a part of the zone that its management address lies in (the datacenter switch)."""
    address = county.device_by_name[name].management
    zones = {f"zone:{z.name.value}" for z in county.zones if z.prefix.prefixlen and address in z.prefix}
    return frozenset({"devices", *zones})


def selects(county: County, selector: str) -> tuple[str, ...]:
    """Return the names of the nodes that a selector stands for. Raises BadInput for a text that is no selector."""
    if parse_selector(selector) is None:
        raise BadInput([Problem(_("{selector} is no selector"), {"selector": selector})])
    nodes = (*county.unit_by_terminal, *county.host_by_name, *county.device_by_name)
    return tuple(node for node in nodes if selector in memberships(county, node))

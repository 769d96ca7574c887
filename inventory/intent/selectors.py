"""What addresses a policy selector stands for. Pure.

In a filter rule an empty list of addresses means any address, so a selector that stands for nothing (no unit may
browse) must never become an empty list: it is None here, and a rule with it is left out.
"""

from ipaddress import IPv4Network

from inventory.intent.wiring import Networks, Wiring, collapse, single
from inventory.selectors import parse_selector

EVERYTHING = IPv4Network("0.0.0.0/0")


def networks(wiring: Wiring, selector: str) -> Networks | None:
    """Return a selector's addresses, collapsed; empty means any (`zone:internet`, told apart by its interface), None
    means that it stands for nothing. Raises KeyError for a text that is no selector or names nothing.
    """
    if selector == "zone:internet":
        return ()
    return _found(wiring, selector) or None


def _found(wiring: Wiring, selector: str) -> Networks:
    county, parsed = wiring.county, parse_selector(selector)
    if parsed is None:
        raise KeyError(selector)
    kind, name = parsed
    match kind:
        case "units":
            return wiring.unit_lans
        case "browsing-units":
            return collapse(u.lan for u in county.units if u.may_browse)
        case "devices":
            return wiring.device_addresses
        case "unit":
            return (county.unit_by_id[name].lan,)
        case "host":
            return (single(county.host_by_name[name].address.ip),)
        case _:
            return (next(z.prefix for z in county.zones if z.name == name),)


def peers_of_devices(wiring: Wiring) -> Networks:
    """Return who the devices' management addresses talk with, in either direction; empty: nobody."""
    found: list[str] = []
    for rule in wiring.county.rules:
        if rule.source == "devices":
            found.append(rule.target)
        if rule.target == "devices":
            found.append(rule.source)
    return collapse(n for selector in found for n in _peers(wiring, selector))


def _peers(wiring: Wiring, selector: str) -> Networks:
    return (EVERYTHING,) if selector == "zone:internet" else networks(wiring, selector) or ()

"""Static routes and the OSPF process; what VRP and Comware say in the same words is `inventory.platforms.routing`.

VRP prints the mask of a prefix.
"""

from inventory.deviceconfig import DeviceConfig, StaticRoute
from inventory.platforms import words
from inventory.platforms.routing import RULES, finish, preference, render_ospf, silent

__all__ = ["RULES", "finish", "render_ospf", "render_static", "silent"]


def render_static(config: DeviceConfig) -> list[list[str]]:
    """Return the block of the static routes."""
    return [[_static(route) for route in config.routes]] if config.routes else []


def _static(route: StaticRoute) -> str:
    prefix = words.masked(route.prefix)
    return f"ip route-static {prefix} {route.next_hop or 'NULL0'}{preference(route)}"

"""Where the order of routes of VRP and Comware is another than that of all others, and decides. Pure.

These makers prefer what OSPF says of its own areas (10) to a static route (60), and that to what it says of outside
(150); to the model, as to FRR, IOS and RGOS, OSPF is all one (110). A static route with a preference between the two,
to a prefix that OSPF knows as well, is therefore a doubt of its device. What we tell such devices has preference 1.
"""

from collections.abc import Collection, Mapping
from ipaddress import IPv4Network

from countynet.i18n import _
from topology.reach.network import Network

PREFER = ("huawei_vrp", "h3c_comware")
INNER, OUTER = 10, 150
OVERRULED = _("a static route and OSPF know one prefix, and which of them counts hangs on preferences that differ here")


def overruled(network: Network, costs: Mapping[str, Collection[IPv4Network]]) -> dict[str, str]:
    """Return the doubt of each device that has such a route; `costs`: by device the prefixes that OSPF knows."""
    return {
        name: OVERRULED for name, config in network.configs.items()
        if network.platforms.get(name) in PREFER
        and any(INNER < r.distance <= OUTER and r.prefix in costs.get(name, {}) for r in config.routes)
    }  # fmt: skip

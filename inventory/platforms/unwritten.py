"""What of routing only Linux devices are told yet: BGP, areas' ranges and kinds, policy routing, masters' routes. Pure.

A platform that would leave it out unsaid refuses it instead.
"""

from collections.abc import Iterator

from countynet.errors import Problem
from countynet.i18n import _
from inventory.deviceconfig import DeviceConfig

UNWRITTEN = _("this platform is not written {what} yet; only a Linux device is")


def unwritten(config: DeviceConfig) -> Iterator[Problem]:
    """Yield a problem for each kind of routing that only the Linux platform writes."""
    if config.bgp is not None:
        yield Problem(UNWRITTEN, {"what": "BGP"}, where="bgp")
    if config.ospf is not None and config.ospf.ranges:
        yield Problem(UNWRITTEN, {"what": "abr-summary"}, where="ospf.ranges")
    if config.ospf is not None and config.ospf.stubs:
        yield Problem(UNWRITTEN, {"what": "stub"}, where="ospf.stubs")
    if config.policy_routes:
        yield Problem(UNWRITTEN, {"what": "policy-based-route"}, where="policy_routes")
    if any(group.routes for item in config.interfaces for group in item.vrrp):
        yield Problem(UNWRITTEN, {"what": "VRRP routes"}, where="interfaces.vrrp.routes")
    if config.ospf is not None and any(item.source == "vrrp" for item in config.ospf.redistribute):
        yield Problem(UNWRITTEN, {"what": "VRRP routes"}, where="ospf.redistribute")

"""Changes of the example county's configurations: holes that a proof has to find, harmless ones it must not name."""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from countynet.vocabulary import DeviceRole
from inventory.deviceconfig import DeviceConfig, FilterRule, Interface, NatRule, StaticRoute, SwitchPort, Vlan
from inventory.model import County
from inventory.routeconfig import Bgp, PolicyRoute

Configs = dict[str, DeviceConfig]
Change = Callable[[Configs], Configs]


def change(configs: Configs, device: str, **fields: Any) -> Configs:
    return {**configs, device: configs[device].model_copy(update=fields)}


def rules(configs: Configs, device: str, hook: str, edit: Callable[[list[FilterRule]], list[FilterRule]]) -> Configs:
    chains = tuple(
        f.model_copy(update={"rules": tuple(edit(list(f.rules)))}) if f.hook == hook else f
        for f in configs[device].filters
    )
    return change(configs, device, filters=chains)


def without(name: str) -> Callable[[list[FilterRule]], list[FilterRule]]:
    return lambda found: [rule for rule in found if rule.name != name]


def first(**fields: Any) -> Callable[[list[FilterRule]], list[FilterRule]]:
    rule = FilterRule.model_validate({"action": "accept", "name": "planted", **fields})
    return lambda found: [rule, *found]


def each(devices: list[str], hook: str, edit: Callable[[list[FilterRule]], list[FilterRule]]) -> Change:
    def apply(configs: Configs) -> Configs:
        for device in devices:
            configs = rules(configs, device, hook, edit)
        return configs

    return apply


def interface(configs: Configs, device: str, name: str, **fields: Any) -> Configs:
    items = tuple(i.model_copy(update=fields) if i.name == name else i for i in configs[device].interfaces)
    return change(configs, device, interfaces=items)


def by_cost(county: County) -> County:
    """Return a county whose firewalls cannot have routes as masters: both tell what lies behind them, by cost."""
    devices = (
        d.model_copy(update={"platform": "h3c_comware"}) if d.role is DeviceRole.FIREWALL else d for d in county.devices
    )
    return county.model_copy(update={"devices": tuple(devices)})


def both(*changes: Change) -> Change:
    def apply(configs: Configs) -> Configs:
        for one in changes:
            configs = one(configs)
        return configs

    return apply


CPES = ["cpe-001", "cpe-003", "cpe-030", "cpe-031"]
CORES, FIREWALLS, HUB = ["core-1", "core-2"], ["fw-1", "fw-2"], ["vpn-hub"]
LANS = (IPv4Network("10.21.0.0/16"),)


def _published(configs: Configs) -> Configs:
    for name in FIREWALLS:
        nat = NatRule(kind="destination", name="planted", interface="inet0", protocol="tcp", ports=(22,),
                      destinations=(IPv4Network("203.0.113.2"),), to=IPv4Address("10.1.0.11"))  # fmt: skip
        configs = change(configs, name, nat=(nat, *configs[name].nat))
    return configs


def _input_open(configs: Configs) -> Configs:
    chains = tuple(
        f.model_copy(update={"default": "accept"}) if f.hook == "input" else f for f in configs["cpe-007"].filters
    )
    return change(configs, "cpe-007", filters=chains)


def _zone_vlan(configs: Configs) -> Configs:
    """A server's port in the public zone's VLAN: the two zones become one domain."""
    by_vlan: dict[int, list[Interface]] = {}
    for item in configs["sw-dc"].interfaces:
        if item.switchport and item.switchport.access and item.enabled:
            by_vlan.setdefault(item.switchport.access, []).append(item)
    (first_vlan, ports), (other, _more) = sorted(by_vlan.items())[:2]
    assert first_vlan != other
    return interface(configs, "sw-dc", ports[-1].name, switchport=SwitchPort(mode="access", access=other))


def _native(configs: Configs) -> Configs:
    """A web server's port is a trunk with its VLAN native, so nobody notices, and with the servers' VLAN besides."""
    return interface(configs, "sw-dc", "p14", switchport=SwitchPort(mode="trunk", trunk=(10, 20), native=20))


SERVERS = (IPv4Network("10.1.0.0/24"),)
INSIDE = ("core0", "core1")
to_servers = first(destinations=SERVERS)
to_lans = first(destinations=LANS)
lan_to_lan = first(sources=LANS, destinations=LANS)


def steered(configs: Configs, device: str, interface: str, next_hop: str, **fields: object) -> Configs:
    """Return configurations in which a device routes what comes in by an interface past its table."""
    told = {"interface": interface, "order": 10, "next_hop": next_hop, **fields}
    return change(configs, device, policy_routes=(PolicyRoute.model_validate(told),))


def spoken(configs: Configs, listed: str | None = None, **fields: object) -> Configs:
    """Return configurations in which the VPN hub speaks BGP with the operator, and lets in what a list permits."""
    rule = {"order": 5, "permit": True, "prefix": listed or "0.0.0.0/0", "most": 32}
    peer = {"address": "198.51.100.1", "remote_as": 65002, "list_in": "IN" if listed else ""}
    told = {
        "number": 65001, "neighbors": [peer], "policies": {"prefix_lists": [{"name": "IN", "rules": [rule]}]}, **fields
    }  # fmt: skip
    return change(configs, "vpn-hub", bgp=Bgp.model_validate(told))


def _past(configs: Configs) -> Configs:
    return steered(configs, "core-2", "v101", "10.254.0.10", destination=SERVERS[0])


HOLES: dict[str, tuple[Change, str, str]] = {
    "a policy rule that is too wide": (
        each(FIREWALLS, "forward", first(sources=LANS, destinations=SERVERS, in_interfaces=INSIDE)),
        "unit:u001", "zone:server",
    ),
    "a server published past the policy": (
        both(_published, each(FIREWALLS, "forward", first(protocol="tcp", ports=(22,), in_interfaces=("inet0",)))),
        "zone:internet", "zone:server",
    ),
    "a rule that trusts the wrong direction": (
        both(each(FIREWALLS, "forward", first(destinations=LANS, in_interfaces=("srv0",))),
             each(["cpe-001"], "forward", to_lans)),
        "zone:server", "unit:u001",
    ),
    "no deny between units on two CPEs and the cores": (
        both(each(CORES, "forward", lan_to_lan), each(CPES, "forward", to_lans)), "unit:u001", "unit:u003",
    ),
    "VPN client to client": (
        both(each(HUB, "forward", lan_to_lan), each(CPES, "forward", to_lans)), "unit:u030", "unit:u031",
    ),
    "a management address that a unit reaches": (_input_open, "unit:u007", "devices"),
    "forged sources pass a CPE, the cores and the firewalls": (
        both(each(["cpe-001", *CORES], "forward", to_servers),
             each(FIREWALLS, "forward", first(in_interfaces=INSIDE, destinations=SERVERS))),
        "unit:u001", "zone:server",
    ),
    "the Internet may speak with inside addresses": (
        each(FIREWALLS, "forward", without("internet-spoof")), "zone:internet", "zone:public",
    ),
    "an exit that a unit was not approved for": (
        each(FIREWALLS, "forward", first(sources=LANS, out_interfaces=("inet0",))), "unit:u002", "zone:internet",
    ),
    "two zones in one broadcast domain": (_zone_vlan, "zone:public", "zone:server"),
    "a native VLAN hides that a port is a trunk": (_native, "zone:public", "zone:server"),
    "the city reaches every server": (
        each(FIREWALLS, "forward", first(in_interfaces=("city0",))), "zone:city", "zone:server",
    ),
    "a leaked route towards the city": (
        both(each(FIREWALLS, "forward", first(out_interfaces=("city0",))), each(CORES, "forward", first())),
        "unit:u001", "zone:city",
    ),
    "a route leaked by BGP": (
        both(each(HUB, "forward", first(out_interfaces=("wan0",))), lambda configs: spoken(configs, "0.0.0.0/0")),
        "unit:u030", "operator",
    ),
}  # fmt: skip
STEERED: dict[str, tuple[Change, str, str]] = {
    "a policy route past the firewall": (
        both(each(["fw-2"], "forward", first(sources=LANS, destinations=SERVERS, in_interfaces=INSIDE)), _past),
        "unit:u001", "zone:server",
    ),
}  # fmt: skip
"""holes of which a certificate has no words"""


def _described(configs: Configs) -> Configs:
    return interface(configs, "core-1", "v101", description="anything")


def _discarded(configs: Configs) -> Configs:
    route = StaticRoute(prefix=IPv4Network("10.99.0.0/24"), next_hop=None)
    return change(configs, "core-1", routes=(*configs["core-1"].routes, route))


def _halves(networks: tuple[IPv4Network, ...]) -> tuple[IPv4Network, ...]:
    return tuple(half for n in networks for half in (n.subnets() if n.prefixlen < 32 else (n,)))


def _twice(found: list[FilterRule]) -> list[FilterRule]:
    return [rule for one in found for rule in (one, one)]


HARMLESS: dict[str, Change] = {
    "a description": _described,
    "a route that discards what nobody has": _discarded,
    "every rule twice": each([*FIREWALLS, *CORES], "forward", _twice),
    "a deny more": each(FIREWALLS, "forward", first(action="drop", sources=LANS, destinations=LANS)),
    "a deny less where another stands behind": each(["cpe-001"], "forward", without("unit-to-unit")),
    "a policy route to where the table leads as well": lambda configs: steered(
        configs, "core-1", "v101", "10.254.0.6", destination=SERVERS[0]
    ),
    "a peer of BGP that is not let say anything": spoken,
    "logging": each(CORES, "forward", lambda found: [r.model_copy(update={"log": True}) for r in found]),
    "another name": each(FIREWALLS, "forward", lambda f: [r.model_copy(update={"name": "renamed"}) for r in f]),
    "networks taken apart": each(CORES, "forward", lambda found: [
        r.model_copy(update={"sources": _halves(r.sources)}) for r in found
    ]),
    "an allowed flow allowed again": each(FIREWALLS, "forward", lambda found: [*found, *found[-3:]]),
    "a lower priority of VRRP": lambda configs: interface(configs, "fw-1", "srv0", vrrp=tuple(
        v.model_copy(update={"priority": 120})
        for i in configs["fw-1"].interfaces if i.name == "srv0" for v in i.vrrp
    )),
    "another banner": lambda configs: change(configs, "fw-1", banner="hello"),
    "a VLAN that no port has": lambda configs: change(
        configs, "sw-admin", vlans=(Vlan(id=4000), *configs["sw-admin"].vlans)
    ),
}  # fmt: skip

"""What every device is told: addresses of the contract, idle ports shut, no rule that means anybody by accident."""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network

import pytest

from countynet.vocabulary import Access, DeviceRole
from inventory import subset
from inventory.deviceconfig import DeviceConfig, Interface
from inventory.intent import intent
from inventory.model import County
from tests.unit.inventory.conftest import secrets

ROUTERS = (DeviceRole.CORE, DeviceRole.FIREWALL, DeviceRole.VPN_HUB, DeviceRole.CPE)
Configs = dict[str, DeviceConfig]


def interface(config: DeviceConfig, name: str) -> Interface:
    return next(i for i in config.interfaces if i.name == name)


def addresses(config: DeviceConfig, name: str) -> list[str]:
    return [str(a) for a in interface(config, name).addresses]


def test_every_device_has_a_configuration_in_inventory_order(county: County, configs: Configs) -> None:
    assert list(configs) == [d.name for d in county.devices]


def test_equal_input_gives_equal_output(county: County, configs: Configs) -> None:
    assert intent(county, secrets) == configs


def test_every_port_is_told_and_idle_ones_are_shut(county: County, configs: Configs) -> None:
    used = {(e.node, e.port) for c in county.cables for e in (c.a, c.b)}
    for device in county.devices:
        told = {i.name: i for i in configs[device.name].interfaces}
        assert {*device.ports, "stg0"} <= set(told)
        for port in (*device.ports, "stg0"):
            outside = (device.role is DeviceRole.VPN_HUB and port == "wan0") or port == "dsl0"
            assert told[port].enabled == ((device.name, port) in used or outside), (device.name, port)


def test_addresses_of_the_contract(configs: Configs) -> None:
    assert addresses(configs["core-1"], "v101") == ["10.20.1.2/29"]
    assert addresses(configs["core-2"], "v101") == ["10.20.1.3/29"]
    assert str(interface(configs["core-2"], "v101").vrrp[0].address) == "10.20.1.1/29"
    assert addresses(configs["cpe-001"], "wan0") == ["10.20.1.4/29"]
    assert addresses(configs["cpe-025"], "dsl0") == ["100.64.25.2/30"]
    assert addresses(configs["cpe-025"], "lan0") == ["10.21.25.1/24"]
    assert addresses(configs["vpn-hub"], "wan0") == ["198.51.100.2/30"]
    assert addresses(configs["core-1"], "x-fw1") == ["10.254.0.5/30"]
    assert addresses(configs["fw-2"], "core0") == ["10.254.0.10/30"]
    assert addresses(configs["fw-1"], "srv0") == ["10.1.0.2/24"]
    assert addresses(configs["fw-2"], "inet0") == ["203.0.113.4/24"]
    assert addresses(configs["fw-1"], "city0") == ["10.200.0.3/24"]
    assert addresses(configs["agg-2"], "v92") == ["10.255.92.11/24"]
    assert addresses(configs["sw-dc"], "v30") == ["10.255.0.20/24"]


def test_firewalls_share_one_sync_group_and_the_first_is_preferred(configs: Configs) -> None:
    for name, priority in (("fw-1", 150), ("fw-2", 100)):
        groups = [v for i in configs[name].interfaces for v in i.vrrp]
        assert {v.sync for v in groups} == {"zones"}
        assert {v.priority for v in groups} == {priority}
        assert {v.track for v in groups} == {("core0",)}, "cut off from inside it is no gateway"
        assert "203.0.113.10/24" in {str(v.address) for v in groups}


def test_what_lies_behind_the_firewalls_is_told_by_their_master_alone(configs: Configs) -> None:
    for name in ("fw-1", "fw-2"):
        led = {
            (i.name, str(r.prefix), str(r.next_hop)) for i in configs[name].interfaces for v in i.vrrp for r in v.routes
        }
        assert {("srv0", "10.1.0.0/25", "None"), ("srv0", "10.1.0.128/25", "None")} <= led
        assert {("inet0", "0.0.0.0/1", "203.0.113.1"), ("inet0", "128.0.0.0/1", "203.0.113.1")} <= led
        ospf = configs[name].ospf
        assert ospf is not None
        assert ospf.default_metric is None
        mate = {"fw-1": "10.255.1.4/32", "fw-2": "10.255.1.3/32"}[name]
        assert {(str(r.prefix), r.distance) for r in configs[name].routes} == {(mate, 200)}
        assert {item.source for item in ospf.redistribute} == {"vrrp"}
        assert {i.name for i in configs[name].interfaces if i.ospf} == {"lo", "core0"}


def test_where_a_platform_has_no_masters_routes_the_first_is_preferred_by_metric(county: County) -> None:
    devices = tuple(d.model_copy(update={"platform": "huawei_vrp"}) for d in county.devices)
    found = intent(county.model_copy(update={"devices": devices}), secrets)
    for name, metric in (("fw-1", 10), ("fw-2", 100)):
        ospf = found[name].ospf
        assert ospf is not None
        assert (ospf.default_metric, {i.source for i in ospf.redistribute}) == (metric, {"static"})
        assert not any(v.routes for i in found[name].interfaces for v in i.vrrp)
        assert found[name].routes


def test_unit_routes(configs: Configs) -> None:
    groups = {i.name: i.vrrp for i in configs["core-1"].interfaces}
    routes = {(str(r.prefix), str(r.next_hop)) for v in groups["v101"] for r in v.routes}
    assert routes == {("10.21.1.0/24", "10.20.1.4"), ("10.255.16.1/32", "10.20.1.4")}
    assert {v.track for v in groups["v101"]} == {("trunk1",)}
    assert sum(len(v.routes) for found in groups.values() for v in found) == 48 + 6, "24 units, 3 networks of switches"
    hub = {(str(r.prefix), r.next_hop) for r in configs["vpn-hub"].routes}
    assert ("10.21.25.0/24", None) in hub
    assert ("10.255.16.25/32", None) in hub
    assert sum(next_hop is None for _prefix, next_hop in hub) == 192


def test_trunks_carry_what_hangs_below_and_nothing_else(configs: Configs) -> None:
    def trunk(name: str, port: str) -> set[int]:
        switchport = interface(configs[name], port).switchport
        assert switchport is not None
        assert switchport.mode == "trunk"
        return set(switchport.trunk)

    admin = {91, *range(101, 115)}
    assert trunk("core-1", "trunk1") == trunk("agg-1", "up2") == trunk("agg-1", "down1") == admin
    assert trunk("sw-admin", "up1") == admin
    assert trunk("core-2", "trunk3") == {93, *range(120, 125)}
    assert interface(configs["sw-admin"], "p14").switchport is not None
    assert interface(configs["sw-admin"], "p15").switchport is None


def test_tunnels_fit_each_other(county: County, configs: Configs) -> None:
    hub = {t.name: t for t in configs["vpn-hub"].tunnels}
    assert len(hub) == 96
    for name, there in hub.items():
        (here,) = configs[name].tunnels
        assert (here.local_id, here.remote_id) == (there.remote_id, there.local_id)
        assert (here.local_prefixes, here.remote_prefixes) == (there.remote_prefixes, there.local_prefixes)
        assert here.key == there.key
        assert here.remote == there.local
        assert here.initiate
        assert not there.initiate
    assert not configs["cpe-001"].tunnels


def test_common_services(county: County, configs: Configs) -> None:
    for device in county.devices:
        config = configs[device.name]
        assert config.snmp is not None
        assert (config.snmp.listen, config.snmp.trap_receivers) == (device.management, (IPv4Address("10.255.0.10"),))
        assert not config.ssh.password_login
        assert [u.locked for u in config.users] == [True, False]
        assert config.ntp_servers == config.syslog_servers == config.dns_servers == (IPv4Address("10.1.0.10"),)
        assert config.source == device.management, "a standby's own traffic goes round by the core"
        assert config.forwarding == (
            device.role in (DeviceRole.CORE, DeviceRole.FIREWALL, DeviceRole.VPN_HUB, DeviceRole.CPE)
        )


def test_lldp_speaks_to_our_own_devices_only(county: County, configs: Configs) -> None:
    assert configs["cpe-025"].lldp is None
    fiber = configs["cpe-001"].lldp
    assert fiber is not None
    assert fiber.ports == ("wan0",)


def test_translation(configs: Configs) -> None:
    publish, browse = configs["fw-1"].nat
    assert (publish.kind, str(publish.destinations[0]), str(publish.to), publish.ports) == (
        "destination",
        "203.0.113.10/32",
        "10.2.0.10",
        (80, 443),
    )
    assert (browse.kind, str(browse.to), browse.interface) == ("source", "203.0.113.2", "inet0")
    assert IPv4Network("10.21.1.0/24") in browse.sources


def accepts_anybody(config: DeviceConfig) -> Iterator[str]:
    """Yield the names of accepting rules that name neither an interface nor an address nor a state."""
    for chain in config.filters:
        for rule in chain.rules:
            named = (rule.in_interfaces, rule.out_interfaces, rule.sources, rule.destinations, rule.state)
            if rule.action == "accept" and not any(named):
                yield f"{chain.hook} {rule.name}"
            if rule.action == "accept" and chain.hook == "forward" and rule.state is None:
                assert rule.in_interfaces, rule.name
                assert rule.out_interfaces, rule.name
                assert rule.sources or rule.destinations, rule.name


def check_closed(configs: Configs) -> None:
    for config in configs.values():
        assert {f.hook for f in config.filters} >= {"input", "forward"}
        assert all(f.default == "drop" for f in config.filters if f.hook != "output")
        assert not list(accepts_anybody(config))


def only(county: County, access: Access) -> County:
    """Return the county with the units of one kind of line."""
    keep = {c.unit for c in county.circuits if c.access is access}
    return county.model_copy(
        update={
            "units": tuple(u for u in county.units if u.id in keep),
            "devices": tuple(d for d in county.devices if d.unit is None or d.unit in keep),
            "circuits": tuple(c for c in county.circuits if c.unit in keep),
            "cables": tuple(c for c in county.cables if _kept(c.a.node, c.b.node, keep)),
        }
    )


def _kept(a: str, b: str, keep: set[str]) -> bool:
    return all(f"u{node[4:]}" in keep for node in (a, b) if node.startswith("cpe-"))


def fresh(county: County) -> County:
    """Return the county without anything that was looked up in it before."""
    return County.model_validate(county.model_dump())


def without(county: County, **update: tuple[object, ...]) -> County:
    return fresh(county.model_copy(update=update))


@pytest.mark.parametrize("units", [1, 2, 12])
def test_a_smaller_county_is_as_closed(county: County, units: int) -> None:
    check_closed(intent(subset(county, units), secrets))


@pytest.mark.parametrize("access", [Access.FIBER, Access.ADSL])
def test_one_kind_of_line_only_is_as_closed(county: County, access: Access) -> None:
    check_closed(intent(fresh(only(county, access)), secrets))


def test_nobody_may_browse_means_nobody(county: County) -> None:
    units = tuple(u.model_copy(update={"may_browse": False}) for u in county.units)
    configs = intent(without(county, units=units), secrets)
    check_closed(configs)
    assert [n.kind for n in configs["fw-1"].nat] == ["destination"]
    assert not [r for f in configs["fw-1"].filters for r in f.rules if r.name == "browsing-internet"]


def test_no_policy_at_all_opens_nothing(county: County) -> None:
    configs = intent(without(county, policy=()), secrets)
    check_closed(configs)
    forward = next(f for f in configs["fw-1"].filters if f.hook == "forward")
    assert {r.name for r in forward.rules if r.action == "accept"} == {"established"}
    assert not configs["fw-1"].nat


def test_one_core_and_one_firewall_will_do(county: County) -> None:
    gone = {"core-2", "fw-2"}
    devices = tuple(d for d in county.devices if d.name not in gone)
    cables = tuple(c for c in county.cables if not {c.a.node, c.b.node} & gone)
    transits = tuple(t for t in county.plan.transits if not {t.a.node, t.b.node} & gone)
    plan = county.plan.model_copy(update={"transits": transits})
    small = fresh(county.model_copy(update={"devices": devices, "cables": cables, "plan": plan}))
    configs = intent(small, secrets)
    check_closed(configs)
    assert not [r for c in configs.values() for f in c.filters for r in f.rules if r.name == "vrrp"]


def test_all_firewall_rules_are_named_after_the_policy(county: County, configs: Configs) -> None:
    ids = {rule.id for rule in county.policy}
    forward = next(f for f in configs["fw-1"].filters if f.hook == "forward")
    named = {r.name for r in forward.rules if r.action == "accept"}
    assert named - ids == {"established"}
    assert ids <= named

"""A unit's LAN at its CPE: one routed port or several switched ones, and only the computers that are written down."""

from ipaddress import IPv4Address

import pytest

from inventory import names
from inventory.deviceconfig import DeviceConfig, FilterRule, Interface, SwitchPort
from inventory.intent import intent
from inventory.lan import lan
from inventory.model import County
from inventory.names import lan_ports
from inventory.platforms import linux
from inventory.validate import findings
from tests.unit.inventory.conftest import secrets
from tests.unit.inventory.lans import with_terminals
from tests.unit.inventory.packets import Hop, Packet, passes

FIBER, ADSL = ("u001", "cpe-001", "wan0"), ("u025", "cpe-025", "ipsec0")
OWN, SECOND, FOREIGN = "00:1e:c9:5a:00:19", "00:1e:c9:5a:00:1a", "02:00:00:00:00:99"
PORTAL = IPv4Address("10.1.0.20")
both_lines = pytest.mark.parametrize(("unit", "cpe", "uplink"), [FIBER, ADSL])


def config(county: County, unit: str, *plugged: tuple[str, str | None]) -> DeviceConfig:
    changed = with_terminals(county, unit, *plugged)
    assert not list(findings(changed))
    return intent(changed, secrets)[changed.cpe_by_unit[unit].name]


def interfaces(config: DeviceConfig) -> dict[str, Interface]:
    return {i.name: i for i in config.interfaces}


def rules(config: DeviceConfig) -> list[FilterRule]:
    return [rule for held in config.filters for rule in held.rules]


@pytest.mark.parametrize("name", ["lan0", "lan1", "lan10", "lan47"])
def test_a_lan_port_is_lan_with_a_number(name: str) -> None:
    assert names.is_lan(name)


@pytest.mark.parametrize("name", ["lan", "lan01", "lan-1", "lan1.2", "lanx", "wan0", "vlan1", "lan²", "lan٣", "0"])
def test_no_other_port_is(name: str) -> None:
    assert not names.is_lan(name)


def test_lan_ports_are_in_the_order_of_their_numbers(county: County) -> None:
    device = county.cpe_by_unit["u001"].model_copy(update={"ports": ("lan10", "wan0", "lan2", "lan0")})
    assert lan_ports(device) == ("lan0", "lan2", "lan10")


def test_one_terminal_has_the_configuration_that_it_always_had(
    county: County, configs: dict[str, DeviceConfig]
) -> None:
    for unit, cpe, _uplink in (FIBER, ADSL):
        (terminal,) = county.unit_by_id[unit].terminals
        assert config(county, unit, ("lan0", terminal.mac)) == configs[cpe]
        assert configs[cpe].vlans == ()
        assert not any(i.switchport or i.kind == "vlan" for i in configs[cpe].interfaces)


def test_one_terminal_in_another_port_is_routed_there(county: County) -> None:
    found = interfaces(config(county, "u001", ("lan1", None)))
    assert [str(a) for a in found["lan1"].addresses] == ["10.21.1.1/24"]
    assert not found["lan0"].enabled


def test_a_unit_without_a_terminal_keeps_its_gateway_on_the_first_port(county: County) -> None:
    found = interfaces(config(county, "u001"))
    assert [str(a) for a in found["lan0"].addresses] == ["10.21.1.1/24"]
    assert found["lan0"].enabled


@both_lines
def test_two_terminals_share_a_vlan_whose_routed_interface_is_the_gateway(
    county: County, unit: str, cpe: str, uplink: str
) -> None:
    made = config(county, unit, ("lan0", None), ("lan1", None))
    found = interfaces(made)
    assert [(v.id, v.name) for v in made.vlans] == [(2, unit)]
    assert (found["v2"].kind, found["v2"].vlan) == ("vlan", 2)
    assert [str(a.ip) for a in found["v2"].addresses] == [str(county.unit_by_id[unit].lan[1])]
    for port, terminal in (("lan0", f"pc-{unit[1:]}"), ("lan1", f"pc-{unit[1:]}-b")):
        assert found[port].enabled
        assert found[port].addresses == ()
        assert found[port].description == f"{unit} {terminal}"
        assert found[port].switchport == SwitchPort(mode="access", access=2)
    assert not any(port in ("lan0", "lan1") for rule in rules(made) for port in rule.in_interfaces)
    computer = Packet(county.unit_by_id[unit].lan[11], PORTAL, "tcp", 443)
    assert passes({cpe: made}, [Hop(cpe, "v2", uplink)], computer)
    assert not passes({cpe: made}, [Hop(cpe, "lan1", uplink)], computer)
    assert linux.parse(linux.render(made)).config == made


def test_a_third_port_of_four_stays_shut_until_something_is_in_it(county: County) -> None:
    device = county.cpe_by_unit["u001"]
    wide = device.model_copy(update={"ports": ("wan0", "lan0", "lan1", "lan2", "lan3")})
    county = county.model_copy(update={"devices": tuple(wide if d == device else d for d in county.devices)})
    found = interfaces(config(county, "u001", ("lan3", None), ("lan1", None)))
    assert [name for name, i in found.items() if i.switchport] == ["lan1", "lan3"]
    assert not found["lan0"].enabled
    assert not found["lan2"].enabled
    facts = lan(with_terminals(county, "u001", ("lan3", None)), county.unit_by_id["u001"])
    assert facts.free == ("lan0", "lan1", "lan2")


@both_lines
@pytest.mark.parametrize("ports", [("lan0",), ("lan1", "lan0")])
def test_where_every_terminal_is_bound_no_other_computer_gets_past_the_cpe_or_an_answer(
    county: County, unit: str, cpe: str, uplink: str, ports: tuple[str, ...]
) -> None:
    made = config(county, unit, *zip(ports, (OWN, SECOND), strict=False))
    into = "v2" if len(ports) > 1 else "lan0"
    lan_net = county.unit_by_id[unit].lan
    through, here = [Hop(cpe, into, uplink)], [Hop(cpe, into)]
    for mac, fits in ((OWN, True), (SECOND, len(ports) > 1), (FOREIGN, False)):
        for state in ("new", "established"):
            sent = Packet(lan_net[10], PORTAL, "tcp", 443, state=state, mac=mac)
            assert passes({cpe: made}, through, sent) == fits, (mac, state)
        assert passes({cpe: made}, here, Packet(lan_net[10], lan_net[1], "icmp", mac=mac)) == fits
    drops = [rule for rule in rules(made) if rule.not_source_macs]
    assert len(drops) == 2
    assert all(rule.log and rule.action == "drop" and rule.in_interfaces == (into,) for rule in drops)
    answer = Packet(PORTAL, lan_net[10], "tcp", 40000, state="established", mac=FOREIGN)
    assert passes({cpe: made}, [Hop(cpe, uplink, into)], answer), "only what comes from the LAN is looked at"
    assert linux.parse(linux.render(made)).config == made


@pytest.mark.parametrize("plugged", [(("lan0", None),), (("lan0", OWN), ("lan1", None)), ()])
def test_a_terminal_without_an_address_leaves_the_whole_unit_unbound(
    county: County, plugged: tuple[tuple[str, str | None], ...]
) -> None:
    assert not any(rule.not_source_macs or rule.source_macs for rule in rules(config(county, "u001", *plugged)))


def test_other_units_are_told_nothing_new(county: County, configs: dict[str, DeviceConfig]) -> None:
    changed = intent(with_terminals(county, "u025", ("lan0", OWN), ("lan1", SECOND)), secrets)
    assert {name for name in configs if changed[name] != configs[name]} == {"cpe-025"}


def test_a_terminal_in_another_units_cpe_is_refused_and_never_counts(county: County) -> None:
    changed = with_terminals(county, "u001", ("lan0", None))
    cables = tuple(
        c.model_copy(update={"a": c.a.model_copy(update={"node": "cpe-002", "port": "lan1"})})
        if c.id == "cable-pc-001" else c for c in changed.cables
    )  # fmt: skip
    crossed = County.model_validate(changed.model_copy(update={"cables": cables}).model_dump())
    assert [f.place[:2] for f in findings(crossed)] == [("units", 0)]
    assert list(lan(crossed, crossed.unit_by_id["u002"]).used) == ["lan0"]
    assert lan(crossed, crossed.unit_by_id["u002"]).free == ()


def test_twice_the_same_address_makes_one_rule_not_a_broken_one(county: County) -> None:
    changed = with_terminals(county, "u001", ("lan0", OWN), ("lan1", OWN))
    assert lan(changed, changed.unit_by_id["u001"]).macs == (OWN,)
    linux.render(intent(changed, secrets)["cpe-001"])

"""Addresses given out (DHCP): who is served what, what devices are told to relay, and what their platforms write."""

from datetime import date
from ipaddress import IPv4Address

import pytest

from inventory import dhcp
from inventory.deviceconfig import DeviceConfig, Interface
from inventory.intent import intent
from inventory.model import County
from inventory.platforms import access_lists, registry
from inventory.terminals.model import Held
from inventory.terminals.place import place
from playbooks.servers.hosts import ansible_inventory
from tests.unit.inventory.conftest import secrets
from tests.unit.inventory.validate.changed import both, but
from tests.unit.inventory.validate.dhcp_cases import DHCP, pool

TODAY = date(2026, 11, 25)
SERVER = IPv4Address("10.1.0.10")
VLANIF = {"vlan": 10, "kind": "vlan", "addresses": ("10.21.1.1/24",), "dhcp_relays": (SERVER,)}


def relayed(county: County) -> dict[str, tuple[IPv4Address, ...]]:
    return {
        f"{name}:{item.name}": item.dhcp_relays
        for name, config in intent(county, secrets).items()
        for item in config.interfaces
        if item.dhcp_relays
    }


def test_a_county_that_says_nothing_gives_out_nothing(county: County) -> None:
    assert (dhcp.server(county), dhcp.serving(county)) == (None, ())
    assert relayed(county) == {}


def test_terminals_with_a_hardware_address_are_reservations(county: County) -> None:
    first, second = dhcp.serving(pool(100, 199)(county))[:2]
    assert first.reserved == {"02:00:0a:15:01:0a": IPv4Address("10.21.1.10")}
    assert (first.gateway, first.pool, first.room) == (IPv4Address("10.21.1.1"), None, 0)
    assert (second.reserved, second.room) == ({}, 100)


def test_every_served_unit_s_device_relays_and_opens_no_more_than_the_question(county: County) -> None:
    served = both(DHCP, but("units", "u003", dhcp={"served": False}))(county)
    found = relayed(served)
    assert len(found) == 119
    assert found["cpe-001:lan0"] == (SERVER,)
    assert not [name for name in found if not name.startswith("cpe-") or name.startswith("cpe-003")]
    before, after = intent(county, secrets)["cpe-001"], intent(served, secrets)["cpe-001"]
    (forward, was), (forward_after, now) = before.filters, after.filters
    assert forward_after == forward
    more = [rule for rule in now.rules if rule not in was.rules]
    assert [(rule.name, str(rule.destinations[0]), rule.ports) for rule in more] == [
        ("dhcp-relay", "255.255.255.255/32", (67,))
    ]


def test_the_server_is_told_networks_reservations_and_options(county: County) -> None:
    whole = ansible_inventory(pool(100, 199)(county))["all"]
    assert isinstance(whole, dict)
    told = whole["vars"]["dhcp"]
    assert (told["lease_hours"], told["names"], told["times"]) == (12, ["10.1.0.10"], ["10.1.0.10"])
    assert told["units"][0]["reserved"] == {"02:00:0a:15:01:0a": "10.21.1.10"}
    assert (told["units"][1]["pool"], told["units"][1]["mask"]) == (["10.21.2.100", "10.21.2.199"], "255.255.255.0")
    assert told["most"] == sum(len(unit["reserved"]) for unit in told["units"]) + 100


def test_a_further_terminal_gets_no_address_of_the_pool(county: County) -> None:
    taken = both(pool(11, 30), but("devices", "cpe-002", ports=["wan0", "lan0", "lan1"]))(county)
    assert place(taken, "u002", Held(), TODAY).address == IPv4Address("10.21.2.31")


WRITTEN = {
    "huawei_vrp": (
        "Vlanif10",
        ["dhcp enable"],
        ["ip address 10.21.1.1 255.255.255.0", "dhcp select relay", "dhcp relay server-ip 10.1.0.10"],
    ),
    "h3c_comware": (
        "Vlan-interface10",
        ["dhcp enable"],
        ["ip address 10.21.1.1 255.255.255.0", "dhcp select relay", "dhcp relay server-address 10.1.0.10"],
    ),
    "cisco_ios": ("Vlan10", [], ["ip address 10.21.1.1 255.255.255.0", "ip helper-address 10.1.0.10"]),
    "ruijie": ("VLAN10", ["service dhcp"], ["ip address 10.21.1.1 255.255.255.0", "ip helper-address 10.1.0.10"]),
}
"""how the makers' command references have it"""


@pytest.mark.parametrize("platform", WRITTEN)
def test_a_maker_s_device_is_told_in_its_own_words(platform: str) -> None:
    name, top, block = WRITTEN[platform]
    config = DeviceConfig(
        hostname="cpe",
        vlans=({"id": 10},),
        interfaces=(Interface.model_validate({"name": name, **VLANIF}),),
        forwarding=platform == "ruijie",
        ssh={"password_login": platform == "ruijie"},
    )
    text = registry.platform(platform).render(config)
    assert registry.platform(platform).parse(text).config == config
    lines = text.splitlines()
    assert [line for line in lines if "dhcp" in line and line[0] != " "] == top
    said = [line.strip() for line in lines]
    assert said[said.index(block[0]) :][: len(block)] == block


HALF = {
    "huawei_vrp": "dhcp enable\ninterface Vlanif10\n ip address 10.21.1.1 24\n dhcp relay server-ip 10.1.0.10\n",
    "h3c_comware": "interface Vlan-interface10\n ip address 10.21.1.1 24\n dhcp select relay\n"
    " dhcp relay server-address 10.1.0.10\n",
    "cisco_ios": "no service dhcp\ninterface Vlan10\n ip address 10.21.1.1 255.255.255.0\n"
    " ip helper-address 10.1.0.10\n",
    "ruijie": "interface VLAN 10\n ip address 10.21.1.1 255.255.255.0\n ip helper-address 10.1.0.10\n",
}


@pytest.mark.parametrize("platform", HALF)
def test_what_is_told_by_halves_is_listed(platform: str) -> None:
    wanted = {"huawei_vrp": "dhcp select relay", "h3c_comware": "dhcp enable"}.get(platform, "service dhcp")
    assert wanted in [
        line.text.removeprefix("lacking: ") for line in registry.platform(platform).parse(HALF[platform]).unparsed
    ]


def test_linux_relays_by_dnsmasq_and_serves_no_names(county: County) -> None:
    text = registry.platform("linux").render(intent(DHCP(county), secrets)["cpe-001"])
    relay = "port=0\ninterface=lan0\ndhcp-relay=10.21.1.1,10.1.0.10\n"
    assert f"#### /etc/dnsmasq.d/countynet-relay.conf 0644\n# countynet\n{relay}" in text


def test_a_list_without_state_lets_the_server_s_answers_to_the_relay_in(county: County) -> None:
    found = access_lists.lists(access_lists.convert(intent(DHCP(county), secrets)["cpe-001"]))["wan0"]
    answers = [rule for rule in found if rule.name == "answers-67"]
    assert [(str(r.sources[0]), str(r.destinations[0]), r.source_ports, r.ports) for r in answers] == [
        ("10.1.0.10/32", "10.21.1.1/32", (67,), (67,))
    ]

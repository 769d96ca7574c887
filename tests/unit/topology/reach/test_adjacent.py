"""Neighbours of OSPF believe each other by one key, to both engines alike."""

from ipaddress import IPv4Network
from typing import Any

import pytest
from pydantic import SecretStr

from inventory.deviceconfig import DeviceConfig, Interface, OspfInterface
from inventory.intent import intent
from inventory.intent.placeholders import placeholders
from inventory.model import County, Hardening
from topology.reach.adjacent import adjacent
from topology.reach.grid import routes as second
from topology.reach.network import network
from topology.reach.routes import tables

HUB, CIPHER = "vpn-hub", "%^%#nD#6%Z'k=(2xPz:`Q!~W%^%#"
Configs = dict[str, DeviceConfig]


def rekeyed(configs: Configs, device: str, key: str | None) -> Configs:
    """Return configurations in which a device has another key wherever it has neighbours."""

    def told(item: Interface) -> Interface:
        if item.ospf is None or item.ospf.passive:
            return item
        ospf = item.ospf.model_copy(update={"key": SecretStr(key) if key else None})
        return item.model_copy(update={"ospf": ospf})

    config = configs[device]
    return configs | {device: config.model_copy(update={"interfaces": tuple(map(told, config.interfaces))})}


@pytest.fixture(scope="module")
def hardened(county: County) -> Configs:
    plan = county.plan.model_copy(update={"hardening": Hardening(ospf_keys=True)})
    return intent(county.model_copy(update={"plan": plan}), placeholders(str))


def test_keys_of_the_inventory_change_no_route(county: County, configs: Configs, hardened: Configs) -> None:
    assert hardened["core-1"] != configs["core-1"]
    assert tables(network(county, hardened)) == tables(network(county, configs))
    assert second.tables(network(county, hardened)) == second.tables(network(county, configs))


@pytest.mark.parametrize("key", [None, "anotherOne"])
def test_who_has_another_key_or_none_is_no_neighbour(county: County, hardened: Configs, key: str | None) -> None:
    found = network(county, rekeyed(hardened, HUB, key))
    adsl = next(unit for unit in county.units if county.circuit_by_unit[unit.id].vlan is None)
    core = IPv4Network(f"{county.device_by_name['core-2'].management}/32")
    for read in (tables, second.tables):
        whole = read(found)
        assert (core in whole["core-1"], core in whole[HUB], adsl.lan in whole["core-1"]) == (True, False, False), read


def test_an_enciphered_key_is_taken_for_the_neighbours(county: County, hardened: Configs) -> None:
    found, plain = network(county, rekeyed(hardened, HUB, CIPHER)), network(county, hardened)
    assert tables(found) == tables(plain)
    assert second.tables(found) == second.tables(plain)


@pytest.mark.parametrize(
    ("mine", "theirs", "wanted"),
    [({}, {}, True), ({}, {"passive": True}, False), ({}, {"area": "0.0.0.1"}, False),
     ({"key": "a"}, {"key": "a"}, True), ({"key": "a"}, {"key": "b"}, False), ({"key": "a"}, {}, False),
     ({"key": "a"}, {"key": CIPHER}, True), ({}, {"key": CIPHER}, False)],
)  # fmt: skip
def test_what_two_ends_say_of_their_link_decides(mine: dict[str, Any], theirs: dict[str, Any], wanted: bool) -> None:
    one, other = (OspfInterface.model_validate(said) for said in (mine, theirs))
    assert adjacent(one, other) is adjacent(other, one) is wanted

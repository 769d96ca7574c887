"""A pair of firewalls that mirrors its sessions lets answers pass by either; one that only says so does not."""

from ipaddress import IPv4Address
from random import Random

import pytest

from inventory.intent import intent
from inventory.model import County
from inventory.subset import only_units
from tests.unit.inventory.mixed_county import secrets
from tests.unit.topology.reach.planted import Configs, by_cost, change
from tests.unit.topology.reach.test_answers import UNITS, agree, blocked, load_shared, other_master
from topology.reach.sharing import sharing

FIREWALLS = ("fw-1", "fw-2")


@pytest.fixture(scope="module")
def small(county: County) -> County:
    return only_units(county, UNITS)


@pytest.fixture(scope="module")
def costed(small: County) -> Configs:
    return intent(by_cost(small), secrets)


def _address(configs: Configs, name: str) -> IPv4Address:
    return next(a.ip for item in configs[name].interfaces for a in item.addresses if item.kind != "loopback")


def mirrored(configs: Configs, *, both: bool = True) -> Configs:
    """Each firewall is told an address of the other; or the first alone is."""
    first, second = FIREWALLS
    found = change(configs, first, mirrors=_address(configs, second))
    return change(found, second, mirrors=_address(configs, first)) if both else found


def test_only_two_that_name_each_other_are_a_pair(costed: Configs) -> None:
    assert sharing(costed) == {}
    assert sharing(mirrored(costed, both=False)) == {}
    assert sharing(mirrored(costed)) == dict.fromkeys(FIREWALLS, frozenset(FIREWALLS))
    astray = change(mirrored(costed), "fw-2", mirrors=IPv4Address("198.51.100.9"))
    assert sharing(astray) == {}


def test_an_answer_may_come_by_the_other_firewall_of_a_pair(small: County, costed: Configs) -> None:
    """Without a pair it is blocked: `test_answers` has that."""
    assert ("unit:u001", "zone:server") not in blocked(small, mirrored(other_master(costed)))


def test_a_pair_may_share_load(small: County, costed: Configs) -> None:
    """Without a pair it is blocked: `test_answers` has that."""
    assert ("unit:u025", "zone:server") not in blocked(small, mirrored(load_shared(costed)))


def test_a_walk_of_one_packet_there_and_back_says_the_same(small: County, costed: Configs) -> None:
    agree(small, mirrored(load_shared(costed)), Random(7), 60)

"""Neighbours that get other keys change at once, or not at all."""

import threading
from functools import partial

import pytest

from countynet.errors import Conflict, DeviceError
from countynet.vocabulary import DeviceRole
from inventory import load_county
from inventory.create import EXAMPLE
from inventory.intent import intent
from inventory.model import County, Hardening
from inventory.platforms import linux
from playbooks.device.fleet import waves
from playbooks.device.together import Once, Together, changing, refuse_typed, rekeyed
from playbooks.plan.tiers import tiers
from tests.unit.inventory.conftest import secrets
from tests.unit.inventory.mixed_county import mixed_county
from tests.unit.playbooks.toy import device


@pytest.fixture(scope="module")
def texts() -> tuple[County, dict[str, tuple[str, str]]]:
    """The county, and what its center runs without keys and with them."""
    county = load_county(EXAMPLE)
    plan = county.plan.model_copy(update={"hardening": Hardening(ospf_keys=True)})
    both = [intent(c, secrets) for c in (county, county.model_copy(update={"plan": plan}))]
    chosen = ("core-1", "core-2", "fw-1", "fw-2", "vpn-hub", "agg-1", "cpe-001")
    return county, {name: (linux.render(both[0][name]), linux.render(both[1][name])) for name in chosen}


def run(*steps: partial[None]) -> list[str]:
    """Run steps at the same time; return who failed."""
    failed = []

    def one(step: partial[None]) -> None:
        try:
            step()
        except DeviceError as error:
            failed.append(error.device)

    threads = [threading.Thread(target=one, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(failed)


def test_all_come_through_when_all_are_there_as_often_as_they_meet() -> None:
    found = Together(frozenset({"a", "b"}), patience=20)
    for _time in range(2):
        assert run(*(partial(found.meet, name) for name in ("a", "b", "stranger"))) == []


def test_nobody_comes_through_when_one_fails_or_does_not_come() -> None:
    found = Together(frozenset({"a", "b", "c"}), patience=20)
    found.fail("stranger")
    assert run(partial(found.meet, "a"), partial(found.meet, "b"), partial(found.fail, "c")) == ["a", "b"]
    assert run(partial(Together(frozenset({"a", "b"})).meet, "a", 0.05)) == ["a"]


def test_whoever_comes_twice_is_counted_once() -> None:
    calls: list[int] = []
    once = Once(partial(calls.append, 1))
    once()
    once()
    assert calls == [1]


def test_the_ends_of_transits_are_those_whose_keys_change(texts: tuple[County, dict[str, tuple[str, str]]]) -> None:
    county, found = texts
    center = {"core-1", "core-2", "fw-1", "fw-2", "vpn-hub"}
    assert changing(county, found) == center
    assert changing(county, {name: (after, before) for name, (before, after) in found.items()}) == center
    assert changing(county, {name: (after, after) for name, (_before, after) in found.items()}) == frozenset()
    assert changing(county, {"core-1": found["core-1"], "agg-1": found["agg-1"]}) == frozenset()


def test_a_key_that_a_vendors_device_shows_enciphered_is_no_other_key() -> None:
    huawei = device("core", DeviceRole.CORE).model_copy(update={"platform": "huawei_vrp"})
    lines = "interface GigabitEthernet0/0/1\n ip address 10.0.0.1 30\n ospf enable 1 area 0.0.0.0\n{}"
    lines += "#\nospf 1 router-id 10.0.0.1\n area 0.0.0.0\n"
    said = " ospf authentication-mode md5 1 cipher {}\n"
    plain, ours = lines.format(""), lines.format(said.format("aKeyOfOurs123456"))
    assert rekeyed(huawei, plain, ours)
    assert rekeyed(huawei, ours, lines.format(said.format("another")))
    assert not rekeyed(huawei, lines.format(said.format("%^%#nD#6%Z'k=(2xPz:`Q!~W%^%#")), ours)


def test_a_vendors_device_that_runs_is_refused_by_name() -> None:
    county = mixed_county()
    linux_ones = {d.name for d in county.devices if d.platform == "linux"}
    typed = next(d.name for d in county.devices if d.name not in linux_ones)
    refuse_typed(county, linux_ones)
    with pytest.raises(Conflict) as caught:
        refuse_typed(county, {*linux_ones, typed})
    assert caught.value.values == {"devices": typed}


def test_those_that_change_at_once_begin_first_or_are_the_last_tier() -> None:
    devices = [device("cpe", DeviceRole.CPE), device("core", DeviceRole.CORE), device("fw", DeviceRole.FIREWALL)]
    devices.append(device("hub", DeviceRole.VPN_HUB))
    at_once = frozenset({"core", "hub"})
    assert waves(devices, 3, at_once) == (("core", "hub"), ("fw",), ("cpe",))
    assert tiers(devices, together=at_once) == (("cpe",), ("fw",), ("core", "hub"))
    assert tiers(devices[1:2], together=at_once) == (("core",),)

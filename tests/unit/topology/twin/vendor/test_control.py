"""Orders to a simulated device beside its terminal."""

import asyncio
import json
from typing import Any

import pytest

from topology.twin.vendor.control import obey
from topology.twin.vendor.device import Actor, Description, Device
from topology.twin.vendor.faults import Faults
from topology.twin.vendor.vrp_lines import VrpLines


@pytest.fixture
def device() -> Device:
    about = Description("huawei_vrp", "S5735")
    found = Device(about, VrpLines(about))
    found.power_on()
    return found


def order(device: Device, **words: Any) -> dict[str, Any]:
    async def obeyed() -> dict[str, Any]:
        return obey(device, json.dumps(words))

    return asyncio.run(obeyed())


def test_somebody_types_at_the_console_and_all_hear_who(device: Device) -> None:
    heard: list[Actor] = []
    device.listeners.append(heard.append)
    assert order(device, do="type", lines=["vlan 10", "description x", "quit", "sysname b"], user="bob")["ok"]
    assert "sysname b\n" in order(device, ask="running")["text"]
    assert [actor.user for actor in heard] == ["bob"]


def test_a_reboot_loses_what_is_not_saved(device: Device) -> None:
    order(device, do="type", lines=["sysname kept"])
    assert device.save()
    order(device, do="type", lines=["sysname lost"])
    order(device, do="reboot")
    assert "sysname kept\n" in order(device, ask="running")["text"]


def test_from_the_factory_nothing_is_left(device: Device) -> None:
    order(device, do="type", lines=["sysname kept"], faults={"refuse_save": True})
    assert not device.save()
    order(device, do="factory")
    assert "sysname" not in order(device, ask="running")["text"]
    assert device.save()


@pytest.mark.parametrize(
    "words",
    [{"do": "fly"}, {"ask": "why"}, {"faults": {"gremlins": 1}}, {"do": "type", "lines": ["frobnicate"]},
     {"do": "ring", "timer": "none"}, {"do": "type"}],
)  # fmt: skip
def test_a_bad_order_is_answered_and_changes_nothing(device: Device, words: dict[str, Any]) -> None:
    before = device.changes
    answer = order(device, **words)
    assert not answer["ok"]
    assert answer["error"]
    assert device.changes == before


@pytest.mark.parametrize("text", ["", "x", "[]", "3"])
def test_no_text_makes_it_raise(device: Device, text: str) -> None:
    assert obey(device, text)["ok"] is False


def test_a_fault_that_is_counted_down_happens_once() -> None:
    faults = Faults(drop_after=2)
    assert [faults.count("drop_after") for _ in range(4)] == [False, True, False, False]

"""Tunnels of vendors' devices: the next key comes with the other name, which the hub knows before it is gone by."""

import re
from collections.abc import Callable
from functools import partial
from itertools import product
from typing import cast

import pytest
from pydantic import SecretStr

from audit.checks.each import Known
from audit.checks.upkeep import _are_strong
from audit.facts import DeviceFacts
from countynet.errors import DeviceError
from countynet.i18n import set_language
from inventory.create import random_text
from inventory.deviceconfig import Tunnel
from inventory.intent import intent, rotation
from inventory.intent.adapt import adapted
from inventory.intent.rotation import Stage
from inventory.model import County
from inventory.names import secret_of_tunnel
from inventory.platforms import registry
from inventory.subset import only_units
from playbooks.day2.credentials import vault
from playbooks.day2.credentials.members import by_name, members, of_kind
from playbooks.day2.credentials.telling import kept_tunnels, standing
from playbooks.device.results import Limits
from playbooks.device.session import Session
from playbooks.device.vendor import bringing
from playbooks.device.vendor.fake import FakeConsole, FakeTerminal
from playbooks.plan.guards import named, tunnels
from playbooks.plan.model import Steps, Way
from tests.unit.inventory.mixed_county import mixed_county, secrets
from tests.unit.playbooks.day2.test_rotation import asked

HUAWEI, CISCO, LINUX, HUB = "cpe-025", "cpe-029", "cpe-032", "vpn-hub"
Values = dict[str, str]


@pytest.fixture(scope="module")
def county() -> County:
    set_language("en")
    return only_units(mixed_county(), ["u025", "u029", "u032"])


@pytest.fixture(scope="module")
def values(county: County) -> Values:
    return {secret_of_tunnel(cpe): random_text() for cpe in of_kind(county, "vpn")}


def finding(values: Values) -> Callable[[str], SecretStr]:
    return lambda name: asked(values)(name) if name.startswith(("ipsec/", "rotation/")) else secrets(name)


def told(county: County, values: Values, device: str) -> tuple[Tunnel, ...]:
    return intent(county, finding(values))[device].tunnels


def at(county: County, values: Values, stage: Stage) -> Values:
    found = vault.begun(values, "vpn", of_kind(county, "vpn"), by_name(county))
    return vault.with_stages(found, "vpn", dict.fromkeys(of_kind(county, "vpn"), stage))


def test_every_tunnel_takes_part_and_those_of_vendors_by_name(county: County, values: Values) -> None:
    assert of_kind(county, "vpn") == (HUAWEI, CISCO, LINUX)
    assert by_name(county) == (HUAWEI, CISCO)
    assert members(county, ["vpn"], [CISCO]) == (HUB, CISCO)
    said = list(standing(county, "vpn", values))
    assert said[1] == f"{HUAWEI}, {CISCO}: " + (
        "take one key at a time; the next comes with the device's other name, which the hub knows first"
    )


def test_a_hub_that_is_no_linux_keeps_them_all_and_that_is_told(county: County) -> None:
    devices = tuple(
        device.model_copy(update={"platform": "huawei_vrp"}) if device.name == HUB else device
        for device in county.devices
    )
    other = county.model_copy(update={"devices": devices})
    assert of_kind(other, "vpn") == ()
    assert next(iter(kept_tunnels(other))).startswith(f"{HUAWEI}, {CISCO}, {LINUX}: the tunnels keep their keys, as")
    assert list(kept_tunnels(other, ["core-1"])) == list(kept_tunnels(county)) == []


@pytest.mark.parametrize("cpe", [HUAWEI, CISCO])
def test_ends_know_each_other_when_one_is_a_stage_behind(county: County, values: Values, cpe: str) -> None:
    ends, begun = {}, at(county, values, Stage.BOTH)
    for stage in Stage:
        now = vault.with_stages(begun, "vpn", dict.fromkeys(of_kind(county, "vpn"), stage))
        (mine,) = told(county, now, cpe)
        theirs = {t.remote_id: t.key for t in told(county, now, HUB) if t.name.startswith(cpe)}
        ends[stage] = mine, theirs
        assert mine.also is None
    for one, other in product(Stage, Stage):
        if abs(one - other) <= 1:
            mine, theirs = ends[one][0], ends[other][1]
            assert theirs.get(mine.local_id) == mine.key, (one, other)
    assert [len(theirs) for _mine, theirs in ends.values()] == [1, 2, 2, 1]


def test_the_names_follow_each_other_and_devices_see_no_difference_at_the_end(county: County, values: Values) -> None:
    names = []
    for _turn in range(3):
        last = at(county, values, Stage.NEW)
        after = vault.finished(last, "vpn")
        assert [told(county, after, name) for name in (HUB, HUAWEI)] == [
            told(county, last, name) for name in (HUB, HUAWEI)
        ]
        assert not [name for name in after if "next" in name]
        assert after[secret_of_tunnel(HUAWEI)] != values[secret_of_tunnel(HUAWEI)]
        names.append(told(county, after, HUAWEI)[0].local_id.partition(".")[0])
        values = after
    assert names == [f"{HUAWEI}-2", HUAWEI, f"{HUAWEI}-2"]
    assert told(county, values, LINUX)[0].local_id.partition(".")[0] == LINUX
    assert vault.given_up(at(county, values, Stage.BOTH), "vpn") == values


def test_who_came_later_and_who_is_given_up_alone(county: County, values: Values) -> None:
    first = vault.begun(values, "vpn", [HUAWEI], by_name(county))
    both = vault.begun(first, "vpn", [HUAWEI, CISCO], by_name(county))
    assert both[rotation.next_of_tunnel(HUAWEI)] == first[rotation.next_of_tunnel(HUAWEI)]
    assert vault.given_up(both, "vpn", [CISCO]) == first


def test_the_hubs_second_name_of_a_device_is_no_stranger_to_the_audit(county: County, values: Values) -> None:
    now = at(county, values, Stage.BOTH)
    configs = intent(county, finding(now))
    known = Known(county, county.device_by_name[HUB], configs[HUB], cast(DeviceFacts, None))
    assert len(configs[HUB].tunnels) == 5
    assert not list(_are_strong(known))


def rendered(county: County, values: Values, cpe: str) -> list[str]:
    """Return what a device runs before and after it goes by its other name."""
    render = registry.platform(county.device_by_name[cpe].platform).render
    stages = (Stage.BOTH, Stage.TURNED)
    return [render(adapted(county, finding(at(county, values, stage)))[cpe]) for stage in stages]


@pytest.mark.parametrize("cpe", [HUAWEI, CISCO])
def test_name_and_key_are_typed_and_then_the_tunnel_has_to_meet_anew(county: County, values: Values, cpe: str) -> None:
    device, (old, new) = county.device_by_name[cpe], rendered(county, values, cpe)
    lines = "\n".join(bringing.patch(old, new, device))
    assert at(county, values, Stage.TURNED)[secret_of_tunnel(cpe)] not in lines
    assert f"{cpe}-2." in lines
    assert not re.search(r"(?m)^(undo|no) ", lines), "a device without a name loses its tunnel, and we the session"
    renamed = partial(tunnels.renamed, device.platform)
    assert (renamed(old, new), renamed(new, old), renamed(old, old)) == (True, True, False)


@pytest.mark.parametrize("refused", [(), ("reset ike sa all",), tunnels.BREAK_OFF["huawei_vrp"]])
def test_the_tunnel_is_broken_off_once_everything_is_typed(
    county: County, values: Values, refused: tuple[str, ...]
) -> None:
    def says(terminal: FakeTerminal, line: str) -> str:
        if line in ("system-view", "return"):
            terminal.prompt = "[box]" if line == "system-view" else "<box>"
        if line == "display schedule reboot":
            return "Info: System will reboot at 10:00:00 (in 0 hours and 2 minutes)."
        return "Error: Wrong parameter found at '^' position." if line in refused else ""

    old, new = rendered(county, values, HUAWEI)
    typed, behind, told = ("ike peer vpn-hub", "local-id x"), FakeTerminal(says), list[str]()
    steps = Steps(running=old, intended=new, do=Way(lines=typed), undo=Way(lines=()))
    method = named(county.device_by_name[HUAWEI], "delayed-reload")
    change = partial(method.change, Session(FakeConsole(HUAWEI, behind), "in-band"), steps, "o", 120, Limits())
    if len(refused) == 2:
        with pytest.raises(DeviceError, match="does not break its tunnel off"):
            change(told.append)
    else:
        change(told.append)
    last = 2 if refused else 1
    assert behind.typed[-last:] == list(tunnels.BREAK_OFF["huawei_vrp"][:last])
    assert behind.typed.index("local-id x") < behind.typed.index("return") < behind.typed.index("reset ike sa all")
    assert told[-1] == "having its tunnel meet anew"

"""A confined port reaches the notice page where there is one, and nothing else: proven by maker; and it can fail."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from ipaddress import IPv4Network

import pytest

from countynet.vocabulary import Access, DeviceRole
from inventory import names
from inventory.deviceconfig import DeviceConfig, Interface, SwitchPort
from inventory.intent.adapt import adapted
from inventory.intent.held import shows_notice
from inventory.model import Confinement, County, Device, HeldPort
from inventory.platforms.registry import platform
from inventory.subset import subset
from tests.unit.inventory.mixed_county import mixed_county, secrets
from topology.reach.confined import Held, confined

PLAN = Confinement(vlan=3900, prefix=IPv4Network("172.30.0.0/23"), notice="srv-portal")


def holding(device: Device, port: str = "") -> HeldPort:
    port = port or names.lan_ports(device)[0]
    return HeldPort(
        id=f"hold-{device.name}", device=device.name, port=port, how="confined", reason="unknown computer",
        since=date(2026, 11, 26), by="amy",
    )  # fmt: skip


@cache
def county() -> County:
    """Return a part of the county of several makers in which an access device of each and each line is held."""
    found = subset(mixed_county(), 24)
    kinds: dict[tuple[str, Access], Device] = {}
    for device in found.devices_in(DeviceRole.CPE):
        kinds.setdefault((device.platform, found.circuit_by_unit[device.unit or ""].access), device)
    switch = found.devices_in(DeviceRole.BUILDING)[0]
    free = next(p for p in switch.ports if not any(f"{switch.name}:{p}" in _ends(c) for c in found.cables))
    held = (*map(holding, kinds.values()), holding(switch, free))
    plan = found.plan.model_copy(update={"confinement": PLAN})
    return found.model_copy(update={"plan": plan, "held_ports": held})


def _ends(cable: object) -> str:
    a, b = cable.a, cable.b  # type: ignore[attr-defined]
    return f"{a.node}:{a.port} {b.node}:{b.port}"


@cache
def configs() -> Mapping[str, DeviceConfig]:
    return adapted(county(), secrets)


HELD = county().held_ports


@pytest.mark.parametrize("one", HELD, ids=lambda one: str(one.device))
def test_a_confined_port_reaches_the_notice_page_at_most(one: HeldPort) -> None:
    found = confined(county(), configs(), one)
    assert found == Held(id=one.id, notice=shows_notice(county(), county().device_by_name[one.device]))


@pytest.mark.parametrize("one", HELD, ids=lambda one: str(one.device))
def test_the_device_is_told_so_in_its_own_words_and_understood_again(one: HeldPort) -> None:
    functions = platform(county().device_by_name[one.device].platform)
    parsed = functions.parse(functions.render(configs()[one.device]))
    assert (parsed.config, parsed.unparsed) == (configs()[one.device], ())


def test_each_maker_with_state_shows_the_page_on_fiber() -> None:
    shown = {county().device_by_name[h.device].platform for h in HELD if confined(county(), configs(), h).notice}
    assert shown == {"linux", "huawei_vrp", "h3c_comware"}


def test_a_filter_that_lets_more_out_is_found_with_a_packet() -> None:
    one = next(h for h in HELD if confined(county(), configs(), h).notice)
    config = configs()[one.device]
    wide = tuple(
        f.model_copy(update={"rules": tuple(
            r.model_copy(update={"ports": (), "destinations": ()}) if r.name == "notice-page" else r for r in f.rules
        )})
        for f in config.filters
    )  # fmt: skip
    found = confined(county(), {**configs(), one.device: config.model_copy(update={"filters": wide})}, one)
    assert not found.good
    assert found.packet
    assert found.where


def test_a_port_that_shares_the_vlan_or_is_not_in_it_is_found() -> None:
    one = HELD[0]
    config = configs()[one.device]
    port = next(i for i in config.interfaces if i.name == one.port)
    other = Interface(name="x9", switchport=port.switchport)
    found = confined(
        county(), {**configs(), one.device: config.model_copy(update={"interfaces": (*config.interfaces, other)})}, one
    )
    assert found.shared == (f"{one.device}:x9",)
    moved = tuple(
        i.model_copy(update={"switchport": SwitchPort(mode="access", access=names.LAN_VLAN)}) if i is port else i
        for i in config.interfaces
    )
    found = confined(county(), {**configs(), one.device: config.model_copy(update={"interfaces": moved})}, one)
    assert found.shared == (f"{one.device}:{one.port}",)

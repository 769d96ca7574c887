"""IPv6 of VRP and Comware: the law, and what is listed or refused rather than guessed."""

from collections.abc import Callable
from contextlib import suppress
from ipaddress import IPv6Interface
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from countynet.errors import BadInput
from inventory.deviceconfig import DeviceConfig, PacketFilter, StaticRoute6
from inventory.platforms import h3c_comware, huawei_vrp
from tests.unit.inventory.platforms.h3c_comware.strategies import configs as comware_configs
from tests.unit.inventory.platforms.huawei_vrp.strategies import configs as vrp_configs
from tests.unit.inventory.platforms.strategies import SIX, addresses6, networks6, several

USUAL = [IPv6Interface((number, 64)) for number in SIX]
PORT = "GigabitEthernet0/0/1"
ROUTES = st.builds(
    StaticRoute6, prefix=networks6(), next_hop=st.none() | addresses6.filter(lambda a: not a.is_link_local),
    distance=st.sampled_from([60, 1, 200]),
)  # fmt: skip


@st.composite
def with_six(draw: st.DrawFn, configs: Callable[[], st.SearchStrategy[DeviceConfig]], *, always: bool) -> DeviceConfig:
    """A configuration with IPv6; `always`: an interface with an address has to be told to speak it."""
    config = draw(configs())
    items = []
    for item in config.interfaces:
        found = tuple(sorted(draw(several(st.sampled_from(USUAL), 2)))) if item.switchport is None else ()
        speaks = (bool(found) and always) or (item.switchport is None and draw(st.booleans()))
        items.append(item.model_copy(update={"addresses6": found, "ipv6": speaks}))
    routes = {route.prefix: route for route in draw(several(ROUTES))}
    more: dict[str, Any] = {
        "interfaces": tuple(items), "routes6": tuple(routes[prefix] for prefix in sorted(routes)),
        "forwarding6": sum(bool(item.addresses6) for item in items) > 1,
        "filters": tuple(f for f in config.filters if f.stateless),
    }  # fmt: skip
    return config.model_copy(update=more)


def _law(platform: ModuleType, config: DeviceConfig) -> None:
    with suppress(BadInput):
        _comes_back(platform, config, platform.render(config))


def _comes_back(platform: ModuleType, config: DeviceConfig, text: str) -> None:
    parsed = platform.parse(text)
    assert parsed.unparsed == ()
    assert parsed.config == config


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(with_six(vrp_configs, always=True))
def test_what_vrp_is_written_of_ipv6_is_read_back(config: DeviceConfig) -> None:
    _law(huawei_vrp, config)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(with_six(comware_configs, always=False))
def test_what_comware_is_written_of_ipv6_is_read_back(config: DeviceConfig) -> None:
    _law(h3c_comware, config)


def _text(platform: ModuleType, *more: str) -> str:
    mode = [" undo portswitch"] if platform is huawei_vrp else [" port link-mode route"]
    speaks = [" ipv6 enable"] if platform is huawei_vrp else []
    lines = ["sysname r1", "#", f"interface {PORT}", *mode, *speaks, *(m for m in more if m[0] == " "), "#"]
    return "\n".join([*lines, *(m for m in more if m[0] != " "), "#", "return", ""])


@pytest.mark.parametrize("platform", [huawei_vrp, h3c_comware])
def test_a_running_configuration_is_read(platform: ModuleType) -> None:
    text = _text(
        platform, " ipv6 address 2001:DB8:1::1/64", " ipv6 address FE80::1 link-local",
        f"ipv6 route-static :: 0 {PORT} FE80::2", "ipv6 route-static 2001:DB8:9:: 48 NULL0 preference 200",
    )  # fmt: skip
    found = platform.parse(text)
    assert [line.text for line in found.unparsed if "ipv6" in line.text] == []
    (item,) = found.config.interfaces
    assert [str(a) for a in item.addresses6] == ["2001:db8:1::1/64", "fe80::1/64"]
    assert [(str(r.prefix), str(r.next_hop), r.interface, r.distance) for r in found.config.routes6] == [
        ("::/0", "fe80::2", PORT, 60), ("2001:db8:9::/48", "None", "", 200),
    ]  # fmt: skip
    assert not found.config.forwarding6, "one addressed interface forwards to nobody"


@pytest.mark.parametrize("platform", [huawei_vrp, h3c_comware])
@pytest.mark.parametrize(
    "line",
    [
        " ipv6 address 2001:DB8:1::/64 eui-64",
        " ipv6 address auto global",
        " traffic-filter inbound acl ipv6 name guard",
        " packet-filter ipv6 name guard inbound",
        "ipv6 route-static :: 0 FE80::2",
        "ospfv3 1",
        "acl ipv6 name guard",
    ],
)
def test_what_is_not_understood_is_listed(platform: ModuleType, line: str) -> None:
    assert line.strip() in {one.text for one in platform.parse(_text(platform, line)).unparsed}


@pytest.mark.parametrize("platform", [huawei_vrp, h3c_comware])
def test_lists_of_ipv6_and_forwarding_otherwise_than_the_platform_does_are_refused(platform: ModuleType) -> None:
    lists = DeviceConfig(hostname="r1", filters6=(PacketFilter(hook="input", default="drop", stateless=True),))
    for config in (lists, DeviceConfig(hostname="r1", forwarding6=True)):
        with pytest.raises(BadInput):
            platform.check(config)

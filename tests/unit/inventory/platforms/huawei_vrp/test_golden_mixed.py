"""What the mixed county's Huawei devices are told: a core switch, an access switch, a firewall, a CPE with VPN.

Made by `python -m tests.unit.inventory.platforms.huawei_vrp.test_golden_mixed`; look at the difference before you keep
it. What intent says may change afterwards, so the texts are held to themselves; that today's intent is held whole is
`tests/unit/inventory/test_adapt.py`'s.
"""

from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest

from inventory.deviceconfig import DeviceConfig
from inventory.intent.adapt import adapted
from inventory.platforms import access_lists, huawei_vrp
from inventory.subset import subset
from tests.unit.inventory.mixed_county import mixed_county, secrets

GOLDEN = Path(__file__).parent / "golden" / "mixed"
DEVICES = {"core": "core-1", "access": "sw-dc", "firewall": "fw-1", "cpe": "cpe-025"}


def text_of(name: str) -> str:
    return (GOLDEN / f"{name}.cfg").read_text(encoding="utf-8")


def config_of(name: str) -> DeviceConfig:
    return huawei_vrp.parse(text_of(name)).config


@pytest.mark.parametrize("name", DEVICES)
def test_it_is_understood_whole_passes_the_check_and_is_written_back_the_same(name: str) -> None:
    parsed = huawei_vrp.parse(text_of(name))
    assert parsed.unparsed == ()
    huawei_vrp.check(parsed.config)
    assert huawei_vrp.render(parsed.config) == text_of(name)
    assert parsed.config.hostname == DEVICES[name]


@pytest.mark.parametrize("name", DEVICES)
def test_no_secret_is_left_when_it_is_masked(name: str) -> None:
    assert "secret-of-" in text_of(name)
    assert "secret-of-" not in huawei_vrp.mask(text_of(name))


@pytest.mark.parametrize("name", ["core", "access"])
def test_a_switch_has_one_list_at_each_routed_interface_and_no_security_policy(name: str) -> None:
    config = config_of(name)
    routed = {i.name for i in config.interfaces if i.addresses and i.kind != "loopback"}
    assert set(access_lists.lists(config)) == routed
    assert "security-policy" not in text_of(name)
    assert text_of(name).count("traffic-filter inbound acl name") == len(routed)


def test_no_unit_gets_to_another_through_the_core() -> None:
    lan = IPv4Network("10.21.0.0/16")
    for port, rules in access_lists.lists(config_of("core")).items():
        through = [rule for rule in rules if rule.destinations in ((), (lan,)) and rule.sources in ((), (lan,))]
        assert through[0].action == "drop", port


def test_the_firewall_is_master_of_a_set_of_groups_and_drops_what_no_rule_opens() -> None:
    config = config_of("firewall")
    assert {group.sync for item in config.interfaces for group in item.vrrp} == {"zones"}
    assert {group.priority for item in config.interfaces for group in item.vrrp} == {150}
    forward = next(item for item in config.filters if item.hook == "forward")
    assert (forward.default, forward.stateless) == ("drop", False)
    assert config.nat


def test_the_cpe_lets_nothing_but_its_tunnel_out_by_the_telephone_line() -> None:
    config = config_of("cpe")
    (tunnel,) = config.tunnels
    assert (tunnel.dpd_seconds, tunnel.remote) == (10, IPv4Address("198.51.100.2"))
    output = next(item for item in config.filters if item.hook == "output")
    assert [(rule.name, rule.out_interfaces) for rule in output.rules] == [
        (name, ("Ethernet0/0/0",)) for name in ("ike", "esp", "tunnel-only")
    ]
    assert output.rules[-1].action == "drop"


def _make() -> None:
    configs = adapted(subset(mixed_county(), 4), secrets)
    for name, device in DEVICES.items():
        (GOLDEN / f"{name}.cfg").write_text(huawei_vrp.render(configs[device]), encoding="utf-8")


if __name__ == "__main__":
    _make()

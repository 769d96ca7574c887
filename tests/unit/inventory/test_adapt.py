"""What intent draws takes on the names and limits of each device's platform, and of nothing else."""

from collections.abc import Mapping
from functools import cache
from ipaddress import IPv4Network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from countynet.errors import BadInput
from countynet.vocabulary import DeviceRole, ZoneName
from inventory import names
from inventory.deviceconfig import DeviceConfig
from inventory.intent import intent
from inventory.intent.adapt import adapt, adapted, by_lists, needs_vendor_key
from inventory.intent.platforms import KINDS, SUITES, Suite
from inventory.intent.rotation import VENDOR_PUBLIC, vendor_accounts
from inventory.model import County, Device, Endpoint
from inventory.platforms import access_lists
from inventory.platforms.ioslike.access import hashed
from inventory.platforms.registry import platform
from inventory.subset import subset
from tests.unit.inventory.conftest import secrets as plain_secrets
from tests.unit.inventory.mixed_county import ADMINISTRATORS, RSA, mixed_county, secrets
from tests.unit.inventory.validate.changed import whole

LAN_OF_29 = IPv4Network("10.21.29.0/24")


@cache
def mixed_configs() -> Mapping[str, DeviceConfig]:
    return adapted(mixed_county(), secrets)


def _devices() -> list[str]:
    return [device.name for device in mixed_county().devices]


def _first(platform_name: str, role: str) -> Device:
    return next(d for d in mixed_county().devices if (d.platform, d.role.value) == (platform_name, role))


@given(units=st.integers(1, 120))
@settings(max_examples=10, deadline=None)
def test_a_county_of_linux_devices_is_as_intent_draws_it_and_needs_no_second_key(county: County, units: int) -> None:
    part = subset(county, units)

    def without_vendor_key(name: str) -> object:
        assert name != "ssh/vendor-public-key"
        return plain_secrets(name)

    assert adapted(part, without_vendor_key) == intent(part, plain_secrets)  # type: ignore[arg-type]
    assert not needs_vendor_key(part)


def test_every_linux_device_of_the_mixed_county_is_as_intent_draws_it() -> None:
    drawn = intent(mixed_county(), secrets)
    linux = [d.name for d in mixed_county().devices if d.platform == "linux" and d.role.value != "vpn-hub"]
    assert len(linux) > 10
    for name in linux:
        assert mixed_configs()[name] == drawn[name]


@pytest.mark.parametrize("name", _devices())
def test_every_device_is_rendered_passes_the_check_and_is_read_back_the_same(name: str) -> None:
    config, kind = mixed_configs()[name], mixed_county().device_by_name[name].platform
    functions = platform(kind)
    parsed = functions.parse(functions.render(config))
    assert parsed.unparsed == ()
    assert parsed.config == config


@pytest.mark.parametrize("name", _devices())
def test_no_name_of_intent_is_left_on_a_vendors_device(name: str) -> None:
    device, config = mixed_county().device_by_name[name], mixed_configs()[name]
    ports = {i.name for i in config.interfaces}
    said = {n for f in config.filters for r in f.rules for n in (*r.in_interfaces, *r.out_interfaces)}
    said |= {rule.interface for rule in config.nat}
    assert said <= ports | {names.tunnel(device.platform)}
    assert set(device.ports) <= ports
    assert names.staging(device) in ports
    if device.platform != "linux":
        assert not (ports | said) & {names.LOOPBACK, names.TUNNEL, names.STAGING, names.FIBER, names.DSL}
        assert not any(i.name == f"v{i.vlan}" for i in config.interfaces)


@pytest.mark.parametrize("name", _devices())
def test_administrators_sign_in_with_the_key_that_the_platform_takes(name: str) -> None:
    device = mixed_county().device_by_name[name]
    keys = [key for user in mixed_configs()[name].users for key in user.ssh_keys]
    kind = KINDS[device.platform]
    wanted = RSA if kind.rsa else plain_secrets("ssh/admin-public-key").get_secret_value()
    assert keys == [hashed(wanted) if kind.hashed else wanted]
    locked = [user.name for user in mixed_configs()[name].users if user.locked]
    assert locked == ([names.FACTORY] if kind.locked else [])


def test_both_ends_of_every_tunnel_agree_and_have_their_suite() -> None:
    hub = next(d for d in mixed_county().devices if d.role.value == "vpn-hub")
    ends = {tunnel.name: tunnel for tunnel in mixed_configs()[hub.name].tunnels}
    assert len(ends) == 96
    for cpe, there in ends.items():
        (here,) = mixed_configs()[cpe].tunnels
        suite = Suite(here.ike_proposal, here.esp_proposal)
        assert suite == Suite(there.ike_proposal, there.esp_proposal)
        for device in (hub, mixed_county().device_by_name[cpe]):
            assert suite in KINDS[device.platform].suites
        assert here.dpd_seconds >= KINDS[mixed_county().device_by_name[cpe].platform].dpd
        assert there.dpd_seconds == 5
        assert (here.key, here.local_id, here.remote_id) == (there.key, there.remote_id, there.local_id)


@pytest.mark.parametrize(("kind", "suite"), [(name, suite) for name in KINDS for suite in KINDS[name].suites])
def test_every_suite_of_a_platform_is_one_that_it_holds(county: County, kind: str, suite: Suite) -> None:
    changes = {"platform": kind, "uplink": "GigabitEthernet0/0/9" if kind != "linux" else None, "model": "x"}
    ports = ("GigabitEthernet0/0/9", "GigabitEthernet0/0/2")
    cpe = county.device_by_name["cpe-025"]
    cpe = cpe.model_copy(update=changes | ({} if kind == "linux" else {"ports": ports}))
    cables = tuple(
        cable.model_copy(update={"a": Endpoint(node="cpe-025", port=names.lan_ports(cpe)[0])})
        if cable.id == "cable-pc-025"
        else cable
        for cable in county.cables
    )
    devices = tuple(cpe if device.name == "cpe-025" else device for device in county.devices)
    config = intent(whole(county, devices=devices, cables=cables), secrets)["cpe-025"]
    (tunnel,) = config.tunnels
    asked = tunnel.model_copy(update={"ike_proposal": suite.ike, "esp_proposal": suite.esp})
    held = adapt(config.model_copy(update={"tunnels": (asked,)}), cpe, ADMINISTRATORS, {"vpn-hub": kind})
    assert Suite(held.tunnels[0].ike_proposal, held.tunnels[0].esp_proposal) == suite
    platform(kind).check(held)


def test_a_tunnel_of_ends_without_a_common_suite_is_refused(
    county: County, configs: Mapping[str, DeviceConfig]
) -> None:
    with pytest.raises(BadInput) as caught:
        adapt(configs["vpn-hub"], county.device_by_name["vpn-hub"], platforms={"cpe-025": "ruijie"})
    assert [p.where for p in caught.value.problems] == ["tunnels.cpe-025"]


def test_an_end_without_the_countys_suite_changes_both(county: County, configs: Mapping[str, DeviceConfig],
                                                       monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setitem(KINDS, "huawei_vrp", type(KINDS["huawei_vrp"])(suites=SUITES[1:]))
    platforms = {"vpn-hub": "linux", "cpe-025": "huawei_vrp"}
    cpe = county.device_by_name["cpe-025"].model_copy(update={"platform": "huawei_vrp"})
    (here,) = adapt(configs["cpe-025"], cpe, ADMINISTRATORS, platforms).tunnels
    hub = adapt(configs["vpn-hub"], county.device_by_name["vpn-hub"], platforms=platforms)
    ends = {t.name: t for t in hub.tunnels}
    assert here.ike_proposal == ends["cpe-025"].ike_proposal == SUITES[1].ike
    assert ends["cpe-026"].ike_proposal == SUITES[0].ike


def test_switches_and_platforms_without_state_hold_access_lists() -> None:
    listed = {(d.platform, d.role.value) for d in mixed_county().devices if by_lists(d)}
    assert ("huawei_vrp", "core") in listed
    assert ("cisco_ios", "cpe") in listed
    assert not {("huawei_vrp", "cpe"), ("huawei_vrp", "firewall"), ("linux", "cpe")} & listed
    for device in mixed_county().devices:
        config = mixed_configs()[device.name]
        assert all(item.stateless for item in config.filters) is by_lists(device)
        if by_lists(device):
            assert not list(access_lists.problems(config))


def test_what_comes_out_of_a_tunnel_meets_a_list_where_no_state_is_kept() -> None:
    config = mixed_configs()["cpe-029"]
    found = access_lists.lists(config)[names.tunnel("cisco_ios")]
    assert [(rule.action, rule.name) for rule in found if rule.name in ("unit-to-unit", "rest")] == [
        ("drop", "unit-to-unit"),
        ("drop", "rest"),
    ]
    into = {(r.protocol, r.state) for r in found if r.action == "accept" and r.destinations == (LAN_OF_29,)}
    assert into == {("tcp", "established"), ("udp", None), ("icmp", None)}
    (ssh,) = [rule for rule in found if rule.ports == (22,)]
    assert ssh.sources == (mixed_county().zone_by_name[ZoneName.MANAGEMENT].prefix,)


def test_computers_are_bound_wherever_the_platform_can() -> None:
    bound = {unit.id for unit in mixed_county().units if all(t.mac for t in unit.terminals)}
    for device in mixed_county().devices_in(DeviceRole.CPE):
        rules = [r for f in mixed_configs()[device.name].filters for r in f.rules if r.not_source_macs]
        assert bool(rules) is (device.unit in bound and KINDS[device.platform].macs)
    assert {d.platform for d in mixed_county().devices if d.unit in bound} >= {"h3c_comware", "cisco_ios"}


def test_long_texts_are_cut_between_letters(county: County, configs: Mapping[str, DeviceConfig]) -> None:
    device = county.device_by_name["cpe-001"].model_copy(update={"platform": "huawei_vrp", "uplink": "wan0"})
    config = configs["cpe-001"].model_copy(update={"banner": "县" * 100})
    assert adapt(config, device, ADMINISTRATORS).banner == "县" * 66


def test_a_key_keeps_no_comment() -> None:
    def commented(name: str) -> SecretStr:
        found = secrets(name).get_secret_value()
        return SecretStr(f"{found} somebody@desk" if name == VENDOR_PUBLIC else found)

    assert vendor_accounts(commented, "cpe-001") == ADMINISTRATORS

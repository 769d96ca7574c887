"""What checks find at vendors' devices that run what they should: nothing but what their platforms really lack."""

from functools import cache
from ipaddress import IPv4Address

import pytest
from pydantic import SecretStr

from audit.checks import ALL, BY_ID, run
from audit.facts import DeviceFacts, Facts, Logs
from audit.gather import known
from audit.model import Check
from countynet.vocabulary import Verdict
from inventory import names
from inventory.deviceconfig import DeviceConfig, FilterRule
from inventory.intent.adapt import adapted
from inventory.model import County
from inventory.platforms import access_lists
from inventory.platforms.registry import platform
from inventory.subset import subset
from tests.unit.audit import facts_of
from tests.unit.inventory.mixed_county import mixed_county, secrets

KNOWN = {
    ("stateful-filters", "cisco_ios"),  # a router's lists keep no state
    ("ssh-settings", "ruijie"),  # it cannot be told to refuse passwords
}


@cache
def county() -> County:
    return subset(mixed_county(), 12)


@cache
def wanted() -> dict[str, DeviceConfig]:
    return adapted(county(), secrets)


def runs(name: str, config: DeviceConfig) -> DeviceFacts:
    device = county().device_by_name[name]
    return known(device, wanted()[name], SecretStr(platform(device.platform).render(config)))


@cache
def devices() -> dict[str, DeviceFacts]:
    return {name: runs(name, config) for name, config in wanted().items()}


def facts(**changed: DeviceFacts) -> Facts:
    names_ = tuple(wanted())
    live = facts_of.live()
    return facts_of.good(
        county=county(),
        devices=devices() | changed,
        live=type(live)(
            at=live.at,
            ssh={name: live.ssh["core-1"] for name in names_},
            snmp_v2=dict.fromkeys(names_, ()),
            snmp_v3=dict.fromkeys(names_, True),
            open_ports=dict.fromkeys(names_, ()),
            staging=dict.fromkeys(names_, False),
        ),
        logs=Logs(IPv4Address("10.1.0.10"), dict.fromkeys(names_, "2026-11-22T04:00:00Z started")),
    )


def test_the_part_has_every_platform() -> None:
    assert {device.platform for device in county().devices} == {device.platform for device in mixed_county().devices}


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.info.id)
def test_a_check_passes_but_for_what_the_platform_lacks(check: Check) -> None:
    kinds = {device.name: device.platform for device in county().devices}
    bad = {
        (check.info.id, kinds.get(p.subject, "")) for p in run(check, facts()).points if p.verdict is not Verdict.PASS
    }
    assert bad == {(id_, kind) for id_, kind in KNOWN if id_ == check.info.id}


def _verdicts(check: str, found: Facts, subject: str) -> set[Verdict]:
    return {point.verdict for point in run(BY_ID[check], found).points if point.subject == subject}


@pytest.mark.parametrize("name", ["core-1", "agg-1", "sw-admin", "cpe-029"])
def test_an_interface_whose_list_is_gone_is_found(name: str) -> None:
    config = wanted()[name]
    lists = access_lists.lists(config)
    one = max(lists)
    left = access_lists.filters({port: rules for port, rules in lists.items() if port != one})
    found = facts(**{name: runs(name, config.model_copy(update={"filters": left}))})
    assert _verdicts("default-deny", found, name) == {Verdict.FAIL}


@pytest.mark.parametrize("name", ["core-2", "fw-2", "cpe-001", "sw-justice"])
def test_a_staging_port_that_is_open_is_found(name: str) -> None:
    port = names.staging(county().device_by_name[name])
    config = wanted()[name]
    interfaces = tuple(i.model_copy(update={"enabled": True}) if i.name == port else i for i in config.interfaces)
    found = facts(**{name: runs(name, config.model_copy(update={"interfaces": interfaces}))})
    assert _verdicts("staging-shut", found, name) >= {Verdict.FAIL}
    assert _verdicts("no-drift", found, name) == {Verdict.FAIL}


@pytest.mark.parametrize("name", ["core-1", "sw-admin", "cpe-029"])
def test_a_door_for_a_server_that_chooses_its_port_is_found(name: str) -> None:
    config = wanted()[name]
    lists = dict(access_lists.lists(config))
    port = max(p for p, rules in lists.items() if any(rule.source_ports for rule in rules))
    lists[port] = tuple(rule for rule in lists[port] if rule.name != "answers-only")
    found = facts(**{name: runs(name, config.model_copy(update={"filters": access_lists.filters(lists)}))})
    assert Verdict.FAIL in _verdicts("management-access", found, name)


def test_a_rule_that_joins_units_is_found_at_a_core_without_state() -> None:
    config = wanted()["core-1"]
    lists = dict(access_lists.lists(config))
    unit = next(unit for unit in county().units if county().circuit_by_unit[unit.id].vlan)
    port = names.svi(county().circuit_by_unit[unit.id].vlan or 0, "huawei_vrp")
    lists[port] = (FilterRule(action="accept", name="hole", in_interfaces=(port,), sources=(unit.lan,)), *lists[port])
    found = facts(**{"core-1": runs("core-1", config.model_copy(update={"filters": access_lists.filters(lists)}))})
    assert Verdict.FAIL in _verdicts("unit-to-unit-denied", found, "core-1")

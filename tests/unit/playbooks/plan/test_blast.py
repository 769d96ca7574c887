"""Which units a plan touches, and whether it may cut the path we manage a device by: yes when in doubt."""

import pytest

from countynet.vocabulary import DeviceRole
from inventory.create import EXAMPLE
from inventory.intent import intent
from inventory.intent.placeholders import placeholders
from inventory.load import load_county
from inventory.model import County
from inventory.platforms import linux
from playbooks.plan.blast import approvals_needed, touched, touches_management, units_behind


@pytest.fixture(scope="module")
def county() -> County:
    return load_county(EXAMPLE)


@pytest.fixture(scope="module")
def text(county: County) -> str:
    secrets = placeholders(lambda name: "ssh-ed25519 AAAA" if "public" in name else "Abcdefgh12345678")
    return linux.render(intent(county, secrets)["cpe-001"])


def changed(text: str, old: str, new: str) -> bool:
    assert old in text
    return touches_management(linux.diff(text, text.replace(old, new, 1)))


def test_a_cpe_touches_its_unit_and_a_core_touches_all(county: County) -> None:
    behind = units_behind(county)
    assert behind["cpe-025"] == ("u025",)
    assert len(behind["core-1"]) == len(county.units)
    assert "u025" in behind["vpn-hub"]
    assert "u001" not in behind["vpn-hub"]
    assert behind["sw-dc"] == ()


def test_a_unit_comes_with_its_line(county: County) -> None:
    found = touched(county, ("u025", "u001", "u001"))
    assert [(t.unit, t.line, t.access) for t in found] == [("u001", "line-001", "fiber"), ("u025", "line-025", "adsl")]


@pytest.mark.parametrize("role", list(DeviceRole))
def test_two_approve_a_core_or_a_firewall(role: DeviceRole) -> None:
    heavy = role in (DeviceRole.CORE, DeviceRole.FIREWALL)
    assert approvals_needed([DeviceRole.CPE, role]) == (2 if heavy else 1)


def test_who_gets_the_traps_does_not_touch_the_path(text: str) -> None:
    assert not changed(text, "10.255.0.10:162", "10.255.0.12:162")


def test_a_description_of_an_interface_does_not_either(text: str) -> None:
    assert not changed(text, " description ", " description new ")


@pytest.mark.parametrize("line", [" ip address ", "policy drop", "AllowUsers", "no shutdown"])
def test_addresses_filters_users_and_interfaces_do(text: str, line: str) -> None:
    if line not in text:
        pytest.skip(f"the platform writes no {line}")
    assert changed(text, line, f"{line}x")


def test_what_nobody_knows_does() -> None:
    assert touches_management("--- running /etc/unknown.conf\n+++ intended /etc/unknown.conf\n+a\n")
    assert touches_management("+a\n")
    assert not touches_management("")


def test_a_file_that_looks_harmless_does_not_hide_the_next_one(text: str) -> None:
    both = text.replace("10.255.0.10:162", "10.255.0.12:162").replace("policy drop", "policy accept")
    assert touches_management(linux.diff(text, both))

"""A rotation's stages: what a vault and devices hold at each, and that ends of a tunnel always know each other."""

from collections.abc import Callable, Mapping
from itertools import product
from pathlib import Path

import pytest
from pydantic import SecretStr

from countynet.errors import BadInput, Problem
from inventory import load_county
from inventory.create import random_text
from inventory.deviceconfig import DeviceConfig
from inventory.intent import intent, rotation
from inventory.intent.hardened import time_keys
from inventory.intent.rotation import KINDS, Stage
from inventory.model import County, Hardening
from inventory.names import TIME_KEY, secret_of_tunnel
from inventory.platforms import linux
from inventory.subset import subset
from playbooks.day2.credentials import vault
from playbooks.day2.credentials.members import of_kind

Values = dict[str, str]
TOP = Path(__file__).parents[4]
CPE = "cpe-025"


def asked(values: Mapping[str, str]) -> Callable[[str], SecretStr]:
    def get(name: str) -> SecretStr:
        if name not in values:
            raise BadInput([Problem("missing", where=name)])
        return SecretStr(values[name])

    return get


@pytest.fixture(scope="module")
def county() -> County:
    return subset(load_county(TOP / "inventory" / "example"), 2)


@pytest.fixture(scope="module")
def values(county: County) -> Values:
    tunnels = {secret_of_tunnel(cpe): random_text() for cpe in of_kind(county, "vpn")}
    private, public = "old-private", "ssh-ed25519 AAAAold"
    keys = {rotation.PRIVATE: private, rotation.PUBLIC: public}
    return {rotation.AUTH: random_text(), rotation.PRIV: random_text(), **keys, **tunnels}


def begun(county: County, values: Values) -> Values:
    for kind in KINDS:
        values = vault.begun(values, kind, of_kind(county, kind))
    return values


def at(county: County, values: Values, stage: Stage) -> Values:
    values = begun(county, values)
    for kind in KINDS:
        values = vault.with_stages(values, kind, dict.fromkeys(of_kind(county, kind), stage))
    return values


def configured(county: County, values: Values, device: str) -> DeviceConfig:
    return intent(county, asked(values))[device]


def test_without_a_rotation_nothing_is_another(county: County, values: Values) -> None:
    config = configured(county, values, CPE)
    assert config.snmp
    assert [user.name for user in config.snmp.users] == ["countynet"]
    assert config.tunnels[0].also is None
    assert vault.running(values) == ()


def test_both_are_there_until_a_device_is_opened_by_the_new_one_alone(county: County, values: Values) -> None:
    told = {stage: configured(county, at(county, values, stage), CPE) for stage in Stage}
    counts = {stage: (len(c.snmp.users if c.snmp else ()), len(c.users[1].ssh_keys)) for stage, c in told.items()}
    assert counts == {Stage.OLD: (1, 1), Stage.BOTH: (2, 2), Stage.TURNED: (2, 2), Stage.NEW: (1, 1)}
    logins = [rotation.ssh_account(asked(at(county, values, stage)), CPE, rsa=False) for stage in Stage]
    old, new = (rotation.Account("netadmin", key) for key in (rotation.PRIVATE, rotation.NEXT_PRIVATE))
    assert logins == [old, old, new, new]


def test_ends_of_a_tunnel_know_each_other_when_one_is_a_stage_behind(county: County, values: Values) -> None:
    whole = begun(county, values)
    ends = {}
    for stage in Stage:
        end = rotation.tunnel_end(asked(vault.with_stages(whole, "vpn", {CPE: stage})), CPE)
        ends[stage] = end.key, end.also
    for one, other in product(Stage, Stage):
        if abs(one - other) <= 1:
            for mine, theirs in ((ends[one], ends[other]), (ends[other], ends[one])):
                assert mine[0] in theirs, (one, other)


def test_linux_holds_both_keys_of_a_tunnel_and_reads_them_back(county: County, values: Values) -> None:
    config = configured(county, at(county, values, Stage.BOTH), CPE)
    assert config.tunnels[0].also is not None
    assert linux.parse(linux.render(config)).config == config


def test_a_tunnel_meets_anew_when_the_key_it_proves_itself_by_is_another(county: County, values: Values) -> None:
    begun_ = begun(county, values)
    texts = [linux.render(configured(county, vault.with_stages(begun_, "vpn", {CPE: stage}), CPE)) for stage in Stage]
    meets = [
        any("--initiate" in command for command in linux.activation(before, after).commands)
        for before, after in zip(texts, texts[1:], strict=False)
    ]
    assert meets == [False, True, False]
    assert any("--initiate" in command for command in linux.activation(texts[2], texts[1]).commands)


def test_it_is_begun_once_and_takes_in_who_came_since(county: County, values: Values) -> None:
    first = vault.begun(values, "snmp", [CPE])
    again = vault.begun(vault.advanced(first, "snmp", [CPE]), "snmp", [CPE, "cpe-027"])
    assert vault.stages(again, "snmp") == {CPE: Stage.TURNED, "cpe-027": Stage.BOTH}
    assert again[rotation.NEXT_AUTH] == first[rotation.NEXT_AUTH]


def test_finished_the_vault_holds_the_new_ones_under_the_old_names_and_devices_see_no_difference(
    county: County, values: Values
) -> None:
    last = at(county, values, Stage.NEW)
    after = last
    for kind in KINDS:
        after = vault.finished(after, kind)
    assert vault.running(after) == ()
    assert not [name for name in after if "next" in name]
    assert intent(county, asked(after)) == intent(county, asked(last))
    assert after[rotation.SERVERS_PRIVATE] == values[rotation.PRIVATE]
    assert after[secret_of_tunnel(CPE)] != values[secret_of_tunnel(CPE)]


def test_given_up_all_is_as_before(county: County, values: Values) -> None:
    after = begun(county, values)
    for kind in KINDS:
        after = vault.given_up(after, kind)
    assert after == values


def test_the_user_of_snmp_changes_its_name_to_and_fro(values: Values) -> None:
    found, names = values, list[str]()
    for _turn in range(3):
        found = vault.finished(vault.begun(found, "snmp", []), "snmp")
        names.append(rotation.snmp_login(asked(found), CPE).name)
    assert names == ["countynet-2", "countynet", "countynet-2"]
    assert "countynet-2" not in found.values()  # a name in the vault would be masked, and looked for, as a secret is


VENDORS = {rotation.PUBLIC: "ssh-ed25519 AAAAold", rotation.PRIVATE: "old-private"}
VENDORS |= {rotation.VENDOR_PUBLIC: "ssh-rsa AAAA desk", rotation.VENDOR_PRIVATE: "old-rsa"}


def test_vendors_have_a_second_account_beside_and_its_name_goes_to_and_fro() -> None:
    begun_ = vault.begun(VENDORS, "ssh", [CPE])
    fresh = begun_[rotation.NEXT_VENDOR_PUBLIC]
    held, logins = {}, {}
    for stage in Stage:
        get = asked(vault.with_stages(begun_, "ssh", {CPE: stage}))
        held[stage] = rotation.vendor_accounts(get, CPE)
        logins[stage] = rotation.ssh_account(get, CPE, rsa=True)
    old, new = {"netadmin": "ssh-rsa AAAA"}, {"netadmin-2": fresh}
    assert held == {Stage.OLD: old, Stage.BOTH: old | new, Stage.TURNED: old | new, Stage.NEW: new}
    assert logins[Stage.BOTH] == ("netadmin", rotation.VENDOR_PRIVATE)
    assert logins[Stage.TURNED] == ("netadmin-2", rotation.NEXT_VENDOR_PRIVATE)
    assert rotation.ssh_account(asked(begun_), CPE, rsa=True, following=True).user == "netadmin-2"
    after = vault.finished(begun_, "ssh")
    assert rotation.vendor_accounts(asked(after), CPE) == new
    assert not [name for name in after if "next" in name]
    back = vault.finished(vault.begun(after, "ssh", [CPE]), "ssh")
    assert list(rotation.vendor_accounts(asked(back), CPE)) == ["netadmin"]
    assert vault.given_up(begun_, "ssh") == VENDORS


def test_a_vendors_device_that_comes_during_a_rotation_finds_its_next_key() -> None:
    linux_only = {name: value for name, value in VENDORS.items() if "vendor" not in name}
    begun_ = vault.begun(linux_only, "ssh", ["cpe-027"])
    assert rotation.NEXT_VENDOR_PUBLIC not in begun_
    again = vault.begun(begun_ | VENDORS, "ssh", ["cpe-027", CPE])
    assert set(rotation.vendor_accounts(asked(again), CPE)) == {"netadmin", "netadmin-2"}


def test_the_key_of_time_goes_by_the_other_numbers_and_servers_know_whatever_a_device_asks_with(
    county: County, values: Values
) -> None:
    plan = county.plan.model_copy(update={"hardening": Hardening(ntp_keys=True)})
    asking = county.model_copy(update={"plan": plan})
    found = values | {TIME_KEY: random_text()}
    assert of_kind(county, "time") == ()
    for pair in ([1, 2], [3, 4], [1, 2]):
        assert [key.number for key in time_keys(asked(found))] == pair
        begun_ = vault.begun(found, "time", of_kind(asking, "time"))
        known = time_keys(asked(begun_))
        assert {key.number for key in known} == {1, 2, 3, 4}
        assert vault.given_up(begun_, "time") == found
        for stage in Stage:
            key = configured(asking, vault.with_stages(begun_, "time", {CPE: stage}), CPE).ntp_key
            assert key in known
            assert (key.number == pair[1], key.secret.get_secret_value() == found[TIME_KEY]) == (
                stage < Stage.TURNED,
                stage < Stage.TURNED,
            )
        found = vault.finished(begun_, "time")
        assert found[TIME_KEY] == begun_[rotation.NEXT_TIME]
        assert not [name for name in found if "next" in name]

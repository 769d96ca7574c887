"""Which secrets are sent again: what was changed, and what nobody knows; nothing that is known to be in force."""

from pathlib import Path

import pytest

from countynet.errors import BadInput
from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory import confirmed
from inventory.platforms.patch import patch
from playbooks.device.vendor import texts
from playbooks.device.vouched import Reason, Vouched

VRP, IOS = "huawei_vrp", "cisco_ios"
PEER = "ike peer hub\n pre-shared-key cipher {}\n remote-address 10.0.0.1\n"
SALTED = "%^%#Ab(3k$xQ;9z%^%#"
HOLDER = "ike peer hub / pre-shared-key ********"
USER = "snmp-server user u g v3 auth sha-2 256 {} priv aes 128 {}\n"


@pytest.fixture
def vouched(tmp_path: Path) -> Vouched:
    settings = Settings(county=tmp_path, language="en")
    Secrets.create(settings, {"a": "b"})
    return Vouched(settings, "cpe-001")


def brought(vouched: Vouched, secret: str) -> None:
    """Note that a secret was brought to the device."""
    due = vouched.look("sysname a\n", PEER.format(secret), VRP)
    vouched.begin(due)
    vouched.end(due)


def test_what_was_brought_is_not_sent_again_however_it_is_salted(vouched: Vouched) -> None:
    brought(vouched, "Secret-1")
    for salted in (SALTED, "%^%#Zz9(0k$xQ;9y%^%#"):
        assert not vouched.look(PEER.format(salted), PEER.format("Secret-1"), VRP).anew


def test_one_that_was_changed_is_named_sent_and_shown_masked(vouched: Vouched) -> None:
    brought(vouched, "Secret-1")
    running, intended = PEER.format(SALTED), PEER.format("Secret-2")
    due = vouched.look(running, intended, VRP)
    assert due.anew == {HOLDER: Reason.CHANGED}
    goal = texts.expected(running, intended, VRP, due.anew)
    assert texts.difference(running, goal, VRP) == ""
    assert texts.sent_again(goal, VRP, due.anew) == (
        " ike peer hub\n- pre-shared-key ********\n+ pre-shared-key ********\n"
    )
    there = patch(running, goal, VRP, anew=due.anew)
    assert there == ("ike peer hub", "pre-shared-key cipher Secret-2", "quit")
    assert f"pre-shared-key cipher {SALTED}" in patch(goal, running, VRP, anew=due.anew)


def test_what_nobody_knows_is_sent_again_and_told_from_what_was_changed(vouched: Vouched) -> None:
    due = vouched.look(PEER.format(SALTED), PEER.format("Secret-1"), VRP)
    assert (due.unconfirmed, due.changed) == ((HOLDER,), ())
    brought(vouched, "Secret-1")
    confirmed.forget(vouched.settings, "cpe-001")
    assert vouched.look(PEER.format(SALTED), PEER.format("Secret-1"), VRP).unconfirmed == (HOLDER,)


def test_while_a_change_is_under_way_nothing_that_it_touches_is_believed(vouched: Vouched) -> None:
    brought(vouched, "Secret-1")
    due = vouched.look(PEER.format(SALTED), PEER.format("Secret-2"), VRP)
    vouched.begin(due)
    for secret in ("Secret-1", "Secret-2"):
        assert vouched.look(PEER.format(SALTED), PEER.format(secret), VRP).unconfirmed == (HOLDER,)


def test_a_secret_in_plain_sight_is_what_it_looks_whatever_was_noted(vouched: Vouched) -> None:
    brought(vouched, "Secret-2")
    assert not vouched.look(PEER.format("Secret-1"), PEER.format("Secret-1"), VRP).anew
    assert vouched.look(PEER.format("Secret-1"), PEER.format("Secret-2"), VRP).changed == (HOLDER,)


def test_keys_that_ios_tells_nobody_are_secrets_too(vouched: Vouched) -> None:
    hidden, plain = USER.format("*" * 8, "*" * 8), USER.format("auth-Key-11", "priv-Key-22")
    due = vouched.look(hidden, plain, IOS)
    assert len(due.unconfirmed) == 1
    vouched.end(due)
    assert not vouched.look(hidden, plain, IOS).anew
    assert vouched.look(hidden, plain.replace("22", "23"), IOS).changed == due.unconfirmed


def test_texts_that_are_not_the_inventorys_send_nothing_and_leave_what_they_touch_unknown(vouched: Vouched) -> None:
    brought(vouched, "Secret-1")
    theirs = Vouched(vouched.settings, "cpe-001", ours=False)
    assert not theirs.look(PEER.format(SALTED), PEER.format("%^%#other(3k$xQ;9%^%#"), VRP).gone
    due = theirs.look(PEER.format(SALTED), "sysname a\n", VRP)
    theirs.begin(due)
    theirs.end(due)
    assert confirmed.known(vouched.settings, "cpe-001") == {}


def test_afresh_sends_all_of_them(vouched: Vouched) -> None:
    brought(vouched, "Secret-1")
    afresh = Vouched(vouched.settings, "cpe-001", afresh=True)
    assert afresh.look(PEER.format(SALTED), PEER.format("Secret-1"), VRP).unconfirmed == (HOLDER,)


def test_no_file_holds_a_secret_equal_ones_look_different_and_a_torn_file_is_none(vouched: Vouched) -> None:
    brought(vouched, "Secret-1")
    brought(Vouched(vouched.settings, "cpe-002"), "Secret-1")
    first, second = (confirmed.known(vouched.settings, name) for name in ("cpe-001", "cpe-002"))
    assert first.keys() == second.keys()
    assert first != second
    files = [file for file in vouched.settings.state.rglob("*") if file.is_file()]
    assert not any(b"Secret-1" in file.read_bytes() for file in files)
    next(file for file in files if file.name == "cpe-001.json").write_text("{torn")
    assert confirmed.known(vouched.settings, "cpe-001") == {}


def test_without_the_vaults_password_nothing_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        Vouched(Settings(county=tmp_path, language="en"), "cpe-001").look("sysname a\n", PEER.format("Secret-1"), VRP)

"""Secrets never show; that one changed always does."""

from pydantic import SecretStr

from inventory.deviceconfig import DeviceConfig
from inventory.platforms import linux
from tests.unit.inventory.platforms.example import FULL

SECRETS = ("authauth1", "privpriv1", "time-key-of-all-devices", "link-key", "cHNr")
"""the last is the beginning of the tunnel's key in base64"""


def _other_key() -> DeviceConfig:
    return FULL.model_copy(update={"tunnels": (FULL.tunnels[0].model_copy(update={"key": SecretStr("other")}),)})


def test_no_secret_is_left() -> None:
    text = linux.render(FULL)
    assert all(secret in text for secret in SECRETS)
    assert not any(secret in linux.mask(text) for secret in SECRETS)


def test_all_else_is_left() -> None:
    masked, text = linux.mask(linux.render(FULL)).splitlines(), linux.render(FULL).splitlines()
    changed = [line for line, was in zip(masked, text, strict=True) if line != was]
    assert len(changed) == 5
    assert all("********" in line for line in changed)


def test_a_trap_session_hides_both_keys_and_shows_its_receiver() -> None:
    line = next(line for line in linux.mask(linux.render(FULL)).splitlines() if line.startswith("trapsess"))
    assert line.count("********") == 2
    assert line.endswith(" 10.255.0.10:162")


def test_a_changed_secret_shows_and_an_equal_one_does_not() -> None:
    assert linux.diff(linux.render(FULL), linux.render(FULL)) == ""
    shown = linux.diff(linux.render(FULL), linux.render(_other_key()))
    assert shown.count("secret = ********") == 2
    assert "b3RoZXI" not in shown


def test_a_key_of_the_caller_makes_masks_comparable() -> None:
    text = linux.render(FULL)
    assert linux.mask(text, b"k" * 32) == linux.mask(text, b"k" * 32)
    assert linux.mask(text, b"k" * 32) != linux.mask(text, b"l" * 32)


def test_a_masked_text_stays_masked_and_readable() -> None:
    once = linux.mask(linux.render(FULL))
    assert not any(secret in linux.mask(once) for secret in SECRETS)
    assert linux.parse(once).config.hostname == FULL.hostname


def test_a_difference_names_the_file() -> None:
    shown = linux.diff(linux.render(FULL), linux.render(FULL.model_copy(update={"forwarding": False})))
    assert "--- running /etc/sysctl.d/90-countynet.conf" in shown
    assert "+net.ipv4.ip_forward = 0" in shown

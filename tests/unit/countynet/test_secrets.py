"""The vault keeps what it is given, tells what is wrong, and nothing leaks."""

from pathlib import Path

import pytest

from countynet.errors import BadInput
from countynet.i18n import translate_error
from countynet.secrets import BROUGHT, Secrets, password_file, vault_file
from countynet.settings import Settings
from countynet.vault import opened

HARD = {
    "ipsec/cpe-025": "a: b # 'c' \"d\" \\ \n- e\t",
    "ssh/admin-private-key": "-----BEGIN\n" + "x" * 300 + "\n-----END\n",
    "snmp/auth": "密码 口令",
    "yes": "no",
    "number": "0123",
}


def test_every_value_comes_back_as_it_was(settings: Settings) -> None:
    Secrets.create(settings, HARD)
    loaded = Secrets.load(settings)
    assert {name: loaded.get(name).get_secret_value() for name in loaded.names()} == HARD


def test_nothing_is_readable_or_shown(settings: Settings) -> None:
    secrets = Secrets.create(settings, {"snmp/auth": "open-sesame"})
    for file in (vault_file(settings), password_file(settings)):
        assert file.stat().st_mode & 0o077 == 0
    assert b"sesame" not in vault_file(settings).read_bytes()
    assert vault_file(settings).read_text().startswith("$ANSIBLE_VAULT;1.1;AES256")
    assert "sesame" not in repr(secrets) + str(secrets.get("snmp/auth"))
    assert not vault_file(settings).is_relative_to(settings.state)
    assert password_file(settings).is_relative_to(settings.state)


@pytest.mark.parametrize("clear", [b"", b"x" * 15, b"y" * 16, "密码: 口令\n".encode() * 900])
def test_what_ansible_sealed_is_opened_and_nothing_that_was_altered(clear: bytes) -> None:
    from ansible.parsing.vault import VaultAES256, VaultSecret, format_vaulttext_envelope

    body = VaultAES256.encrypt(clear, VaultSecret(b"secret"))
    for sealed in (
        format_vaulttext_envelope(body, "AES256"),
        format_vaulttext_envelope(body, "AES256", version="1.2", vault_id="county").replace(b"\n", b"\r\n"),
    ):
        assert opened(sealed, b"secret") == clear
        whole = sealed.strip()
        altered = whole[:-1] + (b"2" if whole.endswith(b"1") else b"1")
        for wrong in (altered, sealed.replace(b"AES256", b"AES"), sealed.replace(b";1.", b";2."), b""):
            with pytest.raises(ValueError, match=".+"):
                opened(wrong, b"secret")
        with pytest.raises(ValueError, match="wrong"):
            opened(sealed, b"Secret")


def test_creating_again_keeps_the_password(settings: Settings) -> None:
    Secrets.create(settings, {"a": "1"})
    password = password_file(settings).read_bytes()
    Secrets.create(settings, {"a": "2"})
    assert password_file(settings).read_bytes() == password
    assert Secrets.load(settings).get("a").get_secret_value() == "2"


def test_missing_name_is_told(settings: Settings) -> None:
    with pytest.raises(BadInput) as caught:
        Secrets.create(settings, {"a": "1"}).get("b")
    assert "no secret named b" in translate_error(caught.value)


def test_password_of_another_place(settings: Settings, tmp_path: Path) -> None:
    elsewhere = settings.model_copy(update={"vault_password_file": tmp_path / "elsewhere"})
    Secrets.create(elsewhere, {"a": "1"})
    assert not (settings.state / "vault-password").exists()
    assert Secrets.load(elsewhere).get("a").get_secret_value() == "1"


def test_what_a_deploy_brought_fills_in_secrets_of_applications_and_changes_none(settings: Settings) -> None:
    told = {"snmp/auth": "old", "snmp/next": "gone since", "applications/wiki/a": "old", "applications/auth/b": "made"}
    Secrets.create(settings, told)
    vault_file(settings).rename(settings.state / BROUGHT)
    Secrets.create(settings, {"snmp/auth": "new", "applications/wiki/a": "new"})
    loaded = Secrets.load(settings)
    assert {name: loaded.get(name).get_secret_value() for name in loaded.names()} == {
        "snmp/auth": "new",
        "applications/wiki/a": "new",
        "applications/auth/b": "made",
    }
    (settings.state / BROUGHT).write_text("not a vault")
    with pytest.raises(BadInput) as caught:
        Secrets.load(settings)
    assert BROUGHT in translate_error(caught.value)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda s: vault_file(s).unlink(), "no vault"),
        (lambda s: password_file(s).unlink(), "cannot be read"),
        (lambda s: password_file(s).write_text("\n"), "is empty"),
        (lambda s: password_file(s).write_text("wrong\n"), "cannot be opened"),
        (lambda s: vault_file(s).write_text("plain: text\n"), "cannot be opened"),
    ],
)
def test_what_is_wrong_is_told(settings: Settings, spoil: object, says: str) -> None:
    Secrets.create(settings, {"a": "1"})
    assert callable(spoil)
    spoil(settings)
    with pytest.raises(BadInput) as caught:
        Secrets.load(settings)
    assert says in translate_error(caught.value)

"""The vault keeps what it is given, tells what is wrong, and nothing leaks."""

from pathlib import Path

import pytest

from countynet.errors import BadInput
from countynet.i18n import translate_error
from countynet.secrets import Secrets, password_file, vault_file
from countynet.settings import Settings

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

"""The county's secrets: an Ansible Vault file in the county folder, its password outside git.

`<county>/secrets/vault.yml` is a flat map name: value, encrypted as a whole (AES-256, the format that
`ansible-vault` and playbooks read). The password is in `<state>/vault-password` (0600), or in the file that
COUNTYNET_VAULT_PASSWORD_FILE names. A secret leaves as a SecretStr, whose repr is masked; it is never logged, put on a
command line or written to git in clear.

A machine that countynet was deployed to follows the county's folder by its commits. Secrets of applications are made by
deploys and committed later, so each deploy brings the vault as it is then, under the same password, as
`<state>/vault-brought.yml`: of applications it fills in what the folder's own vault lacks; it changes nothing there.

`<county>/secrets/center.yml` is a second vault of the same form under a password of its own, which the machine of
whoever runs the network does not have: `countynet.apart`.
"""

import hmac
import os
import secrets as random
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from countynet.settings import Settings
from countynet.vault import opened

FOLDER = "secrets"
FILE = "vault.yml"
BROUGHT = "vault-brought.yml"
OF_APPLICATIONS = "applications/"
"""names of secrets that a deploy makes begin so"""


def vault_file(settings: Settings) -> Path:
    """Return where the county's vault is."""
    return settings.county / FOLDER / FILE


def password_file(settings: Settings) -> Path:
    """Return where the vault's password is."""
    return settings.vault_password_file or settings.state / "vault-password"


class Secrets:
    """The county's secrets, decrypted in memory."""

    def __init__(self, values: Mapping[str, SecretStr], file: Path) -> None:
        self._values = dict(values)
        self._file = file

    def __repr__(self) -> str:
        return f"Secrets({len(self._values)} names)"

    @classmethod
    def load(cls, settings: Settings) -> "Secrets":
        """Read the county's vault. Raises BadInput if file or password is missing or wrong."""
        file = vault_file(settings)
        if not file.exists():
            raise _bad(file, _("the county has no vault of secrets"), _("countynet init makes one"))
        own, brought = cls.read(file, password_file(settings)), settings.state / BROUGHT
        if not brought.exists():
            return own
        held = cls.read(brought, password_file(settings))._values
        return cls({n: v for n, v in held.items() if n.startswith(OF_APPLICATIONS)} | own._values, file)

    @classmethod
    def read(cls, file: Path, password: Path) -> "Secrets":
        """Read a vault with the password in a file. Raises BadInput if either is missing or wrong."""
        clear = _decrypt(file, password)
        return cls({name: SecretStr(value) for name, value in _flat(clear, file).items()}, file)

    @classmethod
    def create(cls, settings: Settings, values: Mapping[str, str]) -> "Secrets":
        """Write the county's vault anew with these values (and a password, if there is none) and return it."""
        return cls.write(vault_file(settings), password_file(settings), values)

    @classmethod
    def write(cls, file: Path, password: Path, values: Mapping[str, str]) -> "Secrets":
        """Write a vault anew with these values (and a password, if there is none) and return it."""
        text = _vault(_password(password, create=True)).encrypt(_dump(values))
        file.parent.mkdir(parents=True, exist_ok=True)
        _write_private(file, bytes(text))
        return cls({name: SecretStr(value) for name, value in values.items()}, file)

    def get(self, name: str) -> SecretStr:
        """Return one secret. Raises BadInput if there is none of that name."""
        try:
            return self._values[name]
        except KeyError:
            raise BadInput(
                [Problem(_("the vault has no secret named {name}"), {"name": name}, file=str(self._file))]
            ) from None

    def names(self) -> tuple[str, ...]:
        """Return the names of all secrets, sorted."""
        return tuple(sorted(self._values))


def seal(settings: Settings, text: str) -> bytes:
    """Return a text encrypted with the vault's password. Raises BadInput without the password."""
    return bytes(_vault(_password(password_file(settings))).encrypt(text))


def unseal(settings: Settings, content: bytes) -> str:
    """Return the text that `seal` encrypted. Raises BadInput for a wrong password or another content."""
    try:
        return opened(content, _password(password_file(settings))).decode()
    except ValueError as error:
        raise _bad(password_file(settings), _("the vault cannot be opened with its password"), "") from error


def keyed(settings: Settings, text: str) -> str:
    """Return a digest (HMAC-SHA256) that only who has the vault's password can make. Raises BadInput without it."""
    return hmac.new(b"countynet digest" + _password(password_file(settings)), text.encode(), "sha256").hexdigest()


def _password(file: Path, create: bool = False) -> bytes:
    if create and not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        _write_private(file, random.token_urlsafe(32).encode() + b"\n")
    try:
        password = file.read_bytes().strip()
    except OSError as error:
        raise _bad(file, _("the vault's password cannot be read"), str(error.strerror)) from error
    if not password:
        raise _bad(file, _("the vault's password file is empty"), _("one line with the password"))
    return password


def _write_private(file: Path, content: bytes) -> None:
    """Write a file that nobody else can read, whole or not at all."""
    new = file.with_name(f".{file.name}.{os.getpid()}")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(file)


def _vault(password: bytes) -> Any:
    from ansible.constants import DEFAULT_VAULT_IDENTITY
    from ansible.parsing.vault import VaultLib, VaultSecret

    return VaultLib([(DEFAULT_VAULT_IDENTITY, VaultSecret(password))])


def _decrypt(file: Path, password: Path) -> str:
    try:
        return opened(file.read_bytes(), _password(password)).decode()
    except ValueError as error:
        raise _bad(file, _("the vault cannot be opened with its password"), str(password)) from error


def _flat(clear: str, file: Path) -> dict[str, str]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        values = YAML(typ="safe").load(clear)
    except YAMLError as error:
        raise _bad(file, _("the vault does not hold YAML"), _("a flat map name: text")) from error
    if not isinstance(values, dict) or not all(isinstance(v, str) for kv in values.items() for v in kv):
        raise _bad(file, _("the vault does not hold a flat map"), _("a flat map name: text"))
    return values


def _dump(values: Mapping[str, str]) -> str:
    from ruamel.yaml import YAML

    stream = StringIO()
    yaml = YAML()
    yaml.width = 1 << 20
    yaml.dump(dict(sorted(values.items())), stream)
    return stream.getvalue()


def _bad(file: Path, message: str, wanted: str) -> BadInput:
    return BadInput([Problem(message, file=str(file), wanted=wanted)])

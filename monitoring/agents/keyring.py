"""What opens whose agent: SNMPv3 users and, for what has nothing better, communities. Secrets stand in the vault.

Without more, every device has the user that intent writes into its configuration (`countynet`, SHA-256, AES-128,
secrets `snmp/auth` and `snmp/priv`). Devices that have others stand in `monitoring/snmp.yml` of the county folder:

    credentials:
      - {name: old, version: v2c, community: snmp/old-community}
      - {name: core, user: monitor, auth: SHA-512, auth_password: snmp/core-auth,
         priv: AES-256-C, priv_password: snmp/core-priv}
    devices:
      - {only: ["role=core"], use: core}
      - {only: ["sw-17,sw-18"], use: old}
      - {equipment: [ids-1, audit-1], use: old}

`only` selects as `--only` does, `equipment` names security equipment that others configure, and whose agent we ask for
that alone; a device's first line counts. Every mistake is told at once, with its line.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from countynet.errors import BadInput
from countynet.frozen import Frozen
from countynet.i18n import _
from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory.datafile import DataFile
from inventory.deviceconfig import SnmpUser
from inventory.intent.rotation import snmp_login
from inventory.model import County
from inventory.select import select_devices
from monitoring.probes.equipment import equipment
from monitoring.snmp.community import Community
from monitoring.snmp.seam import Target
from monitoring.snmp.usm import Credentials

FILE = Path("monitoring") / "snmp.yml"
"""within the county folder"""
Secret = Credentials | Community
Keyring = Callable[[str], Secret]
"""what opens a device's agent, by its name"""


class Entry(Frozen):
    """One way to open agents; `community` and the passwords are names of secrets in the vault."""

    name: str = Field(min_length=1, max_length=40)
    version: Literal["v1", "v2c", "v3"] = "v3"
    community: str = ""
    user: str = Field(default="", max_length=32)
    auth: Literal["SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512"] = "SHA-256"
    auth_password: str = ""
    priv: Literal["AES-128", "AES-192", "AES-256", "AES-192-C", "AES-256-C"] = "AES-128"
    priv_password: str = ""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        """Refuse half of one."""
        if self.version == "v3" and not self.user:
            raise ValueError("version v3 needs a user")
        if self.version != "v3" and not self.community:
            raise ValueError("versions v1 and v2c need a community")
        if self.priv_password and not self.auth_password:
            raise ValueError("priv_password needs auth_password")
        return self

    def secret(self, find: Callable[[str], SecretStr]) -> Secret:
        """Return it with its secrets. Raises BadInput for one that the vault lacks, ValueError for a bad one."""
        if self.version != "v3":
            return Community(find(self.community), self.version)
        auth, priv = (find(name) if name else None for name in (self.auth_password, self.priv_password))
        return Credentials(self.user, auth, priv, self.auth, self.priv)


class Use(Frozen):
    """Which devices, or which security equipment, are opened how."""

    only: tuple[str, ...] = ()
    equipment: tuple[str, ...] = ()
    use: str

    @model_validator(mode="after")
    def _whom(self) -> Self:
        """Refuse a line about nobody."""
        if not self.only and not self.equipment:
            raise ValueError("only or equipment says whose it is")
        return self


def keyring(settings: Settings, county: County) -> Keyring:
    """Return what opens a device's agent, by its name. Raises BadInput with every problem, and without the vault."""
    secrets = Secrets.load(settings)
    file = settings.county / FILE
    others = read(file.read_bytes(), county, secrets) if file.is_file() else {}
    usual = {device.name: credentials_of(snmp_login(secrets.get, device.name)) for device in county.devices}
    every = credentials_of(snmp_login(secrets.get, ""))
    return lambda device: others.get(device) or usual.get(device, every)


def credentials_of(user: SnmpUser) -> Credentials:
    """Return a user of a device's agent as what opens it."""
    return Credentials(user.name, user.auth_key, user.priv_key, user.auth)


def read(content: bytes, county: County, secrets: Secrets) -> Mapping[str, Secret]:
    """Return what the file says, by device. Raises BadInput with every problem."""
    file = DataFile(str(FILE), content, ("credentials", "devices"))
    known = _opened(file, file.placed("credentials", Entry), secrets)
    devices = _used(file, file.placed("devices", Use), known, county)
    file.refuse()
    return devices


def _opened(file: DataFile, entries: Iterable[tuple[int, Entry]], secrets: Secrets) -> dict[str, Secret | None]:
    """Return the credentials by name; None for those in which something is wrong, which is noted."""
    found: dict[str, Secret | None] = {}
    for index, entry in entries:
        if entry.name in found:
            file.wrong(("credentials", index, "name"), _("{value} is given twice"), value=entry.name)
        found[entry.name] = None
        try:
            found[entry.name] = entry.secret(secrets.get)
        except BadInput as error:
            file.note(("credentials", index), error.problems[0])
        except ValueError:
            file.wrong(("credentials", index), _("a password of SNMPv3 has at least eight characters"))
    return found


def _used(
    file: DataFile, uses: Iterable[tuple[int, Use]], known: Mapping[str, Secret | None], county: County
) -> dict[str, Secret]:
    """Return the credentials by device; what is wrong is noted."""
    devices: dict[str, Secret] = {}
    for index, use in uses:
        if use.use not in known:
            message = _("no credentials are named {value}; there are: {choices}")
            file.wrong(("devices", index, "use"), message, value=use.use, choices=", ".join(known))
        chosen = [*_chosen(file, index, use, county), *_kits(file, index, use, county)]
        if secret := known.get(use.use):
            for name in chosen:
                devices.setdefault(name, secret)
    return devices


def _chosen(file: DataFile, index: int, use: Use, county: County) -> list[str]:
    try:
        return [device.name for device in select_devices(county, use.only)] if use.only else []
    except BadInput as error:
        for problem in error.problems:
            file.note(("devices", index, "only"), problem)
        return []


def _kits(file: DataFile, index: int, use: Use, county: County) -> list[str]:
    known = {kit.id for kit in county.security_equipment}
    for name in use.equipment:
        if name not in known:
            message = _("no security equipment is named {value}; there is: {choices}")
            choices = ", ".join(sorted(known))
            file.wrong(("devices", index, "equipment"), message, value=name, choices=choices)
    return [name for name in use.equipment if name in known]


def equipped(folder: Path, county: County) -> tuple[Target, ...]:
    """Return the agents of security equipment that the county's file opens; what is wrong in it, `keyring` says."""
    file = folder / FILE
    data = DataFile(str(FILE), file.read_bytes() if file.is_file() else b"", ("credentials", "devices"))
    named = {name for _index, use in data.placed("devices", Use) for name in use.equipment}
    return tuple(Target(kit.id, kit.address) for kit in equipment(county) if kit.id in named and not kit.why)

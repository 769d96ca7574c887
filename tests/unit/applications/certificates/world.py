"""A keeper in a temporary folder, as the ceremony leaves it."""

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

from applications.certificates import ceremony
from applications.certificates.keeper.__main__ import addresses
from applications.certificates.keeper.keyring import Keyring
from applications.certificates.keeper.register import Register
from applications.certificates.keeper.work import Keeper

COUNTY = "清岚县"
PASSPHRASE = b"kept in the vault of the county"
CODE = "11340421MB1A00017E"
START = dt.datetime(2026, 11, 26, 8, 0, tzinfo=dt.UTC)


@dataclass
class Time:
    """A clock that moves when told."""

    at: dt.datetime = field(default=START)

    def __call__(self) -> dt.datetime:
        return self.at


def keys(folder: Path, now: dt.datetime = START) -> Path:
    """Hold the ceremony; return the keeper's folder."""
    made = folder / "keys"
    made.mkdir(mode=0o700)
    ceremony.make_root(folder / "root", COUNTY, b"the root's own passphrase", now)
    asked = ceremony.make_request(made, COUNTY, PASSPHRASE)
    own = ceremony.sign(folder / "root", asked.public_bytes(ceremony.PEM), b"the root's own passphrase", now)
    ceremony.install(made, own.public_bytes(ceremony.PEM), (folder / "root/root.pem").read_bytes())
    return made


def keeper(folder: Path, time: Time) -> Keeper:
    """Return a keeper over the folder."""
    return Keeper(Keyring(folder, PASSPHRASE, COUNTY), Register(folder / "register.db"), addresses("auth.test"), time)

"""Starts the keeper: `python -m applications.certificates.keeper SETTINGS`."""

import datetime as dt
import os
import pwd
import sys
from pathlib import Path

from applications.certificates.authority.issue import Addresses
from applications.certificates.keeper.keyring import Keyring
from applications.certificates.keeper.register import Register
from applications.certificates.keeper.serve import Door
from applications.certificates.keeper.work import Keeper
from applications.certificates.problems import Refused
from applications.certificates.settings import BadSettings, KeeperSettings, read


def addresses(name: str) -> Addresses:
    """Return where readers of certificates find the authority: in the clear, what they carry is signed."""
    return Addresses(f"http://{name}/ocsp", f"http://{name}/crl", f"http://{name}/issuing.cer")


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def main(path: str) -> int:
    """Serve until the process is ended; 2 with a sentence when it cannot begin."""
    try:
        told = read(Path(path), KeeperSettings)
        passphrase = Path(told.passphrase).read_bytes().strip()
        keyring = Keyring(Path(told.keys), passphrase, told.county)
        register = Register(Path(told.keys) / "register.db")
        keeper = Keeper(keyring, register, addresses(told.name), _now, told.policy)
        users = frozenset(pwd.getpwnam(name).pw_uid for name in told.accounts) | {os.getuid()}
        with Door(Path(told.socket), keeper, users) as door:
            print(f"the keeper serves {told.socket}", flush=True)
            door.serve_forever()
    except (Refused, BadSettings, OSError, KeyError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]) if len(sys.argv) == 2 else "usage: keeper SETTINGS")

"""Signs in to a server as root with the county's own key; an unknown or changed host key is refused."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address
from pathlib import Path

import paramiko
from pydantic import SecretStr

from audit.live.station import Around, connect

SECONDS = 15.0


@contextmanager
def signed_in(place: Around, server: IPv4Address, key: SecretStr, known: Path) -> Iterator[paramiko.SSHClient]:
    """Yield a client that is signed in from the station; `known` has the host keys that the playbooks recorded.

    Raises OSError, EOFError, paramiko.SSHException.
    """
    client = paramiko.SSHClient()
    try:
        client.load_host_keys(str(known))
        client.set_missing_host_key_policy(paramiko.RejectPolicy())
        private = paramiko.Ed25519Key.from_private_key(io.StringIO(key.get_secret_value()))
        client.connect(str(server), username="root", pkey=private, sock=connect(place, server, 22, SECONDS),
                       allow_agent=False, look_for_keys=False, timeout=SECONDS)  # fmt: skip
        yield client
    finally:
        client.close()

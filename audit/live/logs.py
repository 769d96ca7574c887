"""Asks the log server for the last line it has of each device, over SSH, with the county's own key.

The server's host key is the one that the playbooks recorded; an unknown or changed one is refused.
"""

from ipaddress import IPv4Address
from pathlib import Path, PurePosixPath

import paramiko
from pydantic import SecretStr

from audit.facts import Logs
from audit.live.shell import SECONDS, signed_in
from audit.live.station import Around
from countynet import vantage
from countynet.settings import Settings

FOLDER = "/var/log/devices"
_ASK = f'for f in {FOLDER}/*.log; do printf "%s\\t" "$f"; tail -n 1 "$f"; done'
_LONGEST = 300


def host_keys(settings: Settings) -> Path:
    """Return where the playbooks recorded the servers' host keys."""
    return settings.state / ("twin/server_hosts" if vantage.path(settings) else "server_hosts")


def read(place: Around, server: IPv4Address, key: SecretStr, known: Path) -> Logs:
    """Return the last line of each device; an error is part of the answer."""
    try:
        with signed_in(place, server, key, known) as client:
            text = client.exec_command(_ASK, timeout=SECONDS)[1].read().decode(errors="replace")
        return Logs(server, last_lines(text))
    except (OSError, EOFError, paramiko.SSHException) as error:
        return Logs(server, None, f"{type(error).__name__}: {error}")


def last_lines(text: str) -> dict[str, str]:
    """Return device -> last line from lines `file<TAB>line`; a device whose file is empty is left out."""
    found = {}
    for line in text.splitlines():
        path, tab, last = line.partition("\t")
        if tab and last.strip() and path.startswith(FOLDER):
            found[PurePosixPath(path).stem] = last.strip()[:_LONGEST]
    return found

"""Where the servers' host keys are recorded: by address as Ansible's OpenSSH does, by name where we sign in ourselves.

Both take a key at first sight and refuse another one. A person who knows why it changed (the server was installed
anew) says `countynet config trust SERVER`; no program does.
"""

from collections.abc import Sequence
from pathlib import Path

from countynet import vantage
from countynet.settings import Settings
from inventory.model import Host
from playbooks.device.hostkeys import HostKeys


def by_address(settings: Settings) -> Path:
    """Return the known_hosts file of the playbooks' OpenSSH; that of a twin goes with the twin."""
    return settings.state / ("twin/server_hosts" if vantage.path(settings) else "server_hosts")


def by_name(settings: Settings) -> Path:
    """Return the file of the lines that we open ourselves (`playbooks.servers.line`)."""
    return settings.state / ("twin/log_hosts" if vantage.path(settings) else "log_hosts")


def forget(settings: Settings, hosts: Sequence[Host]) -> None:
    """Drop what is recorded of these servers, so that the next key that each shows is taken as the first."""
    if by_name(settings).exists():
        HostKeys(by_name(settings)).forget(tuple(host.name for host in hosts))
    file = by_address(settings)
    if file.exists():
        gone = {str(host.address.ip) for host in hosts}
        kept = [line for line in file.read_text(encoding="utf-8").splitlines(True) if line.split(" ", 1)[0] not in gone]
        fresh = file.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text("".join(kept), encoding="utf-8")
        fresh.replace(file)

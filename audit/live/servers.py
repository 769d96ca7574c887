"""Reads servers over SSH with the county's own key: one script that writes nothing, asked again for what files include.

A server's host key is the one that the playbooks recorded; an unknown or changed one is refused. A server that does
not answer, or breaks off, is told with its reason and decides nothing.
"""

import shlex
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address
from pathlib import Path

import paramiko
from pydantic import SecretStr

from audit.live.shell import signed_in
from audit.live.station import Around
from audit.servers.machine import Machine
from audit.servers.read import nginx, postgres, sshd, swan
from audit.servers.script import FIRST, UnfinishedError, asked, script, understood
from countynet.i18n import _

LONGEST = 120.0
THREADS = 8
ROUNDS = 6
MOST = 16 << 20
"""bytes of one answer"""
NO_ANSWER = _("it could not be read: {error}")
REFUSED = _("it does not let the county's key in, so it was not read: {error}")
NEVER_MET = _("none of our playbooks has signed in to it, so its host key is not known here and it was not opened")
Run = Callable[[str], str]
"""runs the script with what is written to it and returns what it said; raises OSError, UnfinishedError"""


def read_all(place: Around, hosts: Mapping[str, tuple[IPv4Address, SecretStr]], known: Path) -> dict[str, Machine]:
    """Return each server as it was read, by name; an error is part of it. `hosts`: their addresses, what opens them."""
    with ThreadPoolExecutor(THREADS) as pool:
        found = pool.map(lambda name: _read(place, name, *hosts[name], known), hosts)
        return dict(zip(hosts, found, strict=True))


def met(known: Path) -> frozenset[str]:
    """Return the addresses of the servers whose host keys the playbooks recorded; none without the file."""
    if not known.exists():
        return frozenset()
    lines = known.read_text(encoding="utf-8").splitlines()
    return frozenset(name for line in lines if line.strip() for name in line.split()[0].split(","))


def _read(place: Around, name: str, address: IPv4Address, key: SecretStr, known: Path) -> Machine:
    if str(address) not in met(known):
        return Machine(name, reason=NEVER_MET)
    try:
        with signed_in(place, address, key, known) as client:
            return gathered(name, lambda wanted: _ran(client, wanted))
    except paramiko.AuthenticationException as error:
        return Machine(name, reason=REFUSED, values={"error": str(error)})
    except (OSError, EOFError, paramiko.SSHException, UnfinishedError) as error:
        return Machine(name, reason=NO_ANSWER, values={"error": f"{type(error).__name__}: {error}"})


def _ran(client: paramiko.SSHClient, wanted: str) -> str:
    put, got, _error = client.exec_command(f"exec sh -c {shlex.quote(script())}", timeout=LONGEST)
    put.write(wanted)
    put.channel.shutdown_write()
    return got.read(MOST).decode(errors="replace")


def gathered(name: str, run: Run) -> Machine:
    """Return a server: what is always asked, then round by round what its files include."""
    machine, done = understood(name, run(asked(FIRST, tell=True))), set(FIRST)
    for _round in range(ROUNDS):
        wanted = {p for reader in (nginx, postgres, sshd, swan) for p in reader.included(machine)} - done
        wanted -= machine.files.keys()
        if not wanted:
            break
        done |= wanted
        machine = understood(name, run(asked(sorted(wanted), tell=False)), machine)
    return machine

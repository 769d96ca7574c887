"""Which servers take part, and what is done on one: a key let in beside another and tried, one taken away and tried."""

import shlex
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import paramiko
from pydantic import SecretStr

from countynet import apart
from countynet.errors import CountyError, DeviceError
from countynet.i18n import _, translate_error
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.vocabulary import HostKind
from inventory.intent import server_keys
from inventory.model import County, Host
from playbooks.device.transport.ssh import load_key
from playbooks.servers.hostkeys import by_address, by_name
from playbooks.servers.line import opened

THREADS = 8
SECONDS = 60.0
SERVERS = (HostKind.SERVER, HostKind.PUBLIC)
WOULD_LOCK_OUT = 3
_SCRIPT = Path(__file__).with_name("on_server.py")


def members(settings: Settings, county: County) -> tuple[tuple[Host, ...], tuple[Host, ...]]:
    """Return the servers that the common key opens, and those that it does not.

    The center's hosts have a key of their own, and a public host that was never signed in to is not ours to open.
    """
    own = apart.hosts(settings, county)
    every = [host for host in county.hosts if host.kind in SERVERS]
    ours = [host for host in every if host.kind is HostKind.SERVER or _met(settings, host)]
    servers = tuple(host for host in ours if host.name not in own)
    return servers, tuple(host for host in every if host not in servers)


def _met(settings: Settings, host: Host) -> bool:
    """Whether a host's key was recorded, by its name or its address, when something of ours signed in to it."""
    files = [file for file in (by_name(settings), by_address(settings)) if file.exists()]
    words = {
        text.split()[0] for file in files for text in file.read_text(encoding="utf-8").splitlines() if text.strip()
    }
    return bool({host.name, str(host.address.ip)} & words)


def public(secret: SecretStr) -> str:
    """Return the public half of a private key, as `type base64`."""
    key = load_key(secret)
    return f"{key.get_name()} {key.get_base64()}"


def let_in(settings: Settings, host: Host, now: SecretStr, following: SecretStr) -> None:
    """Have a server know the next key beside the present one, then sign in by it alone. Raises DeviceError."""
    _have(settings, host, now, f"add {shlex.quote(public(now))} {shlex.quote(public(following))}")
    opened(settings, host, following).close()


def turn_away(settings: Settings, host: Host, gone: SecretStr, stays: SecretStr) -> None:
    """Have a server forget a key, signed in by the other, and see that it is refused. Raises DeviceError."""
    _have(settings, host, stays, f"drop {shlex.quote(public(gone))} {shlex.quote(public(stays))}")
    opened(settings, host, stays).close()
    try:
        opened(settings, host, gone).close()
    except DeviceError as error:
        if isinstance(error.__cause__, paramiko.AuthenticationException):
            return
        raise
    raise DeviceError(host.name, _("takes the old key still, from a place that its files of keys do not show"))


def _have(settings: Settings, host: Host, by: SecretStr, words: str) -> None:
    with closing(opened(settings, host, by)) as line:
        answer = line.run(f"python3 -c {shlex.quote(_SCRIPT.read_text(encoding='utf-8'))} {words}", SECONDS)
    if answer.status == WOULD_LOCK_OUT:
        raise DeviceError(host.name, _("does not list the key that is to stay; nothing was taken away"))
    if answer.status:
        raise DeviceError(host.name, _("could not change its file of keys"), answer=answer.complaint[-300:])


def answers(settings: Settings, host: Host) -> None:
    """Sign in by what the vault says opens a server. Raises DeviceError."""
    opened(settings, host).close()


def each(hosts: Sequence[Host], done: Callable[[Host], None]) -> Mapping[str, str]:
    """Do something on servers at the same time; return those on which it failed, and why."""

    def one(host: Host) -> CountyError | None:
        try:
            done(host)
        except CountyError as error:
            return error
        return None

    with ThreadPoolExecutor(THREADS) as pool:
        found = dict(zip([host.name for host in hosts], pool.map(one, hosts), strict=True))
    return {name: translate_error(error) for name, error in found.items() if error}


def keys(settings: Settings) -> tuple[SecretStr, ...]:
    """Return the present key, and the next one while an exchange runs."""
    return server_keys.every(Secrets.load(settings).get)

"""Knocks at every SSH server as a burglar would: which ways to sign in it offers, does the factory password work."""

import contextlib
import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address

import paramiko

from audit.facts import SshAnswer
from audit.live.station import Around, connect
from inventory import names

THREADS = 12
SECONDS = 15.0
PASSWORD = names.FACTORY
"""what the factory account's password is when a device comes out of its box"""


def ask_all(place: Around, devices: Mapping[str, IPv4Address]) -> dict[str, SshAnswer]:
    """Return how each device's SSH server answers; `devices` maps names to management addresses."""
    logging.getLogger("paramiko").setLevel(logging.CRITICAL)
    with ThreadPoolExecutor(THREADS) as pool:
        answers = pool.map(lambda address: ask(place, address), devices.values())
        return dict(zip(devices, answers, strict=True))


def ask(place: Around, address: IPv4Address) -> SshAnswer:
    """Return how one SSH server answers; an error is part of the answer."""
    try:
        transport = paramiko.Transport(connect(place, address, 22, SECONDS))
    except (OSError, paramiko.SSHException) as error:
        return SshAnswer(error=f"{type(error).__name__}: {error}")
    try:
        transport.start_client(timeout=SECONDS)
        methods = _methods(transport)
        return SshAnswer(transport.remote_version, methods, _signs_in(transport, methods))
    except (OSError, EOFError, paramiko.SSHException) as error:
        return SshAnswer(error=f"{type(error).__name__}: {error}")
    finally:
        with contextlib.suppress(Exception):
            transport.close()


def _methods(transport: paramiko.Transport) -> tuple[str, ...]:
    """Ask with the method `none`, to which a server answers with those that it takes (RFC 4252, 5.2)."""
    try:
        transport.auth_none(names.FACTORY)
    except paramiko.BadAuthenticationType as refused:
        return tuple(sorted(refused.allowed_types))
    return ("none",)


def _signs_in(transport: paramiko.Transport, methods: tuple[str, ...]) -> bool:
    if methods == ("none",):
        return True
    try:
        transport.auth_password(names.FACTORY, PASSWORD, fallback=False)
    except paramiko.AuthenticationException:
        return False
    return transport.is_authenticated()

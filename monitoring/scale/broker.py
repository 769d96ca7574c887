"""Redis: its address with the password put in at the last moment, and one connection a process."""

import functools
from typing import TYPE_CHECKING
from urllib.parse import quote

from countynet.errors import BadInput, CountyError, MissingCapability, Problem
from countynet.i18n import _
from countynet.settings import BROKER, BROKER_PASSWORD_FILE, Settings

if TYPE_CHECKING:
    from redis import Redis

_PATIENCE = 5.0


class BrokerAway(CountyError):
    """The broker does not answer."""


def address(settings: Settings) -> str:
    """Return the broker's address with its password: for the connection itself, never to be shown.

    Raises BadInput when none is set, or its password's file cannot be read.
    """
    if not settings.broker:
        raise BadInput([Problem(_("workers need a broker"), where=BROKER, wanted="redis://host:6379/0")])
    if settings.broker_password_file is None:
        return settings.broker
    try:
        password = settings.broker_password_file.read_text("utf-8").strip()
    except OSError as error:
        found = f"{settings.broker_password_file}: {error.strerror}"
        raise BadInput(
            [Problem(_("the broker's password cannot be read"), where=BROKER_PASSWORD_FILE, found=found)]
        ) from error
    scheme, _sign, rest = settings.broker.partition("://")
    user, _at, host = rest.rpartition("@")
    return f"{scheme}://{quote(user, safe='')}:{quote(password, safe='')}@{host}"


@functools.lru_cache(maxsize=4)
def connection(settings: Settings) -> "Redis":
    """Return this process's connection to the broker; it is made on first use. Raises BadInput, MissingCapability."""
    try:
        from redis import Redis
    except ImportError as error:
        raise MissingCapability(_("several workers need Celery and Redis: pip install countynet[scale]")) from error
    return Redis.from_url(
        address(settings),
        decode_responses=True,
        socket_timeout=_PATIENCE,
        socket_connect_timeout=_PATIENCE,
        health_check_interval=10,
    )

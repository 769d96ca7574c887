"""Where live probes start from: sockets made at the management station."""

import socket
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from ipaddress import IPv4Address
from typing import Any

from countynet import vantage
from countynet.settings import Settings

Around = Callable[[], AbstractContextManager[Any]]
"""what a thread enters while it makes a socket"""


def around(settings: Settings) -> Around:
    """Return the way to stand at the management station. Raises Conflict if the twin is gone."""
    netns = vantage.path(settings)
    return partial(vantage.within, netns) if netns else nullcontext


def datagrams(place: Around) -> socket.socket:
    """Return a UDP socket at the station with room for a burst of answers."""
    with place():
        opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    opened.setblocking(False)
    return opened


def connect(place: Around, address: IPv4Address, port: int, seconds: float) -> socket.socket:
    """Return a TCP connection from the station. Raises OSError."""
    with place():
        opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    opened.settimeout(seconds)
    try:
        opened.connect((str(address), port))
    except OSError:
        opened.close()
        raise
    return opened

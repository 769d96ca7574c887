"""The listening socket, opened by the parent: a web process that is started again answers on the same one.

While it is away, browsers wait in the backlog instead of being refused; and a port in use is told before anything
starts.
"""

import socket

from countynet.errors import MissingCapability
from countynet.i18n import _

BACKLOG = 256


def listen(host: str, port: int) -> socket.socket:
    """Return the socket. Raises MissingCapability when the port is taken or the address is not ours."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
        opened = socket.socket(family, socket.SOCK_STREAM)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((host, port))
        opened.listen(BACKLOG)
    except OSError as error:
        raise MissingCapability(
            _("cannot listen on {host} port {port}: {reason}. Choose another: countynet serve --port N"),
            host=host,
            port=port,
            reason=error.strerror or str(error),
        ) from error
    return opened

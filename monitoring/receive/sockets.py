"""UDP sockets that do not drop what comes at once, and how much the kernel dropped all the same.

The default buffer of a socket holds some hundred traps; 8 MiB hold 10,000 of 300 bytes. What the kernel dropped is in
/proc/net/udp (proc(5), column `drops`), found by the socket's inode.
"""

import os
import socket
from contextlib import suppress
from pathlib import Path

BUFFER = 8 << 20
_RCVBUFFORCE = 33
"""Linux: beyond the limit of ordinary users, when we are root"""


def receiving(address: str, port: int) -> socket.socket:
    """Return a bound, non-blocking UDP socket. Raises OSError when the port is taken or forbidden."""
    result = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        result.setblocking(False)
        result.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        with suppress(PermissionError):
            result.setsockopt(socket.SOL_SOCKET, _RCVBUFFORCE, BUFFER)
        result.bind((address, port))
    except OSError:
        result.close()
        raise
    return result


def dropped(of: socket.socket) -> int:
    """Return how many datagrams the kernel dropped because a socket's buffer was full; 0 when it cannot be told."""
    inode = str(os.fstat(of.fileno()).st_ino)
    try:
        lines = Path("/proc/thread-self/net/udp").read_text().splitlines()[1:]
    except OSError:
        return 0
    for line in lines:
        words = line.split()
        if len(words) >= 13 and words[9] == inode:
            return int(words[12])
    return 0

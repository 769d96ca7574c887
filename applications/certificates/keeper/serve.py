"""The keeper's socket: who may speak to it, and how a line becomes an operation.

Only processes of the accounts that were named are heard (SO_PEERCRED, which the kernel fills in); an operation gets
exactly the words and numbers that its method declares, or is refused.
"""

import inspect
import json
import socket
import socketserver
import struct
from collections.abc import Mapping
from pathlib import Path

from applications.certificates.keeper.wire import LONGEST, Value, line
from applications.certificates.keeper.work import OF_ROOT, OPERATIONS, Keeper
from applications.certificates.problems import Refused

_CREDENTIALS = struct.Struct("3i")


class Door(socketserver.ThreadingUnixStreamServer):
    """Listens on the socket file; a thread for each connection."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, path: Path, keeper: Keeper, users: frozenset[int]) -> None:
        path.unlink(missing_ok=True)
        super().__init__(str(path), Conversation)
        path.chmod(0o660)
        self.keeper, self.users = keeper, users


class Conversation(socketserver.StreamRequestHandler):
    """One connection: lines come, lines go, until the other side leaves."""

    def handle(self) -> None:
        """Serve the connection."""
        door = self.server
        assert isinstance(door, Door)
        raw = self.connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        user = _CREDENTIALS.unpack(raw)[1]
        if user not in door.users and user != 0:
            return
        allowed = (*OPERATIONS, *OF_ROOT) if user == 0 else OPERATIONS
        while text := self.rfile.readline(LONGEST):
            self.wfile.write(line(answered(door.keeper, text, allowed)))


def answered(keeper: Keeper, text: bytes, allowed: tuple[str, ...] = OPERATIONS) -> Mapping[str, Value]:
    """Return the answer to one line: `good` with what came out, or `refused` with text and values."""
    try:
        asked = json.loads(text)
        return {"good": _carry_out(keeper, asked, allowed)}
    except Refused as error:
        return {"refused": error.text, "values": dict(error.values)}
    except ValueError:
        return {"refused": "The keeper does not understand this.", "values": {}}


def _carry_out(keeper: Keeper, asked: object, allowed: tuple[str, ...]) -> Mapping[str, Value]:
    if not isinstance(asked, dict) or asked.get("do") not in allowed or not isinstance(asked.get("with"), dict):
        raise ValueError
    method, given = getattr(keeper, asked["do"]), asked["with"]
    wanted = inspect.signature(method).parameters
    if set(wanted) != set(given) or any(type(given[name]) is not row.annotation for name, row in wanted.items()):
        raise ValueError
    done: Mapping[str, Value] = method(**given)
    return done

"""Knocks on many TCP ports at once and says which were open, refused or silent."""

import errno
import select
import socket
import time
from collections.abc import Sequence
from ipaddress import IPv4Address
from typing import Literal

from audit.live.station import Around

Door = tuple[IPv4Address, int]
Answer = Literal["open", "refused", "silent"]
SECONDS = 2.0
AT_ONCE = 400


def knock(place: Around, doors: Sequence[Door]) -> dict[Door, Answer]:
    """Return how each door answered within two seconds; at most `AT_ONCE` connections are tried at a time."""
    answers: dict[Door, Answer] = {}
    for start in range(0, len(doors), AT_ONCE):
        answers |= _knock(place, doors[start : start + AT_ONCE])
    return answers


def _knock(place: Around, doors: Sequence[Door]) -> dict[Door, Answer]:
    answers: dict[Door, Answer] = dict.fromkeys(doors, "silent")
    waiting: dict[int, tuple[socket.socket, Door]] = {}
    with select.epoll() as poll, place():
        for door in doors:
            knocking = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            knocking.setblocking(False)
            waiting[knocking.fileno()] = (knocking, door)
            knocking.connect_ex((str(door[0]), door[1]))
            poll.register(knocking, select.EPOLLOUT)
        try:
            _collect(poll, waiting, answers)
        finally:
            for knocking, _door in waiting.values():
                knocking.close()
    return answers


def _collect(poll: select.epoll, waiting: dict[int, tuple[socket.socket, Door]], answers: dict[Door, Answer]) -> None:
    until = time.monotonic() + SECONDS
    while waiting and (left := until - time.monotonic()) > 0:
        for handle, _event in poll.poll(left):
            knocking, door = waiting.pop(handle)
            error = knocking.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            knocking.close()
            answers[door] = "open" if error == 0 else "refused" if error == errno.ECONNREFUSED else "silent"

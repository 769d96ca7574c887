"""How a device's staging port is shut: by the device itself, once it has met the management station in band.

After its configuration a device runs a small loop of its own: as soon as it holds a TCP connection of the
management station on its management address, it runs the closing commands. Nothing else proves that it will be
reachable afterwards. If that never happens within ten minutes the loop ends and the port stays open; the device is
named and a rerun arms it again. `InBand` is the other half: it makes those connections while the other devices are
still being configured, holds each until the port is shut, and says who does not answer.
"""

import contextlib
import errno
import selectors
import shlex
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from ipaddress import IPv4Address

from countynet.errors import CountyError
from inventory.model import Device
from playbooks.device.reach import SSH_PORT, has_banner

PATIENCE = 600
"""seconds that a device waits for the management station"""
RETRY = 1.0
HANDS = 8
"""how many devices we shut the staging port of at once"""
SILENCE = 0.2
"""a staging address that does not accept a connection within this time is shut: it is one hop away"""
_LOCK = "/run/countynet-closing.lock"


def guard(commands: Sequence[str], management: IPv4Address, station: IPv4Address, port: int = SSH_PORT) -> str:
    """Return the shell command that arms the device: it returns at once and leaves the loop behind."""
    met = f"ss -Htn state established src {management}:{port} dst {station} | grep -q ."
    loop = "\n".join(
        [
            f"n=0; while [ $n -lt {PATIENCE} ]; do",
            f"  if {met}; then",
            *(f"    {command}" for command in commands),
            "    exit; fi",
            "  n=$((n + 1)); sleep 1",
            "done",
        ]
    )
    return f"setsid -f flock -n {_LOCK} sh -c {shlex.quote(loop)} </dev/null >/dev/null 2>&1"


@dataclass
class _Waiting:
    """One device that has not finished: first it must answer in band, then its staging port must fall silent."""

    device: Device
    sock: socket.socket | None = None
    met: bool = False
    again: float = 0.0
    act: Callable[[], None] | None = None
    """what we do once it is met, where the device cannot do it"""
    tried: threading.Thread | None = None


class InBand:
    """A thread that meets devices in band and waits until they have shut their staging ports.

    `around` is entered by the thread (the network namespace).
    """

    def __init__(self, around: Callable[[], AbstractContextManager[object]], port: int = SSH_PORT) -> None:
        self._around, self._port = around, port
        self._lock = threading.Lock()
        self._waiting: dict[str, _Waiting] = {}
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="in-band")
        self._thread.start()

    def add(self, device: Device, act: Callable[[], None] | None = None) -> None:
        """Begin to wait for a device that has just been armed; `act` is run once it is met (again when it failed)."""
        with self._lock:
            self._waiting[device.name] = _Waiting(device, act=act)

    def finish(self, seconds: float, told: Callable[[int], None]) -> dict[str, bool]:
        """Wait for all that were added, at most `seconds`; `told(left)` as their number changes.

        Returns those that did not finish: name -> whether it answered in band (its staging port then is still open).
        """
        deadline, last = time.monotonic() + seconds, -1
        while (left := self._open()) and time.monotonic() < deadline and self._thread.is_alive():
            if len(left) != last:
                told(last := len(left))
            time.sleep(0.1)
        self._end.set()
        self._thread.join()
        return {one.device.name: one.met for one in left}

    def _open(self) -> list[_Waiting]:
        with self._lock:
            return list(self._waiting.values())

    def _run(self) -> None:
        try:
            with self._around():
                while not self._end.is_set():
                    self._round()
        except CountyError:
            return
        finally:
            for one in self._open():
                _drop(one)

    def _round(self) -> None:
        open_ = self._open()
        _meet([one for one in open_ if not one.met], self._port)
        self._act([one for one in open_ if one.met and one.act])
        due = [one for one in open_ if one.met and time.monotonic() >= one.again]
        accepting = _accepting({one.device.name: str(one.device.staging) for one in due}, self._port) if due else set()
        for one in due:
            one.again = time.monotonic() + RETRY
            if one.device.name not in accepting:
                _drop(one)
                with self._lock:
                    del self._waiting[one.device.name]

    def _act(self, met: list[_Waiting]) -> None:
        """Let us do what a device cannot do by itself, a few devices at once, again after a failure."""
        busy = sum(one.tried is not None and one.tried.is_alive() for one in met)
        for one in met:
            if busy < HANDS and (one.tried is None or not one.tried.is_alive()):
                one.tried = threading.Thread(target=self._try, args=(one,), daemon=True, name=one.device.name)
                one.tried.start()
                busy += 1

    def _try(self, one: _Waiting) -> None:
        assert one.act
        with contextlib.suppress(CountyError), self._around():
            one.act()
            one.act = None


def _meet(waiting: list[_Waiting], port: int) -> None:
    """Try once: begin what may begin again, wait a little, note those whose banner arrived."""
    with selectors.DefaultSelector() as selector:
        for one in waiting:
            _begin_again(one, port)
            if one.sock is not None:
                selector.register(one.sock, selectors.EVENT_READ, one)
        if not selector.get_map():
            time.sleep(0.1)
        for key, _events in selector.select(0.2):
            _note(key.data)


def _begin_again(one: _Waiting, port: int) -> None:
    """Connect anew when the last try is old and came to nothing; the kernel's own retries are too far apart."""
    if time.monotonic() < one.again or (one.sock is not None and _connected(one.sock)):
        return
    _drop(one)
    one.sock, one.again = _begin(str(one.device.management), port), time.monotonic() + RETRY


def _note(one: _Waiting) -> None:
    one.met = one.sock is not None and has_banner(one.sock)
    if one.met:
        one.again = time.monotonic() + RETRY
    else:
        _drop(one)


def _drop(one: _Waiting) -> None:
    if one.sock is not None:
        one.sock.close()
    one.sock = None


def _connected(sock: socket.socket) -> bool:
    try:
        sock.getpeername()
    except OSError:
        return False
    return True


def _begin(address: str, port: int) -> socket.socket | None:
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    if sock.connect_ex((address, port)) in (0, errno.EINPROGRESS):
        return sock
    sock.close()
    return None


def _accepting(addresses: dict[str, str], port: int) -> set[str]:
    """Return the names of the addresses that accept a connection at once."""
    tried = {name: sock for name, address in addresses.items() if (sock := _begin(address, port)) is not None}
    time.sleep(SILENCE)
    found = {name for name, sock in tried.items() if _connected(sock)}
    for sock in tried.values():
        sock.close()
    return found

"""An operator's SMSC that speaks SMPP 3.4 over a real socket: what Kannel gives it is kept, receipts go back.

Only what Kannel uses: bind (5.1.2), submit_sm (4.4), deliver_sm with a receipt as Appendix B writes it, enquire_link,
unbind. Texts are decoded here by tables of its own, so that what arrives is judged by another hand than what was sent.
"""

import argparse
import json
import socket
import struct
import sys
import threading
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import BinaryIO

GSM = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""3GPP TS 23.038, 6.2.1, in its order"""
MORE = {0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|", 0x65: "€"}
RESPONSE = 0x80000000
INVALID_ADDRESS = 0x0B


@dataclass(frozen=True)
class Short:
    """One short message as an operator gets it."""

    to: str
    sender: str
    header: bytes
    coding: int
    content: bytes

    @property
    def text(self) -> str:
        """Its text by its data coding."""
        if self.coding == 8:
            return self.content.decode("utf-16-be", errors="replace")
        words, place = "", 0
        while place < len(self.content):
            escaped = self.content[place] == 0x1B
            place += escaped
            words += MORE[self.content[place]] if escaped else GSM[self.content[place]]
            place += 1
        return words


@dataclass
class Operator:
    """The SMSC and what it got."""

    port: int = 0
    address: str = "127.0.0.1"
    refuses: str = "+8613000"
    """beginning of numbers that it takes nothing for"""
    away: str = "+8613111"
    """beginning of numbers that nothing is delivered to"""
    holds: bool = False
    """whether receipts are kept until `let_go`"""
    taken: set[int] = field(default_factory=set)
    """the numbers of receipts that Kannel has answered"""
    got: list[Short] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    _listener: socket.socket = field(init=False)
    _lines: list[socket.socket] = field(default_factory=list)
    _held: list[tuple[socket.socket, int, bytes]] = field(default_factory=list)

    def __enter__(self) -> "Operator":
        self._listener = socket.create_server((self.address, self.port))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()

    def cut(self) -> None:
        """Go away: nobody can connect, and who was connected no longer is."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # whoever waits in accept(2) would take one more caller
        self._listener.close()
        for line in self._lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        self._lines.clear()

    def mend(self) -> None:
        """Be there again, with all that was got before."""
        self.__enter__()

    def texts(self) -> dict[str, list[str]]:
        """Return the whole texts that each number's telephone shows, put together by their headers."""
        parts = defaultdict[tuple[str, bytes], dict[int, str]](dict)
        for number, short in enumerate(self.got):
            alone = not short.header
            key = (short.to, bytes(str(number), "ascii") if alone else short.header[3:5])
            parts[key][1 if alone else short.header[5]] = short.text
        shown = defaultdict[str, list[str]](list)
        for (to, head), each in parts.items():
            whole = len(each) == (head[1] if len(head) == 2 and len(each) > 1 else 1)
            shown[to].append("".join(each[n] for n in sorted(each)) if whole else "<parts are missing>")
        return dict(shown)

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            self._lines.append(line)
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        with suppress(OSError), line, line.makefile("rb") as stream:  # it may be cut at any time
            self._answer(line, stream)

    def _answer(self, line: socket.socket, stream: BinaryIO) -> None:
        while head := stream.read(16):
            length, command, _status, number = struct.unpack(">IIII", head)
            body = stream.read(length - 16)
            if command in (1, 2, 9):
                name, password = body.split(b"\0")[:2]
                self.logins.append((name.decode(), password.decode()))
                _send(line, command | RESPONSE, 0, number, b"operator\0")
            elif command == 4:
                self._take(line, number, body)
            elif command == 5 | RESPONSE:
                self.taken.add(number)
            elif command in (6, 21):
                _send(line, command | RESPONSE, 0, number, b"")

    def _take(self, line: socket.socket, number: int, body: bytes) -> None:
        short, receipt = _submitted(body)
        if short.to.startswith(self.refuses):
            _send(line, 4 | RESPONSE, INVALID_ADDRESS, number, b"\0")
            return
        self.got.append(short)
        name = f"{len(self.got):08d}"
        _send(line, 4 | RESPONSE, 0, number, f"{name}\0".encode())
        if receipt:
            told = (line, len(self.got), _receipt(short, name, not short.to.startswith(self.away)))
            self._held.append(told)
            if not self.holds:
                self.let_go()

    def let_go(self) -> int:
        """Send the receipts that were held, and hold none from now on; return the number of the last."""
        self.holds, number = False, 0
        while self._held:
            line, number, words = self._held.pop(0)
            _send(line, 5, 0, number, words)
        return number


def _send(line: socket.socket, command: int, status: int, number: int, body: bytes) -> None:
    line.sendall(struct.pack(">IIII", 16 + len(body), command, status, number) + body)


def _submitted(body: bytes) -> tuple[Short, bool]:
    """Return a submit_sm's message, and whether a receipt is wanted."""
    _service, rest = body.split(b"\0", 1)
    sender, rest = rest[2:].split(b"\0", 1)
    plus = "+" if rest[0] == 1 else ""
    to, rest = rest[2:].split(b"\0", 1)
    marks, rest = rest[0], rest[3:]
    _scheduled, rest = rest.split(b"\0", 1)
    _valid, rest = rest.split(b"\0", 1)
    receipt, coding, length, content = rest[0], rest[2], rest[4], rest[5:]
    content = content[:length]
    header = content[: content[0] + 1] if marks & 0x40 else b""
    number = to.decode()
    return Short(number if number.startswith("+") else plus + number, sender.decode(), header, coding,
                 content[len(header) :]), bool(receipt & 1)  # fmt: skip


def _receipt(short: Short, name: str, good: bool) -> bytes:
    now = f"{datetime.now(UTC):%y%m%d%H%M}"
    state = "DELIVRD" if good else "UNDELIV"
    words = f"id:{name} sub:001 dlvrd:001 submit date:{now} done date:{now} stat:{state} err:000 text:".encode()
    addresses = b"\1\1" + short.to.lstrip("+").encode() + b"\0" + b"\1\1" + short.sender.encode() + b"\0"
    return b"\0" + addresses + b"\4\0\0\0\0\0\0\0\0" + bytes((len(words),)) + words


def reachable() -> Operator:
    """Return an operator that server hosts reach, in a namespace of its own."""
    return Operator(2775, "0.0.0.0")  # noqa: S104 - nobody else is in that namespace


def main() -> None:
    """Serve on a port until standard input closes; each line read is answered with what was got, as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    with Operator(parser.parse_args().port) as operator:
        print(operator.port, flush=True)
        for _line in sys.stdin:
            got = [[short.to, short.sender, short.header.hex(), short.coding, short.text] for short in operator.got]
            print(json.dumps({"got": got, "texts": operator.texts(), "logins": operator.logins}), flush=True)


if __name__ == "__main__":
    main()

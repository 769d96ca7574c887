"""The socket that notifications come to: reads, opens, judges, answers, and hands on what is of a known device.

Promises: one bad datagram costs itself only; what is refused is counted by its reason; a known device is told by the
address that it sends from or by its engine id; strangers are counted and named and cost next to nothing, since their
community messages are not decoded. Decoding is done at once and writing elsewhere, so the socket is always read.
"""

import socket
import time
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from countynet.errors import CountyError
from countynet.i18n import _
from monitoring.receive.hints import Hints
from monitoring.receive.senders import Senders
from monitoring.receive.traps.clocks import Judgement
from monitoring.receive.traps.envelope import Envelope, Opened, Refused, Report
from monitoring.receive.traps.intake import Intake
from monitoring.receive.traps.notification import Notification, community_answer, community_message, decode
from monitoring.snmp.ber import SEQUENCE, Malformed, expect, read_integer

_BATCH = 256
"""datagrams read before others get their turn"""


@dataclass
class Tally:
    """What came."""

    received: int = 0
    taken: int = 0
    """of known devices, and let in"""
    informs: int = 0
    malformed: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    """by reason, a message id"""


@dataclass
class TrapListener:
    """Takes notifications from one socket."""

    socket: socket.socket
    envelope: Envelope
    senders: Senders
    intake: Intake
    hints: Hints
    communities: Collection[bytes] = ()
    """of v1 and v2c; none: these are refused"""
    whose: Callable[[bytes, str], str] = lambda engine, by_address: by_address
    """the device of an engine id and an address"""
    unpolled: Callable[[str], None] = lambda device: None
    """called with a device whose engine nobody polled yet"""
    tally: Tally = field(default_factory=Tally)

    def readable(self) -> None:
        """Read what waits in the socket."""
        for _turn in range(_BATCH):
            try:
                data, address = self.socket.recvfrom(0xFFFF)
            except OSError:
                return
            self.tally.received += 1
            self._receive(data, address)

    def _receive(self, data: bytes, address: tuple[str, int]) -> None:
        now = time.time()
        try:
            reply = (
                self._third(data, address[0], now) if _version(data) == 3 else self._community(data, address[0], now)
            )
        except Refused as refused:
            self.tally.refused[refused.message] += 1
            if not self.senders.of(address[0]):
                self.senders.strange(address[0], now, refused.message)
        except Report as report:
            self._reply(report.reply, address)
        except CountyError:
            self.tally.malformed += 1
            if not self.senders.of(address[0]):
                self.senders.strange(address[0], now)
        else:
            self._reply(reply, address)

    def _third(self, data: bytes, address: str, now: float) -> bytes:
        known = self.senders.of(address)
        opened = self.envelope.open(data, now, lambda engine: self.whose(engine, known))
        device = opened.device
        if not device:
            self.senders.strange(address, now, opened.told.trap)
            return opened.reply
        if opened.judgement is not Judgement.REPEATED:
            self._take(device, opened.told, now)
        if opened.judgement is Judgement.NEW:
            self.unpolled(device)
        return _acknowledged(opened, self.tally)

    def _community(self, data: bytes, address: str, now: float) -> bytes:
        device = self.senders.of(address)
        if not device:
            self.senders.strange(address, now)
            return b""
        _snmp, community, at = community_message(data)
        if community not in self.communities:
            raise Refused(_("a community that is not accepted"))
        told = decode(data, at)
        self._take(device, told, now)
        if not told.inform:
            return b""
        self.tally.informs += 1
        return community_answer(community, told)

    def _take(self, device: str, told: Notification, now: float) -> None:
        self.tally.taken += 1
        if self.intake.take(device, told, now):
            self.hints.give(device, now)

    def _reply(self, reply: bytes, address: tuple[str, int]) -> None:
        if reply:
            try:
                self.socket.sendto(reply, address)
            except OSError:  # the sender will ask again
                return


def _acknowledged(opened: Opened, tally: Tally) -> bytes:
    tally.informs += bool(opened.reply)
    return opened.reply


def _version(data: bytes) -> int:
    start, _end = expect(data, 0, SEQUENCE)
    version, _at = read_integer(data, start)
    if version not in (0, 1, 3):
        raise Malformed("version {version}", version=version)
    return version

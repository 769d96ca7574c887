"""The security state with one agent: discovery, time window, keys (RFC 3414 sections 2.2.3, 3.2 and 4).

Invariants: only an authenticated message sets the agent's clock once it is known; an answer that is not encrypted, or
older than the time window allows, is refused as a replay. What an unauthenticated report says is a hint for the
error text and never ends an exchange, since anyone can send one.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from countynet.i18n import _
from monitoring.snmp import message
from monitoring.snmp.ber import Malformed, oid
from monitoring.snmp.pdu import REPORT, RESPONSE, Pdu
from monitoring.snmp.usm import Credentials, Keys, keys_for

WINDOW = 150
"""seconds (RFC 3414 section 2.2.3)"""
_STATISTICS = oid("1.3.6.1.6.3.15.1.1")
_ENGINE = 4
_HINTS = {
    1: _("the agent does not offer authentication with encryption"),
    2: _("the agent's clock does not agree"),
    3: _("the agent does not know the user"),
    4: _("the agent's engine changed"),
    5: _("the authentication password is wrong"),
    6: _("the encryption password is wrong"),
}


class Kind(Enum):
    """What came in."""

    ANSWER = "answer"
    LEARNED = "learned"
    """the agent's identity or clock is known now: ask again"""
    HINT = "hint"
    """an unauthenticated complaint"""
    STRANGER = "stranger"
    """an unauthenticated complaint that another engine is there now"""


@dataclass(frozen=True)
class Incoming:
    """A message that was let in."""

    kind: Kind
    message_id: int
    pdu: Pdu | None = None
    hint: str = ""


class Session:
    """Who the agent at one address is, and how to talk with it."""

    def __init__(self, credentials: Credentials, now: Callable[[], float] = time.monotonic) -> None:
        self._credentials, self._now = credentials, now
        self._stamp: message.Stamp | None = None
        self._learned_at = 0.0
        self._keys: Keys | None = None
        self._salt = secrets.randbits(64)

    @property
    def known(self) -> bool:
        """Whether the agent was discovered."""
        return self._keys is not None

    def forget(self) -> None:
        """Discover anew at the next request: the device may have been replaced."""
        self._stamp, self._keys = None, None

    def request(self, message_id: int, pdu: bytes) -> bytes:
        """Return the datagram that carries a PDU, or discovery while the agent is unknown."""
        if self._stamp is None or self._keys is None:
            return message.discovery(message_id, message_id)
        stamp = message.Stamp(self._stamp.engine_id, self._stamp.boots, self._time())
        self._salt = (self._salt + 1) & 0xFFFFFFFFFFFFFFFF
        salt = self._salt.to_bytes(8, "big")
        return message.request(message_id, stamp, self._credentials.user.encode(), self._keys, salt, pdu)

    def receive(self, data: bytes) -> Incoming:
        """Judge a datagram from the agent's address; Malformed when it is to be dropped."""
        head = message.header(data)
        if not head.flags & message.AUTH:
            return self._complaint(head, message.payload(data, head, None))
        if self._keys is None or self._stamp is None or head.engine_id != self._stamp.engine_id:
            raise Malformed("authenticated by an unknown engine")
        if not message.authentic(data, head, self._keys):
            raise Malformed("the authentication code is wrong")
        pdu = message.payload(data, head, self._keys)
        if pdu.tag == REPORT:
            self._learn(head)
            return Incoming(Kind.LEARNED, head.message_id)
        if pdu.tag != RESPONSE or not head.flags & message.PRIV:
            raise Malformed("an answer that is not encrypted")
        self._check_time(head)
        return Incoming(Kind.ANSWER, head.message_id, pdu)

    def _complaint(self, head: message.Header, pdu: Pdu) -> Incoming:
        if pdu.tag != REPORT:
            raise Malformed("an answer that is not authenticated")
        if self._stamp is None:
            if not 5 <= len(head.engine_id) <= 32:
                raise Malformed("an engine id of {size} octets", size=len(head.engine_id))
            self._keys = keys_for(self._credentials, head.engine_id)
            self._learn(head)
            return Incoming(Kind.LEARNED, head.message_id)
        number = _statistic(pdu)
        return Incoming(Kind.STRANGER if number == _ENGINE else Kind.HINT, head.message_id, hint=_HINTS.get(number, ""))

    def _learn(self, head: message.Header) -> None:
        self._stamp = message.Stamp(head.engine_id, head.boots, head.time)
        self._learned_at = self._now()

    def _time(self) -> int:
        assert self._stamp is not None
        return self._stamp.time + int(self._now() - self._learned_at)

    def _check_time(self, head: message.Header) -> None:
        assert self._stamp is not None
        if head.boots < self._stamp.boots or (head.boots == self._stamp.boots and head.time < self._time() - WINDOW):
            raise Malformed("older than the time window")
        if (head.boots, head.time) > (self._stamp.boots, self._stamp.time):
            self._learn(head)


def _statistic(pdu: Pdu) -> int:
    """Return which of usmStats an agent reports, 0 for none."""
    for name, _value in pdu.varbinds:
        if name.startswith(_STATISTICS) and len(name) > len(_STATISTICS):
            return name[len(_STATISTICS)]
    return 0

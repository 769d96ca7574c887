"""The security state with one agent: discovery, time window, keys (RFC 3414 sections 2.2.3, 3.2 and 4).

Invariants: only an authenticated message sets the agent's clock once it is known; an answer that is less protected than
the question was, or older than the time window allows, is refused as forged or as a replay. What an unauthenticated
report says is a hint for the error text and never ends an exchange, since anyone can send one.

RFC 3414 (3.2, 7b) moves the clock forward only, and says nothing of an agent that lost its state and counts its boots
from one again. Such a one reports notInTimeWindow with its new clock: that is believed when the report bears the id of
a request that is in flight, for no recording can (decision 097). Discovery counts under the same condition.
"""

import secrets
import time
from collections.abc import Callable, Container
from enum import Enum
from typing import NamedTuple, Protocol

from countynet.i18n import _
from monitoring.snmp import message
from monitoring.snmp.ber import Malformed, oid
from monitoring.snmp.pdu import REPORT, RESPONSE, Head, asked, head, varbinds
from monitoring.snmp.usm import Credentials, Keys, keys_for

WINDOW = 150
"""seconds (RFC 3414 section 2.2.3)"""
_STATISTICS = oid("1.3.6.1.6.3.15.1.1")
_ENGINE = 4
_HINTS = {
    1: _("the agent does not offer this security level"),
    2: _("the agent's clock does not agree"),
    3: _("the agent does not know the user"),
    4: _("the agent's engine changed"),
    5: _("the authentication password is wrong"),
    6: _("the encryption password is wrong"),
}


class Replayed(Malformed):
    """An authentic message of another time: a replay, or the agent's clock runs wild."""


class Kind(Enum):
    """What came in."""

    ANSWER = "answer"
    LEARNED = "learned"
    """the agent's identity or clock is known now: ask again"""
    HINT = "hint"
    """an unauthenticated complaint"""
    STRANGER = "stranger"
    """an unauthenticated complaint that another engine is there now"""


class Incoming(NamedTuple):
    """A message that was let in; its variables stand in `data` where `head` says."""

    kind: Kind
    message_id: int
    data: bytes = b""
    head: Head | None = None
    hint: str = ""


class Conversation(Protocol):
    """How one talks with an agent: seals questions and judges answers."""

    @property
    def boots(self) -> int | None:
        """How often the agent's engine restarted, None where nobody says."""
        ...

    @property
    def known(self) -> bool:
        """Whether the agent was discovered."""
        ...

    def forget(self) -> None:
        """Discover anew at the next request."""
        ...

    def request(self, message_id: int, body: bytes) -> bytes:
        """Return the datagram that asks a GETBULK's body."""
        ...

    def receive(self, data: bytes, in_flight: Container[int]) -> Incoming:
        """Judge a datagram while those message ids are waited for; Malformed when it is to be dropped."""
        ...


class Session:
    """Who the agent at one address is, and how to talk with it."""

    def __init__(self, credentials: Credentials, now: Callable[[], float] = time.monotonic) -> None:
        self._credentials, self._now = credentials, now
        self._user = credentials.user.encode()
        self._stamp: message.Stamp | None = None
        self._learned_at = 0.0
        self._keys: Keys | None = None
        self._sealer: message.Sealer | None = None
        self._reader = message.Reader()
        self._salt = secrets.randbits(64)

    @property
    def known(self) -> bool:
        """Whether the agent was discovered."""
        return self._keys is not None

    @property
    def boots(self) -> int | None:
        """How often the agent's engine restarted."""
        return None if self._stamp is None else self._stamp.boots

    def forget(self) -> None:
        """Discover anew at the next request: the device may have been replaced."""
        self._stamp, self._keys, self._sealer = None, None, None

    def request(self, message_id: int, body: bytes) -> bytes:
        """Return the datagram that asks a GETBULK's body, or discovers the agent while it is unknown."""
        if self._stamp is None or self._sealer is None:
            return message.discovery(message_id, message_id)
        self._salt = (self._salt + 1) & 0xFFFFFFFFFFFFFFFF
        salt = self._salt.to_bytes(8, "big")
        return self._sealer.request(message_id, self._stamp.boots, self._time(), salt, asked(message_id, body))

    def receive(self, data: bytes, in_flight: Container[int]) -> Incoming:
        """Judge a datagram from the agent's address; Malformed when it is to be dropped.

        `in_flight` are the message ids of the requests that wait for an answer.
        """
        sealed = self._reader.header(data)
        if not sealed.flags & message.AUTH:
            return self._unsealed(data, sealed, sealed.message_id in in_flight)
        keys, stamp = self._keys, self._stamp
        if keys is None or stamp is None or not keys.mac_length or sealed.engine_id != stamp.engine_id:
            raise Malformed("authenticated by an unknown engine")
        if not message.authentic(data, sealed, keys):
            raise Malformed("the authentication code is wrong")
        clear, at = message.opened(data, sealed, keys)
        found = head(clear, at)
        if found.tag == REPORT:
            if sealed.message_id in in_flight:
                self._learn(sealed)
            else:
                self._check_time(sealed)
            return Incoming(Kind.LEARNED, sealed.message_id)
        if found.tag != RESPONSE or (keys.cipher and not sealed.flags & message.PRIV):
            raise Malformed("an answer that is not encrypted")
        self._check_time(sealed)
        return Incoming(Kind.ANSWER, sealed.message_id, clear, found)

    def _unsealed(self, data: bytes, sealed: message.Header, ours: bool) -> Incoming:
        clear, at = message.opened(data, sealed, None)
        found = head(clear, at)
        if found.tag == REPORT:
            return self._complaint(sealed, _statistic(clear, found), ours)
        stamp, keys = self._stamp, self._keys
        if keys is None or stamp is None or keys.mac_length or sealed.engine_id != stamp.engine_id:
            raise Malformed("an answer that is not authenticated")
        self._learn(sealed)
        return Incoming(Kind.ANSWER, sealed.message_id, clear, found)

    def _complaint(self, sealed: message.Header, number: int, ours: bool) -> Incoming:
        if self._stamp is None and ours:
            if not 5 <= len(sealed.engine_id) <= 32:
                raise Malformed("an engine id of {size} octets", size=len(sealed.engine_id))
            self._keys = keys_for(self._credentials, sealed.engine_id)
            self._sealer = message.Sealer(sealed.engine_id, self._user, self._keys)
            self._learn(sealed)
            return Incoming(Kind.LEARNED, sealed.message_id)
        kind = Kind.STRANGER if number == _ENGINE else Kind.HINT
        return Incoming(kind, sealed.message_id, hint=_HINTS.get(number, ""))

    def _learn(self, head: message.Header) -> None:
        self._stamp = message.Stamp(head.engine_id, head.boots, head.time)
        self._learned_at = self._now()

    def _time(self) -> int:
        assert self._stamp is not None
        return self._stamp.time + int(self._now() - self._learned_at)

    def _check_time(self, head: message.Header) -> None:
        assert self._stamp is not None
        if head.boots < self._stamp.boots or (head.boots == self._stamp.boots and head.time < self._time() - WINDOW):
            raise Replayed("older than the time window")
        if (head.boots, head.time) > (self._stamp.boots, self._stamp.time):
            self._learn(head)


def _statistic(data: bytes, found: Head) -> int:
    """Return which of usmStats an agent reports, 0 for none."""
    for name, _value in varbinds(data, found.start, found.stop):
        if name.startswith(_STATISTICS) and len(name) > len(_STATISTICS):
            return name[len(_STATISTICS)]
    return 0

"""SNMPv3 messages that come unasked (RFC 3412, 3414): opened, judged, and answered where the sender waits for it.

A trap is sent by its sender's engine, an inform to ours: so we have an engine id, boots and time of our own, tell them
to whoever asks, and take an inform only when it was made for us within the time window. Only authentic messages are
opened. The hash is told by the length of its code, so that old devices with SHA-1 and new ones with SHA-512 send with
one password; MD5, DES and messages without authentication are refused.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from countynet.i18n import _
from monitoring.receive.traps.clocks import WINDOW, Clocks, Judgement
from monitoring.receive.traps.engines import key
from monitoring.receive.traps.notification import Notification, answer, decode
from monitoring.snmp import message, usm
from monitoring.snmp.ber import OCTETS, OID, SEQUENCE, Malformed, encode, expect, integer, oid, read_octets, sequence
from monitoring.snmp.pdu import REPORT

_HASHES = {length: name for name, length in usm.MAC_LENGTH.items()}
_UNKNOWN_ENGINE = oid("1.3.6.1.6.3.15.1.1.4.0")
_NOT_IN_WINDOW = oid("1.3.6.1.6.3.15.1.1.2.0")
_COUNTER = 0x41
_MOST_KEYS = 4096
_SIZE = 65_507
"""what we take at most: a whole UDP datagram"""


class Refused(Malformed):
    """A whole message that is not let in; its text says why and is counted under it."""


@dataclass(frozen=True)
class Opened:
    """An authentic message."""

    device: str
    """whose it is, empty when nobody knows"""
    told: Notification
    judgement: Judgement
    reply: bytes = b""
    """what its sender waits for"""


class Report(Exception):
    """The message is not let in, but its sender is told what it needs to know."""

    def __init__(self, reply: bytes) -> None:
        super().__init__()
        self.reply = reply


@dataclass
class Self:
    """Our own engine: an id that never changes, and how often it started."""

    engine: bytes
    boots: int
    now: Callable[[], float]
    """seconds, never running back"""
    began: float = 0.0

    def time(self) -> int:
        """Return our snmpEngineTime."""
        return int(self.now() - self.began)


@dataclass
class Envelope:
    """Opens SNMPv3 messages with the passwords of the users that may send."""

    users: Mapping[bytes, usm.Credentials]
    clocks: Clocks
    own: Self
    _keys: OrderedDict[tuple[bytes, bytes, str], usm.Keys] = field(default_factory=OrderedDict)
    _counted: int = 0
    _salt: int = field(default_factory=lambda: secrets.randbits(64))

    def open(self, data: bytes, now: float, whose: Callable[[bytes], str]) -> Opened:
        """Return what a message says; `whose` tells the device of an engine id.

        Raises Refused, Malformed, or Report for a question of the protocol.
        """
        head = message.header(data)
        if not head.flags & message.AUTH:
            return self._discovered(head)
        keys = self._keys_of(head)
        if not message.authentic(data, head, keys):
            raise Refused(_("the authentication code is wrong"))
        if head.engine_id == self.own.engine:
            return self._inform(data, head, keys, now, whose(b""))
        device = whose(head.engine_id)
        judgement = self.clocks.judge(key(head.engine_id, device), head.boots, head.time, head.mac, now)
        if judgement is Judgement.OLD:
            raise Refused(_("older than the time window"))
        if judgement is Judgement.REPEATED:
            raise Refused(_("a repetition of the same message"))
        told, _context = _notification(data, head, keys)
        if told.inform:
            raise Refused(_("an inform for another engine"))
        return Opened(device, told, judgement)

    def _discovered(self, head: message.Header) -> Opened:
        if head.engine_id or not head.flags & message.REPORTABLE:
            raise Refused(_("not authenticated"))
        raise Report(self._report(head, _UNKNOWN_ENGINE, None))

    def _inform(self, data: bytes, head: message.Header, keys: usm.Keys, now: float, device: str) -> Opened:
        if head.boots != self.own.boots or abs(head.time - self.own.time()) > WINDOW:
            raise Report(self._report(head, _NOT_IN_WINDOW, keys))
        told, context = _notification(data, head, keys)
        if not told.inform:
            raise Refused(_("a trap in the name of our own engine"))
        flags = head.flags & (message.AUTH | message.PRIV)
        reply = self._sealed(head, keys, flags, context + answer(told))
        again = self.clocks.repeated(told.variables + told.request_id.to_bytes(5, "big", signed=True), now)
        return Opened(device, told, Judgement.REPEATED if again else Judgement.FRESH, reply)

    def _keys_of(self, head: message.Header) -> usm.Keys:
        credentials = self.users.get(head.user)
        name = _HASHES.get(len(head.mac))
        if credentials is None:
            raise Refused(_("an unknown user"))
        if name is None or not 5 <= len(head.engine_id) <= 32:
            raise Refused(_("authenticated in a form that is not accepted"))
        known = (head.user, head.engine_id, name)
        if known not in self._keys:
            self._keys[known] = usm.keys_for(replace(credentials, auth=name), head.engine_id)
            if len(self._keys) > _MOST_KEYS:
                self._keys.popitem(last=False)
        return self._keys[known]

    def _report(self, head: message.Header, statistic: bytes, keys: usm.Keys | None) -> bytes:
        self._counted += 1
        counter = encode(_COUNTER, self._counted.to_bytes(5, "big"))
        bound = sequence(sequence(encode(OID, statistic), counter))
        pdu = encode(REPORT, integer(0) + integer(0) + integer(0) + bound)
        context = encode(OCTETS, self.own.engine) + encode(OCTETS, b"")
        return self._sealed(head, keys, message.AUTH if keys else 0, context + pdu)

    def _sealed(self, head: message.Header, keys: usm.Keys | None, flags: int, scoped: bytes) -> bytes:
        own = message.Stamp(self.own.engine, self.own.boots, self.own.time())
        self._salt = (self._salt + 1) & 0xFFFFFFFFFFFFFFFF
        return sealed(own, head.message_id, head.user, keys, flags, self._salt.to_bytes(8, "big"), scoped)


def sealed(
    stamp: message.Stamp, message_id: int, user: bytes, keys: usm.Keys | None, flags: int, salt: bytes, scoped: bytes
) -> bytes:
    """Return a message of any security level in an engine's name: clear without keys, else authenticated.

    `scoped` is what it carries: context engine id, context name and PDU. An answer repeats the context of its question
    (RFC 3412 section 7.1 step 3b), else net-snmp takes it for nobody's.
    """
    body = sequence(scoped)
    if keys is not None and flags & message.PRIV:
        body = encode(OCTETS, usm.encrypt(keys, stamp.boots, stamp.time, salt, body))
    else:
        salt = b""
    blank = bytes(keys.mac_length) if keys else b""
    security = sequence(
        encode(OCTETS, stamp.engine_id),
        integer(stamp.boots),
        integer(stamp.time),
        encode(OCTETS, user),
        encode(OCTETS, blank),
        encode(OCTETS, salt),
    )
    head = sequence(integer(message_id), integer(_SIZE), encode(OCTETS, bytes((flags,))), integer(3))
    whole = sequence(integer(3), head, encode(OCTETS, security), body)
    if keys is None:
        return whole
    at = len(whole) - len(body) - len(encode(OCTETS, salt)) - len(blank)
    return whole[:at] + usm.mac(keys, whole) + whole[at + len(blank) :]


def _notification(data: bytes, head: message.Header, keys: usm.Keys) -> tuple[Notification, bytes]:
    """Return the notification of an authentic message, decrypted when it is encrypted, and its encoded context."""
    if not head.flags & message.PRIV:
        return _scoped(data, head.payload_at)
    if keys.cipher is None or len(head.salt) != 8:
        raise Malformed("encrypted without a key")
    hidden, _end = read_octets(data, head.payload_at)
    return _scoped(usm.decrypt(keys, head.boots, head.time, head.salt, hidden), 0)


def _scoped(data: bytes, at: int) -> tuple[Notification, bytes]:
    start, _end = expect(data, at, SEQUENCE)
    _context_engine, at = read_octets(data, start)
    _context, at = read_octets(data, at)
    return decode(data, at), data[start:at]

"""The conversation with an agent that knows no users: SNMP version 2c (RFC 1901), for devices that have nothing better.

A community is a secret that travels in clear. It is held like a password: its text shows in no message, log or repr.
An answer with another community, or of another version, is refused.
"""

from collections.abc import Container
from dataclasses import dataclass

from pydantic import SecretStr

from monitoring.snmp.ber import OCTETS, SEQUENCE, Malformed, encode, expect, integer, sequence
from monitoring.snmp.pdu import RESPONSE, asked, head
from monitoring.snmp.session import Incoming, Kind

_NUMBER = {"v1": 0, "v2c": 1}


@dataclass(frozen=True)
class Community:
    """What opens an agent without users. Version 1 has no GETBULK: such an agent is asked by pysnmp."""

    secret: SecretStr
    version: str = "v2c"

    def __post_init__(self) -> None:
        """Refuse another version. Raises ValueError."""
        if self.version not in _NUMBER:
            raise ValueError(f"no such version: {self.version}")


class CommunitySession:
    """A `Conversation` by community: nothing is discovered and nothing is learned."""

    boots: int | None = None
    known = True

    def __init__(self, community: Community) -> None:
        name = encode(OCTETS, community.secret.get_secret_value().encode())
        self.version = community.version
        self._begin = integer(_NUMBER[community.version]) + name

    def forget(self) -> None:
        """Nothing was learned."""

    def request(self, message_id: int, body: bytes) -> bytes:
        """Return the datagram of a GETBULK."""
        return sequence(self._begin, asked(message_id, body))

    def receive(self, data: bytes, in_flight: Container[int] = ()) -> Incoming:
        """Judge a datagram; Malformed when it is to be dropped. Nothing is learned, so any id is let in."""
        start, end = expect(data, 0, SEQUENCE)
        if not data.startswith(self._begin, start) or end > len(data):
            raise Malformed("another version or community")
        found = head(data, start + len(self._begin))
        if found.tag != RESPONSE:
            raise Malformed("an answer that is none")
        return Incoming(Kind.ANSWER, found.request_id, data, found)

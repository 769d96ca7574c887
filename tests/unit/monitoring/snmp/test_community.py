"""Version 2c: what is sent is read by pysnmp, what belongs to another is refused."""

import pytest
from pyasn1.codec.ber import decoder, encoder
from pydantic import SecretStr
from pysnmp.proto import api
from pysnmp.proto.rfc1901 import Message as V2c

from monitoring.snmp import ber, pdu
from monitoring.snmp.ber import Malformed
from monitoring.snmp.community import Community, CommunitySession
from monitoring.snmp.session import Kind
from tests.unit.monitoring.test_snmp_codec import VALUES, response

SECRET = Community(SecretStr("geheim"))
NUMBER = 77_000_000


def answer(community: str = "geheim", version: int = 1) -> bytes:
    """A message made by pysnmp."""
    whole = api.PROTOCOL_MODULES[api.SNMP_VERSION_2C].Message()
    whole["version"], whole["community"] = version, community
    whole["data"]["response"] = response([(name, value) for name, value, _python in VALUES], NUMBER)
    return bytes(encoder.encode(whole))


def test_our_request_is_read_by_pysnmp() -> None:
    body = pdu.bulk_body((ber.oid("1.3.6.1.2.1.1.3"), ber.oid("1.3.6.1.2.1.2.2.1.8")), 1, 25)
    decoded, rest = decoder.decode(CommunitySession(SECRET).request(NUMBER, body), asn1Spec=V2c())
    assert not rest
    bulk = decoded["data"]["get-bulk-request"]
    assert (int(decoded["version"]), bytes(decoded["community"])) == (1, b"geheim")
    assert (int(bulk["request-id"]), int(bulk["non-repeaters"]), int(bulk["max-repetitions"])) == (NUMBER, 1, 25)
    assert [str(bind["name"]) for bind in bulk["variable-bindings"]] == ["1.3.6.1.2.1.1.3", "1.3.6.1.2.1.2.2.1.8"]


def test_what_pysnmp_sends_is_read() -> None:
    incoming = CommunitySession(SECRET).receive(answer())
    assert (incoming.kind, incoming.message_id) == (Kind.ANSWER, NUMBER)
    assert incoming.head is not None
    found = pdu.varbinds(incoming.data, incoming.head.start, incoming.head.stop)
    assert [value for _name, value in found] == [python for _name, _value, python in VALUES]


@pytest.mark.parametrize("data", [answer("public"), answer(version=0), b"", b"\x30\x80", answer()[:40]])
def test_what_is_of_another_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        CommunitySession(SECRET).receive(data)


def test_our_own_request_is_no_answer() -> None:
    session = CommunitySession(SECRET)
    with pytest.raises(Malformed):
        session.receive(session.request(NUMBER, pdu.bulk_body((), 0, 1)))


def test_the_secret_shows_nowhere_and_other_versions_are_refused() -> None:
    assert "geheim" not in repr(SECRET)
    with pytest.raises(ValueError, match="v3"):
        Community(SecretStr("x"), "v3")

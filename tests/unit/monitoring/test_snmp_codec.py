"""The codec against pysnmp and pyasn1 as oracle, and against what no agent should send."""

import random
import warnings
from typing import Any

import pytest
from pyasn1.codec.ber import decoder, encoder
from pydantic import SecretStr
from pysnmp.proto import rfc1902, rfc1905
from pysnmp.proto.mpmod.rfc3412 import ScopedPDU, SNMPv3Message
from pysnmp.proto.secmod.rfc3414.service import UsmSecurityParameters
from pysnmp.proto.secmod.rfc3826.priv import aes
from pysnmp.proto.secmod.rfc7860.auth import hmacsha2

from monitoring.snmp import ber, message, pdu, usm
from monitoring.snmp.ber import Malformed

ENGINE = bytes.fromhex("80001f8880aabbccdd00112233")
CREDENTIALS = usm.Credentials("countynet", SecretStr("auth-password-1"), SecretStr("priv-password-1"))
SALT = bytes(range(8))


def response(varbinds: list[tuple[str, Any]], request_id: int = 77, status: int = 0) -> Any:
    """A response PDU made by pysnmp."""
    result = rfc1905.ResponsePDU()
    result["request-id"], result["error-status"], result["error-index"] = request_id, status, 0
    for position, (name, value) in enumerate(varbinds):
        bind = rfc1905.VarBind()
        bind["name"] = rfc1902.ObjectName(name)
        if isinstance(value, rfc1905.EndOfMibView):
            bind[1]["endOfMibView"] = value
        else:
            bind[1]["value"] = _typed(value)
        result["variable-bindings"][position] = bind
    return result


def _typed(value: Any) -> Any:
    typed = rfc1902.ObjectSyntax()
    kinds: list[tuple[type, str, str]] = [
        (rfc1902.Counter64, "application-wide", "big-counter-value"),
        (rfc1902.Counter32, "application-wide", "counter-value"),
        (rfc1902.TimeTicks, "application-wide", "timeticks-value"),
        (rfc1902.Gauge32, "application-wide", "gauge32-value"),
        (rfc1902.Integer32, "simple", "integer-value"),
        (rfc1902.OctetString, "simple", "string-value"),
    ]
    for kind, group, field in kinds:
        if type(value) is kind:
            typed[group][field] = value
            return typed
    raise AssertionError(value)


def sealed(scoped: Any, keys: usm.Keys, boots: int = 3, time: int = 1000, message_id: int = 5) -> bytes:
    """An authenticated and encrypted message made with pysnmp's specifications, ciphers and hashes."""
    clear = encoder.encode(scoped)
    priv_key = rfc1902.OctetString(_priv_key())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        hidden, salt = aes.Aes().encrypt_data(priv_key, (boots, time, SALT), clear)
    security = UsmSecurityParameters()
    security["msgAuthoritativeEngineId"], security["msgAuthoritativeEngineBoots"] = ENGINE, boots
    security["msgAuthoritativeEngineTime"], security["msgUserName"] = time, "countynet"
    security["msgAuthenticationParameters"], security["msgPrivacyParameters"] = bytes(24), salt
    whole = SNMPv3Message()
    whole["msgVersion"] = 3
    head = whole["msgGlobalData"]
    head["msgID"], head["msgMaxSize"], head["msgFlags"], head["msgSecurityModel"] = message_id, 65507, b"\x03", 3
    whole["msgSecurityParameters"] = encoder.encode(security)
    whole["msgData"]["encryptedPDU"] = bytes(hidden)
    blank = encoder.encode(whole)
    digest = hmacsha2.HmacSha2(hmacsha2.HmacSha2.SHA256_SERVICE_ID)
    return bytes(digest.authenticate_outgoing_message(rfc1902.OctetString(keys.auth_key), blank))


def _priv_key() -> bytes:
    return usm.localised("SHA-256", usm.password_key("SHA-256", "priv-password-1"), ENGINE)[:16]


def scoped(inner: Any) -> Any:
    result = ScopedPDU()
    result["contextEngineId"], result["contextName"] = ENGINE, ""
    result["data"]["response"] = inner
    return result


@pytest.mark.parametrize("value", [0, 1, 127, 128, 255, 256, 65535, 2**31 - 1, -1, -128, -129, -(2**31)])
def test_integers_as_pyasn1_writes_them(value: int) -> None:
    if value not in (-128, -(2**31)):  # pyasn1 spends an octet too many on these
        assert ber.integer(value) == encoder.encode(rfc1902.Integer32(value))
    assert ber.read_integer(ber.integer(value), 0) == (value, len(ber.integer(value)))


@pytest.mark.parametrize("name", ["1.3.6.1.2.1.1.3.0", "1.0.8802.1.1.2.1.4.1.1.9.128.16384.2097152", "2.39.4294967295"])
def test_object_identifiers_as_pyasn1_writes_them(name: str) -> None:
    expected = encoder.encode(rfc1902.ObjectName(name))
    assert ber.encode(ber.OID, ber.oid(name)) == expected


@pytest.mark.parametrize("size", [0, 1, 127, 128, 255, 256, 1000, 65000])
def test_lengths(size: int) -> None:
    whole = ber.encode(ber.OCTETS, bytes(size))
    assert whole == encoder.encode(rfc1902.OctetString(bytes(size)))
    assert ber.read_octets(whole, 0) == (bytes(size), len(whole))


def test_rfc_3414_appendix_keys() -> None:
    """RFC 3414 A.3.2 (SHA-1); the SHA-2 keys are compared with pysnmp's."""
    engine = bytes.fromhex("000000000000000000000002")
    key = usm.password_key("SHA-1", "maplesyrup")
    assert key.hex() == "9fb5cc0381497b3793528939ff788d5d79145211"
    assert usm.localised("SHA-1", key, engine).hex() == "6695febc9288e36282235fc7151f128497b38f3f"
    for name, number in (("SHA-224", 0), ("SHA-256", 1), ("SHA-384", 2), ("SHA-512", 3)):
        services = [
            hmacsha2.HmacSha2.SHA224_SERVICE_ID,
            hmacsha2.HmacSha2.SHA256_SERVICE_ID,
            hmacsha2.HmacSha2.SAH384_SERVICE_ID,
            hmacsha2.HmacSha2.SHA512_SERVICE_ID,
        ]
        theirs = hmacsha2.HmacSha2(services[number])
        hashed = theirs.hash_passphrase(rfc1902.OctetString("maplesyrup"))
        assert bytes(theirs.localize_key(hashed, rfc1902.OctetString(engine))) == usm.localised(
            name, usm.password_key(name, "maplesyrup"), engine
        )


def test_our_request_is_read_by_pysnmp() -> None:
    keys = usm.keys_for(CREDENTIALS, ENGINE)
    asked = pdu.get_bulk(99, (ber.oid("1.3.6.1.2.1.1.3"), ber.oid("1.3.6.1.2.1.2.2.1.8")), 1, 25)
    whole = message.request(41, message.Stamp(ENGINE, 3, 1000), b"countynet", keys, SALT, asked)
    assert len(whole) < message.MESSAGE_SIZE
    decoded, rest = decoder.decode(whole, asn1Spec=SNMPv3Message())
    assert not rest
    assert int(decoded["msgGlobalData"]["msgID"]) == 41
    security, _rest = decoder.decode(decoded["msgSecurityParameters"], asn1Spec=UsmSecurityParameters())
    digest = hmacsha2.HmacSha2(hmacsha2.HmacSha2.SHA256_SERVICE_ID)
    theirs = rfc1902.OctetString(keys.auth_key)
    digest.authenticate_incoming_message(theirs, security["msgAuthenticationParameters"], whole)  # raises if wrong
    clear = aes.Aes().decrypt_data(
        rfc1902.OctetString(_priv_key()), (3, 1000, rfc1902.OctetString(SALT)), decoded["msgData"]["encryptedPDU"]
    )
    inner, _rest = decoder.decode(clear, asn1Spec=ScopedPDU())
    bulk = inner["data"]["get-bulk-request"]
    assert (int(bulk["request-id"]), int(bulk["non-repeaters"]), int(bulk["max-repetitions"])) == (99, 1, 25)
    assert [str(bind["name"]) for bind in bulk["variable-bindings"]] == ["1.3.6.1.2.1.1.3", "1.3.6.1.2.1.2.2.1.8"]


def test_our_discovery_is_read_by_pysnmp() -> None:
    decoded, rest = decoder.decode(message.discovery(7, 8), asn1Spec=SNMPv3Message())
    assert not rest
    assert bytes(decoded["msgGlobalData"]["msgFlags"]) == bytes((message.REPORTABLE,))
    assert int(decoded["msgData"]["plaintext"]["data"]["get-request"]["request-id"]) == 8


VALUES: list[tuple[str, Any, int | bytes | None]] = [
    ("1.3.6.1.2.1.31.1.1.1.6.1", rfc1902.Counter64(2**64 - 1), 2**64 - 1),
    ("1.3.6.1.2.1.2.2.1.14.1", rfc1902.Counter32(2**32 - 1), 2**32 - 1),
    ("1.3.6.1.2.1.1.3.0", rfc1902.TimeTicks(123456), 123456),
    ("1.3.6.1.2.1.31.1.1.1.15.128", rfc1902.Gauge32(10000), 10000),
    ("1.3.6.1.2.1.2.2.1.8.300", rfc1902.Integer32(-5), -5),
    ("1.3.6.1.2.1.31.1.1.1.1.1", rfc1902.OctetString("wan0"), b"wan0"),
    ("1.3.6.1.2.1.31.1.1.1.1.2", rfc1902.OctetString(("接口" * 100).encode()), ("接口" * 100).encode()),
    ("1.3.6.1.2.1.31.1.1.1.2.1", rfc1905.EndOfMibView(""), None),
]


def test_what_pysnmp_sends_is_read() -> None:
    keys = usm.keys_for(CREDENTIALS, ENGINE)
    data = sealed(scoped(response([(name, value) for name, value, _python in VALUES])), keys)
    head = message.header(data)
    assert (head.message_id, head.engine_id, head.boots, head.time, head.user) == (5, ENGINE, 3, 1000, b"countynet")
    assert message.authentic(data, head, keys)
    read = message.payload(data, head, keys)
    assert (read.tag, read.request_id, read.error_status) == (pdu.RESPONSE, 77, 0)
    assert [(v.name, v.value) for v in read.varbinds] == [(ber.oid(n), python) for n, _v, python in VALUES]


def test_unsigned_values_without_their_leading_zero() -> None:
    """Some agents send a Counter32 of ff ff ff ff and lengths in long form; pysnmp drops both."""
    name = ber.encode(ber.OID, ber.oid("1.3.6.1.2.1.2.2.1.10.1"))
    bind = b"\x30\x82\x00" + bytes((len(name) + 6,)) + name + b"\x41\x04\xff\xff\xff\xff"
    assert pdu.varbinds(bind, 0, len(bind))[0].value == 2**32 - 1


def test_every_cut_and_every_flipped_bit_is_refused() -> None:
    keys = usm.keys_for(CREDENTIALS, ENGINE)
    data = sealed(scoped(response([(name, value) for name, value, _python in VALUES[:4]])), keys)
    for size in range(len(data)):
        with pytest.raises(Malformed):
            message.header(data[:size])
    for position in range(len(data)):
        bad = data[:position] + bytes((data[position] ^ 0x10,)) + data[position + 1 :]
        try:
            head = message.header(bad)
        except Malformed:
            continue
        assert not message.authentic(bad, head, keys), position


def test_random_bytes_raise_nothing_but_malformed() -> None:
    dice = random.Random(1)
    for _round in range(3000):
        data = bytes(dice.randrange(256) for _octet in range(dice.randrange(80)))
        for read in (message.header, lambda d: pdu.decode(d, 0), lambda d: pdu.varbinds(d, 0, len(d))):
            try:
                read(data)
            except Malformed:
                continue


def test_mutated_pdus_raise_nothing_but_malformed() -> None:
    dice = random.Random(2)
    data = encoder.encode(response([(name, value) for name, value, _python in VALUES]))
    for _round in range(5000):
        bad = bytearray(data)
        for _change in range(dice.randrange(1, 4)):
            bad[dice.randrange(len(bad))] = dice.randrange(256)
        try:
            pdu.decode(bytes(bad), 0)
        except Malformed:
            continue


def test_the_short_way_and_the_long_way_agree() -> None:
    dice = random.Random(3)
    for _round in range(500):
        binds = []
        for _bind in range(dice.randrange(1, 5)):
            name = ber.encode(ber.OID, bytes(dice.randrange(1, 128) for _octet in range(dice.choice([1, 12, 130]))))
            tag = dice.choice([0x02, 0x04, 0x41, 0x43, 0x46])
            binds.append(ber.sequence(name, ber.encode(tag, dice.randbytes(dice.choice([1, 4, 9, 140])))))
        data = b"".join(binds)
        long, at = [], 0
        while at < len(data):
            variable, at = pdu._variable(data, at, len(data))
            long.append(variable)
        assert pdu.varbinds(data, 0, len(data)) == tuple(long)
        for size in range(len(data)):
            with pytest.raises(Malformed):
                pdu.varbinds(data[:size], 0, len(data))


def test_the_short_way_to_a_header_and_the_long_one_agree() -> None:
    """One reader over messages that differ in what differs from answer to answer, and in a flipped octet anywhere."""
    keys, dice, reader = usm.keys_for(CREDENTIALS, ENGINE), random.Random(4), message.Reader()
    long = scoped(response([("1.3.6.1.2.1.31.1.1.1.1.2", rfc1902.OctetString(b"x" * 400))]))
    for time in (1000, 1001, 999, 40_000, 8_388_608):
        data = sealed(long, keys, time=time, message_id=dice.randrange(1 << 24, 1 << 31))
        assert reader.header(data) == message.header(data)
        for _change in range(400):
            bad = bytearray(data[: dice.randrange(len(data))] if dice.random() < 0.1 else data)
            for _octet in range(dice.randrange(1, 3) if bad else 0):
                bad[dice.randrange(min(len(bad), 130))] = dice.randrange(256)
            try:
                expected = message.header(bytes(bad))
            except Malformed:
                with pytest.raises(Malformed):
                    reader.header(bytes(bad))
                continue
            assert reader.header(bytes(bad)) == expected


def test_the_short_way_to_a_pdu_and_the_long_one_agree() -> None:
    dice = random.Random(5)
    inner = response([("1.3.6.1.2.1.31.1.1.1.1.2", rfc1902.OctetString(b"x" * 400))], request_id=1 << 25)
    data = encoder.encode(inner)
    assert pdu.head(data, 0)[:4] == (pdu.RESPONSE, 1 << 25, 0, 0)
    assert pdu.varbinds(data, *pdu.head(data, 0)[4:])[0].value == b"x" * 400
    for _change in range(3000):
        bad = bytearray(data)
        bad[dice.randrange(24)] = dice.randrange(256)
        try:
            tag, number, status, index, start, stop = pdu.head(bytes(bad), 0)
        except Malformed:
            continue
        assert stop <= len(bad)
        if (tag, status, index) == (pdu.RESPONSE, 0, 0):
            assert number == int.from_bytes(bad[6:10], signed=True) or bad[5] != 4

"""Every hash with every cipher against pysnmp as oracle: keys, and whole messages both ways."""

import warnings
from typing import Any

import pytest
from pyasn1.codec.ber import decoder
from pydantic import SecretStr
from pysnmp.proto import rfc1902
from pysnmp.proto.mpmod.rfc3412 import ScopedPDU, SNMPv3Message
from pysnmp.proto.secmod.eso.priv import aes192, aes256
from pysnmp.proto.secmod.rfc3414.auth import hmacsha
from pysnmp.proto.secmod.rfc3414.service import UsmSecurityParameters
from pysnmp.proto.secmod.rfc3826.priv import aes
from pysnmp.proto.secmod.rfc7860.auth import hmacsha2

from monitoring.snmp import ber, message, pdu, usm

ENGINE = bytes.fromhex("80001f8880aabbccdd00112233")
SALT = bytes(range(8))
ASKED = pdu.get_bulk(99, (ber.oid("1.3.6.1.2.1.1.3"),), 0, 25)
HASH = {
    "SHA-1": hmacsha.HmacSha.SERVICE_ID,
    "SHA-224": hmacsha2.HmacSha2.SHA224_SERVICE_ID,
    "SHA-256": hmacsha2.HmacSha2.SHA256_SERVICE_ID,
    "SHA-384": hmacsha2.HmacSha2.SAH384_SERVICE_ID,
    "SHA-512": hmacsha2.HmacSha2.SHA512_SERVICE_ID,
}
AUTH: dict[str, Any] = {
    name: hmacsha.HmacSha() if name == "SHA-1" else hmacsha2.HmacSha2(service) for name, service in HASH.items()
}
PRIV: dict[str, Any] = {
    "AES-128": aes.Aes(),
    "AES-192": aes192.AesBlumenthal192(),
    "AES-256": aes256.AesBlumenthal256(),
    "AES-192-C": aes192.Aes192(),
    "AES-256-C": aes256.Aes256(),
}


def credentials(auth: str, priv: str) -> usm.Credentials:
    return usm.Credentials("monitor", SecretStr("auth-password"), SecretStr("priv-password"), auth, priv)


def their_key(auth: str, priv: str) -> Any:
    """The cipher's key as pysnmp makes it."""
    service = PRIV[priv]
    hashed = service.hash_passphrase(HASH[auth], rfc1902.OctetString("priv-password"))
    return service.localize_key(HASH[auth], hashed, rfc1902.OctetString(ENGINE))


@pytest.mark.parametrize("priv", list(PRIV))
@pytest.mark.parametrize("auth", list(AUTH))
def test_our_request_is_read_by_pysnmp(auth: str, priv: str) -> None:
    keys = usm.keys_for(credentials(auth, priv), ENGINE)
    whole = message.request(41, message.Stamp(ENGINE, 3, 1000), b"monitor", keys, SALT, ASKED)
    decoded, rest = decoder.decode(whole, asn1Spec=SNMPv3Message())
    assert not rest
    security, _rest = decoder.decode(decoded["msgSecurityParameters"], asn1Spec=UsmSecurityParameters())
    hashed = AUTH[auth].hash_passphrase(rfc1902.OctetString("auth-password"))
    key = AUTH[auth].localize_key(hashed, rfc1902.OctetString(ENGINE))
    AUTH[auth].authenticate_incoming_message(key, security["msgAuthenticationParameters"], whole)  # raises if wrong
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        clear = PRIV[priv].decrypt_data(
            their_key(auth, priv), (3, 1000, rfc1902.OctetString(SALT)), decoded["msgData"]["encryptedPDU"]
        )
    inner, _rest = decoder.decode(clear, asn1Spec=ScopedPDU())
    assert int(inner["data"]["get-bulk-request"]["max-repetitions"]) == 25


def test_the_two_ways_to_stretch_a_key_differ_where_the_hash_is_short_and_only_there() -> None:
    for auth, priv, same in (
        ("SHA-1", "AES-192", False),
        ("SHA-1", "AES-256", False),
        ("SHA-224", "AES-192", True),
        ("SHA-224", "AES-256", False),
        ("SHA-256", "AES-256", True),
        ("SHA-512", "AES-192", True),
    ):
        ours, ciscos = (
            usm.extended(auth, name, usm.localised(auth, b"k" * 20, ENGINE), ENGINE) for name in (priv, f"{priv}-C")
        )
        assert (ours == ciscos) is same, (auth, priv)


def test_levels_without_encryption_and_without_anything() -> None:
    signed = usm.Credentials("monitor", SecretStr("auth-password"))
    keys = usm.keys_for(signed, ENGINE)
    whole = message.request(41, message.Stamp(ENGINE, 3, 1000), b"monitor", keys, SALT, ASKED)
    head = message.header(whole)
    assert (head.flags, len(head.mac), head.salt) == (message.AUTH | message.REPORTABLE, 24, b"")
    assert message.authentic(whole, head, keys)
    bare = message.request(
        41, message.Stamp(ENGINE, 3, 1000), b"m", usm.keys_for(usm.Credentials("m"), ENGINE), SALT, ASKED
    )
    head = message.header(bare)
    assert (head.flags, head.mac, head.salt) == (message.REPORTABLE, b"", b"")
    decoded, rest = decoder.decode(bare, asn1Spec=SNMPv3Message())
    assert not rest
    assert int(decoded["msgData"]["plaintext"]["data"]["get-bulk-request"]["request-id"]) == 99


@pytest.mark.parametrize(
    "wrong",
    [
        {"auth": "MD5"},
        {"priv": "DES"},
        {"auth_password": None},
        {"auth_password": SecretStr("short")},
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    whole = {"user": "m", "auth_password": SecretStr("auth-password"), "priv_password": SecretStr("priv-password")}
    with pytest.raises(ValueError, match="algorithm|needs"):
        usm.Credentials(**{**whole, **wrong})


def test_passwords_show_nowhere() -> None:
    assert "password" not in repr(credentials("SHA-1", "AES-128")).replace("_password", "")

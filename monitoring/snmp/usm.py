"""The user-based security model's arithmetic (RFC 3414, 7860 for SHA-2, 3826 for AES-128): pure functions.

Promises: keys are localised per engine, so that one agent's key opens no other's; a message authentication code is
compared in constant time. It offers no MD5 and no DES. SHA-1 is there for old switches only.

AES-192 and AES-256 were never made a standard. Where the hash is shorter than the key (SHA-1 with both, SHA-224 with
AES-256), the key is stretched in one of two ways, which do not understand each other: `AES-192` and `AES-256` as
draft-blumenthal-aes-usm-04 says, `AES-192-C` and `AES-256-C` as draft-reeder-snmpv3-usm-3desede-00, which Cisco and
those after it do (net-snmp's names). Where the hash is long enough they are the same: Huawei's and H3C's SHA2-256 with
AES256 is either.
"""

import hashlib
import hmac
import struct
from dataclasses import dataclass, field
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC
from pydantic import SecretStr

from monitoring.snmp.feedback import Feedback

MAC_LENGTH = {"SHA-1": 12, "SHA-224": 16, "SHA-256": 24, "SHA-384": 32, "SHA-512": 48}
KEY_LENGTH = {"AES-128": 16, "AES-192": 24, "AES-256": 32, "AES-192-C": 24, "AES-256-C": 32}
_HASH = {"SHA-1": "sha1", "SHA-224": "sha224", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
_CODE = {
    "SHA-1": hashes.SHA1(),  # noqa: S303 (for old switches only)
    "SHA-224": hashes.SHA224(),
    "SHA-256": hashes.SHA256(),
    "SHA-384": hashes.SHA384(),
    "SHA-512": hashes.SHA512(),
}
_STRETCHED = 1 << 20


@dataclass(frozen=True)
class Credentials:
    """An SNMPv3 user. Without passwords the level is noAuthNoPriv, with the first only authNoPriv, else authPriv.

    Raises ValueError for an unknown algorithm, for encryption without authentication, and for a password that RFC 3414
    (11.2) forbids because it has less than eight characters.
    """

    user: str
    auth_password: SecretStr | None = None
    priv_password: SecretStr | None = None
    auth: str = "SHA-256"
    priv: str = "AES-128"

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if self.auth not in MAC_LENGTH or self.priv not in KEY_LENGTH:
            raise ValueError(f"no such algorithm: {self.auth}, {self.priv}")
        if self.priv_password and not self.auth_password:
            raise ValueError("encryption needs authentication")
        if any(p and len(p.get_secret_value()) < 8 for p in (self.auth_password, self.priv_password)):
            raise ValueError("a password needs eight characters")


@dataclass(frozen=True)
class Keys:
    """A user's keys on one engine; empty where the level has none."""

    auth: str
    auth_key: bytes = field(repr=False)
    cipher: Feedback | None
    mac_length: int = 0
    """octets of a message's authentication code"""
    code: HMAC = field(init=False, repr=False, compare=False)
    """the authentication code of nothing: each message's begins from it"""

    def __post_init__(self) -> None:
        """Prepare what is the same for all messages."""
        object.__setattr__(self, "code", HMAC(self.auth_key, _CODE[self.auth]))


@lru_cache(maxsize=64)
def password_key(auth: str, password: str) -> bytes:
    """Return the key of a password (RFC 3414 A.2): the hash of it repeated to one mebibyte."""
    return _stretched(auth, password.encode())


def _stretched(auth: str, octets: bytes) -> bytes:
    return hashlib.new(_HASH[auth], (octets * (_STRETCHED // len(octets) + 1))[:_STRETCHED]).digest()


def localised(auth: str, key: bytes, engine_id: bytes) -> bytes:
    """Return a key bound to one engine."""
    return hashlib.new(_HASH[auth], key + engine_id + key).digest()


def extended(auth: str, priv: str, key: bytes, engine_id: bytes) -> bytes:
    """Return a localised key as long as the cipher wants it."""
    wanted = KEY_LENGTH[priv]
    last = key
    while len(key) < wanted:
        if priv.endswith("-C"):  # Reeder: the last piece is a password of its own
            last = localised(auth, _stretched(auth, last), engine_id)
            key += last
        else:
            key += hashlib.new(_HASH[auth], key).digest()
    return key[:wanted]


def keys_for(credentials: Credentials, engine_id: bytes) -> Keys:
    """Return a user's keys on an engine."""
    auth, priv = credentials.auth, credentials.priv
    if credentials.auth_password is None:
        return Keys(auth, b"", None)
    auth_key = localised(auth, password_key(auth, credentials.auth_password.get_secret_value()), engine_id)
    if credentials.priv_password is None:
        return Keys(auth, auth_key, None, MAC_LENGTH[auth])
    key = localised(auth, password_key(auth, credentials.priv_password.get_secret_value()), engine_id)
    return Keys(auth, auth_key, Feedback(extended(auth, priv, key, engine_id)), MAC_LENGTH[auth])


def mac(keys: Keys, message: bytes) -> bytes:
    """Return the authentication code of a message whose own code is still zero."""
    code = keys.code.copy()
    code.update(message)
    return code.finalize()[: keys.mac_length]


def same_mac(one: bytes, other: bytes) -> bool:
    """Compare two codes in constant time."""
    return hmac.compare_digest(one, other)


def encrypt(keys: Keys, boots: int, time: int, salt: bytes, clear: bytes) -> bytes:
    """Return AES-CFB of a scoped PDU; the initial vector is boots, time and salt."""
    assert keys.cipher is not None
    return keys.cipher.encrypt(struct.pack(">II", boots, time) + salt, clear)


def decrypt(keys: Keys, boots: int, time: int, salt: bytes, hidden: bytes) -> bytes:
    """Undo `encrypt`."""
    assert keys.cipher is not None
    return keys.cipher.decrypt(struct.pack(">II", boots, time) + salt, hidden)

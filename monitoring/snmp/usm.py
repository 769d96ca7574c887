"""The user-based security model's arithmetic (RFC 3414, 7860 for SHA-2, 3826 for AES-128): pure functions.

Promises: keys are localised per engine, so that one agent's key opens no other's; a message authentication code is
compared in constant time. It offers no MD5 and no DES. SHA-1 is there for old switches only.
"""

import hashlib
import hmac
import struct
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

try:
    from cryptography.hazmat.decrepit.ciphers.modes import CFB
except ImportError:  # before cryptography 47
    from cryptography.hazmat.primitives.ciphers.modes import CFB

from pydantic import SecretStr

MAC_LENGTH = {"SHA-1": 12, "SHA-224": 16, "SHA-256": 24, "SHA-384": 32, "SHA-512": 48}
_HASH = {"SHA-1": "sha1", "SHA-224": "sha224", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
_STRETCHED = 1 << 20


@dataclass(frozen=True)
class Credentials:
    """An SNMPv3 user at level authPriv; privacy is AES-128."""

    user: str
    auth_password: SecretStr
    priv_password: SecretStr
    auth: str = "SHA-256"


@dataclass(frozen=True)
class Keys:
    """A user's keys on one engine."""

    auth: str
    auth_key: bytes
    cipher: algorithms.AES

    @property
    def mac_length(self) -> int:
        """Octets of a message's authentication code."""
        return MAC_LENGTH[self.auth]


@lru_cache(maxsize=16)
def password_key(auth: str, password: str) -> bytes:
    """Return the key of a password (RFC 3414 A.2): the hash of it repeated to one mebibyte."""
    octets = password.encode()
    return hashlib.new(_HASH[auth], (octets * (_STRETCHED // len(octets) + 1))[:_STRETCHED]).digest()


def localised(auth: str, key: bytes, engine_id: bytes) -> bytes:
    """Return a key bound to one engine."""
    return hashlib.new(_HASH[auth], key + engine_id + key).digest()


def keys_for(credentials: Credentials, engine_id: bytes) -> Keys:
    """Return a user's keys on an engine."""
    auth = credentials.auth
    auth_key = localised(auth, password_key(auth, credentials.auth_password.get_secret_value()), engine_id)
    priv_key = localised(auth, password_key(auth, credentials.priv_password.get_secret_value()), engine_id)
    return Keys(auth, auth_key, algorithms.AES(priv_key[:16]))


def mac(keys: Keys, message: bytes) -> bytes:
    """Return the authentication code of a message whose own code is still zero."""
    return hmac.digest(keys.auth_key, message, _HASH[keys.auth])[: keys.mac_length]


def same_mac(one: bytes, other: bytes) -> bool:
    """Compare two codes in constant time."""
    return hmac.compare_digest(one, other)


def encrypt(keys: Keys, boots: int, time: int, salt: bytes, clear: bytes) -> bytes:
    """Return AES-128-CFB of a scoped PDU; the initial vector is boots, time and salt."""
    return Cipher(keys.cipher, CFB(struct.pack(">II", boots, time) + salt)).encryptor().update(clear)


def decrypt(keys: Keys, boots: int, time: int, salt: bytes, hidden: bytes) -> bytes:
    """Undo `encrypt`."""
    return Cipher(keys.cipher, CFB(struct.pack(">II", boots, time) + salt)).decryptor().update(hidden)

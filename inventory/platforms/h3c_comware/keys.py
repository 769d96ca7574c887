"""Public keys as Comware holds them: the bytes of a SubjectPublicKeyInfo (RFC 5280) as hexadecimal digits.

OpenSSH's `type base64` is the model's form; RSA and ECDSA go both ways, Comware 7 takes no Ed25519 key. Pure.
"""

import warnings
from functools import lru_cache

TYPES = ("ssh-rsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521")


@lru_cache(maxsize=512)
def to_hex(key: str) -> str | None:
    """Return a key `type base64` as digits, or None if it is none that Comware takes."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization

    if key.split(" ")[0] not in TYPES:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = serialization.load_ssh_public_key(key.encode())
    except (ValueError, UnsupportedAlgorithm):
        return None
    der = found.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    digits = der.hex().upper()
    return digits if from_hex(digits) == key else None


def from_hex(digits: str) -> str | None:
    """Return digits as a key `type base64`, or None if they are no key of a type that Comware takes."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization

    try:
        der = bytes.fromhex(digits)
        found = serialization.load_der_public_key(der)
        encoded = found.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    key = encoded.decode("ascii")
    return key if key.split(" ")[0] in TYPES else None

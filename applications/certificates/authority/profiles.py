"""What kinds of certificates are issued, and what each may be used for (RFC 5280 4.2.1.3, 4.2.1.12)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
"""RFC 9336: signing of documents that people read"""


class Kind(Enum):
    """What a certificate is for."""

    PERSON = "person"
    SEAL = "seal"
    SERVER = "server"
    STAMP = "stamp"
    OCSP = "ocsp"


ASKED_FOR = (Kind.PERSON, Kind.SEAL, Kind.SERVER)
"""those that people request; the other two the keeper makes for itself"""


@dataclass(frozen=True)
class Profile:
    """The rules of one kind: days it is good for, key usages, extended usages and whether those are critical."""

    days: int
    usages: tuple[str, ...]
    extended: tuple[ObjectIdentifier, ...]
    critical: bool = False


PROFILES: Mapping[Kind, Profile] = {
    Kind.PERSON: Profile(
        730,
        ("digital_signature", "content_commitment"),
        (ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.EMAIL_PROTECTION, DOCUMENT_SIGNING),
    ),
    Kind.SEAL: Profile(1095, ("digital_signature", "content_commitment"), (DOCUMENT_SIGNING,)),
    Kind.SERVER: Profile(397, ("digital_signature",), (ExtendedKeyUsageOID.SERVER_AUTH,)),
    Kind.STAMP: Profile(1825, ("digital_signature", "content_commitment"), (ExtendedKeyUsageOID.TIME_STAMPING,), True),
    Kind.OCSP: Profile(90, ("digital_signature",), (ExtendedKeyUsageOID.OCSP_SIGNING,)),
}

_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


def key_usage(*allowed: str) -> x509.KeyUsage:
    """Return the extension that allows these usages and no other."""
    return x509.KeyUsage(**{name: name in allowed for name in _USAGES})

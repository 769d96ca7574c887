"""Time stamps (RFC 3161, with the ESSCertIDv2 of RFC 5816): proof that these bytes existed at this time.

Only a digest comes in, so the authority never sees what it stamps. SHA-1 and MD5 are refused: a stamp is meant to hold
for years. The time is the machine's; whoever calls this makes sure that it does not run backwards.
"""

import datetime as dt
import functools
import hashlib
from dataclasses import dataclass

from asn1crypto import core, tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from applications.certificates.authority.der import (
    OCTETS,
    SEQUENCE,
    SET,
    context,
    general_time,
    integer,
    oid,
    set_of,
    tlv,
    utc_time,
)
from applications.certificates.authority.issue import Issuer

POLICY = "1.3.6.1.4.1.32473.9.1"
"""under the number that RFC 5612 keeps for examples; a county with a number of its own sets it in the settings"""
SHA256, ECDSA = "2.16.840.1.101.3.4.2.1", "1.2.840.10045.4.3.2"
SIGNED_DATA, TST_INFO = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_TIME = (f"1.2.840.113549.1.9.{number}" for number in (3, 4, 5))
SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.47"
SIZES = {"sha256": 32, "sha384": 48, "sha512": 64}


@dataclass(frozen=True)
class Stamp:
    """What a stamp says besides the digest."""

    serial: int
    at: dt.datetime
    policy: str = POLICY


class Unstampable(Exception):
    """A request that is refused; the word is one of RFC 3161 2.4.2 (PKIFailureInfo)."""


class _Refusal(core.Sequence):  # type: ignore[misc]
    """TimeStampResp without a token, which asn1crypto's own class takes for obligatory."""

    _fields = [("status", tsp.PKIStatusInfo)]  # noqa: RUF012 - asn1crypto completes the list in place


def refusal(failure: str) -> bytes:
    """Return the answer that says why there is no stamp."""
    info = tsp.PKIStatusInfo({"status": "rejection", "fail_info": {failure}})
    return bytes(_Refusal({"status": info}).dump())


def read(question: bytes, policy: str = POLICY) -> tsp.TimeStampReq:
    """Return the request. Raises Unstampable for what cannot be read or is not stamped."""
    try:
        asked = tsp.TimeStampReq.load(question, strict=True)
        imprint = asked["message_imprint"]
        algorithm, digest = imprint["hash_algorithm"]["algorithm"].native, imprint["hashed_message"].native
        wanted, extensions = asked["req_policy"].native, asked["extensions"].native
    except (ValueError, TypeError, KeyError) as error:
        raise Unstampable("bad_data_format") from error
    if algorithm not in SIZES:
        raise Unstampable("bad_alg")
    if len(digest) != SIZES[algorithm]:
        raise Unstampable("bad_data_format")
    if wanted not in (None, policy):
        raise Unstampable("unaccepted_policy")
    if extensions:
        raise Unstampable("unaccepted_extensions")
    return asked


def answer(asked: tsp.TimeStampReq, stamp: Stamp, signer: Issuer, chain: tuple[bytes, ...]) -> bytes:
    """Return the stamp in DER; the signer's certificate and the chain go along when the request wants them."""
    own = _own(signer.certificate)
    info = _info(asked, stamp, own)
    attributes = _attributes(info, own, stamp.at)
    signature = signer.key.sign(set_of(*attributes), ec.ECDSA(hashes.SHA256()))
    digest = tlv(SEQUENCE, oid(SHA256))
    content = tlv(SEQUENCE, oid(TST_INFO), context(0, tlv(OCTETS, info)))
    certificates = context(0, *sorted((own.der, *chain))) if asked["cert_req"].native else b""
    signed = tlv(
        SEQUENCE,
        integer(3),
        tlv(SET, digest),
        content,
        certificates,
        tlv(SET, _signer_info(own, attributes, digest, signature)),
    )
    token = tlv(SEQUENCE, oid(SIGNED_DATA), context(0, signed))
    return tlv(SEQUENCE, tlv(SEQUENCE, integer(0)), token)


@dataclass(frozen=True)
class _Own:
    """What of the signer's certificate stands in every stamp."""

    der: bytes
    digest: bytes
    name: bytes
    place: bytes


@functools.lru_cache(maxsize=8)
def _own(certificate: x509.Certificate) -> _Own:
    der = certificate.public_bytes(serialization.Encoding.DER)
    place = tlv(SEQUENCE, certificate.issuer.public_bytes(), integer(certificate.serial_number))
    return _Own(der, hashlib.sha256(der).digest(), certificate.subject.public_bytes(), place)


def _info(asked: tsp.TimeStampReq, stamp: Stamp, own: _Own) -> bytes:
    """Return the TSTInfo (RFC 3161 2.4.2); imprint and nonce are the request's own bytes."""
    return tlv(
        SEQUENCE,
        integer(1),
        oid(stamp.policy),
        asked["message_imprint"].dump(),
        integer(stamp.serial),
        general_time(stamp.at),
        tlv(SEQUENCE, integer(1)),
        asked["nonce"].dump() if asked["nonce"].native is not None else b"",
        context(0, context(4, own.name)),
    )


def _attributes(info: bytes, own: _Own, at: dt.datetime) -> tuple[bytes, ...]:
    """Return what is signed (RFC 5652 5.3; the certificate's digest after RFC 5816)."""
    binding = tlv(SEQUENCE, tlv(SEQUENCE, tlv(SEQUENCE, tlv(OCTETS, own.digest))))
    rows = (
        (CONTENT_TYPE, oid(TST_INFO)),
        (SIGNING_TIME, utc_time(at)),
        (MESSAGE_DIGEST, tlv(OCTETS, hashlib.sha256(info).digest())),
        (SIGNING_CERTIFICATE, binding),
    )
    return tuple(tlv(SEQUENCE, oid(kind), tlv(SET, value)) for kind, value in rows)


def _signer_info(own: _Own, attributes: tuple[bytes, ...], digest: bytes, signature: bytes) -> bytes:
    signed = context(0, *sorted(attributes))
    return tlv(SEQUENCE, integer(1), own.place, digest, signed, tlv(SEQUENCE, oid(ECDSA)), tlv(OCTETS, signature))

"""Answers to "is this certificate still good?" (RFC 6960), signed by a responder's own key, never the authority's.

An answer is good for a minute, so a revocation is known everywhere within one. A nonce is repeated (8954: 1 to 32
bytes). One certificate a question: a question about several is refused as malformed.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from applications.certificates.authority.issue import Issuer, Revoked

LIFE = dt.timedelta(seconds=60)


@dataclass(frozen=True)
class Standing:
    """What the register says of a serial number it knows; `revoked` none: good."""

    revoked: Revoked | None


Lookup = Callable[[int], Standing | None]


def refusal(status: ocsp.OCSPResponseStatus) -> bytes:
    """Return an answer that carries an error alone."""
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(serialization.Encoding.DER)


def answer(question: bytes, lookup: Lookup, authority: x509.Certificate, responder: Issuer, now: dt.datetime) -> bytes:
    """Return the answer in DER to a question in DER; what cannot be read is answered as malformed."""
    try:
        asked = ocsp.load_der_ocsp_request(question)
        nonce = _nonce(asked)
    except (ValueError, NotImplementedError):
        return refusal(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
    if not _is_ours(asked, authority):
        return refusal(ocsp.OCSPResponseStatus.UNAUTHORIZED)
    made = _single(asked, lookup(asked.serial_number), now)
    made = made.responder_id(ocsp.OCSPResponderEncoding.HASH, responder.certificate)
    made = made.certificates([responder.certificate])
    if nonce is not None:
        made = made.add_extension(nonce, False)
    return made.sign(responder.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _nonce(asked: ocsp.OCSPRequest) -> x509.OCSPNonce | None:
    try:
        nonce = asked.extensions.get_extension_for_class(x509.OCSPNonce).value
    except x509.ExtensionNotFound:
        return None
    if not 1 <= len(nonce.nonce) <= 32:
        raise ValueError
    return nonce


def _is_ours(asked: ocsp.OCSPRequest, authority: x509.Certificate) -> bool:
    digest = hashes.Hash(asked.hash_algorithm)
    digest.update(authority.subject.public_bytes())
    key = hashes.Hash(asked.hash_algorithm)
    key.update(
        authority.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    )
    return asked.issuer_name_hash == digest.finalize() and asked.issuer_key_hash == key.finalize()


def _single(asked: ocsp.OCSPRequest, found: Standing | None, now: dt.datetime) -> ocsp.OCSPResponseBuilder:
    status = ocsp.OCSPCertStatus.UNKNOWN if found is None else ocsp.OCSPCertStatus.GOOD
    revoked = None if found is None else found.revoked
    return ocsp.OCSPResponseBuilder().add_response_by_hash(
        asked.issuer_name_hash,
        asked.issuer_key_hash,
        asked.serial_number,
        asked.hash_algorithm,
        ocsp.OCSPCertStatus.REVOKED if revoked else status,
        now,
        now + LIFE,
        revoked.at if revoked else None,
        revoked.reason if revoked and revoked.reason is not x509.ReasonFlags.unspecified else None,
    )

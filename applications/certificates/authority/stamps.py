"""Time stamps (RFC 3161, with the ESSCertIDv2 of RFC 5816): proof that these bytes existed at this time.

Only a digest comes in, so the authority never sees what it stamps. SHA-1 and MD5 are refused: a stamp is meant to hold
for years. The time is the machine's; whoever calls this makes sure that it does not run backwards.
"""

import datetime as dt
from dataclasses import dataclass

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from applications.certificates.authority.issue import Issuer

POLICY = "1.3.6.1.4.1.32473.9.1"
"""under the number that RFC 5612 keeps for examples; a county with a number of its own sets it in the settings"""
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
    own = asn1.Certificate.load(signer.certificate.public_bytes(serialization.Encoding.DER))
    info = _info(asked, stamp, own).dump()
    attributes = _attributes(info, own, stamp.at)
    signature = signer.key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256()))
    signed: dict[str, object] = {
        "version": "v3",
        "digest_algorithms": [algos.DigestAlgorithm({"algorithm": "sha256"})],
        "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(info)},
        "signer_infos": [_signer_info(own, attributes, signature)],
    }
    if asked["cert_req"].native:
        signed["certificates"] = [own, *(asn1.Certificate.load(der) for der in chain)]
    token = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)})
    return bytes(tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token}).dump())


def _info(asked: tsp.TimeStampReq, stamp: Stamp, own: asn1.Certificate) -> tsp.TSTInfo:
    words = {
        "version": "v1",
        "policy": stamp.policy,
        "message_imprint": asked["message_imprint"],
        "serial_number": stamp.serial,
        "gen_time": stamp.at,
        "accuracy": {"seconds": 1},
        "tsa": asn1.GeneralName("directory_name", own.subject),
    }
    if asked["nonce"].native is not None:
        words["nonce"] = asked["nonce"]
    return tsp.TSTInfo(words)


def _attributes(info: bytes, own: asn1.Certificate, at: dt.datetime) -> cms.CMSAttributes:
    content, certificate = hashes.Hash(hashes.SHA256()), hashes.Hash(hashes.SHA256())
    content.update(info)
    certificate.update(own.dump())
    binding = tsp.SigningCertificateV2({"certs": [{"cert_hash": certificate.finalize()}]})
    rows = (
        ("content_type", "tst_info"),
        ("signing_time", cms.Time({"utc_time": at.replace(microsecond=0)})),
        ("message_digest", content.finalize()),
        ("signing_certificate_v2", binding),
    )
    return cms.CMSAttributes([cms.CMSAttribute({"type": kind, "values": [value]}) for kind, value in rows])


def _signer_info(own: asn1.Certificate, attributes: cms.CMSAttributes, signature: bytes) -> cms.SignerInfo:
    place = cms.IssuerAndSerialNumber({"issuer": own.issuer, "serial_number": own.serial_number})
    return cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier("issuer_and_serial_number", place),
            "digest_algorithm": {"algorithm": "sha256"},
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signed_attrs": attributes,
            "signature": signature,
        }
    )

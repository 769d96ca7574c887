"""Making certificates and revocation lists: the only place where the authority signs either (RFC 5280)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from applications.certificates.authority.names import Subject, others_of
from applications.certificates.authority.profiles import PROFILES, Kind, Profile, key_usage
from applications.certificates.problems import Refused

ROOT_DAYS, ISSUING_DAYS = 7305, 3652
LIST_LIFE = dt.timedelta(hours=24)
"""how long a revocation list is good for; a new one is made at each revocation and every hour"""
EARLY = dt.timedelta(minutes=5)
"""a certificate counts from a little before it was made, for clocks that are behind"""


@dataclass(frozen=True)
class Issuer:
    """A certificate that may sign others, with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Addresses:
    """Where others find what a certificate's reader needs (in the clear: what they carry is signed)."""

    ocsp: str
    crl: str
    issuer: str


@dataclass(frozen=True)
class Revoked:
    """One line of a revocation list."""

    serial: int
    at: dt.datetime
    reason: x509.ReasonFlags


def new_key(strong: bool = False) -> ec.EllipticCurvePrivateKey:
    """Return a new key: P-256, or P-384 for an authority."""
    return ec.generate_private_key(ec.SECP384R1() if strong else ec.SECP256R1())


def root(name: x509.Name, key: ec.EllipticCurvePrivateKey, now: dt.datetime) -> x509.Certificate:
    """Return the self-signed certificate that everything hangs on; authorities below it sign no further ones."""
    made = _frame(name, name, key.public_key(), now, ROOT_DAYS, key)
    return made.add_extension(x509.BasicConstraints(True, 1), True).sign(key, hashes.SHA384())


def request(name: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateSigningRequest:
    """Return the issuing authority's request that is carried to the root."""
    return x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA384())


def issuing(top: Issuer, asked: x509.CertificateSigningRequest, now: dt.datetime) -> x509.Certificate:
    """Return the issuing authority's certificate. Raises Refused for a request that is not signed by its own key."""
    if not asked.is_signature_valid:
        raise Refused("The request is not signed with the key that it names.")
    made = _frame(asked.subject, top.certificate.subject, asked.public_key(), now, ISSUING_DAYS, top.key)
    return made.add_extension(x509.BasicConstraints(True, 0), True).sign(top.key, hashes.SHA384())


def _frame(
    name: x509.Name,
    issuer: x509.Name,
    public: object,
    now: dt.datetime,
    days: int,
    signer: ec.EllipticCurvePrivateKey,
) -> x509.CertificateBuilder:
    if not isinstance(public, ec.EllipticCurvePublicKey):
        raise Refused("The key of an authority is an elliptic curve's.")
    return (
        x509.CertificateBuilder(issuer, name, public, x509.random_serial_number())
        .not_valid_before(now - EARLY)
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(key_usage("key_cert_sign", "crl_sign", "digital_signature"), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), False)
    )


def certificate(
    issuer: Issuer, subject: Subject, public: object, now: dt.datetime, where: Addresses, address: str = ""
) -> x509.Certificate:
    """Return a certificate of the subject's kind, never good for longer than its issuer's.

    A server's is for its name and for what is given besides (`others_of`). Raises Refused for words or a key that are
    not to be certified.
    """
    subject.check()
    made = _leaf(issuer, subject.x509(), public, PROFILES[subject.kind], now)
    if subject.kind is Kind.SERVER:
        names = [x509.DNSName(subject.identifier), *others_of(address)]
        made = made.add_extension(x509.SubjectAlternativeName(names), False)
    return _with_addresses(made, where).sign(issuer.key, hashes.SHA256())


def service(issuer: Issuer, kind: Kind, name: x509.Name, public: object, now: dt.datetime) -> x509.Certificate:
    """Return the certificate of a service of the authority itself: its OCSP responder, its time stamps."""
    made = _leaf(issuer, name, public, PROFILES[kind], now)
    if kind is Kind.OCSP:  # RFC 6960 4.2.2.2.1: nobody asks whether the responder itself is revoked
        made = made.add_extension(x509.OCSPNoCheck(), False)
    return made.sign(issuer.key, hashes.SHA256())


def strong(public: object) -> rsa.RSAPublicKey | ec.EllipticCurvePublicKey:
    """Return a subject's key. Raises Refused for a kind or size that is not certified."""
    if isinstance(public, rsa.RSAPublicKey) and public.key_size >= 2048:
        return public
    if isinstance(public, ec.EllipticCurvePublicKey) and public.curve.name in ("secp256r1", "secp384r1"):
        return public
    raise Refused(
        "The key has to be RSA of 2048 bits or more, or of the curve P-256 or P-384 (SM2 is not possible here)."
    )


def _leaf(
    issuer: Issuer, name: x509.Name, public: object, profile: Profile, now: dt.datetime
) -> x509.CertificateBuilder:
    key = strong(public)
    until = min(now + dt.timedelta(days=profile.days), issuer.certificate.not_valid_after_utc)
    return (
        x509.CertificateBuilder(issuer.certificate.subject, name, key, x509.random_serial_number())
        .not_valid_before(now - EARLY)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(False, None), True)
        .add_extension(key_usage(*profile.usages), True)
        .add_extension(x509.ExtendedKeyUsage(profile.extended), profile.critical)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), False)
    )


def _with_addresses(made: x509.CertificateBuilder, where: Addresses) -> x509.CertificateBuilder:
    uri = x509.UniformResourceIdentifier
    told = [
        x509.AccessDescription(AuthorityInformationAccessOID.OCSP, uri(where.ocsp)),
        x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, uri(where.issuer)),
    ]
    point = x509.DistributionPoint([uri(where.crl)], None, None, None)
    made = made.add_extension(x509.AuthorityInformationAccess(told), False)
    return made.add_extension(x509.CRLDistributionPoints([point]), False)


def revocation_list(
    issuer: Issuer, revoked: Iterable[Revoked], number: int, now: dt.datetime
) -> x509.CertificateRevocationList:
    """Return the signed list of what is revoked; `number` grows with each list (RFC 5280 5.2.3)."""
    made = x509.CertificateRevocationListBuilder(issuer.certificate.subject)
    made = made.last_update(now).next_update(now + LIST_LIFE)
    made = made.add_extension(x509.CRLNumber(number), False)
    made = made.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), False)
    for line in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(line.serial).revocation_date(line.at)
        if line.reason is not x509.ReasonFlags.unspecified:
            entry = entry.add_extension(x509.CRLReason(line.reason), False)
        made = made.add_revoked_certificate(entry.build())
    return made.sign(issuer.key, hashes.SHA256())


def signs_in(certificate: x509.Certificate) -> bool:
    """Tell whether a certificate may be used to sign in."""
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    return ExtendedKeyUsageOID.CLIENT_AUTH in usage


def pem(certificate: x509.Certificate) -> str:
    """Return a certificate as text."""
    return certificate.public_bytes(serialization.Encoding.PEM).decode()

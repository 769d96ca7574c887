"""The keys on disk: where they lie, how they are encrypted, and the services' certificates that renew themselves.

    root.pem            the county's root certificate (public; its key is elsewhere: ceremony.py)
    issuing.key.pem     the issuing authority's key, encrypted
    issuing.csr.pem     its request, carried to the root
    issuing.pem         its certificate, signed by the root
    stamp.*, ocsp.*     keys and certificates of time stamps and of the OCSP responder

The folder belongs to the keeper's account alone (0700); files that are open to others are refused.
"""

import datetime as dt
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from applications.certificates.authority import issue
from applications.certificates.authority.issue import Issuer
from applications.certificates.authority.names import authority_name
from applications.certificates.authority.profiles import Kind
from applications.certificates.problems import Refused

TITLES = {Kind.STAMP: "Time stamps", Kind.OCSP: "OCSP responder"}
RENEW_BEFORE = {Kind.STAMP: dt.timedelta(days=365), Kind.OCSP: dt.timedelta(days=30)}


def sealed(key: ec.EllipticCurvePrivateKey, passphrase: bytes) -> bytes:
    """Return a key as encrypted PEM (PKCS #8)."""
    encryption = serialization.BestAvailableEncryption(passphrase)
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)


def opened(text: bytes, passphrase: bytes) -> ec.EllipticCurvePrivateKey:
    """Return the key of an encrypted PEM. Raises Refused when the passphrase does not open it."""
    try:
        key = serialization.load_pem_private_key(text, passphrase)
    except ValueError as error:
        raise Refused("The passphrase does not open the key.") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise Refused("The key of an authority is an elliptic curve's.")
    return key


def write(path: Path, content: bytes, secret: bool = False) -> None:
    """Write a file whole or not at all, a secret one for this account alone."""
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    new.touch(0o600 if secret else 0o644)
    new.write_bytes(content)
    new.replace(path)


def certificate(path: Path) -> x509.Certificate:
    """Return the certificate of a PEM file."""
    return x509.load_pem_x509_certificate(path.read_bytes())


class Keyring:
    """The opened keys. Raises Refused for a wrong passphrase or while the ceremony has not been held."""

    def __init__(self, folder: Path, passphrase: bytes, county: str) -> None:
        if folder.stat().st_mode & 0o077:
            raise Refused("The folder of the keys is open to others: {folder}", folder=str(folder))
        if not (folder / "issuing.pem").exists() or not (folder / "root.pem").exists():
            raise Refused("The issuing authority has no certificate yet; see docs/ceremony.md.")
        self.folder, self._passphrase, self._county = folder, passphrase, county
        self.root = certificate(folder / "root.pem")
        self.issuing = self._load("issuing")
        self.issuing.certificate.verify_directly_issued_by(self.root)
        self._services: dict[Kind, Issuer] = {}

    def service(self, kind: Kind, now: dt.datetime) -> Issuer:
        """Return the stamp's or the responder's key, made anew with its certificate when that nears its end."""
        held = self._services.get(kind)
        if held is None and (self.folder / f"{kind.value}.pem").exists():
            held = self._load(kind.value)
        if held is None or self._is_spent(kind, held, now):
            held = self._make(kind, now)
        self._services[kind] = held
        return held

    def _is_spent(self, kind: Kind, held: Issuer, now: dt.datetime) -> bool:
        own = held.certificate
        return own.not_valid_after_utc - now < RENEW_BEFORE[kind] or own.issuer != self.issuing.certificate.subject

    def _load(self, name: str) -> Issuer:
        key = opened((self.folder / f"{name}.key.pem").read_bytes(), self._passphrase)
        own = certificate(self.folder / f"{name}.pem")
        if own.public_key() != key.public_key():
            raise Refused("The certificate {name}.pem is not of the key beside it.", name=name)
        return Issuer(own, key)

    def _make(self, kind: Kind, now: dt.datetime) -> Issuer:
        key = issue.new_key()
        name = authority_name(self._county, f"{self._county} {TITLES[kind]}")
        own = issue.service(self.issuing, kind, name, key.public_key(), now)
        write(self.folder / f"{kind.value}.key.pem", sealed(key, self._passphrase), secret=True)
        write(self.folder / f"{kind.value}.pem", own.public_bytes(serialization.Encoding.PEM))
        return Issuer(own, key)

    def seal(self, key: ec.EllipticCurvePrivateKey) -> bytes:
        """Return a seal's key as it lies in the register."""
        return sealed(key, self._passphrase)

    def unseal(self, text: bytes) -> ec.EllipticCurvePrivateKey:
        """Return a seal's key from the register."""
        return opened(text, self._passphrase)

"""What the keeper does for the web process: issue, revoke, seal, stamp, answer, and remember.

Each public method of `Keeper` named in `OPERATIONS` is one operation; words and numbers come in, JSON values go out.
"""

import datetime as dt
import json
import secrets
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from asn1crypto import cms
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12

from applications.certificates.authority import issue, ocsp, stamps
from applications.certificates.authority.issue import Addresses, Revoked
from applications.certificates.authority.names import Subject
from applications.certificates.authority.ocsp import Standing
from applications.certificates.authority.profiles import ASKED_FOR, Kind
from applications.certificates.keeper.clock import Clock
from applications.certificates.keeper.keyring import Keyring
from applications.certificates.keeper.register import Entry, Register
from applications.certificates.keeper.wire import Value, pack, unpack
from applications.certificates.problems import Refused

OPERATIONS = (
    "about",
    "check",
    "issue",
    "revoke",
    "find",
    "certificates",
    "ocsp",
    "crl",
    "stamp",
    "seal",
    "note",
    "journal",
    "copy",
)
OF_ROOT = ("enrol",)
"""what root on the platform's own host may ask for besides"""
REASONS = (
    "unspecified",
    "key_compromise",
    "affiliation_changed",
    "superseded",
    "cessation_of_operation",
    "privilege_withdrawn",
)
RENEWED = dt.timedelta(hours=1)
"""how old a revocation list may be before a new one is made"""


class Keeper:
    """Keys, register and clock together. `policy` is the object identifier that stamps name."""

    def __init__(
        self,
        keyring: Keyring,
        register: Register,
        addresses: Addresses,
        now: Callable[[], dt.datetime],
        policy: str = stamps.POLICY,
    ) -> None:
        self.keyring, self.register, self.addresses, self.policy = keyring, register, addresses, policy
        self.clock = Clock(now, register)
        self._list: x509.CertificateRevocationList | None = None
        self._lock = threading.Lock()
        for kind in (Kind.STAMP, Kind.OCSP):
            keyring.service(kind, self.clock.now())

    def about(self) -> Mapping[str, Value]:
        """Return the authority's certificates and the keeper's time."""
        now = self.clock.now()
        return {
            "root": issue.pem(self.keyring.root),
            "issuing": issue.pem(self.keyring.issuing.certificate),
            "stamp": issue.pem(self.keyring.service(Kind.STAMP, now).certificate),
            "clock": now.isoformat(),
        }

    def check(self) -> Mapping[str, Value]:
        """Reckon the whole journal anew; return the first line that does not follow from the one before, or none."""
        return {"broken_at": self.register.broken_at()}

    def issue(
        self,
        kind: str,
        name: str,
        organisation: str,
        identifier: str,
        request: str,
        requester: str,
        approver: str,
        csr: str,
        password: str,
    ) -> Mapping[str, Value]:
        """Issue what was requested and approved; a request is served once.

        With a `csr` its key is certified. Without one the key is made here: a seal's stays here; a person's or server's
        goes out as PKCS #12 under `password`, and no copy is kept.
        """
        subject = Subject(_asked_for(kind), name, organisation, identifier)
        if not requester or not approver or requester == approver:
            raise Refused("Nobody approves what they asked for themselves.")
        if subject.kind is Kind.SEAL and csr:
            raise Refused("The key of a seal is made and kept by the keeper.")
        made = None if csr else issue.new_key()
        public = made.public_key() if made is not None else _requested(csr)
        with self.register.together():
            if self.register.of_request(request) is not None:
                raise Refused("A certificate has been issued for this request already.")
            own = issue.certificate(self.keyring.issuing, subject, public, self.clock.now(), self.addresses)
            held = self.keyring.seal(made) if made is not None and subject.kind is Kind.SEAL else None
            serial = self.register.add(subject, own, own.public_bytes(serialization.Encoding.DER), request, held)
            told = {
                "kind": kind,
                "request": request,
                "requester": requester,
                "name": name,
                "organisation": organisation,
            }
            self.note(approver, "certificate.issued", serial, json.dumps(told))
        bundle = self._bundle(own, made, password) if made is not None and held is None else b""
        return {"serial": serial, "certificate": issue.pem(own), "bundle": pack(bundle)}

    def enrol(self, identifier: str, address: str, organisation: str, csr: str, actor: str) -> Mapping[str, Value]:
        """Issue a server's certificate for a deploy (enrol.py); `actor` is who deployed."""
        subject = Subject(Kind.SERVER, identifier, organisation, identifier)
        if not 1 <= len(actor) <= 64 or not actor.isprintable():
            raise Refused("A name has 1 to 64 printable characters: {words}", words=actor[:80])
        with self.register.together():
            key, now = _requested(csr), self.clock.now()
            own = issue.certificate(self.keyring.issuing, subject, key, now, self.addresses, address)
            der = own.public_bytes(serialization.Encoding.DER)
            serial = self.register.add(subject, own, der, f"deploy-{new_request()}", None)
            self.note(actor, "certificate.enrolled", serial, json.dumps({"name": identifier, "address": address}))
        return {"serial": serial, "certificate": issue.pem(own)}

    def _bundle(self, own: x509.Certificate, key: ec.EllipticCurvePrivateKey, password: str) -> bytes:
        if len(password) < 8:
            raise Refused("The password of the key's file has at least 8 characters.")
        chain = [self.keyring.issuing.certificate, self.keyring.root]
        encryption = serialization.BestAvailableEncryption(password.encode())
        return pkcs12.serialize_key_and_certificates(None, key, own, chain, encryption)

    def revoke(self, serial: str, reason: str, actor: str) -> Mapping[str, Value]:
        """Revoke a certificate; from now on the list and every answer say so."""
        if reason not in REASONS:
            raise Refused("There is no such reason: {words}", words=reason[:40])
        with self.register.together():
            found = self._known(serial)
            if found.revoked is not None:
                raise Refused("This certificate is revoked already.")
            self.register.revoke(serial, self.clock.now(), reason)
            self.note(actor, "certificate.revoked", serial, json.dumps({"reason": reason, "name": found.subject.name}))
        with self._lock:
            self._list = None
        return shown(self._known(serial))

    def find(self, serial: str) -> Mapping[str, Value]:
        """Return one certificate of the register."""
        return shown(self._known(serial))

    def certificates(self, kind: str, identifier: str) -> Mapping[str, Value]:
        """Return certificates, the newest first; an empty word means all."""
        found = self.register.of(Kind(kind) if kind else None, identifier)
        return {"certificates": [shown(entry) for entry in found]}

    def ocsp(self, question: str) -> Mapping[str, Value]:
        """Answer an OCSP question."""
        now = self.clock.now()
        responder = self.keyring.service(Kind.OCSP, now)
        answer = ocsp.answer(unpack(question), self._standing, self.keyring.issuing.certificate, responder, now)
        return {"answer": pack(answer)}

    def _standing(self, serial: int) -> Standing | None:
        found = self.register.find(f"{serial:X}")
        if found is None:
            return None
        if found.revoked is None or found.reason is None:
            return Standing(None)
        return Standing(Revoked(serial, found.revoked, x509.ReasonFlags[found.reason]))

    def crl(self) -> Mapping[str, Value]:
        """Return the revocation list: the present one, or a new one after a revocation and every hour."""
        now = self.clock.now()
        with self._lock:
            if self._list is None or now - self._list.last_update_utc > RENEWED:
                with self.register.together():
                    number = int(self.register.number("crl") or "0") + 1
                    self.register.keep("crl", str(number))
                    revoked = self.register.revoked()
                self._list = issue.revocation_list(self.keyring.issuing, revoked, number, now)
            return {"crl": pack(self._list.public_bytes(serialization.Encoding.DER))}

    def stamp(self, question: str) -> Mapping[str, Value]:
        """Answer a request for a time stamp."""
        try:
            asked = stamps.read(unpack(question), self.policy)
            now = self.clock.forward()
        except stamps.Unstampable as error:
            return {"answer": pack(stamps.refusal(str(error)))}
        signer = self.keyring.service(Kind.STAMP, now)
        chain = (self.keyring.issuing.certificate.public_bytes(serialization.Encoding.DER),)
        stamp = stamps.Stamp(x509.random_serial_number(), now, self.policy)
        return {"answer": pack(stamps.answer(asked, stamp, signer, chain))}

    def seal(self, serial: str, attributes: str, actor: str, file: str, sha256: str) -> Mapping[str, Value]:
        """Sign with a seal's key: the signed attributes of a CMS signature, and nothing that is not such.

        `file` and `sha256` are of the document that was handed in; they stand in the journal.
        """
        content = unpack(attributes)
        try:
            names = {row["type"].native for row in cms.CMSAttributes.load(content, strict=True)}
        except (ValueError, TypeError) as error:
            raise Refused("A seal signs the attributes of a signature alone.") from error
        if not {"content_type", "message_digest"} <= names:
            raise Refused("A seal signs the attributes of a signature alone.")
        found, key = self._known(serial), self.register.key(serial)
        if key is None or found.subject.kind is not Kind.SEAL:
            raise Refused("There is no such seal.")
        if found.revoked is not None or found.until < self.clock.now():
            raise Refused("The certificate of this seal is revoked or over.")
        told = {"file": file[:120], "sha256": sha256, "seal": found.subject.name, "code": found.subject.identifier}
        self.note(actor, "seal.placed", serial, json.dumps(told))
        return {"signature": pack(self.keyring.unseal(key).sign(content, ec.ECDSA(hashes.SHA256())))}

    def note(self, actor: str, action: str, subject: str, details: str) -> Mapping[str, Value]:
        """Write a line of the journal; `details` is a JSON object of words and numbers."""
        told = json.loads(details)
        if not isinstance(told, dict) or not all(isinstance(value, str | int) for value in told.values()):
            raise Refused("A line of the journal tells words and numbers.")
        line = self.register.note(self.clock.now(), actor, action, subject, told)
        return {"id": line.id, "hash": line.hash}

    def journal(self, after: int, limit: int) -> Mapping[str, Value]:
        """Return lines of the journal after a number, oldest first, at most 500."""
        lines = self.register.lines(after, max(1, min(limit, 500)))
        return {"lines": [dict(vars(line)) for line in lines]}

    def copy(self, target: str) -> Mapping[str, Value]:
        """Write a consistent copy of the register beside it; `target` is a plain file name."""
        if not target or Path(target).name != target or not target.endswith(".copy"):
            raise Refused("This is not the name of a copy: {words}", words=target[:80])
        self.register.copy(self.keyring.folder / target)
        return {"made": target}

    def _known(self, serial: str) -> Entry:
        found = self.register.find(serial)
        if found is None:
            raise Refused("There is no such certificate.")
        return found


def new_request() -> str:
    """Return an identifier for a request."""
    return secrets.token_hex(8)


def _asked_for(kind: str) -> Kind:
    if kind not in {known.value for known in ASKED_FOR}:
        raise Refused("There is no such kind of certificate: {words}", words=kind[:40])
    return Kind(kind)


def _requested(csr: str) -> object:
    try:
        asked = x509.load_pem_x509_csr(csr.encode())
        public = asked.public_key()
    except (ValueError, TypeError, x509.InvalidVersion) as error:
        raise Refused("This is not a certificate request (PKCS #10, PEM).") from error
    except UnsupportedAlgorithm as error:  # a curve that cryptography does not know, SM2 among them
        raise Refused("The key of the request is of a kind that cannot be certified here (SM2 is one).") from error
    if not asked.is_signature_valid:
        raise Refused("The request is not signed with the key that it names.")
    return issue.strong(public)


def shown(entry: Entry) -> Mapping[str, Value]:
    """Return an entry of the register as it travels."""
    return {
        "serial": entry.serial,
        "kind": entry.subject.kind.value,
        "name": entry.subject.name,
        "organisation": entry.subject.organisation,
        "identifier": entry.subject.identifier,
        "request": entry.request,
        "issued": entry.issued.isoformat(),
        "until": entry.until.isoformat(),
        "revoked": None if entry.revoked is None else entry.revoked.isoformat(),
        "reason": entry.reason,
        "certificate": issue.pem(entry.certificate),
    }

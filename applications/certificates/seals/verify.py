"""Checking a sealed PDF, and saying what is wrong with one that was changed, in words a clerk can pass on.

What is asked, for each seal on the file: are the bytes that it covers as they were; what was added afterwards, and on
which pages; is the certificate one of the county's; was it good at the time that the stamp proves. A certificate that
was revoked later does not undo what was sealed before, unless its key was stolen. Revocation comes from the register
itself through `standing`, so it is as new as the question; nothing is fetched from addresses that a file names.
"""

import asyncio
import datetime as dt
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from asn1crypto import pem
from asn1crypto import x509 as asn1
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from applications.certificates.seals.placing import LARGEST

Standing = Callable[[str], Mapping[str, Any] | None]
"""what the register says of a serial number; None: it was never issued here"""
BROKEN = (
    PdfError,
    SignatureValidationError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    RecursionError,
    AttributeError,
)


@dataclass(frozen=True)
class Finding:
    """One thing found: a key of texts.json with its values; `weight` is `good`, `doubt` or `bad`."""

    weight: str
    text: str
    values: Mapping[str, str | int]


@dataclass(frozen=True)
class SealReport:
    """What was found about one seal. `at` is the time that its stamp proves."""

    field: str
    name: str
    organisation: str
    code: str
    serial: str
    at: dt.datetime | None
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> str:
        """The worst that was found."""
        weights = {finding.weight for finding in self.findings}
        return next(word for word in ("bad", "doubt", "good") if word in weights or word == "good")


@dataclass(frozen=True)
class Report:
    """What was found about a file."""

    pages: int
    seals: tuple[SealReport, ...]
    problem: Finding | None = None

    @property
    def verdict(self) -> str:
        """`good` when every seal is; `bad` for a file that is none or has no seal."""
        if self.problem is not None:
            return self.problem.weight
        verdicts = {seal.verdict for seal in self.seals}
        return next(word for word in ("bad", "doubt", "good") if word in verdicts)


def _found(weight: str, text: str, **values: str | int) -> Finding:
    return Finding(weight, text, values)


def checked(document: bytes, root: str, issuing: str, standing: Standing) -> Report:
    """Return what there is to say about a file; never raises for what the file holds."""
    if len(document) > LARGEST:
        return Report(0, (), _found("bad", "The file is larger than {most} MB.", most=LARGEST // 1024 // 1024))
    try:
        reader = PdfFileReader(io.BytesIO(document), strict=False)
        signatures, pages = list(reader.embedded_regular_signatures), int(reader.root["/Pages"]["/Count"])
    except BROKEN:
        return Report(0, (), _found("bad", "This is not a PDF file, or it is broken."))
    if not signatures:
        return Report(
            pages, (), _found("bad", "There is no electronic seal on this file; a picture of a seal is none.")
        )
    trust = tuple(asn1.Certificate.load(pem.unarmor(text.encode())[2]) for text in (root, issuing))
    return Report(pages, tuple(_seal(reader, signature, trust, standing) for signature in signatures))


def _seal(
    reader: PdfFileReader, signature: EmbeddedPdfSignature, trust: tuple[asn1.Certificate, ...], standing: Standing
) -> SealReport:
    try:
        own = signature.signer_cert
        status = asyncio.run(_status(signature, trust))
    except BROKEN as error:
        finding = _found("bad", "The seal cannot be read: {words}", words=str(error)[:200])
        return SealReport(signature.field_name, "?", "", "", "", None, (finding,))
    subject, serial = own.subject.native, f"{own.serial_number:X}"
    at = _proven(status)
    found = [*_integrity(status), *_later(reader, signature, status), *_time(status, at)]
    found += _certificate(status, None if not status.intact else standing(serial), at)
    return SealReport(
        signature.field_name,
        str(subject.get("common_name", "?")),
        str(subject.get("organization_name", "")),
        str(subject.get("serial_number", subject.get("user_id", ""))),
        serial,
        at,
        tuple(found),
    )


async def _status(signature: EmbeddedPdfSignature, trust: tuple[asn1.Certificate, ...]) -> PdfSignatureStatus:
    """Validate twice: now for the stamp, then the signer at the time that the stamp proves."""
    usage = KeyUsageConstraints(key_usage={"non_repudiation"})
    context = _context(trust, None)
    status = await async_validate_pdf_signature(signature, context, key_usage_settings=usage)
    at = _proven(status)
    if at is None:
        return status
    return await async_validate_pdf_signature(
        signature, _context(trust, at), ts_validation_context=_context(trust, at), key_usage_settings=usage
    )


def _context(trust: tuple[asn1.Certificate, ...], moment: dt.datetime | None) -> ValidationContext:
    return ValidationContext(trust_roots=trust[:1], other_certs=trust[1:], allow_fetching=False, moment=moment)


def _proven(status: PdfSignatureStatus) -> dt.datetime | None:
    stamp = status.timestamp_validity
    return stamp.timestamp if stamp is not None and stamp.valid and stamp.intact else None


def _integrity(status: PdfSignatureStatus) -> Iterator[Finding]:
    if not status.intact:
        yield _found(
            "bad", "The content was changed after it was sealed: bytes that the seal covers are not as they were."
        )
    elif not status.valid:
        yield _found("bad", "The signature of the seal is not that of its certificate.")
    else:
        yield _found("good", "What the seal covers is unchanged.")


def _later(reader: PdfFileReader, signature: EmbeddedPdfSignature, status: PdfSignatureStatus) -> Iterator[Finding]:
    """Say what was added after this seal."""
    level = status.modification_level
    if level is None or level in (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES):
        return
    if level is ModificationLevel.FORM_FILLING:
        yield _found("good", "Only further seals or entries of the form were added afterwards.")
        return
    pages = _changed_pages(reader, signature)
    if level is ModificationLevel.ANNOTATIONS:
        yield _found("doubt", "Remarks were added after the seal, on pages: {pages}", pages=pages)
    else:
        yield _found("bad", "The file was changed after the seal, on pages: {pages}", pages=pages)


def _changed_pages(reader: PdfFileReader, signature: EmbeddedPdfSignature) -> str:
    """Return the numbers of pages that do not look as in the sealed revision, and those that came or went."""
    try:
        old = [_look(page) for page in _pages(reader.get_historical_root(signature.signed_revision))]
        new = [_look(page) for page in _pages(reader.root)]
    except BROKEN:
        return "?"
    longest = max(len(old), len(new))
    padded = [(old[at] if at < len(old) else None, new[at] if at < len(new) else None) for at in range(longest)]
    return ", ".join(str(at) for at, (before, after) in enumerate(padded, 1) if before != after) or "?"


def _pages(root: generic.DictionaryObject) -> Iterator[generic.DictionaryObject]:
    waiting = [root["/Pages"]]
    while waiting:
        node = waiting.pop(0)
        if "/Kids" in node:
            waiting[:0] = [kid.get_object() for kid in node["/Kids"]]
        else:
            yield node


def _look(page: generic.DictionaryObject) -> tuple[object, ...]:
    """Return what a page shows: the bytes of its content, its fonts' and pictures' names, and its annotations."""
    content = page["/Contents"] if "/Contents" in page else None  # noqa: SIM401 - get does not follow references
    parts = content if isinstance(content, generic.ArrayObject) else [content] if content is not None else []
    streams = tuple(part.get_object().data for part in parts)
    notes = page["/Annots"] if "/Annots" in page else ()  # noqa: SIM401
    kinds = tuple(str(note.get_object().get("/Subtype")) for note in notes if "/FT" not in note.get_object())
    return streams, kinds, str(page.get("/MediaBox")), str(page.get("/Rotate"))


def _time(status: PdfSignatureStatus, at: dt.datetime | None) -> Iterator[Finding]:
    stamp = status.timestamp_validity
    if at is None:
        yield _found("doubt", "There is no time stamp; when it was sealed is not proven.")
    elif stamp is None or not stamp.trusted:
        yield _found("doubt", "The time stamp is not one of the county's.")
    else:
        yield _found("good", "The time is proven by a time stamp.")


def _certificate(
    status: PdfSignatureStatus, entry: Mapping[str, Any] | None, at: dt.datetime | None
) -> Iterator[Finding]:
    if not status.intact:
        return
    if entry is None:
        yield _found("bad", "The certificate was not issued by the county's authority.")
        return
    revoked = None if entry["revoked"] is None else dt.datetime.fromisoformat(entry["revoked"])
    if not status.trusted:
        yield _found("bad", "The certificate was not good at that time.")
    elif revoked is None:
        yield _found("good", "The certificate was issued by the county's authority and is not revoked.")
    elif at is None or revoked <= at:
        yield _found("bad", "The certificate was revoked on {day}, before it was sealed.", day=f"{revoked:%Y-%m-%d}")
    elif entry["reason"] == "key_compromise":
        yield _found("doubt", "The key was reported stolen on {day}, after it was sealed.", day=f"{revoked:%Y-%m-%d}")
    else:
        yield _found("good", "The certificate was good; it was revoked later, on {day}.", day=f"{revoked:%Y-%m-%d}")

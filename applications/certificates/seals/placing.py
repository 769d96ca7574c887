"""Putting a seal on a PDF: where it stands, and the signature under it, made by the keeper's key (PAdES B-T).

The document is not rewritten: the seal is appended to its bytes, so seals that are on it already stay good. A file that
is encrypted, broken, too large or that forbids further signatures is refused with the reason.
"""

import asyncio
import hashlib
import io
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from asn1crypto import pem, tsp
from asn1crypto import x509 as asn1
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import ImportedPdfPage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, SimpleBoxLayoutRule
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from applications.certificates.problems import Refused
from applications.certificates.seals.drawing import SIZE

LARGEST = 20 * 1024 * 1024
"""bytes of a document"""
POINTS = 72 / 25.4
MARGIN = 20.0
"""millimetres from the edges of the page"""

WHOLE = SimpleBoxLayoutRule(x_align=AxisAlignment.ALIGN_MID, y_align=AxisAlignment.ALIGN_MID)
"""the drawing takes all of its rectangle; by itself pyHanko leaves 5 points round it, and the seal is too small"""


class Place(Enum):
    """Where on the page the seal stands."""

    RIGHT = "bottom-right"
    MIDDLE = "bottom-middle"
    LEFT = "bottom-left"
    UPPER_RIGHT = "top-right"


@dataclass(frozen=True)
class SealKey:
    """A seal as the keeper has it: its certificate and those above it (PEM), and the call that signs with its key."""

    certificate: str
    chain: tuple[str, ...]
    sign: Callable[[bytes], bytes]
    stamp: Callable[[bytes], bytes]


def digest(document: bytes) -> str:
    """Return the SHA-256 of a document, as the journal has it."""
    return hashlib.sha256(document).hexdigest()


class _Signer(signers.Signer):
    """Signs through the keeper."""

    def __init__(self, key: SealKey) -> None:
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register_multiple([_certificate(text) for text in key.chain])
        super().__init__(signing_cert=_certificate(key.certificate), cert_registry=store)
        self._sign = key.sign

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """Return the signature of the attributes; a dry run wants one of the greatest length (ECDSA P-256: 72)."""
        return bytes(72) if dry_run else self._sign(data)


class _Stamper(TimeStamper):
    """Takes stamps from the keeper."""

    def __init__(self, stamp: Callable[[bytes], bytes]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._stamp = stamp

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Return the answer to a request."""
        return tsp.TimeStampResp.load(self._stamp(req.dump()))


def _certificate(text: str) -> asn1.Certificate:
    return asn1.Certificate.load(pem.unarmor(text.encode())[2])


def sealed(document: bytes, drawing: bytes, key: SealKey, page: int | None, place: Place, reason: str) -> bytes:
    """Return the document with the seal on a page (from 1; None: the last).

    Raises Refused for a document that cannot be sealed.
    """
    if len(document) > LARGEST:
        raise Refused("The file is larger than {most} MB.", most=LARGEST // 1024 // 1024)
    try:
        return asyncio.run(_sealed(document, drawing, key, page, place, reason))
    except (PdfError, SigningError, ValueError, IndexError, KeyError, TypeError, RecursionError) as error:
        raise Refused("This file cannot be sealed: {words}", words=str(error)[:200] or type(error).__name__) from error


async def _sealed(document: bytes, drawing: bytes, key: SealKey, page: int | None, place: Place, reason: str) -> bytes:
    writer = _writer(document)
    pages = int(writer.root["/Pages"]["/Count"])
    if page is not None and not 1 <= page <= pages:
        raise Refused("The file has {pages} pages.", pages=pages)
    index = (pages if page is None else page) - 1
    name = _free_name(writer.prev)
    field = fields.SigFieldSpec(name, on_page=index, box=_box(writer, index, place))
    about = signers.PdfSignatureMetadata(
        field_name=name, reason=reason or None, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
    )
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(drawing)
        file.flush()
        background = ImportedPdfPage(file.name)  # type: ignore[no-untyped-call]
        style = StaticStampStyle(background=background, background_layout=WHOLE, border_width=0, background_opacity=1.0)
        signer = signers.PdfSigner(
            about, signer=_Signer(key), timestamper=_Stamper(key.stamp), stamp_style=style, new_field_spec=field
        )
        out = await signer.async_sign_pdf(writer)
    return bytes(out.getvalue())


def _writer(document: bytes) -> IncrementalPdfFileWriter:
    reader = PdfFileReader(io.BytesIO(document), strict=False)
    if reader.encrypted:
        raise Refused("The file is protected with a password; seal it without.")
    return IncrementalPdfFileWriter(io.BytesIO(document), strict=False)


def _free_name(reader: PdfFileReader) -> str:
    taken = {signature.field_name for signature in reader.embedded_signatures}
    return next(name for name in (f"Seal{number}" for number in range(1, 1000)) if name not in taken)


def _box(writer: IncrementalPdfFileWriter, index: int, place: Place) -> tuple[int, int, int, int]:
    """Return the seal's rectangle in the page's points. A page that is turned is measured unturned."""
    page, _resources = writer.find_page_for_modification(index)  # type: ignore[no-untyped-call]
    left, bottom, right, top = _media_box(page.get_object())
    side, margin = SIZE * POINTS, MARGIN * POINTS
    x = {Place.LEFT: left + margin, Place.MIDDLE: (left + right - side) / 2}.get(place, right - margin - side)
    y = top - margin - side if place is Place.UPPER_RIGHT else bottom + margin * 2
    if right - left < side or top - bottom < side:
        raise Refused("The page is smaller than the seal.")
    return round(x), round(y), round(x + side), round(y + side)


def _media_box(page: generic.DictionaryObject) -> tuple[float, float, float, float]:
    node = page
    while "/MediaBox" not in node:
        node = node["/Parent"]
    first, second, third, fourth = (float(number) for number in node["/MediaBox"])
    return min(first, third), min(second, fourth), max(first, third), max(second, fourth)

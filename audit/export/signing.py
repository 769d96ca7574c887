"""Signs a PDF: PAdES (ETSI EN 319 142), with a time stamp (RFC 3161) where there is an authority.

By pyHanko. The key is a PEM file of the center's; it is read, used and forgotten. Without a time-stamp authority the
signature says its own time, which proves nothing to others, and it is told so.
"""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import cast

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.timestamps import HTTPTimeStamper

from countynet.errors import BadInput, Conflict, Problem
from countynet.i18n import _

FIELD = "countynet"
PATIENCE = 20
"""seconds that a time-stamp authority has"""


def signed(pdf: bytes, key: Path, certificate: Path, authority: str, reason: str) -> bytes:
    """Return the PDF with a signature.

    Raises BadInput when key or certificate cannot be read, Conflict when the authority does not answer.
    """
    load = cast("Callable[[str, str], signers.SimpleSigner | None]", signers.SimpleSigner.load)  # it has no types
    signer = load(str(key), str(certificate))
    if signer is None:
        problem = Problem(_("key or certificate cannot be read"), file=str(key), found=str(certificate), wanted="PEM")
        raise BadInput([problem])
    meta = signers.PdfSignatureMetadata(field_name=FIELD, reason=reason, subfilter=SigSeedSubFilter.PADES)
    stamper = HTTPTimeStamper(authority, timeout=PATIENCE) if authority else None
    out = BytesIO()
    try:
        signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), meta, signer=signer, timestamper=stamper, output=out)
    except OSError as error:
        raise Conflict(_("{tsa} gave no time stamp: {error}"), tsa=authority, error=type(error).__name__) from error
    return out.getvalue()

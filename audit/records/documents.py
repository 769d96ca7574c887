"""A version of a record as a document, a regulation's text: what is kept among the evidence, and what is refused.

A PDF from somebody's machine is opened by everybody who has to read it, so one with programs, attachments or a password
in it is refused; so is a text that is not UTF-8.
"""

import json
from io import BytesIO
from typing import Any

from audit.records.store import RecordVersion
from countynet.canonical import canonical
from countynet.errors import BadInput, Problem
from countynet.i18n import _

MOST = 10 * 1024 * 1024
"""bytes of a PDF"""
LETTERS = 100_000
MARKDOWN, PDF = "markdown", "pdf"
_ACTIVE = ("/JavaScript", "/JS", "/Launch", "/EmbeddedFiles", "/RichMedia", "/XFA", "/SubmitForm", "/ImportData")
"""keys, and kinds of actions (ISO 32000-1, 12.6.4), of what does more than show a page"""


def version(row: RecordVersion, previous: str) -> bytes:
    """Return a version as evidence: one line of canonical JSON; `previous` is the hash of the version before."""
    return canonical(
        {
            "kind": row.kind, "number": row.number, "version": row.version, "author": row.author, "step": row.step,
            "begun": row.begun.isoformat(), "by": row.by, "at": row.at.isoformat(), "note": row.note,
            "record": json.loads(row.body), "previous": previous,
        }
    ).encode()  # fmt: skip


def text(typed: str, sent: bytes) -> tuple[str, bytes]:
    """Return the form and the bytes of a regulation's text: Markdown as typed, or the PDF that was sent.

    Neither: an empty form. Raises BadInput for both at once, or what is no such text.
    """
    if sent and typed.strip():
        raise _wrong(_("write the text or send a PDF, not both"))
    if sent:
        return PDF, _checked(sent)
    if len(typed) > LETTERS:
        raise _wrong(_("at most {most} characters"), most=LETTERS)
    plain = typed.replace("\r\n", "\n").strip()
    return (MARKDOWN, f"{plain}\n".encode()) if plain else ("", b"")


def _checked(sent: bytes) -> bytes:
    """Return a PDF that can be given to others. Raises BadInput."""
    if len(sent) > MOST:
        raise _wrong(_("the PDF is larger than {most} MB"), most=MOST >> 20)
    if not sent.startswith(b"%PDF-"):
        raise _wrong(_("the file is no PDF"))
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        reader = PdfFileReader(BytesIO(sent))
        if reader.encrypted:
            raise _wrong(_("the PDF is locked with a password"))
        found = sorted(_active(reader.root, set()))
    except (PdfError, ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        raise _wrong(_("the PDF is damaged")) from error
    if found:
        raise _wrong(_("the PDF does more than show itself: {found}"), found=", ".join(found))
    return sent


def _active(value: Any, seen: set[int], depth: int = 0) -> set[str]:
    """Return the names of what acts in a PDF, anywhere below an object of it."""
    from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, IndirectObject

    if isinstance(value, IndirectObject):
        if value.idnum in seen or depth > 200:
            return set()
        seen.add(value.idnum)
        value = value.get_object()  # type: ignore[no-untyped-call]
    found = set[str]()
    if isinstance(value, DictionaryObject):
        found |= {name for name in _ACTIVE if name in value}
        found |= {str(value["/S"])} & set(_ACTIVE) if "/S" in value else set()
        for name in value:
            found |= _active(value.raw_get(name), seen, depth + 1)
    elif isinstance(value, ArrayObject):
        for part in range(len(value)):
            found |= _active(value.raw_get(part), seen, depth + 1)
    return found


def _wrong(message: str, **values: object) -> BadInput:
    return BadInput([Problem(message, values, where="text")])

"""Photographs that come with a form. How much a form may bring is decided before anything of it is read.

A stranger's form stays as small as any other: only somebody who is signed in, or who holds the receipt of a report,
may send photographs.
"""

from flask import request, session

from audit.records.documents import MOST as LARGEST
from countynet.pictures import BYTES, MOST, Picture, cleaned

WHO = {"faults.report": "token", "photos.add": "token", "report.add": "receipt"}
WHO |= {f"{kind}.{act}": "token" for kind in ("visits", "drills", "trainings", "regulations")
        for act in ("add", "correct", "step")}  # fmt: skip
"""endpoints that take photographs, and what the session must hold for it"""
BODY = MOST * BYTES + 256 * 1024


def allow() -> None:
    """Run before a request's form is read: let photographs in where they belong."""
    needed = WHO.get(request.endpoint or "")
    if needed is not None and session.get(needed) is not None:
        request.max_content_length = BODY


def photographs() -> tuple[Picture, ...]:
    """Return the form's photographs, made harmless. Raises BadInput with what is wrong with each."""
    sent = (file.read(BYTES + 1) for file in request.files.getlist("photographs")[: MOST + 1])
    return cleaned([content for content in sent if content])


def document() -> bytes:
    """Return the file that came as a regulation's text, as it came; empty when none did."""
    sent = request.files.get("document")
    return sent.read(LARGEST + 1) if sent is not None else b""

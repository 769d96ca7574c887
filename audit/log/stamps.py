"""Time stamps (RFC 3161) over checkpoints, asked of an authority by HTTP (RFC 3161 section 3.4).

What is stamped is the whole signed note, by its SHA-256. An answer counts only if it is granted, has our nonce and is
over our note; with the authority's root given (`COUNTYNET_LOG_TSA_CA`) its signature must lead there, too. Nothing
waits for an authority: no answer is kept with its reason and asked for again, the newest checkpoint first, at growing
intervals. A stamp of a later checkpoint covers all before it, so old ones are not asked for for ever.
"""

import urllib.error
import urllib.request
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from audit.log.checkpoint import newest
from countynet.db import reading, transaction
from countynet.errors import Conflict
from countynet.eventlog.tables import LogCheckpoint, LogStamp
from countynet.i18n import _, translate_error
from countynet.settings import Settings

SECONDS = 10
"""how long the authority may take"""
LARGEST = 1 << 20
"""bytes of an answer"""
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
"""between attempts; the last one again and again"""


def waiting(session: Session, now: datetime) -> LogCheckpoint | None:
    """Return the newest checkpoint if it has no stamp and its next attempt is due."""
    last = newest(session)
    row = session.get(LogStamp, last.size) if last else None
    if last is None or row is None:
        return last
    pause = PAUSES[min(row.attempts, len(PAUSES)) - 1]
    return last if row.at is None and not row.tried <= now < row.tried + pause else None


@dataclass(frozen=True)
class Answer:
    """An authority's answer."""

    response: bytes
    at: datetime


def ask(url: str, note: bytes, roots: tuple[Certificate, ...] = (), seconds: float = SECONDS) -> Answer:
    """Return the stamp over a note. Raises Conflict with what is wrong: no answer, a refusal, or another's answer."""
    request = TimestampRequestBuilder().data(note).hash_algorithm(HashAlgorithm.SHA256).nonce(nonce=True).build()
    sent = urllib.request.Request(  # noqa: S310 - the settings allow http and https only
        url, request.as_bytes(), {"Content-Type": "application/timestamp-query"}
    )
    try:
        with urllib.request.urlopen(sent, timeout=seconds) as answer:  # noqa: S310
            raw: bytes = answer.read(LARGEST)
        response = decode_timestamp_response(raw)
    except (OSError, ValueError) as error:
        raise Conflict(_("the time-stamp authority gave no stamp: {error}"), error=_why(error)) from error
    at = judged(response, note, request.nonce, roots)
    return Answer(raw, at)


def _why(error: Exception) -> str:
    reason = getattr(error, "reason", None)
    return str(reason or error) or type(error).__name__


def judged(response: TimeStampResponse, note: bytes, nonce: int | None, roots: tuple[Certificate, ...]) -> datetime:
    """Return the time of a stamp over a note. Raises Conflict when it is not granted, not over it, or not signed."""
    if response.status not in (0, 1):
        said = "; ".join(str(one) for one in response.status_string or ())
        raise Conflict(_("the time-stamp authority refused: {error}"), error=said or response.status)
    info = response.tst_info
    if info.message_imprint.message != sha256(note).digest() or (nonce is not None and info.nonce != nonce):
        raise Conflict(_("the time stamp is over something else"))
    if roots:
        builder = VerifierBuilder(roots=list(roots))
        try:
            builder.build().verify_message(response, note)
        except (VerificationError, ValueError) as error:
            raise Conflict(_("the time stamp is not signed by the authority: {error}"), error=error) from error
    return info.gen_time


def roots_of(file: Path | None) -> tuple[Certificate, ...]:
    """Return the certificates of a file, none without one. Raises Conflict when it cannot be read."""
    if file is None:
        return ()
    try:
        return tuple(load_pem_x509_certificates(file.read_bytes()))
    except (OSError, ValueError) as error:
        raise Conflict(_("{file} holds no certificate: {error}"), file=file, error=error) from error


def stamp(settings: Settings, engine: Engine, now: datetime) -> bool:
    """Ask for the newest checkpoint's stamp if it is due, keep how it went, and return whether there is one now."""
    with reading(engine) as session:
        last = waiting(session, now)
    if last is None:
        return False
    try:
        answer = ask(settings.log_tsa, last.note.encode(), roots_of(settings.log_tsa_ca), SECONDS)
        said = ""
    except Conflict as error:
        answer, said = None, translate_error(error)
    with transaction(engine) as session:
        row = session.get(LogStamp, last.size) or LogStamp(size=last.size, attempts=0)
        row.tried, row.attempts, row.said = now, row.attempts + 1, said
        if answer is not None:
            row.at, row.response = answer.at, b64encode(answer.response).decode()
        session.add(row)
    return answer is not None


def response_of(row: LogStamp) -> bytes:
    """Return the answer that a row keeps."""
    return b64decode(row.response)

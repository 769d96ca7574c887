"""Sends one HTTP request and says which of three things happened: answered, not sent, or sent and never answered.

No redirect is followed (it would carry the key elsewhere), no proxy is asked, a certificate is checked. The whole may
take so many seconds, however slowly the server drips; of its answer 64 KB are read.
"""

import http.client
import socket
import ssl
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from monitoring.notices.formats import Request

MOST = 65536


class NotSentError(Exception):
    """The server was not reached, or refused: it may be tried again."""


class DoubtfulError(Exception):
    """The server has it and did not answer: nobody knows."""


@dataclass(frozen=True)
class Answer:
    """What a server said."""

    status: int
    text: str


def post(request: Request, seconds: float, most: int = MOST, authorities: Path | None = None) -> Answer:
    """Send a request and return the answer. Raises NotSentError, DoubtfulError; neither says the address.

    `most`: bytes of the answer that are read; `authorities`: a file of certificates to trust instead of the system's.
    """
    ends = time.monotonic() + seconds
    connection = _connect(request, seconds, authorities)
    try:
        parts = urlsplit(request.url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {"User-Agent": "countynet", "Connection": "close", **dict(request.headers)}
        if request.content:
            headers["Content-Type"] = request.content
        try:
            connection.request(request.method, target, request.body or None, headers)
        except (OSError, http.client.HTTPException, UnicodeError) as error:
            raise NotSentError(_why(error)) from None
        try:
            return _answer(connection, ends, most)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise DoubtfulError(_why(error)) from None
    finally:
        connection.close()


def _connect(request: Request, seconds: float, authorities: Path | None) -> http.client.HTTPConnection:
    try:
        parts = urlsplit(request.url.strip())
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise NotSentError("the address is none of http or https")
        if parts.scheme == "https":
            context = ssl.create_default_context(cafile=authorities)
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                parts.hostname, parts.port, timeout=seconds, context=context
            )
        else:
            connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=seconds)
        connection.connect()
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise NotSentError(_why(error)) from None
    return connection


def _answer(connection: http.client.HTTPConnection, ends: float, most: int) -> Answer:
    sock = connection.sock
    sock.settimeout(max(ends - time.monotonic(), 0.1))
    response = connection.getresponse()
    body = bytearray()
    while len(body) < most:
        left = ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        sock.settimeout(left)
        part = response.read1(4096)
        if not part:
            break
        body += part
    return Answer(response.status, bytes(body).decode(errors="replace"))


def _why(error: Exception) -> str:
    """Return an error's words, which are ours or the system's and name no address."""
    if isinstance(error, socket.gaierror):
        return f"no such host ({error.strerror})"
    if isinstance(error, OSError):
        return error.strerror or str(error) or type(error).__name__
    return type(error).__name__

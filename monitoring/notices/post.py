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


class _Placed(http.client.HTTPConnection):
    """A connection to an address of which no name server was asked; TLS and `Host` go by the name all the same."""

    def __init__(self, host: str, port: int, seconds: float, address: str, context: ssl.SSLContext | None) -> None:
        super().__init__(host, port, timeout=seconds)
        self._address, self._context, self._seconds = address, context, seconds
        self.default_port = 443 if context else 80

    def connect(self) -> None:
        """Connect, and speak TLS where a context says so."""
        self.sock = socket.create_connection((self._address or self.host, self.port), self._seconds)
        if self._context is not None:
            self.sock = self._context.wrap_socket(self.sock, server_hostname=self.host)


def post(
    request: Request, seconds: float, most: int = MOST, authorities: Path | None = None, address: str = ""
) -> Answer:
    """Send a request and return the answer. Raises NotSentError, DoubtfulError; neither says the address.

    `most`: bytes of the answer that are read; `authorities`: a file of certificates to trust instead of the system's;
    `address`: where the server is, in place of asking for its name.
    """
    ends = time.monotonic() + seconds
    connection = _connect(request, seconds, authorities, address)
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


def _connect(request: Request, seconds: float, authorities: Path | None, address: str) -> http.client.HTTPConnection:
    try:
        parts = urlsplit(request.url.strip())
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise NotSentError("the address is none of http or https")
        secure = parts.scheme == "https"
        context = ssl.create_default_context(cafile=authorities) if secure else None
        port = parts.port or (443 if secure else 80)
        connection = _Placed(parts.hostname, port, seconds, address, context)
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

"""Asks an application of the kind `sites` what its watch found: one request over TLS, with the token of the vault.

The certificate is not judged, as hosts have their own until the county's authority runs; the token opens nothing but
this list. What answers may be anything: every field is checked, and sizes are bounded.
"""

import http.client
import json
import socket
import ssl
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field, ValidationError

from countynet.errors import CountyError
from countynet.frozen import Frozen
from countynet.i18n import _
from countynet.vocabulary import Severity

PATH = "/watch.json"
SECONDS = 10.0
MOST = 4 << 20
"""bytes of an answer that are read"""


class Told(Frozen):
    """One finding."""

    key: Annotated[str, Field(max_length=600)]
    kind: Annotated[str, Field(max_length=20)]
    severity: Severity
    unit: Annotated[str, Field(max_length=40)]
    url: Annotated[str, Field(max_length=500)]
    detail: Annotated[str, Field(max_length=500)]
    since: AwareDatetime


@dataclass(frozen=True)
class Answer:
    """All that stands."""

    looked_at: datetime | None
    """when the watch ended its last round; None: it never did"""
    findings: tuple[Told, ...]


class _Answer(Frozen):
    """The answer as it comes; what a later version adds is not looked at."""

    looked_at: AwareDatetime | None
    findings: tuple[Told, ...] = ()


def ask(address: str, name: str, token: str, port: int = 443) -> Answer:
    """Return what a watch tells. Raises CountyError when it does not answer, or with something else."""
    try:
        with (
            socket.create_connection((address, port), SECONDS) as plain,
            _context().wrap_socket(plain, server_hostname=name) as link,
        ):
            status, body = _read(link, name, token)
    except (OSError, http.client.HTTPException) as error:
        raise CountyError(_("no answer: {reason}"), reason=str(error) or type(error).__name__) from error
    if status != 200:
        raise CountyError(_("answers {status} instead of {wanted}"), status=status, wanted=200)
    return parse(body)


def parse(body: bytes) -> Answer:
    """Return an answer's content. Raises CountyError for anything else."""
    try:
        said = json.loads(body)
        known = {name: said[name] for name in ("looked_at", "findings") if name in said}
        answer = _Answer.model_validate(known)
    except (ValueError, TypeError, KeyError, ValidationError) as error:
        raise CountyError(_("its answer is no list of findings")) from error
    return Answer(answer.looked_at, answer.findings)


def _context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _read(link: ssl.SSLSocket, name: str, token: str) -> tuple[int, bytes]:
    link.settimeout(SECONDS)
    lines = (f"GET {PATH} HTTP/1.1", f"Host: {name}", f"Authorization: Bearer {token}", "Connection: close")
    link.sendall("".join(f"{line}\r\n" for line in (*lines, "")).encode())
    response = http.client.HTTPResponse(link, method="GET")
    response.begin()
    return response.status, response.read(MOST)

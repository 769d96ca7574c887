"""Whether an application works, seen from the management station: one request over HTTPS, and its certificate's end.

The certificate is not judged here (until the county's authority runs, each host has its own); only its end is told.
"""

import http.client
import socket
import ssl
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from countynet import vantage
from countynet.i18n import _, translate
from countynet.settings import Settings
from playbooks.applications.deployed import Deployed
from playbooks.applications.model import Health

SECONDS = 10
MOST = 1 << 20
"""bytes of an answer that are looked at"""
Where = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True)
class Seen:
    """What one host answered."""

    host: str
    well: bool
    words: str = ""
    """why not"""
    ends: datetime | None = None
    """when its certificate ends"""


def look(settings: Settings, one: Deployed) -> tuple[Seen, ...]:
    """Ask every host of an application. Raises Conflict when the county's twin is gone."""
    netns = vantage.path(settings)
    with vantage.within(netns) if netns else nullcontext():
        return tuple(
            ask(host.name, str(host.address.ip), one.deployment.dns, one.found.kind.health) for host in one.hosts
        )


def ask(host: str, address: str, name: str, health: Health | None, port: int = 443) -> Seen:
    """Ask one host; without a health check only the certificate is looked at."""
    try:
        with (
            socket.create_connection((address, port), SECONDS) as plain,
            _context().wrap_socket(plain, server_hostname=name) as link,
        ):
            ends = _ends(link)
            words = _answer(link, name, health) if health else ""
            return Seen(host, not words, words, ends)
    except (OSError, http.client.HTTPException) as error:
        return Seen(host, False, translate(_("no answer: {reason}"), reason=str(error) or type(error).__name__))


def _context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _ends(link: ssl.SSLSocket) -> datetime | None:
    certificate = link.getpeercert(binary_form=True)
    return x509.load_der_x509_certificate(certificate).not_valid_after_utc if certificate else None


def _answer(link: ssl.SSLSocket, name: str, health: Health) -> str:
    """Return what is wrong with an answer, empty when nothing is."""
    link.settimeout(SECONDS)
    link.sendall(f"GET {health.path} HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
    response = http.client.HTTPResponse(link, method="GET")
    response.begin()
    if response.status != health.status:
        return translate(_("answers {status} instead of {wanted}"), status=response.status, wanted=health.status)
    if health.contains and health.contains not in response.read(MOST).decode(errors="replace"):
        return translate(_("its answer lacks {text}"), text=health.contains)
    return ""

"""Whether an application works, seen from the management station: one request over HTTPS, and its certificate.

Once the county's authority was deployed, its root lies in the county folder. A certificate that claims to be from an
authority then has to hang on that root and to be for the application's name; one that a host made itself is no fault:
an application keeps that until its next deploy.
"""

import http.client
import socket
import ssl
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from cryptography import x509

from countynet import vantage
from countynet.i18n import _, translate
from countynet.settings import Settings
from playbooks.applications.deployed import Deployed
from playbooks.applications.model import Health

SECONDS = 10
ROOT = "certificates/root.pem"
"""within the county folder: the root of the county's authority, kept there by its deploy"""
MOST = 1 << 20
"""bytes of an answer that are looked at"""
SELF_SIGNED = 18
"""X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT (OpenSSL, x509_vfy.h)"""
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
    vouched: bool = False
    """whether its certificate hangs on the root of the county's authority"""


def look(settings: Settings, one: Deployed) -> tuple[Seen, ...]:
    """Ask every host of an application. Raises Conflict when the county's twin is gone."""
    netns, root = vantage.path(settings), settings.county / ROOT
    with vantage.within(netns) if netns else nullcontext():
        return tuple(
            ask(host.name, str(host.address.ip), one.deployment.dns, one.health, root=root) for host in one.hosts
        )


def ask(host: str, address: str, name: str, health: Health | None, port: int = 443, root: Path | None = None) -> Seen:
    """Ask one host; without a health check only the certificate is looked at, without a root's file only its end."""
    try:
        if root is None or not root.is_file():
            return _ask(host, (address, port), name, health, _context(None))
        try:
            return _ask(host, (address, port), name, health, _context(root))
        except ssl.SSLCertVerificationError as error:
            seen = _ask(host, (address, port), name, health, _context(None))
            words = translate(_("its certificate is not accepted: {reason}"), reason=error.verify_message)
            return (
                seen
                if _is_own(error)
                else replace(seen, well=False, words="; ".join(filter(None, (words, seen.words))))
            )
    except (OSError, http.client.HTTPException) as error:
        return Seen(host, False, translate(_("no answer: {reason}"), reason=str(error) or type(error).__name__))


def _ask(host: str, place: tuple[str, int], name: str, health: Health | None, context: ssl.SSLContext) -> Seen:
    with socket.create_connection(place, SECONDS) as plain, context.wrap_socket(plain, server_hostname=name) as link:
        words = _answer(link, name, health) if health else ""
        return Seen(host, not words, words, _ends(link), context.verify_mode is ssl.CERT_REQUIRED)


def _context(root: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=root)
    if root is None:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _is_own(error: ssl.SSLCertVerificationError) -> bool:
    """Tell whether a certificate was refused for being of its host's own making."""
    return error.verify_code == SELF_SIGNED


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

"""What is said to Kannel 1.4 (smsbox's HTTP interface, "User's Guide", chapter 6), and what it says of its operators.

A part goes as POST with its text as the body and everything else in `X-Kannel-` headers, so that neither text nor
password stands in an address that some log keeps. What Kannel did not answer may have been sent: that is in doubt.
"""

import http.client
import xml.etree.ElementTree as ET
from dataclasses import dataclass

from applications.messages.config import Kannel

SECONDS = 20.0
REPORTS = 1 + 2 + 8 + 16
"""dlr-mask: delivered, not delivered, taken by the operator, refused by the operator"""


@dataclass(frozen=True)
class Part:
    """One part as it goes to Kannel."""

    number: str
    text: str
    coding: int
    header: bytes
    report: str
    """the address that Kannel calls with news"""
    sender: str = ""
    minutes: int = 1440
    """after which Kannel gives it up"""


class NotTakenError(Exception):
    """Kannel does not have it; `forever` when asking again would be answered the same."""

    def __init__(self, said: str, forever: bool = False) -> None:
        super().__init__(said)
        self.forever = forever


class InDoubtError(Exception):
    """Kannel may have it."""


@dataclass(frozen=True)
class Standing:
    """How Kannel and its operators stand."""

    runs: bool
    operators: tuple[tuple[str, str], ...] = ()
    """name and state as Kannel words it: online 5s, re-connecting, dead"""
    waiting: int = 0
    """messages in its own queue"""

    @property
    def online(self) -> bool:
        """Whether an operator takes messages now."""
        return self.runs and any(state.startswith("online") for _name, state in self.operators)


def send(kannel: Kannel, part: Part, seconds: float = SECONDS) -> str:
    """Give a part to Kannel and return what it said. Raises NotTakenError, InDoubtError."""
    connection = http.client.HTTPConnection("127.0.0.1", kannel.send_port, timeout=seconds)
    try:
        try:
            connection.connect()
        except OSError as error:
            raise NotTakenError(error.strerror or type(error).__name__) from None
        try:
            connection.request("POST", "/cgi-bin/sendsms", part.text.encode(), _headers(kannel, part))
            answer = connection.getresponse()
            said = answer.read(2000).decode(errors="replace").strip()
        except (OSError, http.client.HTTPException) as error:
            raise InDoubtError(type(error).__name__) from None
    finally:
        connection.close()
    if answer.status == 202:
        return said
    raise NotTakenError(f"HTTP {answer.status} {said}"[:200], forever=400 <= answer.status < 500)


def _headers(kannel: Kannel, part: Part) -> dict[str, str]:
    headers = {
        "Content-Type": "text/plain; charset=UTF-8",
        "X-Kannel-Username": kannel.user,
        "X-Kannel-Password": kannel.password,
        "X-Kannel-To": part.number,
        "X-Kannel-Coding": str(part.coding),
        "X-Kannel-DLR-Mask": str(REPORTS),
        "X-Kannel-DLR-Url": part.report,
        "X-Kannel-Validity": str(part.minutes),
    }
    if part.sender:
        headers["X-Kannel-From"] = part.sender
    if part.header:
        headers["X-Kannel-UDH"] = part.header.hex()
    return headers


def standing(kannel: Kannel, seconds: float = 5.0) -> Standing:
    """Return how Kannel stands; it does not run when it does not answer, or not as it should."""
    connection = http.client.HTTPConnection("127.0.0.1", kannel.status_port, timeout=seconds)
    try:
        connection.request("GET", f"/status.xml?password={kannel.status_password}")
        return read_status(connection.getresponse().read(1_000_000).decode(errors="replace"))
    except (OSError, http.client.HTTPException):
        return Standing(False)
    finally:
        connection.close()


def read_status(document: str) -> Standing:
    """Return what a status.xml says. A text that is none says that Kannel does not run."""
    try:
        root = ET.fromstring(document)  # noqa: S314 - from our own Kannel on this host
    except ET.ParseError:
        return Standing(False)
    operators = tuple(
        (o.findtext("id") or o.findtext("name") or "?", o.findtext("status") or "") for o in root.iter("smsc")
    )
    waiting = root.findtext("sms/storesize") or "0"
    return Standing(True, operators, int(waiting) if waiting.lstrip("-").isdigit() else 0)

"""Certificates on servers, of web servers, databases and tunnels: until when they last and how they are signed."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from audit.facts import Facts
from audit.lines.rules import NOTHING, Flaw, Judged
from audit.model import Check, Info, Point, not_applicable
from audit.servers.checks.base import MEND, NO_SERVERS, SYSTEM, judged, state, told
from audit.servers.machine import File, Machine
from countynet.i18n import _
from countynet.vocabulary import Severity

SOON = timedelta(days=30)
_MARK = "-----BEGIN CERTIFICATE-----"


def certificates(machine: Machine) -> Iterator[tuple[File, int, x509.Certificate]]:
    """Yield each certificate of a server with its file and the line where it begins; what is none is passed over."""
    for file in machine.like("*"):
        starts = [number for number, line in enumerate(file.lines, 1) if line.strip() == _MARK]
        for number in starts:
            try:
                whole = "\n".join(file.lines[number - 1 :]).encode()
                yield file, number, x509.load_pem_x509_certificate(whole)
            except ValueError:
                continue


def _judge(machine: Machine, at: datetime) -> Judged:
    held = list(certificates(machine))
    flaws = [flaw for file, number, one in held for flaw in _flaws(file, number, one, at)]
    return judged(flaws, [file.line(number) for file, number, _one in held]) if held else NOTHING


def _flaws(file: File, number: int, one: x509.Certificate, at: datetime) -> Iterator[Flaw]:
    line, name = file.line(number), one.subject.rfc4514_string()
    if not one.not_valid_before_utc <= at <= one.not_valid_after_utc - SOON:
        days = f"{one.not_valid_before_utc:%Y-%m-%d} - {one.not_valid_after_utc:%Y-%m-%d}"
        yield state(line, name, days, f"> {at + SOON:%Y-%m-%d}")
    hashed = one.signature_hash_algorithm
    if hashed and hashed.name in ("md5", "sha1") and one.subject != one.issuer:
        yield state(line, name, hashed.name, "sha256")
    key = one.public_key()
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < 2048:
        yield state(line, name, f"RSA {key.key_size}", "RSA 2048")


def _points(facts: Facts) -> Iterator[Point]:
    if not facts.servers:
        yield not_applicable("county", NO_SERVERS)
    for name, machine in facts.servers.items():
        yield from told(name, machine, lambda held: _judge(held, facts.at))


CHECKS = (
    Check(
        Info(
            id="server-certificates",
            title=_("Certificates of servers last another month and are signed strongly"),
            clauses=("8.1.2.2 a", "8.1.4.7 a"),
            severity=Severity.MAJOR,
            rationale=_("One that ends at night stops a service; one signed by SHA-1 can be forged."),
            remedy=MEND,
            platforms=(SYSTEM,),
        ),
        _points,
    ),
)

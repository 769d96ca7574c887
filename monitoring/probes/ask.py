"""Asking one service, within its time: each kind as its users do. Never raises; what fails is a `Found` that says why.

HTTP is asked in version 1.0 (RFC 1945) with a Host, so that no server answers in chunks; what it says beyond 256 KiB is
not read. NTP is RFC 5905 in client mode. The chain of a certificate is judged by OpenSSL, its end by what is in it.
"""

import asyncio
import ssl
import struct
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import dns.asyncquery
import dns.exception
import dns.message
import dns.rcode
import dns.rdatatype
from cryptography import x509

from countynet.i18n import _
from monitoring.probes.model import Found, Probe, Target

_MOST = 256 << 10
_EPOCH = 2_208_988_800
"""seconds between 1900, where NTP counts from, and 1970"""
_NTP = struct.Struct(">BBbb11I")
Ask = Callable[[Target, Path], Awaitable[Found]]


async def ask(target: Target, folder: Path) -> Found:
    """Ask once. `folder` is the county's, where files of authorities are."""
    probe = target.probe
    try:
        return await asyncio.wait_for(_KINDS[probe.kind](target, folder), probe.timeout)
    except TimeoutError:
        return Found(False, _("no answer within {seconds} s"), {"seconds": probe.timeout})
    except ssl.SSLCertVerificationError as error:
        return Found(False, _("the certificate is not accepted: {reason}"), {"reason": error.verify_message})
    except ssl.SSLError as error:
        return Found(False, _("TLS fails: {reason}"), {"reason": error.reason or str(error)})
    except OSError as error:
        return Found(False, _("cannot be reached: {reason}"), {"reason": error.strerror or str(error)})
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError, dns.exception.DNSException) as error:
        return Found(False, _("the answer makes no sense: {reason}"), {"reason": str(error)[:120]})


async def _tcp(target: Target, _folder: Path) -> Found:
    began = time.monotonic()
    _reader, writer = await asyncio.open_connection(target.address, target.probe.where)
    took = _since(began)
    await _drop(writer)
    return Found(True, _("the port is open"), milliseconds=took)


async def _http(target: Target, folder: Path) -> Found:
    probe, began = target.probe, time.monotonic()
    tls = _context(probe, folder) if probe.tls else None
    name = (probe.server or target.address) if tls else None
    reader, writer = await asyncio.open_connection(target.address, probe.where, ssl=tls, server_hostname=name)
    try:
        days = _days(writer.get_extra_info("ssl_object").getpeercert(binary_form=True)) if tls else None
        host = probe.server or target.address
        writer.write(f"GET {probe.path} HTTP/1.0\r\nHost: {host}\r\nUser-Agent: countynet\r\n\r\n".encode())
        await writer.drain()
        status = _status(await reader.readline())
        body = await _body(reader)
    finally:
        await _drop(writer)
    return _judged(probe, status, body, _since(began), days)


def _judged(probe: Probe, status: int, body: bytes, took: float, days: float | None) -> Found:
    well = status in probe.status if probe.status else 200 <= status < 400
    if not well:
        return Found(False, _("status {status}"), {"status": status}, took, days)
    if probe.text and probe.text.encode() not in body and probe.text.encode("gb18030") not in body:
        return Found(False, _("the words are not in the answer: {text}"), {"text": probe.text}, took, days)
    return Found(True, _("status {status}"), {"status": status}, took, days)


async def _body(reader: asyncio.StreamReader) -> bytes:
    """Return what follows, as far as we read; a connection that is cut ends it."""
    found = b""
    while len(found) < _MOST and (piece := await reader.read(1 << 16)):
        found += piece
    return found


def _status(line: bytes) -> int:
    words = line.split(None, 2)
    if len(words) < 2 or not words[0].startswith(b"HTTP/") or not words[1].isdigit():
        raise ValueError(repr(line[:60]))
    return int(words[1])


async def _certificate(target: Target, folder: Path) -> Found:
    probe, began = target.probe, time.monotonic()
    der = await _shown(target, _context(probe.model_copy(update={"verify": False}), folder))
    took, days = _since(began), _days(der)
    if days < 0:
        return Found(False, _("the certificate ended {days} days ago"), {"days": round(-days, 1)}, took, days)
    try:
        if probe.verify:
            await _shown(target, _context(probe, folder))
    except ssl.SSLCertVerificationError as error:
        reason = {"reason": error.verify_message}
        return Found(False, _("the certificate is not accepted: {reason}"), reason, took, days)
    return Found(True, _("the certificate ends in {days} days"), {"days": int(days)}, took, days)


async def _shown(target: Target, tls: ssl.SSLContext) -> bytes:
    """Return the certificate that a server shows. Raises ssl.SSLError, OSError."""
    name = target.probe.server or target.address
    _reader, writer = await asyncio.open_connection(target.address, target.probe.where, ssl=tls, server_hostname=name)
    try:
        der: bytes = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        return der
    finally:
        await _drop(writer)


def _context(probe: Probe, folder: Path) -> ssl.SSLContext:
    authorities = str(folder / probe.authorities) if probe.authorities else None
    result = ssl.create_default_context(cafile=authorities if probe.verify else None)
    if not probe.verify:
        result.check_hostname, result.verify_mode = False, ssl.CERT_NONE
    return result


def _days(der: bytes) -> float:
    ends = x509.load_der_x509_certificate(der).not_valid_after_utc
    return round((ends - datetime.now(UTC)).total_seconds() / 86_400, 2)


async def _dns(target: Target, _folder: Path) -> Found:
    probe, began = target.probe, time.monotonic()
    question = dns.message.make_query(probe.query, dns.rdatatype.A)
    reply = await dns.asyncquery.udp(question, target.address, probe.timeout, probe.where)
    took = _since(began)
    if reply.rcode() != dns.rcode.NOERROR:
        return Found(False, _("the server answers {code}"), {"code": dns.rcode.to_text(reply.rcode())}, took)
    found = [str(item) for rrset in reply.answer if rrset.rdtype == dns.rdatatype.A for item in rrset]
    if not found or (probe.answer and not set(found) & set(probe.answer)):
        values = {"name": probe.query, "found": ", ".join(found) or "-"}
        return Found(False, _("{name} is answered with {found}"), values, took)
    return Found(True, _("{name} is answered with {found}"), {"name": probe.query, "found": ", ".join(found)}, took)


class _Once(asyncio.DatagramProtocol):
    """Waits for one datagram."""

    def __init__(self) -> None:
        self.came: asyncio.Future[tuple[bytes, float]] = asyncio.get_running_loop().create_future()

    def datagram_received(self, data: bytes, addr: object) -> None:
        """Take the first one."""
        if not self.came.done():
            self.came.set_result((data, time.time()))

    def error_received(self, exc: Exception) -> None:
        """Fail as the network did."""
        if not self.came.done():
            self.came.set_exception(exc)


async def _ntp(target: Target, _folder: Path) -> Found:
    loop = asyncio.get_running_loop()
    transport, waits = await loop.create_datagram_endpoint(_Once, remote_addr=(target.address, target.probe.where))
    try:
        sent = time.time()
        seconds, part = int(sent) + _EPOCH, int(sent % 1 * (1 << 32))
        transport.sendto(_NTP.pack(0x23, 0, 0, 0, *[0] * 9, seconds, part))
        data, arrived = await waits.came
    finally:
        transport.close()
    return _clock(data, (seconds, part), sent, arrived)


def _clock(data: bytes, asked: tuple[int, int], sent: float, arrived: float) -> Found:
    """Judge an NTP answer: whose, from a clock that knows the time, and how far it is off (RFC 5905 section 8)."""
    if len(data) < _NTP.size:
        raise ValueError(f"{len(data)} bytes")
    first, stratum, _poll, _precision, *words = _NTP.unpack_from(data)
    if first & 7 != 4 or tuple(words[5:7]) != asked:
        raise ValueError("an answer to another question")
    took = round((arrived - sent) * 1000, 2)
    if first >> 6 == 3 or not 1 <= stratum <= 15:
        return Found(False, _("the server does not know the time itself"), milliseconds=took, stratum=stratum)
    came, left = (words[n] - _EPOCH + words[n + 1] / (1 << 32) for n in (7, 9))
    offset = round(abs((came - sent) + (left - arrived)) / 2 * 1000, 2)
    values = {"offset": offset, "stratum": stratum}
    return Found(True, _("{offset} ms off, stratum {stratum}"), values, took, offset=offset, stratum=stratum)


async def _drop(writer: asyncio.StreamWriter) -> None:
    """Let a connection go at once: nothing of it is wanted any more, and a polite end may take for ever."""
    writer.transport.abort()
    await asyncio.sleep(0)


def _since(began: float) -> float:
    return round((time.monotonic() - began) * 1000, 2)


_KINDS: dict[str, Ask] = {"tcp": _tcp, "http": _http, "certificate": _certificate, "dns": _dns, "ntp": _ntp}

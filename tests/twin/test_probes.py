"""Probes against real local servers: good, slow, refused, wrong words, and certificates that are bad in every way."""

import asyncio
import os
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import dns.message
import dns.rrset
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from countynet import clock
from countynet.db import open_database, reading
from countynet.settings import Settings
from monitoring.probes.ask import ask
from monitoring.probes.hours import summed
from monitoring.probes.model import Found, Probe, Target
from monitoring.probes.part import ProbePart
from monitoring.probes.store import all_

pytestmark = [pytest.mark.twin, pytest.mark.skipif(os.geteuid() != 0, reason="needs root")]
PATIENCE = 60.0


def probed(folder: Path, kind: str, port: int, **fields: Any) -> Found:
    probe = Probe.model_validate({"name": "p", "kind": kind, "host": "h", "port": port, **fields})
    return asyncio.run(ask(Target(probe, "127.0.0.1", "county"), folder))


class Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/slow":
            time.sleep(3)
        body = "欢迎访问 welcome".encode("gbk" if self.path == "/gbk" else "utf-8")
        self.send_response(503 if self.path == "/broken" else 200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        return


@contextmanager
def web(certificate: tuple[Path, Path] | None = None) -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    server.daemon_threads = True
    if certificate:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(*certificate)
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        server.handle_error = lambda *_words: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join(PATIENCE)
        server.server_close()


@contextmanager
def udp(answer: Callable[[bytes], bytes]) -> Iterator[int]:
    end = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    end.bind(("127.0.0.1", 0))
    end.settimeout(0.2)
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                data, address = end.recvfrom(4096)
            except TimeoutError:
                continue
            end.sendto(answer(data), address)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield end.getsockname()[1]
    finally:
        over.set()
        thread.join(PATIENCE)
        end.close()


def certificate(folder: Path, name: str, days: int, serves: str = "127.0.0.1") -> tuple[Path, Path]:
    """A certificate that vouches for itself and ends in so many days."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + timedelta(days=days, minutes=5))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(serves))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert, secret = folder / f"{name}.pem", folder / f"{name}.key"
    cert.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    pem, form, clear = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    secret.write_bytes(key.private_bytes(pem, form, clear))
    return cert, secret


def test_pages_are_judged_by_status_words_and_time(tmp_path: Path) -> None:
    with web() as port:
        assert probed(tmp_path, "http", port, text="welcome").ok
        assert probed(tmp_path, "http", port, path="/gbk", text="欢迎").ok
        wrong = probed(tmp_path, "http", port, text="goodbye")
        broken, meant = (
            probed(tmp_path, "http", port, path="/broken"),
            probed(tmp_path, "http", port, path="/broken", status=[503]),
        )
        slow = probed(tmp_path, "http", port, path="/slow", timeout=0.5)
        assert probed(tmp_path, "tcp", port).ok
    assert (wrong.ok, wrong.values) == (False, {"text": "goodbye"})
    assert (broken.ok, broken.values, meant.ok) == (False, {"status": 503}, True)
    assert (slow.ok, slow.text) == (False, "no answer within {seconds} s")
    refused = probed(tmp_path, "http", port)
    assert (refused.ok, refused.text) == (False, "cannot be reached: {reason}")


def test_certificates_that_are_good_unknown_of_another_name_and_over(tmp_path: Path) -> None:
    good, old = certificate(tmp_path, "good", 30), certificate(tmp_path, "old", -3)
    other = certificate(tmp_path, "other", 30, "192.0.2.1")
    known = {"verify": True, "authorities": "good.pem"}
    with ExitStack() as stack:
        ports = [stack.enter_context(web(one)) for one in (good, old, other)]
        fine = probed(tmp_path, "certificate", ports[0], **known)
        strange = probed(tmp_path, "certificate", ports[0], verify=True)
        over = probed(tmp_path, "certificate", ports[1])
        named = probed(tmp_path, "certificate", ports[2], verify=True, authorities="other.pem")
        page = probed(tmp_path, "http", ports[0], tls=True, text="welcome", **known)
        unvouched = probed(tmp_path, "http", ports[0], tls=True, verify=True)
        unasked = probed(tmp_path, "http", ports[1], tls=True)
    assert (fine.ok, round(fine.days or 0)) == (True, 30)
    assert (page.ok, round(page.days or 0), unvouched.ok) == (True, 30, False)
    assert (strange.ok, round(strange.days or 0)) == (False, 30)
    assert "self" in str(strange.values["reason"])
    assert (over.ok, round(over.days or 0)) == (False, -3)
    assert "mismatch" in str(named.values["reason"])
    assert (unasked.ok, round(unasked.days or 0)) == (True, -3)


def test_names_and_time_are_judged_by_what_they_answer(tmp_path: Path) -> None:
    def names(data: bytes) -> bytes:
        asked = dns.message.from_wire(data)
        reply = dns.message.make_response(asked)
        if "known" in str(asked.question[0].name):
            reply.answer.append(dns.rrset.from_text(asked.question[0].name, 60, "IN", "A", "10.1.0.10"))
        return reply.to_wire()

    def ahead(data: bytes) -> bytes:
        now = time.time() + 2
        words = [int(now) + 2_208_988_800, int(now % 1 * 2**32)]
        return (
            struct.pack(">BBbb3I2I", 0x24, 3, 6, -20, 0, 0, 0, 0, 0) + data[40:48] + struct.pack(">4I", *words, *words)
        )

    with udp(names) as port:
        assert probed(tmp_path, "dns", port, query="known.example", answer=["10.1.0.10"]).ok
        assert not probed(tmp_path, "dns", port, query="known.example", answer=["10.1.0.11"]).ok
        assert not probed(tmp_path, "dns", port, query="nobody.example").ok
    with udp(ahead) as port:
        found = probed(tmp_path, "ntp", port)
        assert (found.ok, found.stratum) == (True, 3)
        assert abs((found.offset or 0) - 2000) < 1900
    with udp(lambda data: b"nonsense") as port:
        assert not probed(tmp_path, "ntp", port).ok
        assert not probed(tmp_path, "dns", port, query="known.example", timeout=1).ok


def test_the_part_keeps_what_it_finds_pings_included(tmp_path: Path) -> None:
    database = open_database(Settings(county=tmp_path, language="en"))
    with web() as port:
        targets = [
            Target(Probe(name="page", kind="http", host="h", port=port, every=6), "127.0.0.1", "county"),
            Target(Probe(name="ping", kind="ping", host="h"), "127.0.0.1", "county"),
            Target(Probe(name="dead", kind="ping", host="h"), "127.255.255.254", "county"),
        ]
        part = ProbePart(database, tmp_path, targets)

        async def conversation() -> None:
            over = asyncio.Event()
            running = asyncio.create_task(part.run(over))
            while not {"page", "ping"} <= {row.name for row in rows()}:
                await asyncio.sleep(0.1)
            over.set()
            await running

        def rows() -> list[Any]:
            with reading(database) as session:
                return list(all_(session))

        asyncio.run(asyncio.wait_for(conversation(), PATIENCE))
        found = {row.name: row for row in rows()}
        with reading(database) as session:
            now = clock.now()
            hours = {one.probe: one.count for one in summed(session, ["h"], now - timedelta(hours=2), now)}
    assert found["page"].ok
    assert found["ping"].ok
    assert found["ping"].loss == 0
    assert hours["page"].answered > 0
    assert hours["ping"].asked > 0
    database.dispose()

"""Real servers on the loopback that take notices: SMTP (with STARTTLS and login) and HTTP, as bad as they are told."""

import base64
import json
import socketserver
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


def certificate(folder: Path) -> tuple[Path, Path]:
    """Write a certificate for 127.0.0.1 with its key; return both."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(True, None), True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "cert.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate, private


@dataclass
class Mailbox:
    """What an SMTP server took, and how it behaves."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    secure: list[bool] = field(default_factory=list)
    refuse: str = ""
    """what RCPT is answered"""
    mute: bool = False
    """takes the mail and never answers"""
    drop_quit: bool = False
    """hangs up instead of answering QUIT"""


class _Smtp(socketserver.StreamRequestHandler):
    box: Mailbox
    context: ssl.SSLContext | None
    over: threading.Event

    def handle(self) -> None:
        self.sender, self.to, self.tls = "", list[str](), False
        self.say("220 test ready")
        with suppress(OSError):  # a client that hangs up
            while line := self.rfile.readline().decode().strip():
                if self.answer(line):
                    return

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
        self.connection.close()

    def say(self, *lines: str) -> None:
        for line in lines:
            self.wfile.write(f"{line}\r\n".encode())

    def answer(self, line: str) -> bool:
        verb = line.split()[0].upper()
        known: dict[str, Callable[[str], None]] = {
            "EHLO": self.ehlo, "STARTTLS": self.starttls, "AUTH": self.auth, "MAIL": self.mail,
            "RCPT": self.rcpt, "DATA": self.data, "RSET": self.reset,
        }  # fmt: skip
        if verb == "QUIT":
            if not self.box.drop_quit:
                self.say("221 bye")
            return True
        if verb not in known:
            self.say("502 what?")
        else:
            known[verb](line)
        return False

    def reset(self, _line: str) -> None:
        self.say("250 ok")

    def ehlo(self, _line: str) -> None:
        more = ["250-STARTTLS"] if self.context and not self.tls else []
        self.say("250-test", *more, "250 AUTH PLAIN")

    def starttls(self, _line: str) -> None:
        assert self.context is not None
        self.say("220 go")
        self.connection = self.context.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)
        self.tls = True

    def auth(self, line: str) -> None:
        _empty, login, password = base64.b64decode(line.split()[2]).decode().split("\0")
        self.box.logins.append(login)
        self.say("235 welcome" if password == "right" else f"535 wrong password {password}")

    def mail(self, line: str) -> None:
        self.sender, self.to = line.partition("<")[2].partition(">")[0], []
        self.say("250 ok")

    def rcpt(self, line: str) -> None:
        if self.box.refuse:
            self.say(self.box.refuse)
            return
        self.to.append(line.partition("<")[2].partition(">")[0])
        self.say("250 ok")

    def data(self, _line: str) -> None:
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        found = message_from_bytes(b"".join(lines), policy=default)
        assert isinstance(found, EmailMessage)
        self.box.mails.append(found)
        self.box.envelopes.append((self.sender, self.to))
        self.box.secure.append(self.tls)
        if self.box.mute:
            self.over.wait(60)
            return
        self.say("250 taken as 1")


@contextmanager
def smtp(port: int = 0, tls: tuple[Path, Path] | None = None) -> Iterator[Mailbox]:
    """Run an SMTP server."""
    box, over = Mailbox(), threading.Event()
    context = None
    if tls:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*tls)
    handler = type("Handler", (_Smtp,), {"box": box, "context": context, "over": over})
    with _serving(_Tcp(("127.0.0.1", port), handler), over) as box.port:
        yield box


class _Tcp(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@dataclass
class Posted:
    """One request that an HTTP server took."""

    method: str
    target: str
    content: str
    body: str

    @property
    def json(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.body)
        return found


@dataclass
class Web:
    """What an HTTP server took, and how it answers: status, body, seconds to wait before (or a drip of the body)."""

    port: int = 0
    posted: list[Posted] = field(default_factory=list)
    status: int = 200
    answer: str = '{"errcode":0,"errmsg":"ok"}'
    wait: float = 0
    drip: float = 0
    location: str = ""

    def url(self, path: str = "/robot/send?access_token=tok-geheim") -> str:
        return f"http://127.0.0.1:{self.port}{path}"


class _Http(BaseHTTPRequestHandler):
    web: Web
    over: threading.Event

    def log_message(self, *_args: object) -> None:
        return

    def do_GET(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.web.posted.append(Posted(self.command, self.path, self.headers.get("Content-Type", ""), body))
        self.over.wait(self.web.wait)
        answer = self.web.answer.encode()
        self.send_response(self.web.status)
        if self.web.location:
            self.send_header("Location", self.web.location)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        for byte in answer:
            if self.web.drip:
                time.sleep(self.web.drip)
            try:
                self.wfile.write(bytes([byte]))
            except OSError:
                return


class _HttpServer(ThreadingHTTPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def http(port: int = 0, tls: tuple[Path, Path] | None = None) -> Iterator[Web]:
    """Run an HTTP server."""
    web, over = Web(), threading.Event()
    handler = type("Handler", (_Http,), {"web": web, "over": over})
    server = _HttpServer(("127.0.0.1", port), handler)
    if tls:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*tls)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    with _serving(server, over) as web.port:
        yield web


@contextmanager
def _serving(server: socketserver.TCPServer, over: threading.Event) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield int(server.socket.getsockname()[1])
    finally:
        over.set()
        server.shutdown()
        server.server_close()
        thread.join(60)

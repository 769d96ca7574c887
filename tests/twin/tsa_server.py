"""A time-stamp authority (RFC 3161): `openssl ts` behind a small HTTP server, as bad as it is told."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_CONFIGURATION = """
[ ca ]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
[ tsa_cert ]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[ tsa ]
default_tsa = tsa_config
[ tsa_config ]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


@dataclass
class Authority:
    """A running authority."""

    folder: Path
    port: int = 0
    mute: bool = False
    """takes the question and does not answer for a while"""
    status: int = 200
    asked: int = 0

    @property
    def url(self) -> str:
        """Where it is asked."""
        return f"http://127.0.0.1:{self.port}/"

    @property
    def root(self) -> Path:
        """Its root certificate."""
        return self.folder / "ca.pem"

    def reply(self, query: bytes) -> bytes:
        """Return the answer to a question."""
        (self.folder / "q.tsq").write_bytes(query)
        run(self.folder, "ts", "-reply", "-queryfile", "q.tsq", "-out", "r.tsr", "-config", "c.cnf")
        return (self.folder / "r.tsr").read_bytes()


def run(folder: Path, *words: str) -> str:
    """Run openssl in a folder and return what it says. Raises AssertionError when it fails."""
    done = subprocess.run(["openssl", *words], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def authority(folder: Path, key: tuple[str, ...] = ("rsa:2048",)) -> Authority:
    """Make an authority with keys of a kind, such as `ec -pkeyopt ec_paramgen_curve:P-256`."""
    folder.mkdir()
    (folder / "c.cnf").write_text(_CONFIGURATION.format(folder=folder))
    (folder / "serial").write_text("01\n")
    new = ("-newkey", *key, "-nodes")
    run(folder, "req", "-x509", *new, "-keyout", "ca.key", "-out", "ca.pem", "-days", "30", "-subj", "/CN=root",
        "-config", "/dev/null", *_extensions("critical,CA:true", "critical,keyCertSign"))  # fmt: skip
    run(folder, "req", *new, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=stamps", "-config", "/dev/null")
    run(folder, "x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
        "-days", "29", "-out", "tsa.pem", "-extfile", "c.cnf", "-extensions", "tsa_cert")  # fmt: skip
    return Authority(folder)


def _extensions(basic: str, usage: str) -> tuple[str, ...]:
    return "-addext", f"basicConstraints={basic}", "-addext", f"keyUsage={usage}"


@contextmanager
def serving(authority: Authority) -> Iterator[Authority]:
    """Let an authority answer on the loopback."""
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            authority.asked += 1
            query = self.rfile.read(int(self.headers["Content-Length"]))
            if authority.mute:
                over.wait(60)
                return
            body = authority.reply(query) if authority.status == 200 else b"away"
            self.send_response(authority.status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    authority.port = server.server_address[1]
    try:
        yield authority
    finally:
        over.set()
        server.shutdown()
        server.server_close()
        thread.join(10)

"""What the authentication platform answers in a second: OCSP and time stamps, through keeper, pages and socket.

    python -m benchmarks.authority [REQUESTS]

Both processes are the real ones (keeper under its socket, waitress with the pages on its own), asked over HTTP by
four threads of a third process; nginx, which only passes on, is left out. Peers in the same run: OpenSSL's own OCSP
responder and `openssl ts -reply`, a process for each stamp, which is what most small authorities run. CPU is that of
the answering processes for a thousand answers: on a busy machine it is the figure to look at.
"""

import datetime as dt
import hashlib
import http.client
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp
from rfc3161_client import TimestampRequestBuilder

from applications.certificates import ceremony
from applications.certificates.authority import issue
from applications.certificates.keeper.__main__ import addresses
from applications.certificates.keeper.client import Client
from applications.certificates.keeper.keyring import Keyring
from applications.certificates.keeper.register import Register
from applications.certificates.keeper.serve import Door
from applications.certificates.keeper.wire import unpack
from applications.certificates.keeper.work import Keeper

COUNTY, PASSPHRASE = "清岚县", b"kept in the vault of the county"
THREADS = 4
OCSP, STAMP = ("/ocsp", "application/ocsp-request"), ("/tsa", "application/timestamp-query")


class UnixConnection(http.client.HTTPConnection):
    """HTTP over the pages' socket."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=30)
        self.path = path

    def connect(self) -> None:
        """Connect to the socket's file."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.connect(self.path)


def _keys(folder: Path) -> Path:
    made, now = folder / "keys", dt.datetime.now(dt.UTC)
    made.mkdir(mode=0o700)
    ceremony.make_root(folder / "root", COUNTY, PASSPHRASE, now)
    asked = ceremony.make_request(made, COUNTY, PASSPHRASE).public_bytes(ceremony.PEM)
    own = ceremony.sign(folder / "root", asked, PASSPHRASE, now)
    ceremony.install(made, own.public_bytes(ceremony.PEM), (folder / "root/root.pem").read_bytes())
    return made


def _keep(folder: Path) -> None:
    register = Register(folder / "register.db")
    keyring = Keyring(folder, PASSPHRASE, COUNTY)
    keeper = Keeper(keyring, register, addresses("auth.test"), lambda: dt.datetime.now(dt.UTC))
    with Door(folder.parent / "keeper.sock", keeper, frozenset({os.getuid()})) as door:
        door.serve_forever()


def _pages(folder: Path) -> None:
    import waitress  # type: ignore[import-untyped]  # it has no types

    from applications.certificates.settings import WebSettings
    from applications.certificates.web.app import create_app

    (folder / "secret").write_bytes(b"x" * 32)
    files = (str(folder), str(folder / "keeper.sock"), str(folder / "web.sock"), str(folder / "secret"), "no font")
    settings = WebSettings(COUNTY, "Qinglan", "auth.test", *files, [], str(folder / "clients.json"))
    app = create_app(settings, Client(folder / "keeper.sock"))
    waitress.serve(app, unix_socket=settings.socket, threads=8, ident=None)


def _cpu(process: int) -> float:
    """Return the CPU seconds of a process so far (proc(5))."""
    words = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def _ask_all(
    connect: Callable[[], http.client.HTTPConnection], way: tuple[str, str], question: bytes, count: int
) -> int:
    """Ask so often over one connection; return how many answers were whole."""
    connection, good = connect(), 0
    for _time in range(count):
        connection.request("POST", way[0], question, {"Content-Type": way[1]})
        answer = connection.getresponse()
        good += answer.status == 200 and len(answer.read()) > 200
    return good


def measured(
    name: str,
    connect: Callable[[], http.client.HTTPConnection],
    way: tuple[str, str],
    question: bytes,
    count: int,
    processes: tuple[int, ...],
) -> None:
    """Print a row: answers a second, and CPU seconds of the answering processes for a thousand."""
    before, began = sum(map(_cpu, processes)), time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        good = sum(pool.map(lambda _n: _ask_all(connect, way, question, count // THREADS), range(THREADS)))
    took, cpu = time.perf_counter() - began, sum(map(_cpu, processes)) - before
    print(f"{name:<44}{good:>8}{good / took:>12.0f}{1000 * cpu / max(good, 1):>16.2f}", flush=True)


def _await(path: Path) -> None:
    for _attempt in range(2400):
        if path.exists():
            return
        time.sleep(0.05)
    raise SystemExit(f"{path} does not come")


def _openssl_ocsp(folder: Path, question: bytes, count: int, own: x509.Certificate) -> None:
    """Measure OpenSSL's responder over the same answer: its index, a P-256 key."""
    issuer = Keyring(folder / "keys", PASSPHRASE, COUNTY).issuing
    kinds = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "issuing.key").write_bytes(issuer.key.private_bytes(*kinds))
    (folder / "issuing.pem").write_text(issue.pem(issuer.certificate))
    (folder / "index.txt").write_text(
        f"V\t{own.not_valid_after_utc:%y%m%d%H%M%SZ}\t\t{own.serial_number:X}\tunknown\t/CN=x\n"
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command: list[str | Path] = [
        "openssl",
        "ocsp",
        "-index",
        folder / "index.txt",
        "-port",
        str(port),
        "-CA",
        folder / "issuing.pem",
    ]
    command += ["-rsigner", folder / "issuing.pem", "-rkey", folder / "issuing.key", "-ignore_err"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        time.sleep(1)
        before, began = _cpu(server.pid), time.perf_counter()
        good = 0
        for _time in range(count):  # it closes after each answer and takes one at a time
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            good += _ask_all(lambda made=connection: made, OCSP, question, 1)  # type: ignore[misc]
        took, cpu = time.perf_counter() - began, _cpu(server.pid) - before
        print(f"{'peer: openssl ocsp -port':<44}{good:>8}{good / took:>12.0f}{1000 * cpu / max(good, 1):>16.2f}")
        server.send_signal(signal.SIGKILL)


def _openssl_ts(folder: Path, question: bytes, count: int) -> None:
    """Measure a process of OpenSSL for each stamp."""
    keyring = Keyring(folder / "keys", PASSPHRASE, COUNTY)
    from applications.certificates.authority.profiles import Kind

    signer = keyring.service(Kind.STAMP, dt.datetime.now(dt.UTC))
    kinds = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "tsa.key").write_bytes(signer.key.private_bytes(*kinds))
    (folder / "tsa.pem").write_text(issue.pem(signer.certificate))
    (folder / "serial").write_text("01\n")
    (folder / "q").write_bytes(question)
    (folder / "tsa.cnf").write_text(
        f"[tsa]\ndefault_tsa=t\n[t]\nserial={folder}/serial\nsigner_digest=sha256\ndefault_policy=1.2.3.4.1\n"
        "digests=sha256,sha512\naccuracy=secs:1\ness_cert_id_alg=sha256\n"
    )
    command: list[str | Path] = [
        "openssl",
        "ts",
        "-reply",
        "-config",
        folder / "tsa.cnf",
        "-queryfile",
        folder / "q",
        "-inkey",
    ]
    command += [folder / "tsa.key", "-signer", folder / "tsa.pem", "-out", folder / "r"]
    before, began = os.times(), time.perf_counter()
    for _time in range(count):
        subprocess.run(command, check=True, capture_output=True)
    took, after = time.perf_counter() - began, os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    print(f"{'peer: openssl ts -reply, a process each':<44}{count:>8}{count / took:>12.0f}{1000 * cpu / count:>16.2f}")


def main(count: int) -> None:
    """Measure and print the table."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        _keys(folder)
        spawn = multiprocessing.get_context("spawn")
        workers = [spawn.Process(target=_keep, args=(folder / "keys",)), spawn.Process(target=_pages, args=(folder,))]
        try:
            workers[0].start()
            _await(folder / "keeper.sock")
            workers[1].start()
            _await(folder / "web.sock")
            _table(folder, count, tuple(one.pid or 0 for one in workers))
        finally:
            for one in workers:
                one.kill()
                one.join()


def _table(folder: Path, count: int, processes: tuple[int, ...]) -> None:
    csr = issue.request(x509.Name([]), issue.new_key()).public_bytes(serialization.Encoding.PEM).decode()
    words = {"kind": "person", "name": "张三", "organisation": COUNTY, "identifier": "zhangsan", "request": "r1"}
    keeper = Client(folder / "keeper.sock")
    keeper.ask("issue", **words, requester="zhangsan", approver="lisi", csr=csr, password="")
    (row,) = keeper.ask("certificates", kind="", identifier="")["certificates"]
    own = x509.load_pem_x509_certificate(row["certificate"].encode())
    issuing = x509.load_pem_x509_certificate(keeper.ask("about")["issuing"].encode())
    builder = ocsp.OCSPRequestBuilder().add_certificate(own, issuing, hashes.SHA1())
    question = builder.build().public_bytes(serialization.Encoding.DER)
    stamp = TimestampRequestBuilder().data(hashlib.sha256(b"x").digest()).build().as_bytes()
    assert unpack(keeper.ask("crl")["crl"])
    print(f"{'':<44}{'answers':>8}{'a second':>12}{'CPU s / 1000':>16}")
    connect = lambda: UnixConnection(str(folder / "web.sock"))  # noqa: E731
    measured("OCSP, keeper and pages", connect, OCSP, question, count, processes)
    _openssl_ocsp(folder, question, min(count, 400), own)
    measured("time stamps, keeper and pages", connect, STAMP, stamp, count, processes)
    _openssl_ts(folder, stamp, 100)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)

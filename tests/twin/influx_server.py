"""A real InfluxDB (Debian's 1.6) on the loopback, behind a small proxy that speaks the v2 write call.

No newer server is packaged. The proxy maps `/api/v2/write` to `/write` (precision ns to n, us to u; bucket to database
or database/policy) and checks the token; every answer, good or bad, is the real server's. It can be told to be away.
"""

import http.client
import json
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from pydantic import SecretStr

from monitoring.series.influx.server import Address

TOKEN = SecretStr("a-token-that-nobody-may-see")
_PRECISION = {"ns": "n", "us": "u", "ms": "ms", "s": "s"}
_PATIENCE = 60.0
_CONFIG = """reporting-disabled = true
bind-address = "127.0.0.1:{meta}"
[meta]
  dir = "{folder}/meta"
[data]
  dir = "{folder}/data"
  wal-dir = "{folder}/wal"
  query-log-enabled = false
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:{http}"
  log-enabled = false
"""


def free_port() -> int:
    """Return a port of the loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class InfluxServer:
    """The server and its proxy."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._http = folder, free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.answer: int | None = None
        """the proxy answers this status instead of asking the server, when set"""
        self.writes: list[str] = []
        """path and query of each write call"""
        self.keeper = self.asked_at = ""
        """where it saves and takes back, and where it is asked without the proxy, once it was started"""
        self._proxy = _proxy(self)
        self.url = f"http://127.0.0.1:{self._proxy.server_address[1]}"

    @property
    def pid(self) -> int:
        """The number of the server's process."""
        assert self._process is not None, "it was not started"
        return self._process.pid

    def start(self) -> None:
        """Start the server and wait until it answers."""
        config = self._folder / "influxdb.conf"
        meta = free_port()
        self.keeper, self.asked_at = f"127.0.0.1:{meta}", f"http://127.0.0.1:{self._http}"
        config.write_text(_CONFIG.format(folder=self._folder, meta=meta, http=self._http))
        self._process = subprocess.Popen(["influxd", "run", "-config", str(config)], stderr=subprocess.DEVNULL)
        end = time.monotonic() + _PATIENCE
        while True:
            try:
                self.ask("GET", "/ping")
                return
            except OSError:
                assert time.monotonic() < end, "influxd does not answer"
                time.sleep(0.05)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """End the server; its data stays."""
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait()
            self._process = None

    def close(self) -> None:
        """End both."""
        self.stop(signal.SIGKILL)
        self._proxy.shutdown()
        self._proxy.server_close()

    def bucket(self, name: str) -> Address:
        """Make an empty database and return its address, averages in a policy of their own."""
        for statement in (
            f'DROP DATABASE "{name}"',
            f'CREATE DATABASE "{name}"',
            f'CREATE RETENTION POLICY "averages" ON "{name}" DURATION INF REPLICATION 1',
        ):
            status, said = self.ask("POST", "/query?" + urlencode({"q": statement}))
            assert status == 200, said
            assert b"error" not in said, said
        return Address(self.url, "county", name, f"{name}/averages")

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Ask the server itself."""
        connection = http.client.HTTPConnection("127.0.0.1", self._http, timeout=_PATIENCE)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


def _proxy(server: InfluxServer) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the library
            return

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, said = self._answer(urlsplit(self.path).path, body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def _answer(self, path: str, body: bytes) -> tuple[int, bytes]:
            kept = {k: v for k, v in self.headers.items() if k in ("Content-Encoding", "Content-Type")}
            if self.headers.get("Authorization") != f"Token {TOKEN.get_secret_value()}":
                return 401, json.dumps({"code": "unauthorized", "message": "unauthorized access"}).encode()
            if server.answer is not None:
                return server.answer, b'{"code": "unavailable", "message": "told to be away"}'
            try:
                if path == "/api/v2/write":
                    server.writes.append(self.path)
                    return server.ask("POST", _write_path(self.path), body, kept)
                return server.ask("POST", self.path, body, kept)
            except OSError as error:
                return 503, str(error).encode()

    proxy = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    return proxy


def _write_path(path: str) -> str:
    asked = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
    database, _slash, policy = asked["bucket"].partition("/")
    wanted = {"db": database, "precision": _PRECISION[asked["precision"]]}
    return "/write?" + urlencode({**wanted, "rp": policy} if policy else wanted)


@contextmanager
def influx() -> Iterator[InfluxServer]:
    """Run a server for a block, in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="influx-"))
    server = InfluxServer(folder)
    try:
        server.start()
        yield server
    finally:
        server.close()
        shutil.rmtree(folder)

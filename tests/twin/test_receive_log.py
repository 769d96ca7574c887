"""The log receiver against real senders: UDP, TCP in both framings, and TLS with and without a certificate."""

import asyncio
import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from countynet.db import open_database
from countynet.settings import Settings
from monitoring.receive.senders import Senders
from monitoring.receive.syslog.keep import FOLDER
from monitoring.receive.syslog.part import SyslogPart
from monitoring.receive.syslog.search import find
from monitoring.receive.syslog.show import wanted

pytestmark = [
    pytest.mark.twin,
    pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("openssl"), reason="needs root and openssl"),
]
PATIENCE = 60.0


def free(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def certificate(folder: Path) -> tuple[Path, Path]:
    key, cert = folder / "key.pem", folder / "cert.pem"
    words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    words += ["-subj", "/CN=log", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)]
    subprocess.run(["openssl", *words], check=True, capture_output=True)
    return cert, key


def send(port: int, data: bytes, tls: ssl.SSLContext | None = None) -> None:
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as plain:
        if tls is None:
            plain.sendall(data)
            return
        with tls.wrap_socket(plain, server_hostname="127.0.0.1") as sealed:
            sealed.sendall(data)
            sealed.unwrap()


def test_messages_come_by_every_way_and_strangers_without_a_certificate_do_not(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path)
    settings = Settings(
        county=tmp_path,
        language="en",
        receive_address="127.0.0.1",
        syslog_port=free(),
        syslog_tls_port=free(),
        syslog_certificate=cert,
        syslog_key=key,
        syslog_ca=cert,
    )
    database = open_database(settings)
    part = SyslogPart(settings, database, Senders({"127.0.0.1": "core-1"}))

    async def conversation() -> None:
        over = asyncio.Event()
        running = asyncio.create_task(part.run(over))
        await until(lambda: len(part.listening()) == 3)
        await asyncio.to_thread(talk, settings, cert, key)
        await until(lambda: part.kept >= 6)
        over.set()
        await running

    asyncio.run(asyncio.wait_for(conversation(), 2 * PATIENCE))
    database.dispose()
    assert [one.error for one in part.listening()] == ["", "", ""]
    assert part.status().received == {"udp": 1, "tcp": 4, "tls": 1}
    found = find(settings.state / FOLDER, wanted("core-1", "", "", "", ""), 100)
    assert sorted(one["text"] for one in found) == [
        "by tls", "by udp", "counted\nline".replace("\n", " "), "last without an end", "line 1", "line 2",
    ]  # fmt: skip


def talk(settings: Settings, cert: Path, key: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.sendto(b"<13>by udp", ("127.0.0.1", settings.syslog_port))
    send(settings.syslog_port, b"<13>line 1\n<13>line 2\r\n<13>last without an end")
    counted = b"<13>counted\nline"
    send(settings.syslog_port, b"%d %s" % (len(counted), counted))
    vouched = ssl.create_default_context(cafile=str(cert))
    vouched.load_cert_chain(cert, key)
    send(settings.syslog_tls_port, b"<13>by tls\n", vouched)
    with pytest.raises((ssl.SSLError, OSError)):
        send(settings.syslog_tls_port, b"<13>stranger\n", ssl.create_default_context(cafile=str(cert)))
    send(settings.syslog_port, b"99999999 ")


def test_a_port_that_another_program_holds_is_left_to_it(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = int(other.getsockname()[1])
        settings = Settings(county=tmp_path, language="en", receive_address="127.0.0.1", syslog_port=port)
        part = SyslogPart(settings, open_database(settings), Senders({}))

        async def conversation() -> None:
            over = asyncio.Event()
            running = asyncio.create_task(part.run(over))
            await until(lambda: len(part.listening()) == 2)
            over.set()
            await running

        asyncio.run(asyncio.wait_for(conversation(), PATIENCE))
        part.database.dispose()
    assert [(one.what, bool(one.error)) for one in part.listening()] == [("syslog-udp", True), ("syslog-tcp", False)]


async def until(true: Callable[[], bool]) -> None:
    while not true():
        await asyncio.sleep(0.05)

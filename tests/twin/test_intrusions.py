"""Intrusions by real syslog clients: util-linux's logger by UDP and TCP, openssl's client by TLS (RFC 5425).

The receiving part runs as in the receiver, on loopback; the lines are Suricata's and a firewall's, as published.
"""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from countynet import clock
from countynet.db import open_database, reading
from countynet.settings import Settings
from monitoring.intrusions.part import IntrusionPart
from monitoring.intrusions.service import unanswered
from monitoring.intrusions.store import Intrusion
from monitoring.intrusions.whose import Whose
from monitoring.receive.senders import Senders
from monitoring.receive.syslog.part import SyslogPart
from tests.twin.test_receive_log import PATIENCE, certificate, free
from tests.unit.monitoring.intrusions.lines import EVE, HUAWEI
from tests.unit.topology.small_county import small_county

pytestmark = [
    pytest.mark.twin,
    pytest.mark.skipif(
        os.geteuid() != 0 or not (shutil.which("logger") and shutil.which("openssl")),
        reason="needs root, logger and openssl",
    ),
]
COUNTY = small_county()
TERMINAL = COUNTY.units[0].terminals[0]
MANY = 300


def test_alerts_by_udp_tcp_and_tls_become_findings_with_their_counts(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path)
    settings = Settings(
        county=tmp_path, language="en", receive_address="127.0.0.1", syslog_port=free(), syslog_tls_port=free(),
        syslog_certificate=cert, syslog_key=key, syslog_ca=cert,
    )  # fmt: skip
    database = open_database(settings)
    intrusions = IntrusionPart(database, Whose(COUNTY), settings.log_days)
    part = SyslogPart(settings, database, Senders({"127.0.0.1": "fw-1"}), intrusions)

    def written() -> int:
        with reading(database) as session:
            return session.scalar(select(func.sum(Intrusion.count))) or 0

    async def conversation() -> None:
        over = asyncio.Event()
        running = asyncio.create_task(part.run(over))
        await until(lambda: len(part.listening()) == 3)
        await asyncio.to_thread(talk, settings, cert, key)
        await until(lambda: part.kept >= MANY + 2)
        over.set()
        await running

    asyncio.run(asyncio.wait_for(conversation(), 3 * PATIENCE))
    assert written() == MANY + 2, "what waited at the end was written, too"
    with reading(database) as session:
        found = {row.signature: row for row in unanswered(session, clock.today())}
    assert {name: row.count for name, row in found.items()} == {"2018358": MANY + 1, "19740": 1}
    assert (found["2018358"].subject, found["2018358"].unit) == (TERMINAL.name, COUNTY.units[0].id)
    assert (found["19740"].subject, found["19740"].reference) == ("fw-1", "CVE-2004-1029")
    assert part.status().intrusions == MANY + 2
    database.dispose()


def talk(settings: Settings, cert: Path, key: Path) -> None:
    """Send the alert by UDP once and by TCP many times, and the firewall's line by TLS."""
    alert = EVE.replace("192.168.2.14", str(TERMINAL.address))
    where = ["--server", "127.0.0.1", "--port", str(settings.syslog_port), "--tag", "suricata"]
    subprocess.run(["logger", *where, "--udp", "--rfc3164", "--size", "8KiB", alert], check=True, timeout=PATIENCE)
    words = [*where, "--tcp", "--octet-count", "--rfc5424=notime", "--size", "8KiB"]
    subprocess.run(["logger", *words], input="\n".join([alert] * MANY), text=True, check=True, timeout=PATIENCE)
    tls = [
        "-connect",
        f"127.0.0.1:{settings.syslog_tls_port}",
        "-cert",
        str(cert),
        "-key",
        str(key),
        "-CAfile",
        str(cert),
    ]
    framed = f"{len(HUAWEI.encode())} {HUAWEI}"
    subprocess.run(
        ["openssl", "s_client", "-quiet", "-no_ign_eof", "-verify_return_error", *tls],
        input=framed, text=True, check=True, timeout=PATIENCE, capture_output=True,
    )  # fmt: skip


async def until(true: Callable[[], bool]) -> None:
    while not true():
        await asyncio.sleep(0.05)

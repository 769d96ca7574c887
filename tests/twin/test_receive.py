"""The receiver against net-snmp's own agent and tools: a port that goes down is known by its trap, informs are
acknowledged, and what is not let in is counted. Every management address of the example county is in one namespace.
"""

import asyncio
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from countynet.db import open_database, reading
from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory import create, load_county
from inventory.deviceconfig import DeviceConfig, Snmp, SnmpUser
from inventory.platforms.linux.snmpd import AGENTX, PATH, render
from monitoring import read
from monitoring.poller import run as run_poller
from monitoring.poller.watch import Pace
from monitoring.receive import status, store
from monitoring.receive.hints import Ear, Hints
from monitoring.receive.process import run as run_receiver

pytestmark = [
    pytest.mark.twin,
    pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("snmptrap"), reason="needs root, snmpd and snmptrap"),
]
NAME = "h6-receive"
PATIENCE = 60.0
SELDOM = Pace(ping=0.5, poll=3600, neighbours=3600, look=1)
"""nobody polls within the test but because of a trap"""
LINK_DOWN = "1.3.6.1.6.3.1.1.5.3"


def ip(*words: str, batch: str = "") -> None:
    subprocess.run(["ip", "-n", NAME, *words], input=batch.encode(), check=True, capture_output=True)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("receive") / "county"
    result = Settings(county=folder, language="en", syslog_port=5514, syslog_tls_port=0)
    create.create_folder(result)
    create.create_secrets(result, load_county(result.county))
    create.create_repository(result)
    return result


def passwords(settings: Settings) -> tuple[str, str]:
    secrets = Secrets.load(settings)
    auth, priv = (secrets.get(f"snmp/{name}").get_secret_value() for name in ("auth", "priv"))
    return auth, priv


@pytest.fixture(scope="module")
def network(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    county = load_county(settings.county)
    subprocess.run(["ip", "netns", "del", NAME], check=False, capture_output=True)
    subprocess.run(["ip", "netns", "add", NAME], check=True)
    addresses = "".join(f"addr add {d.management}/32 dev lo\n" for d in county.devices)
    addresses += f"addr add {county.station.address.ip}/32 dev lo\n"
    ip("-batch", "-", batch=f"link set lo up\nlink add line0 type veth peer name line1\n{addresses}")
    ip("-batch", "-", batch="link set line0 up\nlink set line1 up\n")
    settings.state.mkdir(exist_ok=True)
    (settings.state / "vantage").write_text(f"/run/netns/{NAME}\n")
    agent = snmpd(settings, tmp_path_factory.mktemp("snmpd"), str(county.device_by_name["core-1"].management))
    yield
    agent.kill()
    agent.wait()
    subprocess.run(["ip", "netns", "del", NAME], check=True)


def snmpd(settings: Settings, folder: Path, source: str) -> "subprocess.Popen[bytes]":
    """An agent configured as a device's, but that it answers at all addresses."""
    auth, priv = passwords(settings)
    user = SnmpUser(name="countynet", auth_key=SecretStr(auth), priv_key=SecretStr(priv))
    station = load_county(settings.county).station.address.ip
    snmp = Snmp(listen=IPv4Address(source), users=(user,), trap_receivers=(station,))
    config = DeviceConfig(hostname="core-1", source=IPv4Address(source), snmp=snmp)
    lines = (line.replace(AGENTX, str(folder / "agentx")) for line in render(config)[PATH].lines)
    everywhere = (line.replace(f"udp:{source}:161", "udp:161") for line in lines)
    (folder / "snmpd.conf").write_text("\n".join(everywhere) + "\n")
    return subprocess.Popen(
        ["ip", "netns", "exec", NAME, "snmpd", "-f", "-Ln", "-C", "-c", str(folder / "snmpd.conf")],
        env={**os.environ, "SNMP_PERSISTENT_DIR": str(folder), "MIBS": ""},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@contextmanager
def running(*works: Callable[[Callable[[], bool]], None]) -> Iterator[None]:
    """Processes as threads (threads have network namespaces too)."""
    over, failures = threading.Event(), list[BaseException]()

    def work(one: Callable[[Callable[[], bool]], None]) -> None:
        try:
            one(over.is_set)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(one,)) for one in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join(PATIENCE)
    assert not failures, failures


def until(true: Callable[[], bool]) -> None:
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < PATIENCE
        time.sleep(0.1)


def engines(settings: Settings) -> int:
    found = status.read(settings)
    return found.traps.engines if found else 0


def polled(database: Engine) -> bool:
    with reading(database) as session:
        return bool(read.poll_health(session, 1))


def port(settings: Settings) -> int:
    return next((c.oper for c in read.interfaces(settings, "core-1") if c.interface.name == "line0"), 0)


def pulled(told: Callable[[], bool]) -> bool:
    """Pull the cable and wait a while to be told; plug it in again when nobody tells: what is down before the agent
    first looked is no news to it."""
    ip("link", "set", "line0", "down")
    end = time.monotonic() + 12
    while time.monotonic() < end:
        if told():
            return True
        time.sleep(0.1)
    ip("link", "set", "line0", "up")
    time.sleep(6)
    return False


def test_a_port_that_goes_down_is_known_by_its_trap_and_an_inform_is_acknowledged(
    settings: Settings, network: None
) -> None:
    database = open_database(settings)

    def traps() -> list[tuple[str, str]]:
        with reading(database) as session:
            return [(row.device, row.name) for row in store.recent(session, 10, since=None)]

    with running(lambda stop: run_poller(settings, stop, SELDOM), lambda stop: run_receiver(settings, stop)):
        until(lambda: polled(database) and port(settings) == 1 and engines(settings) > 0)
        until(lambda: pulled(lambda: ("core-1", "linkDown") in traps()))
        until(lambda: port(settings) == 2)
        assert inform(settings, "coldStart", "1.3.6.1.6.3.1.1.5.1") == 0
        until(lambda: any(name == "coldStart" for _device, name in traps()))
        community(settings)
        until(lambda: bool((found := status.read(settings)) and found.traps.refused))
    found = status.read(settings)
    assert found is not None
    assert found.traps.informs >= 1
    assert found.traps.refused == {"a community that is not accepted": 1}
    assert found.traps.hints >= 2
    assert [listening.error for listening in found.listening if listening.what == "traps"] == [""]
    database.dispose()


def inform(settings: Settings, name: str, oid: str) -> int:
    auth, priv = passwords(settings)
    station = load_county(settings.county).station.address.ip
    words = ["-v3", "-l", "authPriv", "-u", "countynet", "-a", "SHA-256", "-A", auth, "-x", "AES", "-X", priv]
    return subprocess.run(
        ["ip", "netns", "exec", NAME, "snmpinform", *words, "-t", "5", f"{station}:162", "1", oid],
        env={**os.environ, "MIBS": ""},
        check=False,
        capture_output=True,
    ).returncode


def community(settings: Settings) -> None:
    station = load_county(settings.county).station.address.ip
    subprocess.run(
        ["ip", "netns", "exec", NAME, "snmptrap", "-v2c", "-c", "public", f"{station}:162", "1", LINK_DOWN],
        env={**os.environ, "MIBS": ""},
        check=True,
        capture_output=True,
    )


def test_hints_reach_the_poller_and_a_burst_is_two(tmp_path: Path) -> None:
    heard: list[str] = []
    deep = tmp_path / ("d" * 120)
    deep.mkdir()
    hints = Hints(deep)
    hints.give("nobody-listens", 0.0)

    async def listen() -> None:
        ear = Ear(deep, heard.append)
        for _turn in range(200):
            hints.give("core-1", 1.0)
        hints.turn(1.5)
        await asyncio.sleep(0.05)
        assert heard == ["core-1"]
        hints.turn(2.1)
        while len(heard) < 2:
            await asyncio.sleep(0.01)
        ear.close()

    asyncio.run(asyncio.wait_for(listen(), PATIENCE))
    assert (heard, hints.sent, hints.lost) == (["core-1", "core-1"], 2, 1)

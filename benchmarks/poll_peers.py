"""The peers of `benchmarks.poll`: each asks all agents for the same values, in a process of its own, and says its cost.

    python -m benchmarks.poll_peers NAME VERSION PORT DEVICES [DEAD [ROUNDS]]

NAME is ours, pysnmp, gufo, exporter or floor; VERSION is v2c or v3. Prints one JSON line: of the warm rounds the
least seconds, CPU seconds of the client and of the agents (whose process AGENTS in the environment names), since
others' work on the machine only adds to them; the values, how many devices failed at most, and the process's largest
memory. Python's garbage collector looks as seldom as in `countynet` itself, for all who are written in it. Each asks
as its own documentation and facts.md say is best: pysnmp ten devices at once by GETBULK of several columns; gufo by
`get_many` of names known beforehand, which spares it the walk; the exporter by its module, CPU read from its process;
the floor sends and takes the same datagrams and decodes nothing.
"""

import asyncio
import gc
import json
import os
import resource
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from pydantic import SecretStr

from benchmarks.questions import COLUMNS, QUESTION, UPTIME
from benchmarks.replay_agent import COMMUNITY, CREDENTIALS
from countynet.cli import OBJECTS
from monitoring.snmp import ber
from monitoring.snmp.community import Community, CommunitySession
from monitoring.snmp.engine import Engine
from monitoring.snmp.exchange import Options
from monitoring.snmp.pdu import bulk_body
from monitoring.snmp.seam import Answer, Target

ROWS = 50
PAUSE = 1.2
"""seconds between rounds, in which the agents' counters go on"""
USER, AUTH, PRIV = "bench", "authpass123", "privpass123"
_TICK = os.sysconf("SC_CLK_TCK")


class Round(NamedTuple):
    """What one round took."""

    seconds: float
    cpu: float
    values: int
    failed: int
    last: float
    """seconds after which the last device that answers had answered"""
    agents: float = 0.0
    """CPU seconds of the process that plays the agents"""


def agents_cpu() -> float:
    """Return the CPU seconds that the agents took until now, 0 when their process is not told."""
    pid = os.environ.get("AGENTS")
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9 if pid else 0.0


def addresses(devices: int, dead: int = 0) -> list[str]:
    """Return the addresses of agents, the dead ones spread among them."""
    live = [f"127.1.{n // 250}.{n % 250 + 1}" for n in range(devices - dead)]
    gone = [f"127.9.{n // 250}.{n % 250 + 1}" for n in range(dead)]
    every = max(1, len(live) // max(1, dead))
    found: list[str] = []
    for number, address in enumerate(live):
        if number % every == 0 and gone:
            found.append(gone.pop())
        found.append(address)
    return found + gone


async def ours(version: str, port: int, hosts: list[str], rounds: int) -> list[Round]:
    """Our engine."""
    secret = Community(SecretStr(COMMUNITY)) if version == "v2c" else CREDENTIALS
    targets, found = [Target(host, host, port) for host in hosts], []
    with closing(Engine(secret, Options())) as engine:
        for _round in range(rounds):
            values, failed, last, agents = 0, 0, 0.0, agents_cpu()
            began, cpu = time.perf_counter(), time.process_time()

            def take(answer: Answer) -> None:
                nonlocal values, failed, last
                values, failed = values + answer.values, failed + bool(answer.error)
                if not answer.error:
                    last = time.perf_counter() - began  # noqa: B023 (called in this round only)

            await engine.ask(targets, QUESTION, take)
            took, spent = time.perf_counter() - began, time.process_time() - cpu
            found.append(Round(took, spent, values, failed, last, agents_cpu() - agents))
            await asyncio.sleep(PAUSE)
    return found


async def timed(rounds: int, hosts: list[str], ask: Callable[[str], Coroutine[Any, Any, int]]) -> list[Round]:
    """Run rounds of a coroutine that asks one host and returns how many values came."""
    found = []
    for _round in range(rounds):
        agents, began, cpu = agents_cpu(), time.perf_counter(), time.process_time()
        done = await asyncio.gather(*(ask(host) for host in hosts), return_exceptions=True)
        took, spent = time.perf_counter() - began, time.process_time() - cpu
        values = [n for n in done if isinstance(n, int)]
        found.append(Round(took, spent, sum(values), len(hosts) - len(values), took, agents_cpu() - agents))
        await asyncio.sleep(PAUSE)
    return found


async def gufo(version: str, port: int, hosts: list[str], rounds: int) -> list[Round]:
    """gufo-snmp, asynchronous, by names known beforehand."""
    from gufo.snmp import Aes128Key, Sha256Key, SnmpVersion, User
    from gufo.snmp.aio import SnmpSession

    user = User(USER, auth_key=Sha256Key(AUTH.encode()), priv_key=Aes128Key(PRIV.encode()))
    names = [f"{column}.{row}" for row in range(1, ROWS + 1) for column, _kind in COLUMNS]
    sessions: dict[str, Any] = {}

    async def ask(host: str) -> int:
        if host not in sessions:
            given = {"version": SnmpVersion.v2c, "community": COMMUNITY} if version == "v2c" else {"user": user}
            sessions[host] = SnmpSession(host, port=port, timeout=5.0, **given)
            if version == "v3":
                await sessions[host].refresh()
        count = 0
        for start in range(0, len(names), 50):
            count += len(await sessions[host].get_many(names[start : start + 50]))
        return count

    return await timed(rounds, hosts, ask)


async def pysnmp(version: str, port: int, hosts: list[str], rounds: int) -> list[Round]:
    """pysnmp, ten at once, GETBULK of five columns."""
    from pysnmp.hlapi.v3arch import asyncio as hlapi

    engine, turns = hlapi.SnmpEngine(), asyncio.Semaphore(10)
    auth = hlapi.CommunityData(COMMUNITY, mpModel=1)
    if version == "v3":
        kinds = {"authProtocol": hlapi.USM_AUTH_HMAC192_SHA256, "privProtocol": hlapi.USM_PRIV_CFB128_AES}
        auth = hlapi.UsmUserData(USER, AUTH, PRIV, **kinds)

    async def ask(host: str) -> int:
        async with turns:
            transport = await hlapi.UdpTransportTarget.create((host, port), timeout=5, retries=1)
            count = 0
            for start in range(0, len(COLUMNS), 5):
                last = [column for column, _kind in COLUMNS[start : start + 5]]
                for _request in range(ROWS // 10):
                    binds = [hlapi.ObjectType(hlapi.ObjectIdentity(name)) for name in last]
                    wrong, status, _index, told = await hlapi.bulk_cmd(
                        engine, auth, transport, hlapi.ContextData(), 0, 10, *binds, lookupMib=False
                    )
                    if wrong or int(status):
                        raise RuntimeError(str(wrong or status))
                    count += len(told)
                    last = [str(name) for name, _value in told[-5:]]
            return count

    return await timed(rounds, hosts, ask)


async def floor(version: str, port: int, hosts: list[str], rounds: int) -> list[Round]:
    """A bare socket: as many datagrams as we need, nothing decoded; version 2c only."""
    import socket

    names = (ber.oid(UPTIME), *(ber.oid(column) for column, _kind in COLUMNS))
    request = CommunitySession(Community(SecretStr(COMMUNITY))).request(1 << 24, bulk_body(names, 1, 3))
    found, each = [], -(-ROWS // 3)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.setsockopt(socket.SOL_SOCKET, 33, 8 << 20)
        for _round in range(rounds):
            agents, began, cpu, octets = agents_cpu(), time.perf_counter(), time.process_time(), 0
            for _turn in range(each):
                for host in hosts:
                    asking.sendto(request, (host, port))
                for _host in hosts:
                    octets += len(asking.recv(0xFFFF))
            took, spent = time.perf_counter() - began, time.process_time() - cpu
            values = len(hosts) * ROWS * len(COLUMNS)
            found.append(Round(took, spent, values, 0, took, agents_cpu() - agents))
            time.sleep(PAUSE)
    return found


async def exporter(version: str, port: int, hosts: list[str], rounds: int) -> list[Round]:
    """Prometheus snmp_exporter (Debian), scraped for all devices at once, as Prometheus does."""
    with TemporaryDirectory() as folder:
        config = Path(folder) / "snmp.yml"
        config.write_text(exporter_config(version), "utf-8")
        command = ["prometheus-snmp-exporter", f"--config.file={config}", "--web.listen-address=127.0.0.1:19116"]
        process = subprocess.Popen([*command, "--log.level=error"], stderr=subprocess.DEVNULL)
        try:
            await asyncio.sleep(1.5)
            return await asyncio.to_thread(_scraped, process.pid, port, hosts, rounds)
        finally:
            MEMORY.append(_memory(process.pid))
            process.kill()
            process.wait()


def exporter_config(version: str) -> str:
    """Return the exporter's configuration: our twenty columns."""
    kinds = {0x02: "gauge", 0x04: "DisplayString", 0x41: "counter", 0x42: "gauge", 0x43: "gauge", 0x46: "counter"}
    lines = ["bench:", "  walk:", *(f"    - {column}" for column, _kind in COLUMNS), "  metrics:"]
    for number, (column, kind) in enumerate(COLUMNS):
        lines += [f"    - name: m{number}", f"      oid: {column}", f"      type: {kinds[kind]}", "      help: m"]
        lines += ["      indexes:", "        - {labelname: ifIndex, type: gauge}"]
    lines += ["  max_repetitions: 50", "  timeout: 5s"]
    if version == "v2c":
        return "\n".join([*lines, "  version: 2", "  auth:", f"    community: {COMMUNITY}"])
    auth = [
        f"    username: {USER}",
        "    security_level: authPriv",
        f"    password: {AUTH}",
        "    auth_protocol: SHA256",
    ]
    return "\n".join([*lines, "  version: 3", "  auth:", *auth, "    priv_protocol: AES", f"    priv_password: {PRIV}"])


def _scraped(pid: int, port: int, hosts: list[str], rounds: int) -> list[Round]:
    def scrape(host: str) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:19116/snmp?module=bench&target={host}:{port}") as told:
            return sum(line.startswith(b"m") for line in told)

    found = []
    with ThreadPoolExecutor(32) as threads:
        for _round in range(rounds):
            agents, began, cpu = agents_cpu(), time.perf_counter(), _cpu(pid)
            values = list(threads.map(scrape, hosts))
            took = time.perf_counter() - began
            spent, failed = _cpu(pid) - cpu, sum(n == 0 for n in values)
            found.append(Round(took, spent, sum(values), failed, took, agents_cpu() - agents))
            time.sleep(PAUSE)
    return found


MEMORY: list[float] = []


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def _memory(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


PEERS = {"ours": ours, "gufo": gufo, "pysnmp": pysnmp, "exporter": exporter, "floor": floor}
ROUNDS = {"ours": 9, "pysnmp": 2, "gufo": 6, "exporter": 6, "floor": 6}
WARM = 5


def best(rounds: list[Round]) -> dict[str, float]:
    """Return the least times of the rounds, and the worst of what counts."""
    least = {name: min(getattr(r, name) for r in rounds) for name in ("seconds", "cpu", "last", "agents")}
    return {**least, "values": min(r.values for r in rounds), "failed": max(r.failed for r in rounds)}


def main() -> None:
    """Run one peer and print what its rounds took; warm are the last five, or all but the first of fewer."""
    gc.set_threshold(OBJECTS, 10, 10)
    name, version, port, devices, *more = sys.argv[1:]
    dead, times = (*map(int, more), *(0, ROUNDS[name])[len(more) :])
    rounds = asyncio.run(PEERS[name](version, int(port), addresses(int(devices), dead), times))
    found = best(rounds[-WARM:] if len(rounds) > WARM else rounds[1:])
    memory = MEMORY[0] if MEMORY else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**found, "memory": memory, "first_seconds": rounds[0].seconds, "first_cpu": rounds[0].cpu}))


if __name__ == "__main__":
    main()

"""A storm of traps, and a thousand pings a second: what the receiver keeps, what it costs, how soon a device is polled.

`python -m benchmarks.receive` (as root, in a network namespace of its own): starts the real receiver of an example
county, sends it 10,000 SNMPv3 traps (SHA-256, AES-128) of 130 devices in 10 s, a tenth of which matter, and counts what
is in the database afterwards. Beside it pysnmp's receiver takes 1,000 of the same kind. Before, a port of a real agent
is cut and the time until `countynet monitor serve` knows of it is taken. Then 1,000 addresses are pinged once a second
from one process for 10 s. CPU seconds are the receiving process's own.
"""

import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from benchmarks.figure import HEADING, Figure
from countynet import clock, vantage
from countynet.db import open_database, reading
from countynet.settings import Settings
from inventory import create
from inventory.load import load_county
from inventory.model import County
from monitoring.icmp.pinger import Pinger
from monitoring.poller.plan import credentials
from monitoring.read import interfaces
from monitoring.receive import status
from monitoring.receive.hints import Ear
from monitoring.receive.store import TrapRow
from monitoring.receive.traps.envelope import sealed
from monitoring.snmp import message, usm
from monitoring.snmp.ber import OCTETS, OID, encode, integer, oid, sequence

NAME = "bench-receive"
TRAPS, SECONDS, PINGS, ROUNDS, FEW, CUTS = 10_000, 10.0, 1000, 10, 1000, 3
LINK_DOWN, LINK_UP = "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.6.3.1.1.5.4"


def trap(kind: str, part: int, number: int) -> bytes:
    """Return what a trap's message carries."""
    values = [("1.3.6.1.2.1.1.3.0", encode(0x43, number.to_bytes(4, "big")))]
    values += [("1.3.6.1.6.3.1.1.4.1.0", encode(OID, oid(kind)))]
    values += [(f"1.3.6.1.2.1.2.2.1.{column}.{part}", integer(part if column == 1 else 2)) for column in (1, 7, 8)]
    bound = sequence(*(sequence(encode(OID, oid(name)), value) for name, value in values))
    pdu = encode(0xA7, integer(number) + integer(0) + integer(0) + bound)
    return encode(OCTETS, b"") + encode(OCTETS, b"") + pdu


def storm(county: County, user: usm.Credentials, count: int) -> list[tuple[str, bytes, bool]]:
    """Return (source address, datagram, whether it matters) of a storm."""
    chance, found = random.Random(6), []
    devices = [str(device.management) for device in county.devices]
    keys = [usm.keys_for(user, _engine(number)) for number in range(len(devices))]
    for number in range(count):
        device = number % len(devices)
        matters = number % 10 == 0
        kind = LINK_DOWN if matters else f"1.3.6.1.4.1.2011.5.25.0.{chance.randrange(40)}"
        stamp = message.Stamp(_engine(device), 1, 1000 + number // 1000)
        scoped = trap(kind, number // len(devices) + 1, number)
        salt = number.to_bytes(8, "big")
        found.append((devices[device], sealed(stamp, number, b"countynet", keys[device], 3, salt, scoped), matters))
    return found


def _engine(device: int) -> bytes:
    return b"\x80\x00\x00\x00\x05bench" + device.to_bytes(4, "big")


@contextmanager
def county_in_a_namespace(folder: Path) -> Iterator[tuple[Settings, County]]:
    """A county whose management addresses, and a thousand others, are in one namespace."""
    os.environ["COUNTYNET_COUNTY"] = str(folder / "county")
    os.environ.update(COUNTYNET_SYSLOG_PORT="0", COUNTYNET_SYSLOG_TLS_PORT="0")
    settings = Settings.load()
    create.create_folder(settings)
    create.create_secrets(settings, load_county(settings.county))
    create.create_repository(settings)
    county = load_county(settings.county)
    subprocess.run(["ip", "netns", "del", NAME], check=False, capture_output=True)
    subprocess.run(["ip", "netns", "add", NAME], check=True)
    lines = ["link set lo up", f"addr add {county.station.address.ip}/32 dev lo"]
    lines += [f"addr add {device.management}/32 dev lo" for device in county.devices]
    lines += [f"addr add {address}/32 dev lo" for address in many()]
    subprocess.run(["ip", "-n", NAME, "-batch", "-"], input="\n".join(lines).encode(), check=True)
    settings.state.mkdir(exist_ok=True)
    (settings.state / "vantage").write_text(f"/run/netns/{NAME}\n")
    try:
        with vantage.within(Path("/run/netns") / NAME):
            yield settings, county
    finally:
        subprocess.run(["ip", "netns", "del", NAME], check=False)


def many() -> list[str]:
    """Return a thousand addresses."""
    return [f"10.77.{number // 250}.{number % 250 + 1}" for number in range(PINGS)]


@contextmanager
def process(*command: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A process, ended at the end."""
    child = subprocess.Popen(command)
    try:
        yield child
    finally:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(15)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def cpu(pid: int) -> float:
    """Return the CPU seconds of a process."""
    words = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def send(datagrams: list[tuple[str, bytes, bool]], port: int, seconds: float, target: str) -> dict[str, float]:
    """Send them evenly over a time; return when the first one that matters of each source left."""
    sockets: dict[str, socket.socket] = {}
    left: dict[str, float] = {}
    began = time.monotonic()
    for number, (source, data, matters) in enumerate(datagrams):
        if source not in sockets:
            sockets[source] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            sockets[source].bind((source, 0))
        ahead = began + seconds * number / len(datagrams) - time.monotonic()
        if ahead > 0.002:
            time.sleep(ahead)
        if matters:
            left.setdefault(source, time.monotonic())
        sockets[source].sendto(data, (target, port))
    for one in sockets.values():
        one.close()
    return left


def until(true: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until something is true."""
    began = time.monotonic()
    while not true() and time.monotonic() - began < seconds:
        time.sleep(0.1)


async def _heard(settings: Settings, work: Callable[[], dict[str, float]]) -> tuple[dict[str, float], dict[str, float]]:
    """Send, and note when the poller would have been told to look at each device."""
    heard: dict[str, float] = {}

    def hear(device: str) -> None:
        heard.setdefault(device, time.monotonic())

    with closing(Ear(settings.state, hear)):
        left = await asyncio.to_thread(_inside, work)
        await asyncio.sleep(1.5)
    return left, heard


def _inside(work: Callable[[], dict[str, float]]) -> dict[str, float]:
    with vantage.within(Path("/run/netns") / NAME):
        return work()


def _kept(settings: Settings, since: datetime) -> tuple[int, int]:
    """Return how many linkDown and how many unnamed notifications are in the database since a time."""
    database = open_database(settings)
    with reading(database) as session:
        whole = select(func.sum(TrapRow.count)).where(TrapRow.first >= since)
        found = [session.scalar(whole.where(TrapRow.name == name)) or 0 for name in ("linkDown", "")]
    database.dispose()
    return found[0], found[1]


def measure_storm(settings: Settings, county: County) -> Iterator[Figure]:
    """Yield the figures of the storm."""
    datagrams, began = storm(county, credentials(settings)[0], TRAPS), clock.now()
    station = str(county.station.address.ip)
    with process(sys.executable, "-m", "monitoring.receive", str(os.getpid())) as child:
        until(lambda: (found := status.read(settings)) is not None and bool(found.listening))
        time.sleep(8)
        before, lag = cpu(child.pid), 0.0
        left, heard = asyncio.run(_heard(settings, lambda: send(datagrams, 162, SECONDS, station)))
        took = cpu(child.pid) - before
        last = status.read(settings)
    assert last is not None
    lag = last.lag_seconds
    kept, rest = _kept(settings, began)
    by_address = {str(device.management): device.name for device in county.devices}
    waits = sorted(heard[by_address[a]] - at for a, at in left.items() if by_address[a] in heard)
    mattered = sum(matters for _source, _data, matters in datagrams)
    yield Figure("traps that matter, kept", kept, "", mattered)
    yield Figure("other traps, kept or counted on a row", rest, "", TRAPS - mattered)
    dropped = sum(last.traps.dropped.values())
    yield Figure("traps dropped by us, and counted", dropped, "")
    yield Figure("traps dropped by the kernel, and counted", last.traps.kernel_dropped, "")
    yield Figure(
        "CPU of the receiver for 10,000 traps in 10 s", took, "s", 0, took, f"{1000 * took / TRAPS:.3f} ms a trap"
    )
    yield Figure(
        "trap to 'poll this device', median of devices",
        1000 * waits[len(waits) // 2],
        "ms",
        0,
        0,
        f"{len(waits)} devices",
    )
    yield Figure("trap to 'poll this device', the slowest", 1000 * waits[-1], "ms")
    yield Figure("lag of the receiver's turns after it", 1000 * lag, "ms")


PEER = """
import sys, time
from pysnmp.entity import engine, config
from pysnmp.carrier.asyncio.dgram import udp
from pysnmp.entity.rfc3413 import ntfrcv
from pysnmp.proto.api import v2c
auth, priv = sys.stdin.readline().split()
snmp = engine.SnmpEngine()
config.add_transport(snmp, udp.DOMAIN_NAME, udp.UdpTransport().open_server_mode(("0.0.0.0", 1162)))
for number in range(int(sys.argv[1])):
    e = b"\\x80\\x00\\x00\\x00\\x05bench" + number.to_bytes(4, "big")
    config.add_v3_user(snmp, "countynet", config.USM_AUTH_HMAC192_SHA256, auth, config.USM_PRIV_CFB128_AES, priv,
        securityEngineId=v2c.OctetString(e))
count = 0
def took(*words):
    global count
    count += 1
    open(sys.argv[2], "w").write(str(count))
ntfrcv.NotificationReceiver(snmp, took)
open(sys.argv[2], "w").write("0")
snmp.transport_dispatcher.job_started(1)
snmp.transport_dispatcher.run_dispatcher()
"""


def measure_peer(settings: Settings, county: County, folder: Path) -> Iterator[Figure]:
    """Yield what pysnmp's receiver makes of a tenth of it, in the same time."""
    user, told = credentials(settings)[0], folder / "told"
    assert user.auth_password is not None
    assert user.priv_password is not None
    words = f"{user.auth_password.get_secret_value()} {user.priv_password.get_secret_value()}\n"
    child = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", PEER, str(len(county.devices)), str(told)], stdin=subprocess.PIPE
    )
    assert child.stdin is not None
    child.stdin.write(words.encode())
    child.stdin.flush()
    until(told.exists, 120)
    before = cpu(child.pid)
    send(storm(county, user, FEW), 1162, SECONDS, str(county.station.address.ip))
    time.sleep(3)
    took, came = cpu(child.pid) - before, int(told.read_text() or 0)
    child.kill()
    child.wait()
    yield Figure("pysnmp: of 1,000 traps in 10 s, taken", came, "", FEW)
    note = f"{1000 * took / max(came, 1):.3f} ms a trap"
    yield Figure("pysnmp: CPU for 1,000 traps in 10 s", took, "s", 0, took, note)


@contextmanager
def agent(settings: Settings, county: County, folder: Path) -> Iterator[None]:
    """net-snmp's agent for core-1, which looks at its ports every five seconds (`monitor -r 5`) and tells of them."""
    user = credentials(settings)[0]
    assert user.auth_password is not None
    assert user.priv_password is not None
    auth, priv = user.auth_password.get_secret_value(), user.priv_password.get_secret_value()
    core, station = county.device_by_name["core-1"].management, county.station.address.ip
    (folder / "snmpd.conf").write_text(
        f"agentaddress udp:{core}:161\ncreateUser countynet SHA-256 {auth} AES {priv}\nrouser countynet auth\n"
        f'[snmp] clientaddr {core}\ntrapsess -v 3 -l authPriv -u countynet -a SHA-256 -A "{auth}" -x AES -X "{priv}" '
        f"{station}:162\niquerySecName countynet\n"
        f"notificationEvent down {LINK_DOWN} 1.3.6.1.2.1.2.2.1.1 1.3.6.1.2.1.2.2.1.7 1.3.6.1.2.1.2.2.1.8\n"
        'monitor -r 5 -e down "port is down" 1.3.6.1.2.1.2.2.1.8 == 2\n'
        f"notificationEvent up {LINK_UP} 1.3.6.1.2.1.2.2.1.1 1.3.6.1.2.1.2.2.1.7 1.3.6.1.2.1.2.2.1.8\n"
        'monitor -r 5 -e up "port is up" 1.3.6.1.2.1.2.2.1.8 == 1\n'
    )
    os.environ.update(SNMP_PERSISTENT_DIR=str(folder), MIBS="")
    with process("snmpd", "-f", "-Ln", "-C", "-c", str(folder / "snmpd.conf")):
        yield


def measure_line(settings: Settings, county: County, folder: Path) -> Iterator[Figure]:
    """Yield how soon after a cut its port is known to be down, by `countynet monitor serve` and a real agent's trap."""
    waits = []
    subprocess.run(["ip", "link", "add", "line0", "type", "veth", "peer", "name", "line1"], check=True)
    subprocess.run(["ip", "link", "set", "line1", "up"], check=True)
    serve = (
        sys.executable,
        "-c",
        "import sys; from countynet.cli import main; sys.argv[1:] = ['monitor', 'serve']; main()",
    )
    with agent(settings, county, folder), process(*serve):
        for _cut in range(CUTS):
            subprocess.run(["ip", "link", "set", "line0", "up"], check=True)
            until(lambda: _port(settings) == 1)
            time.sleep(random.uniform(5, 9))
            began = time.monotonic()
            subprocess.run(["ip", "link", "set", "line0", "down"], check=True)
            until(lambda: _port(settings) == 2)
            waits.append(time.monotonic() - began)
    yield Figure(
        "cut to 'its port is down', median", sorted(waits)[CUTS // 2], "s", 10, 0, f"{CUTS} cuts, agent looks every 5 s"
    )
    yield Figure("cut to 'its port is down', the slowest", max(waits), "s", 10)


def _port(settings: Settings) -> int:
    try:
        return next((c.oper for c in interfaces(settings, "core-1") if c.interface.name == "line0"), 0)
    except OperationalError:  # the store is being made
        return 0


async def _ping() -> tuple[list[float], list[int], float]:
    addresses, trips, answered = many(), list[float](), list[int]()
    with closing(Pinger()) as pinger:
        began = time.process_time()
        for _round in range(ROUNDS):
            due = time.monotonic() + 1.0
            asked = pinger.send(addresses)
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            pinger.finish(asked)
            trips += asked.milliseconds.values()
            answered.append(len(asked.milliseconds))
        took = time.process_time() - began
    return trips, answered, took


def measure_pings() -> Iterator[Figure]:
    """Yield the figures of a thousand targets."""
    trips, answered, took = asyncio.run(_ping())
    trips.sort()
    yield Figure("1,000 targets a second: answered of 10,000", sum(answered), "", PINGS * ROUNDS)
    yield Figure(
        "1,000 targets: CPU a round",
        1000 * took / ROUNDS,
        "ms",
        0,
        took,
        f"{1e6 * took / ROUNDS / PINGS:.0f} us a ping",
    )
    yield Figure("1,000 targets: round trip measured, 99 of 100", trips[len(trips) * 99 // 100], "ms")


def main() -> int:
    """Measure and print; return the exit code."""
    with tempfile.TemporaryDirectory() as place, county_in_a_namespace(Path(place)) as (settings, county):
        print(HEADING, flush=True)
        folder = Path(place)
        for measured in (
            measure_line(settings, county, folder),
            measure_storm(settings, county),
            measure_peer(settings, county, folder),
            measure_pings(),
        ):
            for figure in measured:
                print(figure.row(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

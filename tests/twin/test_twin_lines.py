"""The lines carry what the operator sold, both ways: measured with real datagrams."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from countynet.settings import Settings
from countynet.vantage import within
from inventory import load_county, subset
from inventory.model import County
from tests.twin.test_twin import EXAMPLE, Key
from topology import twin

SECONDS = 2.0
FRAME = 1200


@pytest.fixture(scope="module")
def county() -> County:
    return subset(load_county(EXAMPLE), 4)


@pytest.fixture(scope="module")
def settings(county: County, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    folder = tmp_path_factory.mktemp("lines")
    settings = Settings.load(folder / "county")
    twin.up(county, settings, Key(folder))
    yield settings
    twin.down(settings)


def address(node: str, port: str, interface: str) -> None:
    """Give a bare device an address for the measurement and take its filter away."""
    for words in (
        ["ip", "link", "set", port, "up"],
        ["ip", "addr", "add", interface, "dev", port],
        ["nft", "flush", "ruleset"],
    ):
        subprocess.run(["ip", "netns", "exec", f"cn-{node}", *words], check=True)


def udp(namespace: str, local: str) -> socket.socket:
    with within(Path("/run/netns") / namespace):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    sock.bind((local, 9))
    sock.setblocking(False)
    return sock


def drain(sock: socket.socket) -> int:
    total = 0
    while True:
        try:
            total += len(sock.recv(2000))
        except BlockingIOError:
            return total


def kbps(sender: socket.socket, receiver: socket.socket, offered: float) -> float:
    """Return what arrives, in kbit/s of frames, when `offered` kbit/s are sent; the queue's first fill is left out."""
    begin, sent, got = time.monotonic(), 0, 0
    marks: list[tuple[float, int]] = []
    while (now := time.monotonic() - begin) < SECONDS:
        while sent * 8 / 1000 < offered * now:
            with suppress(BlockingIOError):
                sender.sendto(bytes(FRAME), receiver.getsockname())
            sent += FRAME
        got += drain(receiver) * (FRAME + 42) // FRAME
        marks.append((now, got))
        time.sleep(0.002)
    first = next(mark for mark in marks if mark[0] > SECONDS / 2)
    return (got - first[1]) * 8 / 1000 / (marks[-1][0] - first[0])


def test_a_fiber_line_carries_ten_megabit_each_way(county: County, settings: Settings) -> None:
    circuit = next(c for c in county.circuits if c.access == "fiber")
    cpe = county.cpe_by_unit[circuit.unit].name
    cable = next(c for c in county.cables if (cpe, "wan0") in ((c.a.node, c.a.port), (c.b.node, c.b.port)))
    switch = cable.b if cable.a.node == cpe else cable.a
    address(cpe, "wan0", "192.0.2.1/30")
    address(switch.node, switch.port, "192.0.2.2/30")
    with udp(f"cn-{cpe}", "192.0.2.1") as unit, udp(f"cn-{switch.node}", "192.0.2.2") as center:
        assert kbps(unit, center, 3 * circuit.up_kbps) == pytest.approx(circuit.up_kbps, rel=0.1)
        assert kbps(center, unit, 3 * circuit.down_kbps) == pytest.approx(circuit.down_kbps, rel=0.1)


def test_an_adsl_line_is_faster_down_than_up(county: County, settings: Settings) -> None:
    circuit = next(c for c in county.circuits if c.access == "adsl")
    cpe = county.cpe_by_unit[circuit.unit].name
    operator, own = (str(a) for a in circuit.link.hosts())
    address(cpe, "dsl0", f"{own}/30")
    with udp(f"cn-{cpe}", own) as unit, udp("cn-isp", operator) as center:
        assert kbps(center, unit, 3 * circuit.down_kbps) == pytest.approx(circuit.down_kbps, rel=0.1)
        assert kbps(unit, center, 3 * circuit.up_kbps) == pytest.approx(circuit.up_kbps, rel=0.1)

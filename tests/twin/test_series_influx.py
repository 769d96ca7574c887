"""The series store on a real InfluxDB: the contract of every store, and what an outage must not lose."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from monitoring.series.influx import InfluxSeries
from monitoring.series.influx.probe import probe
from monitoring.series.influx.server import Address, Server, StoreUnreachable
from monitoring.series.seam import SeriesStore
from tests.twin.influx_server import TOKEN, InfluxServer, free_port, influx
from tests.unit.monitoring.series.contract import CORE, T0, WAN, SeriesContract, bits, sample


@pytest.fixture(scope="module")
def server() -> Iterator[InfluxServer]:
    with influx() as running:
        yield running


@pytest.fixture
def address(server: InfluxServer) -> Address:
    return server.bucket("samples")


@pytest.fixture
def opening(address: Address, tmp_path: Path) -> Callable[[], SeriesStore]:
    return lambda: InfluxSeries(address, TOKEN, tmp_path / "spool", 1 << 24)


class TestInflux(SeriesContract):
    pass


@pytest.fixture
def store(opening: Callable[[], InfluxSeries]) -> Iterator[InfluxSeries]:
    store = opening()
    yield store
    store.close()


def _cycles(store: SeriesStore, first: int, count: int) -> None:
    for step in range(first, first + count):
        at = T0 + 15 * step
        store.write(at, [sample(WAN, at, 100.0 + step)])


def _impatient(store: InfluxSeries) -> None:
    """Forget the wait before the next try, as if the time had passed."""
    store.writer.delivery.retry()


def test_an_outage_in_the_middle_loses_nothing_and_keeps_the_order(server: InfluxServer, store: InfluxSeries) -> None:
    _cycles(store, 0, 3)
    server.stop()
    _cycles(store, 3, 30)
    assert len(store.writer.spool) == 30
    assert store.before()[WAN].clock == T0 + 15 * 32  # rates go on in the outage
    assert store.writer.delivery.error.startswith("503")
    server.start()
    server.writes.clear()
    _impatient(store)
    _cycles(store, 33, 1)
    assert (len(store.writer.spool), store.writer.delivery.error) == (0, "")
    assert bits(store, T0, T0 + 15 * 34, 34) == [100 + step for step in range(34)]
    assert all("precision=s" in write and "samples" in write for write in server.writes)
    assert bits(store, T0, T0 + 300, 1) == pytest.approx([109.5])  # the average of the window that came late


def test_a_server_that_was_never_there_is_no_error_of_the_poller(address: Address, tmp_path: Path) -> None:
    nobody = address._replace(url=f"http://127.0.0.1:{free_port()}")
    store = InfluxSeries(nobody, TOKEN, tmp_path / "spool", 1 << 24)
    assert store.before() == {}
    _cycles(store, 0, 3)
    assert len(store.writer.spool) == 3
    with pytest.raises(StoreUnreachable) as error:
        bits(store, T0, T0 + 60, 4)
    assert TOKEN.get_secret_value() not in str(error.value)
    store.close()


def test_a_wrong_token_keeps_everything_here_and_says_so(
    address: Address, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = InfluxSeries(address, SecretStr("wrong-token"), tmp_path / "spool", 1 << 24)
    _cycles(store, 0, 2)
    assert len(store.writer.spool) == 2
    assert store.writer.delivery.error == "401: unauthorized access"
    assert "unauthorized access" in caplog.text
    assert "wrong-token" not in caplog.text
    store.close()


def test_a_line_that_the_server_never_takes_does_not_block_the_rest(
    server: InfluxServer, address: Address, store: InfluxSeries
) -> None:
    status, _said = server.ask(
        "POST", "/write?db=samples&precision=s", b'interface,device=cpe-001,interface=wan0 bits_in="x" 1'
    )
    assert status == 204
    _cycles(store, 0, 1)  # the server has no other type in this shard: taken
    server.ask(
        "POST", "/write?db=samples&precision=s", f'interface,device=a,interface=b oper="up" {T0 + 86400 * 30}'.encode()
    )
    late = T0 + 86400 * 30
    store.write(late, [sample(WAN, late, 1.0)])  # oper is text there: a conflict of types, 400
    assert store.writer.delivery.refused == 1
    _cycles(store, 1, 2)
    assert (len(store.writer.spool), bits(store, T0, T0 + 45, 3)) == (0, [100, 101, 102])


def test_the_spool_is_bounded_and_what_was_dropped_is_named(
    server: InfluxServer, address: Address, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = InfluxSeries(address, TOKEN, tmp_path / "spool", 3_000)
    server.answer = 503
    try:
        _cycles(store, 0, 30)
        lost = store.writer.spool.lost()
        kept = len(store.writer.spool)
        assert (lost.cycles, lost.first, lost.last) == (30 - kept, T0, T0 + 15 * (29 - kept))
        assert (store.writer.spool.size <= 3_000, kept > 2) == (True, True)
        assert f"cycles from {T0} to {T0} were dropped, 1 in all" in caplog.text
    finally:
        server.answer = None
    _impatient(store)
    _cycles(store, 30, 1)
    assert bits(store, T0, T0 + 15 * 31, 31) == [None] * lost.cycles + [100 + step for step in range(lost.cycles, 31)]
    store.close()


_WRITER = """
import sys
from pathlib import Path
from pydantic import SecretStr
from monitoring.series.influx import InfluxSeries
from monitoring.series.influx.server import Address
from tests.unit.monitoring.series.contract import CORE, T0, WAN, sample
store = InfluxSeries(Address(*sys.argv[1:5]), SecretStr(sys.stdin.readline().strip()), Path(sys.argv[5]), 1 << 24)
for step in range(100_000):
    at = T0 + 15 * step
    store.write(at, [sample(WAN, at, 100.0 + step), sample(CORE, at, 100.0 + step)])
    print(step, flush=True)
"""


@pytest.mark.parametrize("away", [False, True])
def test_a_killed_writer_loses_no_acknowledged_cycle(
    server: InfluxServer, address: Address, opening: Callable[[], InfluxSeries], tmp_path: Path, away: bool
) -> None:
    server.answer = 503 if away else None
    command = [sys.executable, "-c", _WRITER, *address, str(tmp_path / "spool")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdin is not None
        assert writer.stdout is not None
        writer.stdin.write(TOKEN.get_secret_value() + "\n")
        writer.stdin.flush()
        acknowledged = -1
        while acknowledged < 20:
            acknowledged = int(writer.stdout.readline())
        writer.send_signal(signal.SIGKILL)
        acknowledged = max([acknowledged, *map(int, writer.stdout.read().split("\n")[:-1])])
    server.answer = None
    store = opening()
    store.write(T0 - 15, [])
    store.writer.delivery.drain()
    count = acknowledged + 1
    for interface in (WAN, CORE):
        assert bits(store, T0, T0 + 15 * count, count, interface) == [100 + step for step in range(count)]
    store.close()


def test_who_sets_a_server_up_is_told_that_it_serves(address: Address) -> None:
    server = Server(address, TOKEN)
    assert probe(server) == ("samples", "samples/averages")
    server.close()


@pytest.mark.parametrize(
    ("wrong", "token", "told"),
    [
        ({}, "wrong-token", "refuses the token for samples: 401"),
        ({"bucket": "elsewhere"}, "", "has no bucket elsewhere: 404"),
        ({"averages": "elsewhere"}, "", "has no bucket elsewhere: 404"),
        ({"url": "http://127.0.0.1:9"}, "", "at http://127.0.0.1:9 does not take samples"),
    ],
)
def test_who_sets_a_server_up_is_told_what_is_wrong(
    address: Address, wrong: dict[str, str], token: str, told: str
) -> None:
    server = Server(address._replace(**wrong), SecretStr(token) if token else TOKEN)
    with pytest.raises(StoreUnreachable) as error:
        probe(server)
    assert told in str(error.value)
    assert TOKEN.get_secret_value() not in str(error.value)
    server.close()

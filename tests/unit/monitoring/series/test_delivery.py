"""From here to the server over the disk: order, bounds, waiting, and what is refused, against a server that we play."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from monitoring.series.influx.delivery import LONGEST_WAIT, Delivery
from monitoring.series.influx.server import Address, Away, Refused
from monitoring.series.influx.spool import Spool

MANY = 1 << 20


class Server:
    """Takes lines, or answers the next error."""

    address = Address("http://nobody", "org", "samples", "averages")

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.errors: list[Exception] = []
        self.most = MANY
        self.tries = 0

    def write(self, bucket: str, lines: str) -> None:
        self.tries += 1
        assert bucket == "samples"
        if self.errors:
            raise self.errors.pop(0)
        if len(lines) > self.most:
            raise Refused(413, "too large")
        self.kept += lines.split("\n")


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    with closing(Spool(tmp_path / "spool", MANY)) as spool:
        yield spool


@pytest.fixture
def delivery(server: Server, spool: Spool, clock: Clock) -> Delivery:
    return Delivery(server, spool, clock)  # type: ignore[arg-type]  # a server that we play


def test_nothing_waits_while_the_server_takes(server: Server, spool: Spool, delivery: Delivery) -> None:
    assert delivery.deliver(1, "a 1")
    assert (server.kept, len(spool)) == (["a 1"], 0)


def test_after_an_outage_everything_comes_in_order(
    server: Server, spool: Spool, delivery: Delivery, clock: Clock
) -> None:
    server.errors = [Away("down"), Away("down")]
    for at in range(1, 6):
        delivery.deliver(at, f"a {at}")
    assert (server.kept, len(spool), delivery.error) == ([], 5, "down")
    clock.now += LONGEST_WAIT
    delivery.deliver(6, "a 6")
    clock.now += LONGEST_WAIT
    assert delivery.deliver(7, "a 7")
    assert (server.kept, len(spool), delivery.error) == ([f"a {at}" for at in range(1, 8)], 0, "")


def test_a_server_that_is_down_is_left_alone_longer_and_longer(
    server: Server, delivery: Delivery, clock: Clock
) -> None:
    server.errors = [Away("down") for _number in range(200)]
    tries = []
    for second in range(600):
        clock.now = 1000.0 + second
        delivery.deliver(second, f"a {second}")
        tries.append(server.tries)
    assert tries[0] == 1
    assert 10 <= tries[-1] <= 17  # 1, 2, 4, ... 32, then each minute


def test_the_server_says_how_long_it_wants_to_be_left_alone(server: Server, delivery: Delivery, clock: Clock) -> None:
    server.errors = [Away("busy", 300.0)]
    delivery.deliver(1, "a 1")
    clock.now += 299
    delivery.deliver(2, "a 2")
    assert server.tries == 1
    clock.now += 2
    assert delivery.deliver(3, "a 3")


def test_what_is_refused_for_ever_is_counted_and_lets_the_rest_pass(
    server: Server, spool: Spool, delivery: Delivery, caplog: pytest.LogCaptureFixture
) -> None:
    server.errors = [Refused(400, "unable to parse")]
    assert delivery.deliver(1, "nonsense")
    assert delivery.deliver(2, "a 2")
    assert (server.kept, delivery.refused, len(spool)) == (["a 2"], 1, 0)
    assert "unable to parse" in caplog.text


def test_what_is_too_large_is_halved_until_it_fits(server: Server, delivery: Delivery) -> None:
    server.most = 20
    lines = [f"a{number} v=1 {number}" for number in range(40)]
    assert delivery.deliver(1, "\n".join(lines))
    assert sorted(server.kept) == sorted(lines)
    server.most = 3
    assert delivery.deliver(2, "one-line-alone")
    assert delivery.refused == 1


def test_a_damaged_file_is_dropped_and_named(
    server: Server, spool: Spool, delivery: Delivery, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    server.errors = [Away("down")]
    for at in (1, 2):
        delivery.deliver(at, f"a {at}")
    first = spool.oldest()
    assert first is not None
    first.path.write_bytes(b"no gzip at all")
    clock.now += LONGEST_WAIT
    assert delivery.drain()
    assert (server.kept, delivery.refused) == (["a 2"], 1)
    assert "cannot be read" in caplog.text


def test_a_killed_writers_spool_is_taken_over_and_a_living_ones_is_not(tmp_path: Path) -> None:
    one, two = Spool(tmp_path, MANY), Spool(tmp_path, MANY)
    one.add(1, "a 1")
    two.add(2, "a 2")
    assert one.folder != two.folder
    one.close()
    again = Spool(tmp_path, MANY)
    assert again.folder == one.folder
    kept = again.oldest()
    assert kept is not None
    assert kept.lines() == "a 1"
    again.add(3, "a 3")
    assert [cycle.at for cycle in (again.oldest(),) if cycle] == [1]
    for spool in (two, again):
        spool.close()


def test_a_half_written_file_is_no_cycle(tmp_path: Path) -> None:
    spool = Spool(tmp_path, MANY)
    spool.add(1, "a 1")
    (spool.folder / "000000000002-2.new").write_bytes(b"half")
    spool.close()
    again = Spool(tmp_path, MANY)
    assert (len(again), list(again.folder.glob("*.new"))) == (1, [])
    again.close()


def test_over_the_bound_the_oldest_go_and_are_counted_over_restarts(tmp_path: Path) -> None:
    for first in (1, 100):
        spool = Spool(tmp_path, 200)
        for at in range(first, first + 10):
            spool.add(at, f"a value={at} {at}")
        spool.close()
    lost, kept = spool.lost(), spool.oldest()
    assert kept is not None
    assert (lost.cycles, lost.first, lost.last) == (20 - len(spool), 1, kept.at - 1)
    assert spool.size <= 200

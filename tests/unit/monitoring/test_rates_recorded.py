"""The rules of rates on counters that real devices answered (snmpsim-data), where they stood when they were recorded.

The recordings are of one moment each: what comes next is put beside it. None was taken twice of one device, none stood
before the end of its sysUpTime, none changed ifCounterDiscontinuityTime: those rules have no recorded case.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import pytest

from benchmarks.recorded import RecordedPoller, Recording, find
from monitoring.poller.samples import samples
from monitoring.series.rates import Rates, Reading, rates
from monitoring.snmp.questions import FULL
from tests.unit.monitoring.capability.agents import TARGET, recorded

pytestmark = recorded
SECONDS, LONGEST = 15, 45.0
IN, OUT, IN_PACKETS = range(3)
TABLES = ("1.3.6.1.2.1.1", "1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.31.1.1.1")


@cache
def interfaces(name: str) -> Mapping[str, Reading]:
    """The readings of a recorded agent by interface."""
    poller = RecordedPoller({TARGET.device: Recording(find(name), TABLES)})
    answer = asyncio.run(poller.ask([TARGET], FULL))[TARGET.device]
    return {sample.interface.name: sample.reading for sample in samples(answer, {}, 1e9, LONGEST)}


def later(reading: Reading, **counters: int) -> Reading:
    """The reading a poll later, with some counters as they are then."""
    moved = list(reading.counters)
    for name, value in counters.items():
        moved[("into", "out", "packets").index(name)] = value
    after = replace(reading, clock=reading.clock + SECONDS, uptime=reading.uptime + SECONDS * 100)
    return replace(after, counters=tuple(moved))


def taken(before: Reading, after: Reading) -> Rates:
    found = rates(before, after, LONGEST)
    assert found is not None
    return found


@pytest.mark.parametrize(("agent", "port", "octets"), [("cisco-unmarked-0", "Fa0/1", 4_276_106_434),
                                                      ("ubiquiti-m5", "eth0.40", 4_257_743_922)])  # fmt: skip
def test_a_counter_that_stood_just_before_its_end_wraps(agent: str, port: str, octets: int) -> None:
    before = interfaces(agent)[port]
    assert (before.wide, octets in before.counters[:2]) == (False, True)
    which = before.counters.index(octets)
    name = ("into", "out")[which]
    found = taken(before, later(before, **{name: 100_000_000 - (2**32 - octets)}))
    assert found[which] == pytest.approx(100_000_000 * 8 / SECONDS)
    assert found[1 - which] == 0
    # as many octets as 100 Mbit/s cannot carry in 15 s: it was set back, and nobody knows how much passed
    assert taken(before, later(before, **{name: 300_000_000 - (2**32 - octets)}))[which] is None


def test_a_counter_beyond_32_bits_in_the_table_of_32_bits_does_not_wrap() -> None:
    before = interfaces("topsec-ngfw4000-uf")["feth10"]
    octets = max(value for value in before.counters[:2] if value is not None)
    assert not before.wide
    assert octets > 2**40
    name = ("into", "out")[before.counters.index(octets)]
    assert taken(before, later(before, **{name: octets + 1500}))[before.counters.index(octets)] == pytest.approx(800)
    assert taken(before, later(before, **{name: 7}))[before.counters.index(octets)] is None


def test_a_counter_that_was_negative_in_64_bits_is_a_gap_of_itself_alone() -> None:
    before = next(r for r in interfaces("unknown-004").values() if (r.counters[IN_PACKETS] or 0) > 2**63)
    found = taken(before, later(before, packets=12, into=(before.counters[IN] or 0) + 1500))
    assert found[IN_PACKETS] is None
    assert found[IN] == pytest.approx(800)


def test_a_restart_is_a_gap_for_every_interface() -> None:
    ports = interfaces("cisco-unmarked-0")
    assert len(ports) == 28
    for before in ports.values():
        started = replace(later(before, into=4711, out=815), uptime=1100)
        assert rates(before, started, LONGEST) is None


def test_what_moved_to_another_number_is_a_gap_though_its_counters_rose() -> None:
    ports = interfaces("cisco-unmarked-0")
    first, second = ports["Fa0/2"], ports["Fa0/1"]
    assert first.index != second.index
    assert (first.counters[IN] or 0) != (second.counters[IN] or 0)
    assert rates(first, replace(later(second), uptime=first.uptime + SECONDS * 100), LONGEST) is None


def test_a_poll_that_was_missed_for_long_is_a_gap_and_a_short_one_is_not() -> None:
    before = interfaces("cisco-unmarked-0")["Fa0/1"]

    def after(seconds: int) -> Reading:
        return replace(before, clock=before.clock + seconds, uptime=before.uptime + 100 * seconds)

    assert rates(before, after(45), LONGEST) is not None
    assert rates(before, after(46), LONGEST) is None

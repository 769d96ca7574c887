"""An interface's identity and the form in which an agent is asked, over reboots, renumbering and moved line cards."""

from collections.abc import Mapping

import pytest

from monitoring.poller.identity import LONGEST, identities
from monitoring.poller.samples import samples
from monitoring.series.rates import Reading
from monitoring.series.seam import Interface
from monitoring.snmp import questions as q
from monitoring.snmp.ber import oid
from monitoring.snmp.seam import Answer, Target, Value

CLOCK = 1_795_219_200.0


def row(number: int) -> bytes:
    return oid(f"1.3.{number}")[1:]


def answer(
    interfaces: Mapping[int, tuple[bytes, bytes]],
    octets: int = 0,
    uptime: int = 6000,
    low: bool = False,
    boots: int = 1,
) -> Answer:
    """An answer with interfaces by number, each with its ifName and ifDescr; of wide counters, or of narrow ones."""
    rows = {row(number): names for number, names in interfaces.items()}
    columns: dict[str, dict[bytes, Value]] = {
        q.IF_NAME: {r: names[0] for r, names in rows.items() if names[0] or not low},
        q.IF_DESCR: {r: names[1] for r, names in rows.items()},
        q.IF_OPER: dict.fromkeys(rows, 1),
        q.LOW_IN if low else q.HC_IN: dict.fromkeys(rows, octets),
        q.LOW_OUT if low else q.HC_OUT: dict.fromkeys(rows, octets),
        q.IF_SPEED: dict.fromkeys(rows, 100_000_000),
    }
    return Answer(
        Target("sw-1", "192.0.2.1"), columns, {q.SYS_UPTIME: uptime}, dict.fromkeys(rows, uptime), boots=boots
    )


def names(said: Answer) -> list[str]:
    return list(identities(said).values())


def polled(*polls: Answer) -> dict[str, list[float | None]]:
    """The rates of octets, in bits, of each interface over polls 15 s apart; None is a gap."""
    before: dict[Interface, Reading] = {}
    found: dict[str, list[float | None]] = {}
    for number, said in enumerate(polls):
        for sample in samples(said, before, CLOCK + 15 * number, 45):
            before[sample.interface] = sample.reading
            found.setdefault(sample.interface.name, []).append(sample.rates[0] if sample.rates else None)
    return found


def test_if_name_then_if_descr_then_the_number() -> None:
    said = answer({1: (b"GE0/0/1", b"GigabitEthernet0/0/1"), 2: (b"", b"Vlanif20"), 300: (b"", b"")})
    assert names(said) == ["GE0/0/1", "Vlanif20", "#300"]


def test_a_name_that_two_have_is_nobodys() -> None:
    """A stack whose members all call their port "0/1" and tell them apart in ifDescr only."""
    said = answer({1: (b"0/1", b"Unit: 1 Port: 1"), 2: (b"0/1", b"Unit: 2 Port: 1"), 3: (b"0/2", b"x"), 4: (b"", b"x")})
    assert names(said) == ["Unit: 1 Port: 1", "Unit: 2 Port: 1", "0/2", "#4"]


def test_a_description_that_is_anothers_name_is_not_taken() -> None:
    said = answer({1: (b"eth0", b""), 2: (b"", b"eth0")})
    assert names(said) == ["eth0", "#2"]


def test_names_that_are_no_names() -> None:
    said = answer(
        {
            1: (b"\0\0 ", b"a"),
            2: (b"x" * (LONGEST + 1), b"b"),
            3: ("千兆以太网".encode("gb18030"), b""),
            4: (b"#9", b""),
        }
    )
    assert names(said) == ["a", "b", "千兆以太网", "#4"]


def test_a_reboot_is_one_gap_and_the_same_series() -> None:
    port = {7: (b"wan0", b"")}
    found = polled(
        answer(port, 0, 60_000),
        answer(port, 1500, 61_500),
        answer(port, 10, 300, boots=2),
        answer(port, 1510, 1_800, boots=2),
    )
    assert found == {"wan0": [None, 800, None, 800]}


def test_a_reboot_that_renumbers_is_one_gap_and_the_same_series() -> None:
    found = polled(
        answer({7: (b"wan0", b""), 8: (b"lan0", b"")}, 0, 6_000),
        answer({7: (b"wan0", b""), 8: (b"lan0", b"")}, 1500, 7_500),
        answer({8: (b"wan0", b""), 7: (b"lan0", b"")}, 0, 900, boots=2),
        answer({8: (b"wan0", b""), 7: (b"lan0", b"")}, 3000, 2_400, boots=2),
    )
    assert found == {"wan0": [None, 800, None, 1600], "lan0": [None, 800, None, 1600]}


def test_renumbering_while_it_runs_is_one_gap() -> None:
    """A Huawei without ifindex constant: a card was pulled, and the numbers behind it moved up."""
    found = polled(
        answer({5: (b"GE1/0/0", b""), 6: (b"GE2/0/0", b"")}, 0, 6_000),
        answer({5: (b"GE2/0/0", b"")}, 9_000_000, 7_500),
        answer({5: (b"GE2/0/0", b"")}, 9_001_500, 9_000),
    )
    assert found == {"GE1/0/0": [None], "GE2/0/0": [None, None, 800]}


def test_a_moved_line_card_is_another_interface_and_leaves_the_old_series_alone() -> None:
    found = polled(
        answer({5: (b"GE1/0/0", b"")}, 0, 6_000),
        answer({9: (b"GE4/0/0", b"")}, 1500, 7_500),
        answer({9: (b"GE4/0/0", b"")}, 3000, 9_000),
    )
    assert found == {"GE1/0/0": [None], "GE4/0/0": [None, 800]}


def test_the_agents_restart_alone_is_a_gap_though_its_uptime_went_on() -> None:
    """snmpEngineBoots tells it where sysUpTime is the system's and not the agent's."""
    port = {7: (b"wan0", b"")}
    assert polled(answer(port, 0, 6_000), answer(port, 1500, 7_500, boots=2)) == {"wan0": [None, None]}


def test_an_agent_without_if_x_table_is_polled_by_if_table() -> None:
    said = answer({1: (b"", b"eth0"), 2: (b"", b"eth1")}, low=True)
    assert q.form_of(said) == "narrow"
    assert q.form_of(said, "narrow") == "narrow"
    wraps = polled(
        answer({1: (b"", b"eth0")}, 2**32 - 1000, 6_000, low=True), answer({1: (b"", b"eth0")}, 500, 7_500, low=True)
    )
    assert wraps == {"eth0": [None, pytest.approx(1500 * 8 / 15)]}


def test_wide_counters_are_never_unwrapped_and_a_change_of_width_is_a_gap() -> None:
    port = {1: (b"eth0", b"eth0")}
    assert polled(answer(port, 2**32 - 1000, 6_000), answer(port, 500, 7_500)) == {"eth0": [None, None]}
    assert polled(answer(port, 1000, 6_000, low=True), answer(port, 2500, 7_500)) == {"eth0": [None, None]}


def test_an_agent_with_wide_counters_on_some_or_without_names_is_asked_for_all() -> None:
    """RFC 2863 3.1.6 lets an agent have no wide counters where the interface is slower than 20 Mbit/s."""
    some = answer({1: (b"fast", b"fast"), 2: (b"slow", b"slow")})
    del some.columns[q.HC_IN][row(2)]
    assert q.form_of(some) == "full"
    assert q.form_of(answer({1: (b"", b"eth0")})) == "full"
    assert q.form_of(answer({1: (b"eth0", b"")})) == ""
    assert q.form_of(Answer(Target("ups-1", "192.0.2.1"))) == ""
    for column, value in ((q.LOW_IN, 70), (q.LOW_OUT, 80)):
        some.columns[column] = {row(1): 7, row(2): value}
    fast, slow = samples(some, {}, CLOCK, 45)
    assert (fast.reading.wide, slow.reading.wide) == (True, False)
    assert slow.reading.counters[:2] == (70, 80)


@pytest.mark.parametrize("value", [b"text", -1, 2**64, 2**96])
def test_what_is_no_counter_is_a_gap(value: Value) -> None:
    said = answer({1: (b"eth0", b"")}, 5)
    said.columns[q.HC_IN][row(1)] = value
    (sample,) = samples(said, {}, CLOCK, 45)
    assert sample.reading.counters[:2] == (None, 5)


def test_an_agent_whose_clock_is_no_clock_keeps_no_samples() -> None:
    assert samples(answer({1: (b"eth0", b"")}, 5, uptime=2**40), {}, CLOCK, 45) == []

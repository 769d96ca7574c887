"""dnsmasq's lease file: leases with and without end, names that computers made up, IPv6, and what is none of it."""

from datetime import UTC, datetime
from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.leases.parse import NAME, SHOWN, Lease, parse, printable

MAC = "02:00:0a:15:01:0a"


def test_a_lease_is_read_with_its_end_and_without_a_name() -> None:
    (lease,) = parse(f"1796000000 {MAC} 10.21.1.10 * 01:{MAC}\n").leases
    assert lease == Lease(IPv4Address("10.21.1.10"), MAC, "", datetime.fromtimestamp(1796000000, UTC))


def test_a_lease_without_end_never_ends() -> None:
    assert parse(f"0 {MAC} 10.21.1.10 * *\n").leases[0].ends is None


def test_leases_are_in_order_and_the_later_line_of_an_address_counts() -> None:
    read = parse(f"5 {MAC} 10.21.10.9 * *\n5 {MAC} 10.21.9.10 a *\n6 {MAC} 10.21.9.10 b *\n")
    assert [(str(lease.address), lease.name) for lease in read.leases] == [("10.21.9.10", "b"), ("10.21.10.9", "")]
    assert read.wrong == 0


def test_ipv6_is_passed_over_and_is_no_error() -> None:
    read = parse(
        f"duid 00:01:00:01\n1796000000 123 fdc3::10 host 00:01\n1796000000 T7 fdc3::11 * 00:01\n5 {MAC} 10.0.0.1 * *"
    )
    assert (len(read.leases), read.wrong, read.sample) == (1, 0, "")


@pytest.mark.parametrize(
    "hardware", ["06-02:00:0a:15:01:0a", "20-02:00:0a:15:01:0a:02:00:0a:15:01:0a:00:01", "00-", ""]
)
def test_hardware_addresses_of_other_kinds_are_leases_too(hardware: str) -> None:
    read = parse(f"5 {hardware} 10.0.0.1 * *")
    assert [lease.mac for lease in read.leases] == ([hardware] if hardware else [])
    assert read.wrong == (0 if hardware else 1), "four words are no lease"


@pytest.mark.parametrize(
    "line",
    [
        "rubbish",
        "duid",
        f"-5 {MAC} 10.0.0.1 * *",
        f"5.5 {MAC} 10.0.0.1 * *",
        f"٣ {MAC} 10.0.0.1 * *",
        f"999999999999999999999 {MAC} 10.0.0.1 * *",
        f"5 {MAC} 10.0.0.256 * *",
        f"5 {MAC} 10.0.0.1 *",
        f"5 {MAC} 10.0.0.1 two words *",
        "5 02:00:0a:15:01:0g 10.0.0.1 * *",
        f"5 {':'.join(['00'] * 17)} 10.0.0.1 * *",
        f"1796000000 {MAC} 10.21.1.1",
    ],
)
def test_what_is_no_lease_is_counted_and_shown_and_hides_no_other(line: str) -> None:
    read = parse(f"5 {MAC} 10.0.0.7 * *\n{line}\n5 {MAC} 10.0.0.8 * *\n")
    assert ([str(lease.address) for lease in read.leases], read.wrong) == (["10.0.0.7", "10.0.0.8"], 1)
    assert read.sample == line[:SHOWN]


def test_a_name_is_cut_short_and_steers_nothing() -> None:
    names = {
        "a" * 300: f"{'a' * NAME}…",
        "\x1b[31mred": "�[31mred",
        "gnp\u202egpj.exe": "gnp�gpj.exe",
        "单位-1": "单位-1",
    }
    for name, shown in names.items():
        assert parse(f"5 {MAC} 10.0.0.1 {name} *").leases[0].name == shown
    assert len(parse("x" * 10_000).sample) == SHOWN + 1


@given(st.text())
def test_nothing_that_a_file_says_breaks_the_reader(text: str) -> None:
    read = parse(text)
    assert len(read.leases) + read.wrong <= text.count("\n") + 1
    assert printable(text, 10).isprintable()

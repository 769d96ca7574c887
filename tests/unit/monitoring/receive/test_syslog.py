"""Log messages as vendors send them, and as nobody should. Sources are the vendors' manuals unless a line says else."""

import random
from datetime import UTC, datetime

import pytest

from monitoring.receive.syslog.framing import MOST_FRAME, Frames, TooLong
from monitoring.receive.syslog.parse import MOST, parse

ARRIVED = datetime(2026, 11, 26, 7, 15, 50, tzinfo=UTC)
"""15:15:50 in the county"""
THEN = datetime(2026, 11, 26, 7, 15, 49, tzinfo=UTC)

VENDORS = [
    # Huawei VRP: local, with a zone, UTC before a local zone, the other format, with a virtual system
    ("<190>Nov 26 2026 15:15:49 agg-1 %%01SHELL/5/LOGIN(l)[12]:VTY login from 10.255.0.10.", "agg-1", "SHELL", 6),
    ("<190>Nov 26 2026 15:15:49+08:00 agg-1 %%01SHELL/5/LOGIN(l)[12]:VTY login.", "agg-1", "SHELL", 6),
    ("<190>Nov 26 2026 07:15:49+08:00 agg-1 %%01SHELL/5/LOGIN(l)[12]:VTY login.", "agg-1", "SHELL", 6),
    (
        "<189>2026-11-26 15:15:49 agg-1 %%01IFNET/4/IF_STATE(l):VS=Admin-CID=0x807; Interface turned DOWN.",
        "agg-1",
        "IFNET",
        5,
    ),
    ("<189>2026-11-26 15:15:49.000+08:00 agg-1 %%01 HWCM/5/EXIT(l)[1]: exit from configure mode", "agg-1", "HWCM", 5),
    # Comware 5 and 7
    (
        "<187>2026-11-26T15:15:49 sw-2 %%10IFNET/3/LINK_UPDOWN(l): GigabitEthernet3/1/6 link status is DOWN.",
        "sw-2",
        "IFNET",
        3,
    ),
    ("<189>Nov 26 15:15:49 2026 sw-2 %%10SHELL/5/SHELL_LOGIN: -DevIP=10.0.0.1; admin logged in.", "sw-2", "SHELL", 5),
    ("<189>Nov 26 15:15:49:000 2026 sw-2 %%10FTPD/5/FTPD_LOGIN(l): User ftp has logged in.", "sw-2", "FTPD", 5),
    ("<189>Nov 26 15:15:49 sw-2 %%10FTPD/5/FTPD_LOGIN(l): User ftp has logged in.", "sw-2", "FTPD", 5),
    # IOS: sequence number, sure and unsure clocks, zone, host before the time, year
    ("<189>123: Nov 26 15:15:49: %SYS-5-CONFIG_I: Configured from console", "", "SYS", 5),
    ("<189>123: *Nov 26 07:15:49.000: %SYS-5-CONFIG_I: Configured from console", "", "SYS", 5),
    ("<189>123: .Nov 26 07:15:49.000 UTC: %SYS-5-CONFIG_I: Configured from console", "", "SYS", 5),
    (
        "<189>45: r1: Nov 26 2026 07:15:49.000 UTC: %LINEPROTO-5-UPDOWN: Line protocol changed state",
        "r1",
        "LINEPROTO",
        5,
    ),
    ("<189>r1: Nov 26 15:15:49 CST: %LINK-3-UPDOWN: Interface changed state", "r1", "LINK", 5),
    # Ruijie
    (
        "<133>*Nov 26 15:15:49: ruijie-3 %LINEPROTO-5-UPDOWN: Line protocol, changed state to down.",
        "ruijie-3",
        "LINEPROTO",
        5,
    ),
    ("<133>2026-11-26 15:15:49 ruijie-3 %SYS-5-CONFIG_I: Configured from console", "ruijie-3", "SYS", 5),
    # no priority: the vendor's own level
    ("Nov 26 15:15:49 sw-2 %%10IFNET/3/LINK_UPDOWN(l): link status is DOWN.", "sw-2", "IFNET", 3),
    # Linux, and one that passed a relay (OSSEC's samples)
    ("<38>Nov 26 15:15:49 cpe-u001 sshd[412]: Accepted publickey for countynet", "cpe-u001", "sshd", 6),
    ("<189>Nov 26 15:15:50 r1 82: Nov 26 07:15:49.000: %SYS-5-CONFIG_I: Configured from console", "r1", "SYS", 5),
]


@pytest.mark.parametrize(("line", "host", "app", "severity"), VENDORS, ids=[line[0][:40] for line in VENDORS])
def test_a_vendors_message_is_understood(line: str, host: str, app: str, severity: int) -> None:
    found = parse(line.encode(), ARRIVED)
    assert (found.host, found.app, found.severity, found.at) == (host, app, severity, THEN)
    assert found.whole == line
    assert found.text in line


def test_rfc_5424_is_read_as_written() -> None:
    line = '<165>1 2026-11-26T07:15:49.003Z host app 8710 ID47 [a@1 k="v\\]\\"" b="]"][c@2] \ufeffwords here'
    found = parse(line.encode(), ARRIVED)
    assert (found.facility, found.severity, found.host, found.app, found.text) == (20, 5, "host", "app", "words here")
    assert found.at == THEN.replace(microsecond=3000)
    nothing = parse(b"<0>1 - - - - - -", ARRIVED)
    assert (nothing.at, nothing.host, nothing.app, nothing.text) == (None, "", "", "")
    assert parse("<165>1 2026-13-99T99 h a - - - 字".encode(), ARRIVED).text == "字"


def test_chinese_is_read_in_either_encoding() -> None:
    words = "<190>Nov 26 2026 15:15:49 核心交换机 %%01SHELL/5/LOGIN(l): 用户登录成功"
    assert parse(words.encode(), ARRIVED).text == parse(words.encode("gbk"), ARRIVED).text
    assert "用户登录成功" in parse(words.encode("gbk"), ARRIVED).text


def test_a_message_of_new_years_eve_is_last_years() -> None:
    arrived = datetime(2027, 1, 1, 0, 0, 30, tzinfo=UTC)
    assert parse(b"<13>Dec 31 23:59:59 h x: late", arrived).at == datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)


def test_a_clock_that_was_never_set_is_told_as_it_is() -> None:
    found = parse(b"<189>Jan  1 2000 00:00:09 sw %%10SHELL/5/X: y", ARRIVED)
    assert found.at is not None
    assert found.at.year in (1999, 2000)


@pytest.mark.parametrize(
    "line", ["", "<", "<999>x", "<13>", "<13>1 ", "%", "::::", "<13>Feb 31 10:00:00 x y", "\x00\x01"]
)
def test_what_makes_no_sense_is_kept(line: str) -> None:
    found = parse(line.encode(), ARRIVED)
    assert found.whole.strip() == line.strip("\x00\x01").strip()


def test_nothing_that_arrives_raises() -> None:
    chance = random.Random(5)
    for _turn in range(3000):
        data = bytearray(chance.choice(VENDORS)[0].encode())
        for _change in range(chance.randrange(1, 8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        parse(bytes(data), ARRIVED)
    assert len(parse(b"<13>" + "字".encode() * MOST, ARRIVED).whole) <= MOST


def frames(*pieces: bytes) -> list[bytes]:
    taken = Frames()
    return [frame for piece in pieces for frame in taken.take(piece)]


def test_a_stream_is_cut_by_counts_or_by_line_ends() -> None:
    assert frames(b"5 <13>a6 <13>bc") == [b"<13>a", b"<13>bc"]
    assert frames(b"<13>a\n<13>b\r\n\n<13>c") == [b"<13>a", b"<13>b"]


def test_a_counted_message_may_hold_line_ends_and_come_in_pieces() -> None:
    assert frames(b"1", b"0 <13>a", b"\nbcd", b"e<13>f\n") == [b"<13>a\nbcde"[:10], b"<13>f"]


def test_a_stream_that_promises_too_much_is_refused() -> None:
    with pytest.raises(TooLong):
        frames(b"999999999 <13>")
    with pytest.raises(TooLong):
        frames(b"x" * (MOST_FRAME + 8))

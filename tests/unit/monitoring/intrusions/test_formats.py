"""What published lines of sensors say, and that other lines say nothing."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.intrusions.formats import read
from monitoring.intrusions.model import Detection, Feed, IntrusionKind, Level, severity
from monitoring.receive.syslog.parse import MOST, parse
from tests.unit.monitoring.intrusions import lines

AT = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
SAID = {
    "EVE": ("suricata", "attack", "2018358", "medium", "192.168.2.14", "209.53.113.5", 80, False),
    "EVE_CEE": ("suricata", "attack", "2001219", "medium", "2a07:1181:130:3603::4", "2a07:1181:130:3607::2", 22, False),
    "EVE_ANOMALY": ("suricata", "anomaly", "APPLAYER_DETECT_PROTOCOL_ONLY_ONE_DIRECTION", "low", "123.123.123.123",
                    "231.231.231.231", 41398, None),
    "EVE_FILE": ("suricata", "virus", "4100001", "high", "203.0.113.9", "192.0.2.7", 51000, None),
    "HUAWEI": ("huawei", "attack", "19740", "high", "6.0.0.2", "7.0.0.2", 1025, False),
    "HUAWEI_LOW": ("huawei", "attack", "249760", "low", "198.51.100.5", "198.51.100.1", 53, True),
    "HUAWEI_AV": ("huawei", "virus", "16424404", "high", "6.0.0.2", "7.0.0.2", 1025, True),
    "H3C": ("h3c", "attack", "23302", "low", "192.168.221.39", "192.168.187.12", 8020, False),
    "H3C_SERIAL": ("h3c", "attack", "32374", "critical", "192.168.1.171", "218.22.191.26", 80, True),
    "H3C_AV": ("h3c", "virus", "86", "medium", "192.168.221.39", "192.168.187.12", 80, True),
    "MILTER": ("clamav", "virus", "Win.Test.EICAR_HDB-1", "high", "", "", 0, None),
    "CLAMD": ("clamav", "virus", "Win.Test.EICAR_HDB-1", "high", "", "", 0, None),
    "CLAMD_STREAM": ("clamav", "virus", "Win.Test.EICAR_HDB-1", "high", "192.0.2.7", "", 0, None),
    "CEF": ("cef", "attack", "100", "critical", "10.0.0.1", "1.1.1.1", 443, True),
    "LEEF_2": ("leef", "attack", "41", "high", "10.0.1.8", "10.0.0.5", 21, None),
}  # fmt: skip


def told(line: str) -> Detection | None:
    """Return what a line says once it came through the receiver's own reading."""
    said = parse(line.encode(), AT)
    return read(said.text, said.app)


def sure(line: str) -> Detection:
    """Return what a line says that says something."""
    found = told(line)
    assert found is not None
    return found


@pytest.mark.parametrize("name", SAID)
@pytest.mark.parametrize("head", ["", "<134>1 2026-11-26T09:00:00Z ids suricata 5 - - ", "<134>Nov 26 17:00:00 ids "])
def test_a_published_line_says_what_it_says_by_either_way(name: str, head: str) -> None:
    line: str = getattr(lines, name)
    if head and (line[0] == "<" or name == "HUAWEI_LOW"):
        head = ""
    if " 5 - - " in head and name in ("MILTER", "CLAMD", "CLAMD_STREAM"):
        line, head = line.partition(": ")[2], head.replace("suricata", "clamd")
    found = told(head + line)
    assert found is not None
    ends = (found.source, found.target, found.port, found.blocked)
    assert (found.feed, found.kind, found.signature, found.level, *ends) == SAID[name]


def test_the_rest_of_what_a_line_says_is_kept() -> None:
    one, merged, virus, h3c = (sure(getattr(lines, n)) for n in ("HUAWEI", "HUAWEI_LOW", "HUAWEI_AV", "H3C"))
    assert (one.name, one.reference) == ("Sun SDK and JRE Applet Sandbox Security Bypass", "CVE-2004-1029")
    assert (merged.times, merged.reference, virus.detail) == (3, "", "eicar.com")
    assert (h3c.name, h3c.behind) == ("INFOMATION_GATHER__Robot_Spider_Crawler(Baidu)", "220.181.108.78")
    mail, cef, eve = sure(lines.MILTER), sure(lines.CEF), sure(lines.EVE)
    assert mail.detail == "a@example.org > b@example.net"
    assert (cef.name, cef.detail) == ("detected a | in message", "a b.exe")
    assert (eve.name[:10], eve.protocol, eve.category) == ("ET HUNTING", "TCP", "Potentially Bad Traffic")


@pytest.mark.parametrize(
    "line",
    [
        lines.EVE_FLOW,
        lines.LEEF,
        lines.EVE_FILE.replace('"sid":[4100001],', ""),
        'nginx: 10.0.0.9 - - "GET /?x={"event_type":"alert","alert":{"signature":"x"}} HTTP/1.1" 404',
        'nginx: 10.0.0.9 - - "GET /%%01IPS/4/DETECT(l): (SrcIp=10.0.0.1, SignName=x, Action=Alert)" 404',
        'nginx: 10.0.0.9 - - "GET /CEF:0|a|b|c|d|virus|10|src=10.0.0.1" 404',
        "sshd[9]: /tmp/x: Win.Test.EICAR_HDB-1 FOUND",
        "clamd[9]: SelfCheck: Database status OK.",
        "%%01IPS/4/UPDATE(l): The signature database was updated. (SyslogId=1, Version=2)",
        "%%10AV/6/LOADED: nothing here",
        '{"event_type":"alert","alert":"no object"}',
        '{"event_type":"alert","alert":{"signature":',
        "CEF:0|a|b|c|login|user signed in|3|src=10.0.0.1",
        "CEF:0|short",
        "LEEF:2.0|a",
        "-",
    ],
)
def test_a_line_that_tells_no_intrusion_or_only_quotes_one_is_none(line: str) -> None:
    assert told(line) is None


def test_of_two_values_of_one_name_the_first_counts_for_what_was_sent_comes_last() -> None:
    forged = lines.H3C_SERIAL + " PayLoad(1135)=GET /; Severity(1087)=LOW; SrcIPAddr(1003)=10.9.9.9;"
    assert (sure(forged).level, sure(forged).source) == (Level.CRITICAL, "192.168.1.171")


def test_an_alert_that_was_cut_off_on_its_way_still_says_what_it_is() -> None:
    record = json.loads(lines.EVE)
    record["payload"] = "A" * (MOST + 4000)
    found = told(json.dumps(record))
    assert found is not None
    assert (found.signature, found.source, found.port, found.level) == ("2018358", "192.168.2.14", 80, Level.MEDIUM)


def test_what_passed_is_worse_than_what_was_stopped() -> None:
    assert [severity(level, False) for level in Level] == ["critical", "major", "minor", "minor"]
    assert [severity(level, True) for level in Level] == ["major", "minor", "minor", "minor"]
    assert severity(Level.HIGH, None) == severity(Level.HIGH, False)


BITS = st.sampled_from(
    ['{"event_type":"alert"', '"alert":{', "%%01IPS/4/X(", "SrcIp=", "CEF:0|", "LEEF:2.0|", "|", "=", ", ", "; ", '"',
     "\\", "10.0.0.1", "clamd[1]: ", " FOUND", " infected by x", "(1003)=", "}", "\t", "SignName=a", "999999999999999"]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(BITS | st.text(max_size=5), max_size=30).map("".join), st.sampled_from(["", "clamd", "suricata"]))
def test_nothing_that_arrives_breaks_it(text: str, app: str) -> None:
    found = read(text, app)
    assert found is None or (isinstance(found, Detection) and found.times >= 1 and len(found.name) <= 200)


def test_a_line_of_a_million_signs_is_read_in_a_straight_way() -> None:
    for piece in ('a="', "(1003)=;", "\\", "=x ", "src=1 ", '{"event_type":"alert","alert":{'):
        for head in ("%%01IPS/4/X(", "CEF:0|a|b|c|d|virus|9|", "LEEF:1.0|a|b|c|d|", ""):
            read(head + piece * (MOST // len(piece)), "clamd")
    assert read("clamd: " + "a: " * 5000 + " FOUND", "clamd") is None


def test_each_format_is_told_apart() -> None:
    feeds = {found.feed for name in SAID if (found := told(getattr(lines, name)))}
    assert feeds == set(Feed)
    assert {found.kind for name in SAID if (found := told(getattr(lines, name)))} == set(IntrusionKind)

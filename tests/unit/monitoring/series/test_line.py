"""Names and numbers as line protocol and InfluxQL: whatever a device calls its port comes back as it was."""

import re

from hypothesis import given
from hypothesis import strategies as st

from monitoring.series.influx import ql
from monitoring.series.influx.line import Labels, coded, interface_tags, plain, sample_line
from monitoring.series.rates import Reading
from monitoring.series.seam import Interface, Sample

NAMES = st.text(min_size=1, max_size=30).filter(
    lambda text: text.strip(" ") != "" and text.isprintable() or "\n" in text
)


@given(st.text(max_size=40))
def test_a_name_comes_back(text: str) -> None:
    safe = text.encode("utf-8", "replace").decode()
    assert plain(coded(safe)) == safe


@given(NAMES)
def test_a_key_is_one_line_and_reads_back_as_the_protocol_says(name: str) -> None:
    name = name.encode("utf-8", "replace").decode()
    key = interface_tags("interface", Interface("cpe-1", name), Labels("u1", "adsl"))
    assert not re.search(r"[\n\r\x00]", key)
    pieces = re.split(r"(?<!\\),", key)
    tags = dict(re.split(r"(?<!\\)=", piece, maxsplit=1) for piece in pieces[1:])
    assert plain(re.sub(r"\\([,= ])", r"\1", tags["interface"])) == name
    assert (pieces[0], tags["device"], tags["unit"], tags["access"]) == ("interface", "cpe-1", "u1", "adsl")
    assert not re.search(r"(?<!\\) ", key)


@given(st.text(max_size=30))
def test_a_literal_ends_where_it_should(text: str) -> None:
    said = ql.text(text.encode("utf-8", "replace").decode())
    assert re.fullmatch(r"'(?:[^'\\]|\\.)*'", said)


def test_what_is_unknown_or_empty_is_left_out() -> None:
    reading = Reading(1.5, 100, 3, 0, 0, (2**64 - 1, None, 1, 2, 3, 4, 5, 6), False)
    key = interface_tags("interface", Interface("cpe-1", "wan0"), Labels())
    assert key == "interface,device=cpe-1,interface=wan0"
    said = sample_line(key, Sample(Interface("cpe-1", "wan0"), reading, 1, 2, None), 15)
    assert said == (
        "interface,device=cpe-1,interface=wan0 c_bits_in=-1i,c_packets_in=1i,c_packets_out=2i,c_errors_in=3i,"
        "c_errors_out=4i,c_discards_in=5i,c_discards_out=6i,admin=1i,oper=2i,clock=1.5,uptime=100i,number=3i,"
        "discontinuity=0i,speed=0i,wide=0i 15"
    )

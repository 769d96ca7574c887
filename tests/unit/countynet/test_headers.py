"""Headers of packets as they are on the wire: what is kept, what is refused, and what no content of."""

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countynet import headers

ETHERNET = bytes.fromhex("00e0fc000001001ec9000066")


def ip(protocol: int, body: bytes, ttl: int = 63, source: bytes = bytes((10, 21, 1, 10)), fragment: int = 0) -> bytes:
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), 7, fragment, ttl, protocol, 0)
    return head + source + bytes((198, 51, 100, 9)) + body


def udp(port: int, payload: bytes) -> bytes:
    return struct.pack("!HHHH", 40000, port, 8 + len(payload), 0) + payload


SYN = struct.pack("!HHIIBBHHH", 40000, 80, 1, 0, 0xA0, 0x02, 64240, 0, 0) + bytes.fromhex(
    "020405b40402080a0000162e0000000001030307"
)


def test_a_syn_tells_its_system_and_its_clock() -> None:
    seen = headers.read(ETHERNET + b"\x08\x00" + ip(6, SYN))
    assert seen is not None
    assert (seen["mac"], seen["source"], seen["ttl"], seen["port"]) == ("00:1e:c9:00:00:66", "10.21.1.10", 63, 80)
    assert (seen["options"], seen["clock"], seen["mss"]) == ("2,4,8,1,3:64240:7", 5678, 1460)


@pytest.mark.parametrize(
    ("port", "payload", "shape"),
    [
        (443, bytes((1, 0, 0, 0)) + bytes(144), "wireguard"),
        (443, bytes((4, 0, 0, 0)) + bytes(44), "wireguard"),
        (51820, b"\x01\0\0\0" + bytes(10), ""),
        (1194, b"\x38" + bytes(41), "openvpn"),
        (53, b"\x38" + bytes(41), ""),
        (1701, b"\xc8\x02" + bytes(20), "l2tp"),
        (4500, b"\x12\x34\x56\x78" + bytes(20), "ipsec"),
        (4500, b"\0\0\0\0" + bytes(20), ""),
        (123, bytes(48), ""),
    ],
)
def test_a_tunnel_is_known_by_how_it_begins(port: int, payload: bytes, shape: str) -> None:
    seen = headers.packet(ip(17, udp(port, payload)))
    assert seen is not None
    assert seen["shape"] == shape


def test_of_an_echo_only_the_answer_and_of_that_only_the_beginning() -> None:
    asked, answered = (bytes((kind, 0, 0, 0, 0, 1, 0, 1)) + bytes(range(200)) for kind in (8, 0))
    seen = [headers.packet(ip(1, body)) for body in (asked, answered)]
    assert [s and s["echo"] for s in seen] == ["", bytes(range(64)).hex()]


def test_pptp_by_gre_and_esp_are_known_by_their_protocols() -> None:
    gre = headers.packet(ip(47, bytes.fromhex("3081880b00000000")))
    esp = headers.packet(ip(50, bytes(30)))
    plain = headers.packet(ip(47, bytes.fromhex("0000080000000000")))
    assert [s and s["shape"] for s in (gre, esp, plain)] == ["pptp", "ipsec", ""]


def test_a_tagged_frame_is_read_and_another_protocol_or_a_later_fragment_is_not() -> None:
    packet = ip(6, SYN)
    assert headers.read(ETHERNET + b"\x81\x00\x00\x07\x08\x00" + packet)
    assert headers.read(ETHERNET + b"\x86\xdd" + packet) is None
    assert headers.packet(ip(17, bytes(40), fragment=5)) is None


@given(st.binary(max_size=120))
def test_no_frame_breaks_it(junk: bytes) -> None:
    for frame in (
        junk,
        ETHERNET + b"\x08\x00" + junk,
        ETHERNET + b"\x08\x00" + ip(6, junk),
        ETHERNET + b"\x08\x00" + ip(17, junk),
    ):
        headers.read(frame)


def test_it_runs_as_it_is_and_needs_nothing_of_ours() -> None:
    text = Path(headers.__file__).read_text(encoding="utf-8")
    assert "import countynet" not in text
    assert "from countynet" not in text
    assert headers.main(["x"]) == headers.main([]) == 2

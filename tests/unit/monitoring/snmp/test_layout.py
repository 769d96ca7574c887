"""The short way to read an answer and the long one agree, or the short one knows that it does not apply."""

import random

from hypothesis import given
from hypothesis import strategies as st

from monitoring.snmp import ber, pdu
from monitoring.snmp.layout import Layout

NUMBERS = st.integers(0, 2**64 - 1)
VALUES = st.one_of(
    st.tuples(
        st.sampled_from([0x41, 0x42, 0x43, 0x46]), NUMBERS.map(lambda n: n.to_bytes(n.bit_length() // 8 + 1, "big"))
    ),
    st.tuples(st.just(0x41), st.binary(min_size=1, max_size=9)),
    st.tuples(st.just(ber.INTEGER), st.integers(-(2**31), 2**31 - 1).map(lambda n: ber.integer(n)[2:])),
    st.tuples(st.sampled_from([ber.OCTETS, ber.OID, 0x40]), st.binary(max_size=200)),
    st.just((0x82, b"")),
)
BINDS = st.lists(st.tuples(st.integers(1, 2**32 - 1), VALUES), min_size=1, max_size=8)


def encoded(binds: list[tuple[int, tuple[int, bytes]]]) -> bytes:
    return b"".join(
        ber.sequence(ber.encode(ber.OID, ber.oid(f"1.3.6.1.{row}")), ber.encode(tag, content))
        for row, (tag, content) in binds
    )


@given(BINDS, st.binary(max_size=9), st.data())
def test_the_same_values_as_the_long_way(
    binds: list[tuple[int, tuple[int, bytes]]], before: bytes, data: st.DataObject
) -> None:
    whole = before + encoded(binds)
    long = pdu.varbinds(whole, len(before), len(whole))
    wanted = [n for n, bind in enumerate(long) if bind.value is not None and data.draw(st.booleans())]
    layout = Layout(whole, len(before), len(whole), wanted)
    other = data.draw(st.binary(max_size=20))
    again = other + whole[len(before) :]
    assert layout.read(again, len(other), len(again)) == [long[n].value for n in wanted]


@given(BINDS, st.data())
def test_one_changed_octet_is_another_form_or_only_another_value(
    binds: list[tuple[int, tuple[int, bytes]]], data: st.DataObject
) -> None:
    whole = encoded(binds)
    wanted = [n for n, bind in enumerate(pdu.varbinds(whole, 0, len(whole))) if bind.value is not None]
    layout = Layout(whole, 0, len(whole), wanted)
    position = data.draw(st.integers(0, len(whole) - 1))
    changed = whole[:position] + bytes((whole[position] ^ data.draw(st.integers(1, 255)),)) + whole[position + 1 :]
    values = layout.read(changed, 0, len(changed))
    if values is not None:
        long = pdu.varbinds(changed, 0, len(changed))
        assert [bind.name for bind in long] == [bind.name for bind in pdu.varbinds(whole, 0, len(whole))]
        assert values == [long[n].value for n in wanted]


def test_another_length_is_another_form() -> None:
    whole = encoded([(1, (0x41, b"\x05")), (2, (0x41, b"\x06"))])
    layout = Layout(whole, 0, len(whole), [0, 1])
    assert layout.read(whole[:-1], 0, len(whole) - 1) is None
    grown = encoded([(1, (0x41, b"\x01\x00")), (2, (0x41, b"\x06"))])
    assert layout.read(grown, 0, len(grown)) is None
    dice = random.Random(1)
    assert layout.read(dice.randbytes(len(whole)), 0, len(whole)) is None

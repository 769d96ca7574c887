"""Texts in parts by 3GPP TS 23.038 and 23.040, and numbers, by cases that are known to go wrong elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.messages import numbers, text


@pytest.mark.parametrize(
    ("words", "coding", "sizes"),
    [
        ("a" * 160, 0, [160]),
        ("a" * 161, 0, [153, 8]),
        ("€" * 80, 0, [80]),
        ("a" + "€" * 80, 0, [77, 4]),
        ("停" * 70, 2, [70]),
        ("停" * 71, 2, [67, 4]),
        ("停" * 66 + "𠮷" + "停" * 4, 2, [66, 5]),
        ("à la carte, 5 £", 0, [15]),
        ("ê", 2, [1]),
        ("e\u0301" * 160, 0, [160]),
    ],
)
def test_parts_are_as_long_as_telephones_take_them(words: str, coding: int, sizes: list[int]) -> None:
    parts = text.split(words)
    assert parts.coding == coding
    assert [len(part) for part in parts.texts] == sizes


@given(st.text(st.sampled_from("a停€[𠮷😀\nü"), min_size=1, max_size=400))
def test_parts_are_the_text_and_no_pair_or_escape_is_torn(words: str) -> None:
    parts = text.split(words)
    assert "".join(parts.texts) == words
    for part in parts.texts:
        size = len(part.encode("utf-16-be")) // 2 if parts.coding else len(part) + sum(c in text.EXTENDED for c in part)
        assert (
            size
            <= {(0, True): 160, (0, False): 153, (2, True): 70, (2, False): 67}[parts.coding, len(parts.texts) == 1]
        )


def test_headers_count_parts_and_a_single_one_has_none() -> None:
    parts = text.split("停" * 71)
    assert [parts.header(300, n).hex() for n in (1, 2)] == ["0500032c0201", "0500032c0202"]
    assert text.split("停").header(300, 1) == b""


def test_more_parts_than_a_header_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="256 parts"):
        text.split("停" * (67 * 255 + 1))


@pytest.mark.parametrize("given_", ["13800001111", "+86 138-0000-1111", "0086 13800001111", "8613800001111"])
def test_a_chinese_number_is_one_however_it_is_written(given_: str) -> None:
    assert numbers.normal(given_) == "+8613800001111"


@pytest.mark.parametrize(
    "given_", ["", "02288887777", "12800001111", "1380000111", "138000011112", "+8602288887777", "+0123456789",
               "１３８００００１１１１", "+12345678901234567", "13800001111;drop", "10690000"],
)  # fmt: skip
def test_what_cannot_be_texted_is_no_number(given_: str) -> None:
    assert numbers.normal(given_) is None


def test_a_refused_beginning_goes_before_an_allowed_one() -> None:
    assert numbers.permitted("+8613800001111", ["+861"])
    assert not numbers.permitted("+8613800001111", ["+861"], ["+86138"])
    assert not numbers.permitted("+4915112345678", ["+861"])
    assert not numbers.permitted("+8613800001111", [])
    assert numbers.masked("+8613800001111") == "+86138****1111"

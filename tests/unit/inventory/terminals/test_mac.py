"""Hardware addresses: every notation that people type gives one, and nothing that is no computer's does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countynet.errors import Problem
from inventory.model import Terminal
from inventory.terminals import mac


@pytest.mark.parametrize(
    "typed",
    [
        "00:1e:c9:5a:00:19",
        "00-1E-C9-5A-00-19",
        "001e-c95a-0019",
        "001e.c95a.0019",
        "001EC95A0019",
        "0:1e:c9:5a:0:19",
        "  00:1E:c9:5A:00:19\n",
        "００：１Ｅ：Ｃ９：５Ａ：００：１９",
        "00–1E–C9–5A–00–19",
    ],
)
def test_every_notation_gives_the_inventorys(typed: str) -> None:
    assert mac.read(typed) == "00:1e:c9:5a:00:19"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "00:1e:c9:5a:00",
        "00:1e:c9:5a:00:19:20",
        "00:1e-c9:5a:00:19",
        "001e.c95a-0019",
        "00:1e:c9:5a:00:1g",
        "00:1e:c9:5a:00:019",
        "1ec95a0019",
        "10.21.25.11",
        "'; DROP TABLE",
        "00:1e:c9:5a:00:19" * 1000,
        "0x001ec95a0019",
        "00 1e c9 5a 00 19",
    ],
)
def test_what_is_no_address_is_refused_and_shown_short(typed: str) -> None:
    found = mac.read(typed)
    assert isinstance(found, Problem)
    assert len(found.found) <= 40


@pytest.mark.parametrize("typed", ["00:00:00:00:00:00", "ff-ff-ff-ff-ff-ff", "01:00:5e:00:00:fb", "33-33-00-00-00-01"])
def test_nobodys_and_groups_addresses_are_refused(typed: str) -> None:
    assert isinstance(mac.read(typed), Problem)


def test_an_address_made_up_by_software_is_told_apart() -> None:
    assert mac.is_local("02:00:0a:15:19:0a")
    assert not mac.is_local("00:1e:c9:5a:00:19")


@given(st.text(max_size=60))
def test_whatever_is_typed_what_comes_out_is_an_address_that_the_inventory_takes(typed: str) -> None:
    found = mac.read(typed)
    if isinstance(found, str):
        Terminal.model_validate({"name": "pc-001", "address": "10.21.1.10", "mac": found})


@given(st.binary(min_size=6, max_size=6).filter(lambda b: any(b) and not b[0] & 1))
def test_all_notations_of_one_address_agree(raw: bytes) -> None:
    digits = raw.hex()
    pairs = [digits[i : i + 2] for i in range(0, 12, 2)]
    words = [digits[i : i + 4] for i in range(0, 12, 4)]
    typed = [":".join(pairs), "-".join(pairs).upper(), "-".join(words), ".".join(words), digits]
    assert {mac.read(text) for text in typed} == {":".join(pairs)}

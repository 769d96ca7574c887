"""A refusal names what may have been meant."""

import pytest

from inventory.nearest import nearest

CPES = [f"cpe-{number:03}" for number in range(1, 121)]


@pytest.mark.parametrize(
    ("typed", "first"), [("cpe-7", "cpe-007"), ("cpe-07", "cpe-007"), ("CPE_0008", "cpe-008"), ("cpe-199", "cpe-119")]
)
def test_what_differs_in_zeros_alone_comes_first(typed: str, first: str) -> None:
    found = nearest(typed, CPES)
    assert found[0] == first
    assert len(found) <= 3


def test_what_is_near_nothing_has_no_near_name() -> None:
    assert nearest("zzz", CPES) == nearest("x", []) == []

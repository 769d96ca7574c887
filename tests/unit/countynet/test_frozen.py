"""A copy of a description is not judged by what the original had derived."""

from functools import cached_property

import pytest
from pydantic import ValidationError

from countynet.frozen import Frozen


class Box(Frozen):
    things: tuple[str, ...]

    @cached_property
    def count(self) -> int:
        return len(self.things)


def test_a_copy_derives_anew() -> None:
    box = Box(things=("a", "b"))
    assert box.count == 2
    assert box.model_copy(update={"things": ("a",)}).count == 1
    assert box.model_copy() == box
    assert box.count == 2


def test_an_unknown_field_and_a_change_are_refused() -> None:
    with pytest.raises(ValidationError):
        Box(things=(), colour="red")  # type: ignore[call-arg]
    with pytest.raises(ValidationError):
        Box(things=()).things = ("x",)  # type: ignore[misc]

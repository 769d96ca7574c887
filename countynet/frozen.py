"""The base of every description: a frozen value that refuses a field it does not know.

What is read from a file, derived from it or sent to a device is data, so two equal descriptions are equal
values and can be compared, hashed and diffed. A mistyped key must fail, never be ignored.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Self

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """An immutable value; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=False)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy with other values; indexes that were derived from the old ones are not taken along."""
        copied = super().model_copy(update=update, deep=deep)
        for name in list(copied.__dict__):
            if isinstance(getattr(type(copied), name, None), cached_property):
                del copied.__dict__[name]
        return copied

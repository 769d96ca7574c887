"""The base of every description: a frozen value that refuses a field it does not know.

What is read from a file, derived from it or sent to a device is data, so two equal descriptions are equal
values and can be compared, hashed and diffed. A mistyped key must fail, never be ignored.
"""

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """An immutable value; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=False)

"""A column that holds a word of the vocabulary as its value, and gives the enum back."""

from enum import StrEnum

from sqlalchemy import Enum


def word(kind: type[StrEnum]) -> Enum:
    """Return the column type of an enum of countynet.vocabulary."""
    return Enum(kind, native_enum=False, length=16, values_callable=lambda members: [m.value for m in members])

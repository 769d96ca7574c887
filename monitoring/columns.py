"""Columns that monitoring's tables share: a word of the vocabulary, and a moment as a number."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import BigInteger, Dialect, Enum
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def word(kind: type[StrEnum], length: int = 16) -> Enum:
    """Return the column type of an enum of words, none longer than `length`."""
    return Enum(kind, native_enum=False, length=length, values_callable=lambda members: [m.value for m in members])


def milliseconds(at: datetime) -> int:
    """Return a moment as whole milliseconds since 1970. Raises ValueError for a naive one."""
    if at.tzinfo is None:
        raise ValueError(f"a time without a zone: {at!r}")
    return (at - _EPOCH) // _MILLISECOND


def moment_of(number: int) -> datetime:
    """Return the moment of so many milliseconds since 1970, in UTC."""
    return _EPOCH + number * _MILLISECOND


class Instant(TypeDecorator[datetime]):
    """An aware time, kept as milliseconds since 1970: what is to be added up by the thousand is kept as a number."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Return the time as stored."""
        return None if value is None else milliseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Return the time as read, aware, in UTC."""
        return None if value is None else moment_of(value)

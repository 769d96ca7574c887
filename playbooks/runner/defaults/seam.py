"""What a lookup is given, and what it says: a value with where it is from, or why there is none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from countynet.settings import Settings
from inventory.model import County
from playbooks.runner.model import Field, FieldKind


@dataclass(frozen=True)
class Found:
    """A default; without a value, why there is none."""

    value: str = ""
    told: str = ""
    """where it is from, or why there is none, in the reader's language"""


LookUp = Callable[[Field, Mapping[str, str]], Found]
"""the default of a field that names a lookup, by the values of the fields before it"""


def nothing(_field: Field, _values: Mapping[str, str]) -> Found:
    """Look nothing up: for who has no county at hand."""
    return Found()


@dataclass(frozen=True)
class Case:
    """Where a lookup looks."""

    settings: Settings
    county: County
    """the one that is worked on: the twin's part where one is up"""

    @cached_property
    def recorded(self) -> County:
        """The whole county as it was committed last: what is free is free in all of it."""
        from inventory.record import Repository

        return Repository(self.settings).county()


@dataclass(frozen=True)
class Lookup:
    """A default that can be looked up."""

    said: str
    """what it is, a message"""
    find: Callable[..., Found]
    """by the case and the values of the fields that it follows, in their order. Raises CountyError"""
    by: tuple[tuple[FieldKind, ...], ...] = ()
    """the kinds that each field may have that it follows"""
    needs: int = 1
    """so many of these have to be filled in before there can be a default"""

"""The context of the rent page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from inventory.month import Month
from inventory.rent import RentLine, Sum, yuan
from inventory.rent_table import access


@dataclass(frozen=True)
class RentPage:
    """What every line costs in a month."""

    template: ClassVar[str] = "rent/rent.html"
    month: Month
    units: Sequence[tuple[Sum, Sequence[RentLine]]]
    """each unit's sum with its lines"""
    suppliers: Sequence[Sum]
    contracts: Sequence[Sum]
    supplier_of: Mapping[str, str]
    """by contract"""
    whole: Sum
    names: Mapping[str, str]
    """short names by unit id"""
    problem: str = ""
    money: ClassVar[Callable[[int], str]] = staticmethod(yuan)
    way: ClassVar[Callable[[RentLine], str]] = staticmethod(access)

"""The context of the rent page."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar

from inventory.month import Month
from inventory.rent import RentLine, Sum, by_contract, by_supplier, by_unit, whole, yuan
from inventory.rent_table import access
from monitoring.evaluation.charges.model import Charge, Charges
from monitoring.evaluation.charges.show import deducted, outage, why


@dataclass(frozen=True)
class RentPage:
    """What lines cost in a month, less what outages take off: all of them, an operator's, or a unit's own."""

    template: ClassVar[str] = "rent/rent.html"
    found: Charges
    names: Mapping[str, str]
    """short names by unit id"""
    own: bool
    """whether only a unit's own lines are shown, to itself"""
    problem: str = ""
    money: ClassVar[Callable[[int], str]] = staticmethod(yuan)
    way: ClassVar[Callable[[RentLine], str]] = staticmethod(access)
    why: ClassVar[Callable[[Charge], str]] = staticmethod(why)
    outage: ClassVar[Callable[..., str]] = staticmethod(outage)

    @property
    def month(self) -> Month:
        """The month shown."""
        return self.found.month

    @property
    def units(self) -> Iterator[tuple[Sum, Sequence[Charge]]]:
        """Each unit's sum with its lines."""
        grouped = [list(mine) for _unit, mine in groupby(self.found.all, lambda charge: charge.line.unit)]
        return zip(by_unit(self.found.lines), grouped, strict=True)

    @property
    def suppliers(self) -> Sequence[Sum]:
        """The sum of each supplier."""
        return by_supplier(self.found.lines)

    @property
    def contracts(self) -> Sequence[Sum]:
        """The sum of each contract."""
        return by_contract(self.found.lines)

    @property
    def supplier_of(self) -> Mapping[str, str]:
        """Suppliers by contract."""
        return {line.contract: line.supplier for line in self.found.lines}

    @property
    def whole(self) -> Sum:
        """All of it."""
        return whole(self.found.lines)

    @property
    def deducted(self) -> Sequence[Charge]:
        """The lines of which something is deducted."""
        return list(deducted(self.found))

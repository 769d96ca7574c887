"""One row of a platform's table: which MIB object holds a quantity, and how to read it. Pure data.

A `Source` says where (column, what its index means), how (scale, form, plausible range, values that mean "none") and
whose (the MIB object's name). What a source cannot express does not belong into the tables but into `read`.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from countynet.frozen import Frozen
from monitoring.capability.quantity import Condition, Quantity

OID_PATTERN = r"^[0-2](\.\d{1,10}){2,40}$"
Oid = Annotated[str, Field(pattern=OID_PATTERN)]
LIMIT = 2_147_483_646
"""from here on a number is an agent's way to say "none" (facts: 2147483646, 2147483647, 0xffffffff)"""


class Platform(Frozen):
    """A family of devices with the same private MIBs, told by their sysObjectID."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    title: str
    objects: tuple[Oid, ...] = ()
    """what its sysObjectIDs begin with; the longest match over all platforms decides"""


class Where(Frozen):
    """A condition on another column of the same row; a row that does not meet it is not of this source."""

    column: Oid
    equals: tuple[str, ...] = ()
    """the value, as a decimal number, a dotted identifier, or text"""
    begins: tuple[str, ...] = ()
    """a text that the value begins with, in any case of letters"""
    above: float | None = None


class State(Frozen):
    """What one value of a state object means."""

    condition: Condition
    word: str

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: object) -> object:
        """Read the short form [condition, word]."""
        if isinstance(value, list) and len(value) == 2:
            return {"condition": value[0], "word": value[1]}
        return value


class Source(Frozen):
    """Where and how a quantity is read."""

    quantity: Quantity
    object: Annotated[str, Field(min_length=3)]
    """the MIB object, e.g. UPS-MIB::upsEstimatedChargeRemaining"""
    column: Oid
    """without the instance; a scalar's too"""
    index: Literal["scalar", "own", "interface", "entity", "address"] = "own"
    """what the first number(s) of a row are: nothing, the table's own number, ifIndex, entPhysicalIndex, an IPv4
    address"""
    name: str = ""
    """what it is called where the row has no name; {row} is the row's number, {n} its place in the table"""
    label: Oid | None = None
    """a text column with the row's name"""
    form: Literal["number", "text", "uw-or-cdbm", "uw", "ma-or-ua", "bits"] = "number"
    """number; a number written as text; positive microwatts or negative 0.01 dBm (Huawei); microwatts;
    milliamperes, or microamperes from 1000 on; BITS, of which the first set one is the state"""
    times: float = 1.0
    plus: float = 0.0
    """added after scaling"""
    least: float | None = None
    most: float | None = None
    """beyond them a number is implausible and not a reading; compared after scaling"""
    ignore: tuple[int, ...] = ()
    """raw values that mean "none", besides those from 2147483646 on"""
    ratio: Literal["part-of", "free-of", "used-and-free"] | None = None
    """percent of `second`: column/second, 1 - column/second, column/(column+second)"""
    second: Oid | None = None
    too: tuple[Oid, ...] = ()
    """columns of the same row that are added to it, where the agent has them"""
    where: tuple[Where, ...] = ()
    scale: Oid | None = None
    """EntitySensorDataScale (RFC 3433): 9 is 1, 8 is 0.001"""
    precision: Oid | None = None
    """decimal places of the raw number"""
    states: Mapping[int, State] = Field(default_factory=dict)
    last: str = ""
    """what the last number of a row must be, where a table holds both directions"""
    named: tuple[str, ...] = ()
    """what the entity's name must hold one of, in small letters, where nothing else tells two sensors apart"""
    beside: bool = False
    """read it though an earlier source of this quantity answers: it is about other things"""

    @property
    def columns(self) -> tuple[str, ...]:
        """Return every column that is asked for it, its own first."""
        others = (self.label, self.second, self.scale, self.precision, *self.too, *(w.column for w in self.where))
        return tuple(dict.fromkeys((self.column, *(column for column in others if column))))

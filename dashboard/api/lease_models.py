"""What the API takes and gives of leases: who has which address, and how full the pools are."""

from datetime import datetime
from ipaddress import IPv4Address

from pydantic import Field

from countynet.i18n import _
from dashboard.api.declare import Shape
from dashboard.api.models import Cursor, Limit, UnitId
from playbooks.leases.standing import State as LeaseState


class LeasesQuery(Shape):
    """Which leases."""

    unit: tuple[UnitId, ...] = Field(
        default=(), description=_("only in the LANs of these units; may be given several times")
    )
    state: tuple[LeaseState, ...] = Field(default=(), description=_("only in these states; may be given several times"))
    limit: Limit = 50
    cursor: Cursor = ""


class LeaseLook(Shape):
    """What the answer is known from: the server is read every five minutes."""

    given_out: bool = Field(description=_("whether the county gives out addresses at all"))
    asked: datetime | None = Field(description=_("when the server was asked last; null: never"))
    answered: bool | None = Field(description=_("whether it answered then"))
    read: datetime | None = Field(description=_("when it answered last; what is told is of then"))


class Lease(Shape):
    """An address that somebody has."""

    address: IPv4Address
    mac: str = Field(description=_("the computer's hardware address"))
    name: str = Field(description=_("what the computer calls itself: its own word, whatever it is; may be empty"))
    ends: datetime | None = Field(description=_("null: never"))
    unit: str | None = Field(description=_("in whose LAN the address is"))
    terminal: str | None = Field(description=_("the terminal of the inventory that has this hardware address"))
    terminal_unit: str | None = Field(description=_("whose terminal that is"))
    state: LeaseState = Field(
        description=_("how it stands to the inventory: reserved, unknown (computer), conflict (with a reservation) ...")
    )


class LeasePage(Shape):
    """A page of leases, by address."""

    look: LeaseLook
    items: tuple[Lease, ...]
    next: str | None = Field(description=_("the cursor of the next page; null: this was the last"))


class Pool(Shape):
    """A unit's addresses for computers that are not admitted."""

    unit: str
    first: IPv4Address
    last: IPv4Address
    taken: int = Field(description=_("how many are given out"))
    addresses: int = Field(description=_("how many there are"))
    full: bool = Field(description=_("whether nine of ten are given out"))


class Pools(Shape):
    """Every pool."""

    look: LeaseLook
    items: tuple[Pool, ...]

"""A county that gives out addresses, with a last look at its leases in every state, for the tests of their page."""

from dataclasses import replace
from datetime import timedelta

from countynet import clock
from countynet.db import transaction
from countynet.errors import DeviceError
from dashboard.services.fake import FakeCounty
from dashboard.services.protocols import Services
from inventory.model import County
from playbooks.leases import looks
from playbooks.leases.parse import Said, parse
from tests.unit.dashboard import sample
from tests.unit.dashboard.conftest import CLERK, OTHER_CLERK
from tests.unit.inventory.validate.changed import both, but
from tests.unit.inventory.validate.dhcp_cases import DHCP
from tests.unit.playbooks.leases.scene import EVIL

SERVER = "srv-infra"
MINE, THEIRS = "02:00:0a:15:1f:0a", "02:00:0a:15:07:0a"
"""hardware addresses of the clerk's terminal and of another's"""


def county() -> County:
    """The example with addresses given out; the clerk's unit has a pool of ten."""
    whole = sample.county()
    terminals = {unit: whole.unit_by_id[unit].terminals[0].model_dump() for unit in (CLERK, OTHER_CLERK)}
    return both(
        DHCP,
        but(
            "units",
            CLERK,
            terminals=[terminals[CLERK] | {"mac": MINE}],
            dhcp={"pool": ["10.21.31.100", "10.21.31.109"]},
        ),
        but("units", OTHER_CLERK, terminals=[terminals[OTHER_CLERK] | {"mac": THEIRS}]),
    )(whole)


def said(taken: int = 9) -> Said:
    """What the server says: in the clerk's LAN all but a conflict, in the other's that."""
    later, over = (int((clock.now() + timedelta(hours=h)).timestamp()) for h in (6, -6))
    lines = [
        f"{later} {MINE} 10.21.31.10 * *",
        f"{later} {THEIRS} 10.21.31.100 visiting *",
        f"0 02:00:00:00:00:01 10.21.31.101 {EVIL} *",
        *(f"{later} 02:00:00:00:01:{n:02} 10.21.31.{100 + n} * *" for n in range(2, taken)),
        f"{over} 02:00:00:00:00:03 10.21.31.109 * *",
        f"{later} 02:00:00:00:00:04 10.21.7.10 * *",
        f"{later} 02:00:00:00:00:05 192.168.1.5 * *",
        "not a lease",
    ]
    return Said(parse("\n".join(lines)), timedelta(seconds=90))


def stocked(services: Services) -> Services:
    """Give a county its leases."""
    with transaction(services.accounts.engine) as session:
        looks.keep(session, SERVER, said(), clock.now() - timedelta(minutes=2))
    return replace(services, county=FakeCounty(county()))


def silent(services: Services) -> None:
    """Let the server not have answered since."""
    error = DeviceError(SERVER, "gave no SSH session at {address}", answer="timed out", address="10.1.0.10")
    with transaction(services.accounts.engine) as session:
        looks.miss(session, SERVER, error, clock.now())

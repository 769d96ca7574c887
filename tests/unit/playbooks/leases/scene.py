"""A county that gives out addresses, and a lease file with everything in it that happens, for tests of leases."""

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import inventory
from inventory.load import load_county
from inventory.model import County
from playbooks.leases.parse import Said, parse
from tests.unit.inventory.validate.changed import both, but
from tests.unit.inventory.validate.dhcp_cases import pool

SERVER = "srv-infra"
TERMINAL, OTHER = "02:00:0a:15:01:0a", "02:00:0a:15:04:0a"
"""hardware addresses of the first terminals of u001 and u004"""
STRANGER = "02:00:00:00:00:99"
EVIL = "<script>alert(1)</script>"


@cache
def county() -> County:
    """u002 has a pool of ten, u003 is not served, u004's terminal has a hardware address."""
    whole = load_county(Path(inventory.__file__).parent / "example")
    first = whole.unit_by_id["u004"].terminals[0].model_dump() | {"mac": OTHER}
    changed = both(
        pool(100, 109), but("units", "u003", dhcp={"served": False}), but("units", "u004", terminals=[first])
    )
    return changed(whole)


def file(now: datetime) -> str:
    """Return a lease file in which each state stands once, and what is no lease."""
    later, over = int((now + timedelta(hours=6)).timestamp()), int((now - timedelta(hours=6)).timestamp())
    return f"""\
{later} {TERMINAL} 10.21.1.10 * 01:{TERMINAL}
{later} {STRANGER} 10.21.1.11 {EVIL} *
0 02:00:00:00:00:01 10.21.2.100 zhang-pc 01:02:00:00:00:00:01
{later} {OTHER} 10.21.2.101 * *
{over} 02:00:00:00:00:03 10.21.2.102 * *
{later} {OTHER} 10.21.4.77 * *
{later} 06-02:00:00:00:00:05 10.21.3.9 * *
this is no lease
duid 00:01:00:01:2c:1a:5b:7e:02:00:0a:01:00:0a
{later} 123456 fdc3:7e1a:94d2::10 * 00:01:00:01
"""


def said(now: datetime) -> Said:
    """Return what a server says that has that file."""
    return Said(parse(file(now)))

"""Who acts in these tests, and what a unit fills in."""

from datetime import date, timedelta

from countynet.people import Actor
from countynet.vocabulary import Role
from inventory.terminals.model import Form, Request

TODAY = date(2026, 11, 20)
CENTER, SECOND = Actor("center", Role.CENTER), Actor("wang", Role.CENTER)
OPERATOR, AUDITOR, ADMIN = (Actor(r.value, r) for r in (Role.OPERATOR, Role.AUDITOR, Role.ADMIN))
CLERK, COLLEAGUE = Actor("u025", Role.UNIT, "u025"), Actor("u025-b", Role.UNIT, "u025")
OTHER = Actor("u026", Role.UNIT, "u026")
EVERYBODY = (CENTER, SECOND, OPERATOR, AUDITOR, ADMIN, CLERK, COLLEAGUE, OTHER)


def mac(number: int) -> str:
    """Return the address of one of a maker's computers."""
    return f"00:1e:c9:00:{number >> 8:02x}:{number & 255:02x}"


def filled(number: int = 1, **fields: str) -> Form:
    said = {"user": "张三", "room": "203", "purpose": "公文办理", "mac": mac(number), "wanted_by": day(14)}
    return Form(**said | fields)


def day(ahead: int) -> str:
    return (TODAY + timedelta(days=ahead)).isoformat()


def request(number: int = 1) -> Request:
    return Request("张三", "203", "公文办理", mac(number), TODAY + timedelta(days=14))

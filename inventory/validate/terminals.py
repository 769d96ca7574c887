"""Terminals and their hardware addresses: one address, one computer, bound where more than one could come. Pure."""

from collections.abc import Iterator
from datetime import date

from countynet.i18n import _
from inventory.model import County
from inventory.validate.finding import Finding, over, twice, wrong
from inventory.validate.rule import advice, error, warning, warning_on


def mac_twice(county: County) -> Iterator[Finding]:
    """A hardware address is one terminal's."""
    macs = (
        (("units", i, "terminals", j, "mac"), terminal.mac)
        for i, unit in enumerate(county.units)
        for j, terminal in enumerate(unit.terminals)
        if terminal.mac is not None
    )
    yield from twice(macs, _("the hardware address {value} is given twice, first in {other}"))


def mac_missing(county: County) -> Iterator[Finding]:
    """A terminal's hardware address is known; without it any computer may stand in its place."""
    for i, unit in enumerate(county.units):
        for j, terminal in enumerate(unit.terminals):
            if terminal.mac is None:
                message = _("the hardware address of {terminal} is not known")
                yield wrong(("units", i, "terminals", j), message, terminal=terminal.name)


def unbound(county: County) -> Iterator[Finding]:
    """A unit with several terminals has all of them bound: one that is not opens the port for any."""
    for i, unit in enumerate(county.units):
        free = [t.name for t in unit.terminals if t.mac is None]
        if len(unit.terminals) > 1 and free:
            message = _("{unit} has {count} terminals and is open to any computer; not bound: {all}")
            values = {"count": len(unit.terminals), "all": ", ".join(free)}
            yield wrong(("units", i, "terminals"), message, about=free, unit=unit.id, **values)


def future(county: County, today: date) -> Iterator[Finding]:
    """A terminal was added on a day that has come."""
    for i, unit in enumerate(county.units):
        for j, terminal in enumerate(unit.terminals):
            if terminal.added_on is not None and over(today, terminal.added_on):
                message = _("{day} has not come yet")
                yield wrong(("units", i, "terminals", j, "added_on"), message, day=terminal.added_on)


def none(county: County) -> Iterator[Finding]:
    """A unit has a terminal: otherwise nobody there uses its line."""
    for i, unit in enumerate(county.units):
        if not unit.terminals:
            yield wrong(("units", i, "terminals"), _("{unit} has no terminal"), about=[unit.id], unit=unit.id)


RULES = (
    error("mac-twice", mac_twice, _("each computer's own address")),
    advice("mac-missing", mac_missing, _("its mac, so that the port can be bound to it")),
    warning("terminals-unbound", unbound, _("the mac of every terminal of the unit")),
    warning_on("terminal-future", future, _("the day on which it was added")),
    advice("terminals-none", none, _("at least one terminal")),
)

"""The context of the form for a telephone call."""

from dataclasses import dataclass
from typing import ClassVar

from dashboard.language import named
from inventory.model import Unit
from inventory.seek import initials


@dataclass(frozen=True)
class CallPage:
    """One form, three fields; `choices` when what was typed fits several units."""

    template: ClassVar[str] = "calls/call.html"
    units: tuple[Unit, ...]
    asked: str = ""
    contact: str = ""
    title: str = ""
    choices: tuple[Unit, ...] = ()
    problem: str = ""

    @staticmethod
    def line(unit: Unit) -> str:
        """Return a unit as the browser offers it while somebody types: id, name, initials."""
        letters = "".join(one[0] for one in initials(unit.name))
        return f"{unit.id} {named(unit)} {letters}"

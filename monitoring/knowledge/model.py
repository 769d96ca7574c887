"""What an entry of the knowledge base says, and what is refused of one. Pure.

An entry is for clerks (`unit`: no network words, no command) or for those who repair (`staff`). It is never deleted:
each change is a version, a withdrawn entry can be brought back.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from enum import StrEnum

from countynet.canonical import JSON
from countynet.errors import BadInput, Problem
from countynet.i18n import _

MOST: Mapping[str, int] = {"symptom": 200, "cause": 2000, "remedy": 4000, "command": 400}
"""characters"""


class Audience(StrEnum):
    """Whom an entry is for."""

    UNIT = "unit"
    STAFF = "staff"


AUDIENCES = {Audience.UNIT: _("units and staff"), Audience.STAFF: _("staff only")}


@dataclass(frozen=True)
class Text:
    """What an entry says: how it shows, what it was, what helped, and the command that does it (may be empty)."""

    symptom: str
    cause: str
    remedy: str
    command: str = ""
    audience: Audience = Audience.STAFF

    def cleaned(self) -> "Text":
        """Return it without space around, or raise BadInput with everything that is wrong."""
        said = {name: getattr(self, name).strip() for name in MOST}
        problems = list(_problems(said, self.audience))
        if problems:
            raise BadInput(problems)
        return Text(**said, audience=self.audience)


@dataclass(frozen=True)
class Entry:
    """An entry as it stands."""

    id: int
    version: int
    text: Text
    author: str
    """who wrote this version"""
    changed: datetime
    withdrawn: bool = False
    used: int = 0
    """faults that it was tried on"""
    helped: int = 0

    def document(self) -> dict[str, JSON]:
        """Return it as JSON; times in UTC."""
        return {
            "entry": self.id,
            "version": self.version,
            **asdict(self.text),
            "author": self.author,
            "changed": self.changed.isoformat(),
            "withdrawn": self.withdrawn,
            "used": self.used,
            "helped": self.helped,
        }


@dataclass(frozen=True)
class Version:
    """One version of an entry."""

    version: int
    text: Text
    author: str
    at: datetime
    note: str = ""

    def document(self) -> dict[str, JSON]:
        """Return it as JSON; times in UTC."""
        said = {"version": self.version, "author": self.author, "at": self.at.isoformat(), "note": self.note}
        return {**said, **asdict(self.text)}


def changes(before: Text, after: Text) -> tuple[str, ...]:
    """Return the names of the fields in which two texts differ."""
    return tuple(f.name for f in fields(Text) if getattr(before, f.name) != getattr(after, f.name))


def _problems(said: Mapping[str, str], audience: Audience) -> Iterator[Problem]:
    for name, most in MOST.items():
        if len(said[name]) > most:
            yield Problem(_("at most {most} characters"), {"most": most}, where=name, found=str(len(said[name])))
    if not said["symptom"]:
        yield Problem(_("say how it shows: that is what people search for"), where="symptom")
    if not said["remedy"]:
        yield Problem(_("say what helped"), where="remedy")
    if audience is Audience.UNIT and said["command"]:
        yield Problem(_("an entry for units has no command: clerks run none"), where="command", found=said["command"])

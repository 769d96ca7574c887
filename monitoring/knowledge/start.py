"""Entries from a file: the ones this version brings to begin with, or a county's own (YAML, a list `entries`).

All or none: every mistake is told with its line. What already stands word for word is not written twice.
"""

from pathlib import Path

from pydantic import Field

from countynet.frozen import Frozen
from countynet.i18n import language
from countynet.people import Actor
from inventory.datafile import DataFile
from monitoring.knowledge.model import MOST, Audience, Text
from monitoring.knowledge.service import Knowledge

_HERE = Path(__file__).parent


class Written(Frozen):
    """An entry as a file has it."""

    symptom: str = Field(min_length=1, max_length=MOST["symptom"])
    cause: str = Field(default="", max_length=MOST["cause"])
    remedy: str = Field(min_length=1, max_length=MOST["remedy"])
    command: str = Field(default="", max_length=MOST["command"])
    audience: Audience = Audience.STAFF

    @property
    def text(self) -> Text:
        """What it says."""
        return Text(self.symptom, self.cause, self.remedy, self.command, self.audience)


def shipped() -> Path:
    """Return the file of this version's entries in the present language."""
    return _HERE / f"start.{language()}.yml"


def read(name: str, content: bytes) -> tuple[Text, ...]:
    """Return a file's entries. Raises BadInput with every problem."""
    file = DataFile(name, content, ("entries",))
    found = file.items("entries", Written)
    file.refuse()
    return tuple(entry.text for entry in found)


def bring(knowledge: Knowledge, actor: Actor, texts: tuple[Text, ...]) -> list[int]:
    """Keep the entries that do not stand yet and return their numbers. Raises BadInput, NotAllowed."""
    new = dict.fromkeys(text.cleaned() for text in texts)
    standing = {entry.text for entry in knowledge.newest(actor.role, 100_000)}
    return knowledge.write_all(actor, [text for text in new if text not in standing])

"""Every error that countynet raises on purpose, as one tree.

    CountyError                  something a person has to know; exit code 1
      BadInput                   the input is wrong: every problem at once; exit code 2; nothing was touched
      MissingCapability          this machine lacks root, a daemon, a kernel feature; says the fix; exit code 2
      DeviceError                one device refused, timed out or rejected a command (its words are kept)
      NotAllowed                 the role may not do this
      Conflict                   somebody else changed or holds it; try again

A fleet operation does not raise on the first device: it returns a result per device and holds a DeviceError as a value.
A message is written in English with `{name}` places and is translated where it is shown (countynet.i18n).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from countynet.vocabulary import Strength


@dataclass(frozen=True)
class Problem:
    """One thing wrong with an input: where, what was found, and what would be right."""

    message: str
    """English message id with {places}; translated by countynet.i18n.translate."""
    values: Mapping[str, object] = field(default_factory=dict)
    file: str = ""
    line: int = 0
    where: str = ""
    """The path of the field within the file, e.g. units[3].officer.telephone."""
    found: str = ""
    wanted: str = ""
    column: int = 0
    """Where in the line, from 1; 0 when that is not known."""
    strength: Strength = Strength.ERROR
    rule: str = ""
    """The rule of the inventory that says so (docs/validation.md); empty for what is no rule."""


class CountyError(Exception):
    """Something a person has to know."""

    exit_code = 1

    def __init__(self, message: str, **values: object) -> None:
        self.message = message
        self.values = values
        super().__init__(message.format(**values) if values else message)


class BadInput(CountyError):
    """The input is wrong; carries every problem found, not the first."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        super().__init__("{count} problem in the input" if count == 1 else "{count} problems in the input", count=count)


class MissingCapability(CountyError):
    """This machine cannot do it; the message says what is missing and how to get it."""

    exit_code = 2


class DeviceError(CountyError):
    """A device refused, timed out or rejected a command."""

    def __init__(self, device: str, message: str, command: str = "", answer: str = "", **values: object) -> None:
        self.device, self.command, self.answer = device, command, answer
        super().__init__(message, device=device, command=command, answer=answer, **values)


class NotAllowed(CountyError):
    """The person's role may not do this."""


class Conflict(CountyError):
    """Somebody else changed or holds it."""

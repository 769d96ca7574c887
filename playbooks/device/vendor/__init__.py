"""Vendors' devices: a terminal that is typed at, and what each vendor's terminal is like.

The seam is `Console`: type a line, get the device's words and the prompt that follows. The real one (`console`) is
netmiko's driver without its fixed sleeps, the fake one (`fake`) a function; both pass one contract test. `dialects` is
the knowledge of each platform as tables, `errors` how each says no, `texts` when two configurations mean the same,
`typing_in` the change of a device, line by line. This package imports nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

Answers = Sequence[tuple[str, str]]
"""questions that are expected (a regular expression, searched in the last line) and what is typed then"""


@dataclass(frozen=True)
class Reply:
    """What a device said to a line, without the echo and the prompt, and the prompt after it."""

    words: str
    prompt: str

    def __repr__(self) -> str:
        return f"Reply({len(self.words)} characters, {self.prompt!r})"


class Console(Protocol):
    """One open terminal session with one device."""

    device: str

    @property
    def prompt(self) -> str:
        """The prompt that stands there now."""
        ...

    def ask(self, line: str, seconds: float, answers: Answers = ()) -> Reply:
        """Type a line and wait for the next prompt, answering the questions that are expected.

        Raises DeviceError when it does not come within `seconds`, when the session breaks, and for a question that
        nobody expected (it is answered with no).
        """
        ...

    def close(self) -> None:
        """End the session; may be called from another thread to break a hanging one, and more than once."""
        ...

"""A terminal made of a function, for tests of everything above the seam.

The device behind it has a prompt and a function from a line to what it says; it may ask a question before it answers.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from countynet.errors import DeviceError
from countynet.i18n import _
from playbooks.device.vendor import Answers, Reply


@dataclass
class FakeTerminal:
    """The device behind the session: what it says to a line, and its prompt then."""

    says: Callable[["FakeTerminal", str], str]
    prompt: str = "<box>"
    questions: dict[str, str] = field(default_factory=dict)
    """line -> the question that it asks first"""
    slow: frozenset[str] = frozenset()
    """lines that never end"""
    typed: list[str] = field(default_factory=list)


class FakeConsole:
    """A session with a FakeTerminal."""

    def __init__(self, device: str, behind: FakeTerminal) -> None:
        self.device, self.behind, self.open = device, behind, True

    @property
    def prompt(self) -> str:
        """The prompt that stands there now."""
        return self.behind.prompt

    def ask(self, line: str, seconds: float, answers: Answers = ()) -> Reply:
        """Say what the device says, answering its question if that was expected."""
        if not self.open:
            raise DeviceError(self.device, _("the SSH session broke"), answer="closed")
        self.behind.typed.append(line)
        if line in self.behind.slow:
            raise DeviceError(self.device, _("did not finish within {seconds} s"), line, seconds=round(seconds))
        if question := self.behind.questions.get(line):
            answer = next((typed for pattern, typed in answers if re.search(pattern, question)), None)
            if answer is None:
                raise DeviceError(self.device, _("asked a question that nobody expected"), line, question)
            self.behind.typed.append(answer)
        return Reply(self.behind.says(self.behind, line), self.behind.prompt)

    def close(self) -> None:
        """End the session."""
        self.open = False

"""The context of the help page."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class HelpPage:
    """What the signs mean and what each role does."""

    template: ClassVar[str] = "help/help.html"

"""The seam to a device: run a command, put files, close. The real one speaks SSH, the fake one is a dictionary.

Both pass the same contract test. Whatever goes wrong on the way is a DeviceError that names the device; a command that
merely fails is an Answer with its status, because only the caller knows what that means. No secret is ever part
of a command: secrets travel as file contents.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Answer:
    """What a command left behind: its exit status and its words (standard output and error apart)."""

    status: int
    output: str
    complaint: str = ""

    def __repr__(self) -> str:
        return f"Answer(status={self.status})"


@dataclass(frozen=True)
class File:
    """A file to put: permission bits and text."""

    mode: int
    content: str

    def __repr__(self) -> str:
        return f"File(mode={self.mode:o})"


class Transport(Protocol):
    """One open session with one device."""

    device: str

    def run(self, command: str, seconds: float) -> Answer:
        """Run a shell command; DeviceError if it does not end within `seconds` or the session breaks."""
        ...

    def put(self, files: Mapping[str, File]) -> None:
        """Write each file under a temporary name and rename it over the old one; DeviceError names the path."""
        ...

    def close(self) -> None:
        """End the session; may be called from another thread to break a hanging one, and more than once."""
        ...

"""A device made of a dictionary, for tests of everything above the seam.

It keeps files, answers commands by a function and can be told to refuse a path or a command.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from countynet.errors import DeviceError
from countynet.i18n import _
from playbooks.device.transport import Answer, File


@dataclass
class FakeDevice:
    """The device behind the session: its files and how it answers."""

    answer: Callable[["FakeDevice", str], Answer]
    files: dict[str, File] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()
    commands: list[str] = field(default_factory=list)


class FakeTransport:
    """A session with a FakeDevice."""

    def __init__(self, device: str, behind: FakeDevice) -> None:
        self.device = device
        self.behind = behind
        self.open = True

    def run(self, command: str, seconds: float) -> Answer:
        """Answer as the device's function says."""
        self._check_open(command)
        self.behind.commands.append(command)
        return self.behind.answer(self.behind, command)

    def put(self, files: Mapping[str, File]) -> None:
        """Keep the files; refuse those that the device refuses."""
        self._check_open("")
        for path, file in files.items():
            if path in self.behind.refused:
                raise DeviceError(
                    self.device,
                    _("refused to store {path}"),
                    answer="Permission denied",
                    path=path,
                )
            self.behind.files[path] = file

    def close(self) -> None:
        """End the session."""
        self.open = False

    def _check_open(self, command: str) -> None:
        if not self.open:
            raise DeviceError(self.device, _("the SSH session broke"), command, "closed")

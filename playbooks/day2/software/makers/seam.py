"""What a maker's devices are asked and told about their software: the seam.

Pure but for what types the lines. Several boxes in a stack are refused, as no simulated device could show them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from playbooks.device.vendor import Answers

Files = tuple[str, ...]
Ask = Callable[[str, Answers], str]
"""types a line where commands are typed and returns what the device said; raises DeviceError when it refuses"""
Digest = tuple[str, str]
"""an algorithm as hashlib names it, and the digest in small hexadecimal digits"""


@dataclass(frozen=True)
class Flash:
    """What is on a flash."""

    free: int
    sizes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Boot:
    """What a device runs, and what it starts from next; nothing where the device does not say it by files."""

    current: Files
    main: Files
    backup: Files = ()


@dataclass(frozen=True)
class Doors:
    """Lines that let files be copied, and those that take that back."""

    on: tuple[str, ...] = ()
    off: tuple[str, ...] = ()


class Hands(Protocol):
    """What types at one device."""

    @property
    def name(self) -> str:
        """The device's name."""
        ...

    def ask(self, line: str, answers: Answers = ()) -> str:
        """Type a command. Raises DeviceError when it is refused."""
        ...

    def tell(self, line: str, answers: Answers = ()) -> str:
        """The same, whatever the device says."""
        ...

    def type(self, lines: Sequence[str]) -> None:
        """Type lines of configuration. Raises DeviceError at the first that is refused."""
        ...

    def save(self) -> None:
        """Save what runs. Raises DeviceError."""
        ...


class Maker(Protocol):
    """One maker's devices."""

    suffixes: tuple[str, ...]
    room: int
    """how many times its size an image takes"""
    keeps: bool
    """whether a device keeps what it ran, as files that it names and can be started from again"""
    copying: Literal["sftp", "scp"]
    opened: str
    """the line of a configuration that lets files be copied"""
    deletes: str
    """the command that deletes `{name}`; nothing where SFTP does"""
    slow: tuple[str, ...]
    """beginnings of commands that install an image or read it through"""
    reboot: str
    rebooting: Answers
    """the questions of `reboot`; what is not saved is not to be saved then"""

    def version(self, device: str, ask: Ask) -> str:
        """Return the version that runs. Raises DeviceError."""
        ...

    def boot(self, device: str, ask: Ask) -> Boot:
        """Return what the device starts from. Raises DeviceError."""
        ...

    def flash(self, device: str, ask: Ask) -> Flash:
        """Return what is on the flash. Raises DeviceError."""
        ...

    def start_from(self, at: Hands, files: Files) -> str:
        """Tell the next start to take these files and return what was said; whether it does so, `boot` says."""
        ...

    def keep_configuration(self, at: Hands) -> None:
        """Keep what runs where another version's saving does not reach it, if it could. Raises DeviceError."""
        ...

    def restore_configuration(self, at: Hands) -> None:
        """Have the next start take what was kept; nothing where saving was not needed. Raises DeviceError."""
        ...

    def forget_configuration(self, at: Hands) -> None:
        """Delete what was kept. Raises DeviceError."""
        ...

    def digest(self, device: str, ask: Ask, name: str) -> Digest | None:
        """Return the digest of a file on the flash; None where the device has no command for it."""
        ...

    def place(self, device: str, ask: Ask, name: str) -> str:
        """Return what a copy calls a file on the flash. Raises DeviceError."""
        ...

    def doors(self, device: str, user: str, running: str) -> Doors:
        """Return what lets an account copy files, given what runs. Raises DeviceError."""
        ...

    def neighbours(self, ask: Ask) -> frozenset[str]:
        """Return what is seen by LLDP: port and name of each neighbour."""
        ...

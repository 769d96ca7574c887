"""One device's software over its terminal: look, copy, boot, meet again. When and in which order is said elsewhere."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from countynet.errors import DeviceError
from countynet.i18n import _
from inventory.model import Device
from playbooks.day2.software.images import Image
from playbooks.day2.software.makers import MAKERS, Boot, Doors, Flash, Maker, flash
from playbooks.device import drivers
from playbooks.device.results import Limits
from playbooks.device.session import Session
from playbooks.device.transport.files import Files
from playbooks.device.vendor import Answers, typing_in
from playbooks.device.vendor.dialects import dialect

EVERY = 0.5
"""seconds between two tries to meet a device that boots"""
GOING = 30.0
"""seconds that a device may take to go down once it was told to"""


@dataclass(frozen=True)
class State:
    """What a device has, as it says."""

    version: str
    boot: Boot
    flash: Flash


class Box:
    """One open device; sessions are made anew after a reboot."""

    def __init__(
        self,
        about: Device,
        opener: Callable[[str], Session[Any]],
        files: Callable[[str], Files],
        user: str,
        limits: Limits,
        cancelled: threading.Event,
    ) -> None:
        self.about, self._opener, self._files = about, opener, files
        self._user, self._limits, self._cancelled = user, limits, cancelled
        self._session: Session[Any] | None = None

    @property
    def name(self) -> str:
        """The device's name."""
        return self.about.name

    @property
    def maker(self) -> Maker:
        """What is known of its maker."""
        return MAKERS[self.about.platform]

    @property
    def session(self) -> Session[Any]:
        """An open session in band. Raises DeviceError."""
        return self._reached()

    def _reached(self) -> Session[Any]:
        if self._session is None:
            found = self._opener(self.name)
            if found.way != "in-band":
                found.close()
                raise DeviceError(self.name, _("answers over staging only; its line carries nothing"))
            self._session = found
        return self._session

    def close(self) -> None:
        """End the session, if one is open."""
        held, self._session = self._session, None
        if held is not None:
            held.close()

    def _dialect(self) -> Any:
        return dialect(self.about.platform, self.about.model)

    def ask(self, line: str, answers: Answers = ()) -> str:
        """Type a line where commands are typed. Raises DeviceError when it is refused."""
        typing_in.leave(self.session.transport, self._dialect(), self._limits)
        return typing_in.ask(self.session.transport, self._dialect(), line, self._limits, answers)

    def tell(self, line: str, answers: Answers = ()) -> str:
        """The same, whatever it says: what became of it is asked for afterwards."""
        typing_in.leave(self.session.transport, self._dialect(), self._limits)
        return str(self.session.transport.ask(line, self._limits.command, answers).words)

    # looking

    def state(self) -> State:
        """Return what it has. Raises DeviceError."""
        maker = self.maker
        return State(maker.version(self.name, self.ask), maker.boot(self.name, self.ask), flash(self.name, self.ask))

    def running(self) -> str:
        """Return its configuration. Raises DeviceError."""
        return drivers.of(self.about).read(self.session, self.about, self._limits)

    def neighbours(self) -> frozenset[str]:
        """Return what it sees by LLDP; nothing where that is off."""
        try:
            return self.maker.neighbours(self.ask)
        except DeviceError:
            return frozenset()

    def missing_room(self, image: Image, size: int, state: State) -> int:
        """Return how many bytes the flash lacks for an image, 0 when it has the room."""
        there = state.flash.sizes.get(image.file, 0)
        return max(0, size * self.maker.room - there - state.flash.free)

    def has(self, image: Image, size: int, state: State) -> bool:
        """Whether the image is on its flash, whole and right. Raises DeviceError."""
        return state.flash.sizes.get(image.file) == size and self._digest(image) == image.sha256

    def _digest(self, image: Image) -> str:
        if found := self.maker.digest(self.name, self.ask, image.file):
            return found
        with self._open() as files:
            return files.digest(image.file, self._cancelled)

    # copying

    def copy(self, image: Image, source: Path, told: Callable[[int], None]) -> None:
        """Bring the image onto the flash and prove it; what is wrong there is deleted. Raises DeviceError."""
        with self._open() as files:
            files.put(source, image.file, told, self._cancelled)
            digest = self.maker.digest(self.name, self.ask, image.file) or files.digest(image.file, self._cancelled)
            if digest != image.sha256:
                files.remove(image.file)
                message = _("has {name} with another SHA-256 than the image has; the file was deleted there")
                raise DeviceError(self.name, message, answer=digest, name=image.file)

    @contextmanager
    def _open(self) -> Iterator[Files]:
        """Open SFTP for the length of a block; afterwards the device runs what it ran before. Raises DeviceError."""
        doors = self.maker.doors(self.name, self._user, self.running())
        self._type(doors.on)
        try:
            files = self._files(self.name)
            try:
                yield files
            finally:
                files.close()
        finally:
            self.shut(doors)

    def shut(self, doors: Doors | None = None) -> None:
        """Close SFTP. Raises DeviceError."""
        known = doors or self.maker.doors(self.name, self._user, self.running())
        try:
            self._type(known.off)
        except DeviceError:
            self.close()  # the connection broke: once more on a new one
            self._type(known.off)

    def is_open(self) -> bool:
        """Whether SFTP is on. Raises DeviceError."""
        return "sftp server enable" in (line.strip() for line in self.running().splitlines())

    def _type(self, lines: tuple[str, ...]) -> None:
        console, words = self.session.transport, self._dialect()
        typing_in.enter(console, words, self._limits)
        typing_in.type_lines(console, words, lines, self._limits)
        typing_in.commit(console, words, self._limits)
        typing_in.leave(console, words, self._limits)

    # booting

    def save(self) -> None:
        """Save what it runs. Raises DeviceError."""
        typing_in.save(self.session.transport, self._dialect(), self._limits)

    def start_from(self, files: tuple[str, ...]) -> Boot:
        """Have the next start take files, and return what it then starts from. Raises DeviceError when it does not."""
        before = self.maker.boot(self.name, self.ask)
        said = self.maker.start_from(self.name, self.tell, files)
        after = self.maker.boot(self.name, self.ask)
        taken = after.main == files if len(files) > 1 or after.main == files else after.main != before.current
        if not taken:
            raise DeviceError(
                self.name, _("does not take {name} for its next start"), answer=said[-500:], name=files[0]
            )
        return after

    def reboot(self) -> None:
        """Tell it to reboot, and see it go. Raises DeviceError when it stays."""
        with suppress(DeviceError):  # the session breaks: that is what was asked for
            said = self.tell(self.maker.reboot, self.maker.rebooting)
            if "^" in said:
                raise DeviceError(self.name, _("does not reboot"), self.maker.reboot, said[-500:])
        self.close()
        deadline = time.monotonic() + GOING
        while time.monotonic() < deadline:
            try:
                self._opener(self.name).close()
            except DeviceError:
                return
            time.sleep(EVERY / 5)

    def meet(self, patience: float) -> None:
        """Wait until it answers in band again. Raises DeviceError when it does not come back in time."""
        deadline = time.monotonic() + patience
        while True:
            try:
                self._reached()
                return
            except DeviceError as error:
                if time.monotonic() >= deadline:
                    message = _("has not come back within {minutes} minutes; somebody has to look at its console")
                    raise DeviceError(self.name, message, minutes=round(patience / 60, 1)) from error
                time.sleep(EVERY)

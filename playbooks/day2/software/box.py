"""One device's software over its terminal: look, copy, boot, meet again. When and in which order is said elsewhere."""

import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from countynet.errors import DeviceError
from countynet.i18n import _
from inventory.model import Device
from playbooks.day2.software.images import Image
from playbooks.day2.software.makers import MAKERS, Boot, Doors, Flash, Maker
from playbooks.day2.software.makers.common import YES
from playbooks.device import drivers
from playbooks.device.results import Limits
from playbooks.device.session import Session
from playbooks.device.transport.files import Files
from playbooks.device.vendor import Answers, typing_in
from playbooks.device.vendor.dialects import dialect

EVERY = 0.5
"""seconds between two tries to meet a device that boots"""
SLOW = 900.0
"""seconds that one command may take which installs an image or reads it through"""
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
        return typing_in.ask(self.session.transport, self._dialect(), line, self._patient(line), answers)

    def tell(self, line: str, answers: Answers = ()) -> str:
        """The same, whatever it says: what became of it is asked for afterwards."""
        typing_in.leave(self.session.transport, self._dialect(), self._limits)
        return str(self.session.transport.ask(line, self._patient(line).command, answers).words)

    def _patient(self, line: str) -> Limits:
        """Return the limits of a command: more time for one that installs an image or reads it through."""
        if not line.startswith(self.maker.slow):
            return self._limits
        return self._limits.model_copy(update={"command": max(self._limits.command, SLOW)})

    # looking

    def state(self) -> State:
        """Return what it has. Raises DeviceError."""
        maker = self.maker
        return State(
            maker.version(self.name, self.ask), maker.boot(self.name, self.ask), maker.flash(self.name, self.ask)
        )

    def running(self) -> str:
        """Return its configuration. Raises DeviceError."""
        return drivers.of(self.about).read(self.session, self.about, self._limits)

    def neighbours(self) -> frozenset[str]:
        """Return what it sees by LLDP; nothing where that is off."""
        try:
            return self.maker.neighbours(self.ask)
        except DeviceError:
            return frozenset()

    def missing_room(self, wanted: Sequence[tuple[Image, int]], state: State) -> int:
        """Return how many bytes the flash lacks for images of these sizes, 0 when it has the room."""
        more = sum(size * self.maker.room - state.flash.sizes.get(image.file, 0) for image, size in wanted)
        return max(0, more - state.flash.free)

    def has(self, image: Image, source: Path, state: State) -> bool:
        """Whether the image is on its flash, whole and right. Raises DeviceError."""
        if state.flash.sizes.get(image.file) != source.stat().st_size:
            return False
        if (right := self._proven(image, source)) is not None:
            return right
        with self._opened(), self._connected() as files:
            return files.digest(self._place(image), self._cancelled) == image.sha256

    def _place(self, image: Image) -> str:
        return self.maker.place(self.name, self.ask, image.file)

    def _proven(self, image: Image, source: Path) -> bool | None:
        """Whether the device's own digest of the image is that of our file; None where it has no command for one."""
        found = self.maker.digest(self.name, self.ask, image.file)
        if found is None:
            return None
        kind, digest = found
        with source.open("rb") as file:
            return digest == (image.sha256 if kind == "sha256" else hashlib.file_digest(file, kind).hexdigest())

    # copying

    def copy(self, image: Image, source: Path, told: Callable[[int], None]) -> None:
        """Bring the image onto the flash and prove it; what is wrong there is deleted. Raises DeviceError."""
        place = self._place(image)
        with self._opened():
            with self._connected() as files:
                files.put(source, place, told, self._cancelled)
            if (right := self._proven(image, source)) is None:
                with self._connected() as files:
                    right = files.digest(place, self._cancelled) == image.sha256
            if not right:
                self._remove(place)
                message = _("has {name} with another SHA-256 than the image has; the file was deleted there")
                raise DeviceError(self.name, message, name=image.file)

    def _remove(self, place: str) -> None:
        if self.maker.deletes:
            self.ask(self.maker.deletes.format(name=place), YES)
            return
        with self._connected() as files:
            files.remove(place)

    @contextmanager
    def _connected(self) -> Iterator[Files]:
        """Connect for one file: IOS ends a connection with its first session. Raises DeviceError."""
        files = self._files(self.name)
        try:
            yield files
        finally:
            files.close()

    @contextmanager
    def _opened(self) -> Iterator[None]:
        """Let files be copied for the length of a block; then it runs what it ran before. Raises DeviceError."""
        doors = self.maker.doors(self.name, self._user, self.running())
        self.type(doors.on)
        try:
            yield
        finally:
            self.shut(doors)

    def shut(self, doors: Doors | None = None) -> None:
        """Let no files be copied any more. Raises DeviceError."""
        known = doors or self.maker.doors(self.name, self._user, self.running())
        try:
            self.type(known.off)
        except DeviceError:
            self.close()  # the connection broke: once more on a new one
            self.type(known.off)

    def is_open(self) -> bool:
        """Whether files may be copied. Raises DeviceError."""
        return self.maker.opened in (line.strip() for line in self.running().splitlines())

    def type(self, lines: Sequence[str]) -> None:
        """Type lines of configuration. Raises DeviceError at the first that is refused."""
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
        said = self.maker.start_from(self, files)
        after = self.maker.boot(self.name, self.ask)
        unpacked = self.maker.room > 1 and len(files) == 1 and after.main != before.current
        if self.maker.keeps and not (after.main == files or unpacked):
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

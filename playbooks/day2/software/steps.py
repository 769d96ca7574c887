"""What is done to one device: staged, activated and verified, taken back. Raises DeviceError; what it has is kept.

A device is DONE when it came up with the new version, runs the configuration that it ran before, sees the neighbours
that it saw, and what answered behind it answers. Anything else is taken back at once, and the error says both. A maker
whose devices keep nothing of what they ran has its way back in another image of the list, staged besides.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from countynet.errors import BadInput, DeviceError
from countynet.i18n import _, translate, translate_error
from countynet.settings import Settings
from inventory import running
from playbooks.day2.software.box import Box, State
from playbooks.day2.software.images import FILE, Image, images, same_version, source
from playbooks.day2.software.store import Stage, Standing, keep, standing
from playbooks.device import drivers
from playbooks.plan.checks import Before, Checks
from playbooks.tags import SoftwareTag

SHOWN = 800
SMALL = _("has {missing} kB too little on its flash for {name}; delete there what is not needed")
TAKEN_BACK = _("{why}; it was taken back and runs {version} again")
NOT_BACK = _("{why}; taking it back failed too: {again}")
NO_WAY_BACK = _("keeps nothing of {version}, which it runs: list that version's image in {file} too, as the way back")
Wanted = tuple[tuple[Image, Path], ...]
"""images that have to be on a flash, with their files"""


@dataclass(frozen=True)
class Steps:
    """One device, one image."""

    settings: Settings
    engine: Engine
    image: Image
    source: Path
    box: Box
    actor: str
    checks: Checks
    behind: dict[str, str]
    """addresses of the devices behind it"""
    patience: float
    """seconds that it may take to come back"""
    settle: float
    """seconds that neighbours and routes may take"""
    told: Callable[[str], None]

    @property
    def name(self) -> str:
        """The device's name."""
        return self.box.name

    def known(self) -> Standing | None:
        """Return where it stands with this image."""
        found = standing(self.engine, self.name)
        return found if found and found.image == self.image.id else None

    def _keep(self, stage: Stage, **told: Any) -> None:
        before = self.known() or Standing(self.name, self.image.id, stage)
        keep(self.engine, replace(before, stage=stage, **told), self.actor)

    def _runs(self, state: State) -> bool:
        return same_version(state.version, self.image.version)

    # before

    def judge(self) -> tuple[State, str]:
        """Return what it has, and why it cannot be upgraded (translated; empty when it can). Raises DeviceError."""
        state, size = self.box.state(), self.source.stat().st_size
        if self._runs(state):
            return state, ""
        if (
            self.image.file in (*state.boot.current, *state.boot.main)
            and state.flash.sizes.get(self.image.file) != size
        ):
            return state, translate(_("starts from another file of the name {name}"), name=self.image.file)
        try:
            wanted = self._wanted(state)
        except DeviceError as error:
            return state, translate_error(error)
        if missing := self.box.missing_room([(image, file.stat().st_size) for image, file in wanted], state):
            names = ", ".join(image.file for image, _file in wanted)
            return state, translate(SMALL, missing=-(-missing // 1024), name=names)
        return state, ""

    def _wanted(self, state: State) -> Wanted:
        """Return the image, and that of what runs where it is the only way back. Raises DeviceError for none."""
        if self.box.maker.keeps:
            return ((self.image, self.source),)
        before = self._listed(state.version)
        if before is None:
            raise DeviceError(self.name, NO_WAY_BACK, version=state.version, file=FILE)
        try:
            return ((before, source(self.settings.county, before)), (self.image, self.source))
        except BadInput as error:
            raise DeviceError(self.name, _("{why}"), why=translate_error(error)) from error

    def _listed(self, version: str) -> Image | None:
        fitting = (image for image in images(self.settings.county).values() if image.fits(self.box.about))
        return next((image for image in fitting if same_version(image.version, version)), None)

    def stage(self) -> bool:
        """Have the image on the device's flash, proven; return whether it was copied. Raises DeviceError."""
        state, why = self.judge()
        if self._runs(state):
            return False
        known = self.known()
        if known and known.stage is Stage.COPYING and self.box.is_open():
            self.box.shut()  # a run that was killed has left it open
        if why:
            raise DeviceError(self.name, _("{why}"), why=why)
        missing = [(image, file) for image, file in self._wanted(state) if not self.box.has(image, file, state)]
        if not missing:
            if not (known and known.stage is Stage.STAGED):
                self._keep(Stage.STAGED)
            return False
        self._keep(Stage.COPYING)
        for image, file in missing:
            self.told(translate(_("copying {name}"), name=image.file))
            self.box.copy(image, file, lambda part: self.told(translate(_("{part} % are there"), part=part)))
        self._keep(Stage.STAGED, version=state.version)
        return True

    # the change

    def activate(self) -> bool:
        """Bring it to the image and verify it; return whether anything changed. Raises DeviceError."""
        known = self.known()
        if known and known.stage is Stage.REBOOTING:
            self.told(translate(_("an earlier run has rebooted it; it is verified")))
            self._verify(known)
            return True
        state = self.box.state()
        if self._runs(state):
            return False
        if self.box.is_open():
            raise DeviceError(self.name, _("lets files be copied to it; stage it again first"))
        wanted = self._wanted(state)
        for image, file in wanted:
            if not self.box.has(image, file, state):
                raise DeviceError(self.name, _("does not have {name} whole; stage it first"), name=image.file)
        before = self._before(state, state.boot.current if self.box.maker.keeps else (wanted[0][0].file,))
        self.box.save()
        self.box.maker.keep_configuration(self.box)
        self.box.start_from((self.image.file,))
        keep(self.engine, before, self.actor)
        self.told(translate(_("reboots to {version}"), version=self.image.version))
        self.box.reboot()
        self._verify(before)
        return True

    def _before(self, state: State, files: tuple[str, ...]) -> Standing:
        found = self.checks.before(str(self.box.about.management), self.behind)
        return Standing(
            self.name, self.image.id, Stage.REBOOTING, state.version, files,
            tuple(sorted(self.box.neighbours())), tuple(sorted([*found.behind, *([self.name] if found.ping else [])])),
        )  # fmt: skip

    def _verify(self, before: Standing) -> None:
        try:
            self.box.meet(self.patience)
        except DeviceError as error:
            self._failed(error)
            raise
        try:
            self._as_before(before, self.image.version)
        except DeviceError as error:
            self._undone(before, error)
        self._forget()
        self.told(translate(_("runs {version}, all else as before"), version=self.image.version))
        self._keep(Stage.DONE, why="")

    def _as_before(self, before: Standing, version: str) -> None:
        """Raise DeviceError unless it runs a version and everything else is as it was."""
        found = self.box.maker.version(self.name, self.box.ask)
        if not same_version(found, version):
            raise DeviceError(self.name, _("came up with {version}"), version=found)
        was = running.original(self.settings, self.name).get_secret_value()
        deadline = time.monotonic() + self.settle
        while diff := drivers.of(self.box.about).difference(was, self.box.running()):
            if time.monotonic() >= deadline:
                raise DeviceError(self.name, _("runs another configuration:\n{difference}"), difference=diff[:SHOWN])
            time.sleep(1)
        while lost := set(before.seen) - self.box.neighbours():
            if time.monotonic() >= deadline:
                raise DeviceError(self.name, _("no longer sees {names}"), names=", ".join(sorted(lost)))
            time.sleep(1)
        answered = {name: address for name, address in self.behind.items() if name in before.behind}
        self.checks.after(
            self.name, str(self.box.about.management), Before(self.name in before.behind, answered), self.settle
        )

    # the way back

    def back(self) -> bool:
        """Boot what it ran before this image; return whether anything changed. Raises DeviceError."""
        known = self.known()
        if known is None or not known.files:
            raise DeviceError(self.name, _("was not brought to this image from here; nothing is known to go back to"))
        if same_version(self.box.maker.version(self.name, self.box.ask), known.version):
            return False
        self._boot_back(known)
        self._keep(Stage.BACK, why=translate(_("on request")))
        return True

    def _boot_back(self, known: Standing, *, restore: bool = False) -> None:
        """Boot what ran before; with `restore` by the configuration of then, whatever was saved since."""
        self.told(translate(_("is taken back to {version}"), version=known.version))
        if self.box.maker.boot(self.name, self.box.ask).main != known.files:
            self.box.start_from(known.files)
        if restore:
            self.box.maker.restore_configuration(self.box)
        if not same_version(self.box.maker.version(self.name, self.box.ask), known.version):
            self.box.reboot()
            self.box.meet(self.patience)
        self._as_before(known, known.version)

    def _undone(self, before: Standing, error: DeviceError) -> None:
        """Take it back and raise what was wrong, with how that went."""
        why = translate_error(error)
        try:
            self._boot_back(before, restore=True)
        except DeviceError as again:
            told = DeviceError(self.name, NOT_BACK, why=why, again=translate_error(again))
            self._failed(told)
            raise told from again
        self._forget()
        self._keep(Stage.BACK, why=why)
        raise DeviceError(self.name, TAKEN_BACK, why=why, version=before.version) from error

    def _forget(self) -> None:
        with suppress(DeviceError):  # the upgrade is what counts: the next one writes over it
            self.box.maker.forget_configuration(self.box)

    def _failed(self, error: DeviceError) -> None:
        """Note what went wrong; a device that does not come back is verified by the next run."""
        stage = Stage.REBOOTING if error.message != NOT_BACK else Stage.FAILED
        known = self.known() or Standing(self.name, self.image.id, stage)
        kept = replace(known, stage=stage, why=translate_error(error))
        keep(self.engine, kept, self.actor, SoftwareTag.FAILED)

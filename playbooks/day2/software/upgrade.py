"""The playbook that upgrades the software of devices: which, in which order, in which window, and what a failure does.

Staging goes on past a device that fails, as nothing changes by it. Activating ends with the first tier in which a
device fails, by the policy that the run was given; one that does not answer at all is named and left out. A run that
is done again finds by the devices themselves what is still to do.
"""

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from countynet import clock
from countynet.errors import BadInput, Conflict, DeviceError, Problem
from countynet.i18n import _, language, set_language, translate, translate_why
from countynet.moments import moment, shown
from countynet.secrets import Secrets
from countynet.vocabulary import DeviceRole
from inventory.calendar.present import known as calendar_of
from inventory.model import County, Device
from inventory.running import Cause, Why
from playbooks.backup.take import take
from playbooks.day2.carry import named
from playbooks.day2.software.box import Box
from playbooks.day2.software.images import Image, image, same_version, source
from playbooks.day2.software.makers import MAKERS
from playbooks.day2.software.steps import Steps
from playbooks.device import service
from playbooks.device.lock import only_one
from playbooks.device.operation import Operation
from playbooks.device.results import Limits
from playbooks.plan import blast
from playbooks.plan.checks import LiveChecks
from playbooks.plan.model import Policy
from playbooks.plan.rules import may_change
from playbooks.plan.tiers import tiers
from playbooks.plan.windows.model import at_work
from playbooks.present import present_county, present_names
from playbooks.runner.model import Playbook
from playbooks.runner.programs.work import Ended, Work
from playbooks.servers.run import Heard, HostResult

COPYING = 3600.0
"""seconds that a device may take to get its image"""
SETTLE = 60.0
"""seconds that neighbours and routes may take after a reboot"""
PACKAGES = _("runs Linux, whose software is Debian packages and no image")
OTHER = _("{image} is not made for this device ({platform} {model})")
UNANSWERED = _("answers SSH neither at {management} nor at {staging}")


class Upgrade:
    """Devices brought to an image."""

    def touches(self, county: County, playbook: Playbook, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return the devices; all vendors' devices when none is named."""
        every = tuple(device.name for device in county.devices if device.platform != "linux")
        if not (names or every):
            raise BadInput([Problem(_("no device of this county has images"), where="devices")])
        return names or every

    def look(self, work: Work) -> Iterator[str]:
        """Yield what each device has and lacks, in the order in which it would be done."""
        may_change(work.actor.name, work.actor.role)
        run = _Run.of(work)
        of, size = run.image, run.source.stat().st_size // 1024
        said = _("image {id}: version {version}, {size} kB, {file}")
        yield translate(said, id=of.id, version=of.version, size=size, file=of.file)
        yield from run.about_window()
        units = blast.units_behind(run.county)
        for number, names in zip(count(1), tiers(run.devices), strict=False):
            behind = sorted({unit for name in names for unit in units.get(name, ())})
            said = _("tier {number}: {devices}; behind it: {count} units")
            yield translate(said, number=number, devices=named(names), count=len(behind))
        for result, line in run.looked():
            yield f"{result}: {line}"

    def run(self, work: Work) -> Ended:
        """Do the step that was asked for."""
        may_change(work.actor.name, work.actor.role)
        run = _Run.of(work)
        with only_one(work.settings, "software", 60.0, work.cancelled):
            return run.staged() if work.values["step"] == "stage" else run.booted(work.values["step"])


@dataclass
class _Run:
    """One run."""

    work: Work
    county: County
    image: Image
    source: Path
    devices: tuple[Device, ...]
    window: tuple[datetime, datetime] | None
    limits: Limits = field(default_factory=Limits)
    language: str = field(default_factory=language)

    @classmethod
    def of(cls, work: Work) -> "_Run":
        """Read what was asked for. Raises BadInput with all that is wrong."""
        county = present_county(work.settings)
        wanted = image(work.settings.county, work.values["image"])
        names = present_names(county, work.only or work.names)
        chosen = tuple(county.device_by_name[name] for name in names) if names else county.devices
        problems = [problem for device in chosen if names and (problem := _misfit(device, wanted))]
        window = _window(work, problems)
        if problems:
            raise BadInput(problems)
        fitting = tuple(device for device in chosen if wanted.fits(device))
        if not fitting:
            raise BadInput(
                [Problem(_("no device of this county is one that it is made for"), where="image", found=wanted.id)]
            )
        return cls(work, county, wanted, source(work.settings.county, wanted), fitting, window)

    @property
    def _patience(self) -> float:
        return 60.0 * int(self.work.values.get("wait") or 15)

    # what a person wants to know

    def about_window(self) -> Iterator[str]:
        """Yield when it may be done."""
        if self.window is not None:
            start, end = self.window
            yield translate(_("window: {start} - {end}"), start=shown(start), end=shown(end))
            yield from at_work(start, calendar_of(self.work.settings.county))

    def looked(self) -> Iterator[tuple[str, str]]:
        """Yield what each device has, or why it cannot be upgraded."""
        for name, found in self._each(self.devices, self._look, self.limits):
            yield name, translate_why(found) if isinstance(found, DeviceError) else str(found)

    def _look(self, steps: Steps) -> str:
        state, why = steps.judge()
        if same_version(state.version, self.image.version):
            return translate(_("runs {version} already"), version=state.version)
        there = _("the image is there") if self.image.file in state.flash.sizes else _("the image is not there yet")
        said = _("runs {version}, starts next from {next}, has {free} kB left; {there}")
        next_start = ", ".join(state.boot.main) or translate(_("what is installed"))
        line = translate(
            said, version=state.version, next=next_start, free=state.flash.free // 1024,
            there=translate(there),
        )  # fmt: skip
        return f"{line}; {why}" if why else line

    # doing it

    def staged(self) -> Ended:
        """Copy the image to all."""
        limits = self.limits.model_copy(update={"device": COPYING, "command": COPYING / 4, "workers": 4})
        hosts = tuple(self._host(name, found) for name, found in self._each(self.devices, Steps.stage, limits))
        return self._ended(hosts, _("the image is on {good} of {all} devices; activate it in a work window"))

    def booted(self, step: str) -> Ended:
        """Reboot to the image, or to what ran before, tier by tier."""
        self._refuse_closed()
        if due := self._due(step):
            self.work.cuts(due)
        ordered, hosts = tiers(self.devices), dict[str, HostResult]()
        ordered = ordered if step == "activate" else tuple(reversed(ordered))
        for number, names in zip(count(1), ordered, strict=False):
            if self.work.cancelled.is_set() or not self._has_time():
                self._say(_("nothing further is begun: it was cancelled, or the window leaves no time for it"))
                break
            self._say(_("tier {number} of {total}: {devices}"), number=number, total=len(ordered), devices=named(names))
            found = self._tier(names, step)
            hosts |= found
            if any(host.error and host.error.message != UNANSWERED for host in found.values()):
                hosts |= self._policy(names, hosts)
                break
        left = [device.name for device in self.devices if device.name not in hosts]
        message = (
            _("{good} of {all} devices are done")
            if not left
            else _("{good} of {all} devices are done; not begun: {left}")
        )
        return self._ended(tuple(hosts.values()), message, left)

    def _due(self, step: str) -> list[str]:
        """Return the devices that an earlier run has not brought there by all that is known: those are rebooted."""
        from playbooks.day2.software.store import Stage, standing

        done = Stage.DONE if step == "activate" else Stage.BACK
        found = {device.name: standing(self.work.engine, device.name) for device in self.devices}
        return [n for n, one in found.items() if one is None or (one.image, one.stage) != (self.image.id, done)]

    def _tier(self, names: Sequence[str], step: str) -> dict[str, HostResult]:
        devices = [self.county.device_by_name[name] for name in names]
        if step == "activate":
            self._keep_running(names)
        limits = self.limits.model_copy(
            update={
                "device": self.limits.device + 2 * (self._patience + SETTLE) + COPYING,
                "workers": max(1, len(names)),
            }
        )
        act = Steps.activate if step == "activate" else Steps.back
        return {name: self._host(name, found) for name, found in self._each(devices, act, limits)}

    def _keep_running(self, names: Sequence[str]) -> None:
        """Keep what devices run before they are rebooted: what they run afterwards is compared with it."""
        from playbooks.day2.software.store import Stage, standing

        fresh = [n for n in names if (s := standing(self.work.engine, n)) is None or s.stage is not Stage.REBOOTING]
        if fresh:
            why = Why(self.work.actor.name, Cause.OTHER, self.image.id)
            take(self.work.settings, why, [f"name={','.join(fresh)}"], limits=self.limits)

    def _policy(self, tier: Sequence[str], hosts: Mapping[str, HostResult]) -> dict[str, HostResult]:
        """Take back what the policy says, of what this run has changed well."""
        self._say(_("a device failed: the rest is not begun"))
        done = [name for name, host in hosts.items() if host.changed and not host.error]
        policy = Policy(self.work.values.get("failure") or Policy.STOP)
        back = {Policy.STOP: [], Policy.UNDO_TIER: [n for n in done if n in tier], Policy.UNDO_ALL: done}[policy]
        found = dict[str, HostResult]()
        for names in reversed(tiers([self.county.device_by_name[name] for name in back])):
            self._say(_("taking back: {devices}"), devices=named(names))
            for name, host in self._tier(names, "back").items():
                error = host.error or DeviceError(name, _("was taken back, as another device failed"))
                found[name] = HostResult(name, error=error)
        return found

    def _each(self, devices: Sequence[Device], act: Any, limits: Limits) -> Iterable[tuple[str, Any]]:
        """Return what `act` gives for each device: a value, or the DeviceError."""
        settings, secrets = self.work.settings, Secrets.load(self.work.settings)
        opener = service.opener(self.county, settings, secrets, limits)
        files = service.file_opener(
            self.county, settings, secrets, limits, lambda device: MAKERS[device.platform].copying == "scp"
        )
        make = partial(self._steps, limits=limits)

        def open_box(name: str) -> Box:
            device = self.county.device_by_name[name]
            return Box(device, opener, files, service.account(secrets, device).user, limits, self.work.cancelled)

        def do(device: Device, box: Any, _began: float) -> tuple[str, Any]:
            set_language(self.language)
            return device.name, act(make(box))

        operation = Operation(
            devices, open_box, do, lambda name, _seconds, error: (name, error), limits,  # type: ignore[arg-type]
            service.around_of(settings), service.redactor(secrets), cancelled=threading.Event(),
        )  # fmt: skip
        return operation.run()

    def _steps(self, box: Box, limits: Limits) -> Steps:
        name = box.name
        return Steps(
            self.work.settings, self.work.engine, self.image, self.source, box, self.work.actor.name, LiveChecks(),
            self._behind(box.about), self._patience, SETTLE,
            lambda text: self.work.heard(Heard(text, name)),
        )  # fmt: skip

    def _behind(self, device: Device) -> dict[str, str]:
        if device.role is DeviceRole.CPE:
            return {}
        cpes = self.county.cpe_by_unit
        units = blast.units_behind(self.county).get(device.name, ())
        return {cpes[unit].name: str(cpes[unit].management) for unit in units if unit in cpes}

    def _host(self, name: str, found: Any) -> HostResult:
        if isinstance(found, DeviceError):
            self.work.heard(Heard(translate_why(found), name))
            return HostResult(name, error=found)
        return HostResult(name, ok=1, changed=int(bool(found)))

    def _ended(self, hosts: tuple[HostResult, ...], message: str, left: Sequence[str] = ()) -> Ended:
        good = sum(1 for host in hosts if not host.error)
        words = translate(message, good=good, all=len(self.devices), left=named(left))
        return Ended(good == len(self.devices), hosts, words)

    def _say(self, message: str, **values: object) -> None:
        self.work.heard(Heard(translate(message, **values)))

    # the window

    def _refuse_closed(self) -> None:
        if self.window is None:
            raise BadInput(
                [Problem(_("devices are rebooted in a work window: say when it begins and ends"), where="begin")]
            )
        start, end = self.window
        now = clock.now()
        if not start <= now < end:
            message = _("it is {now}, and the work window is from {start} to {end}")
            raise Conflict(message, now=shown(now), start=shown(start), end=shown(end))

    def _has_time(self) -> bool:
        assert self.window is not None
        return clock.now() + timedelta(seconds=self._patience) <= self.window[1]


def _misfit(device: Device, wanted: Image) -> Problem | None:
    """Return why an image is not for a device that was named."""
    if wanted.fits(device):
        return None
    if device.platform == "linux":
        return Problem(PACKAGES, where="devices", found=device.name)
    values = {"image": wanted.id, "platform": device.platform, "model": device.model}
    return Problem(OTHER, values, where="devices", found=device.name)


def _window(work: Work, problems: list[Problem]) -> tuple[datetime, datetime] | None:
    begin, end = (work.values.get(name, "").strip() for name in ("begin", "end"))
    if not (begin or end):
        return None
    if not (begin and end):
        problems.append(Problem(_("a window has a start and an end"), where="begin" if end else "end"))
        return None
    try:
        start, over = moment(begin, "begin"), moment(end, "end")
    except BadInput as error:
        problems += error.problems
        return None
    if over <= start:
        problems.append(Problem(_("the window ends before it begins"), where="end", found=end))
    return start, over

"""Brings a device back to what it ran at a time.

A device that runs in its place gets a plan like any change: approved, guarded, taken back by itself when it cuts. A
bare box that took a device's place has nothing to lose and no path of its own yet: it is brought to the original at
once, over staging, after a person has seen the difference and said yes. Its new host key is refused until
`countynet config trust DEVICE` (or `trust`) says that it was replaced. What a bare box runs is no version.
"""

from dataclasses import dataclass

from countynet.canonical import JSON
from countynet.db import open_database, transaction
from countynet.errors import Conflict, DeviceError
from countynet.events import record
from countynet.i18n import _
from countynet.moments import shown
from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory import confirmed, running
from inventory.running import Cause, Why
from playbooks.backup import history
from playbooks.backup.history import Version
from playbooks.device import drivers, service
from playbooks.device.hostkeys import HostKeys, known_hosts
from playbooks.device.intended import renderer
from playbooks.device.results import DeviceResult, Limits, Progress, silent
from playbooks.device.vendor import people
from playbooks.plan.make import Wish, toward
from playbooks.plan.model import Plan
from playbooks.present import present_county
from playbooks.tags import BackupTag


@dataclass(frozen=True)
class Look:
    """How a device stands against one of its versions; `diff` is masked and leads to the version."""

    version: Version
    bare: bool
    diff: str

    def document(self) -> dict[str, JSON]:
        """Return it as JSON."""
        return {"version": self.version.document(), "bare": self.bare, "diff": self.diff}


def trust(settings: Settings, device: str) -> None:
    """Forget the host key of a device that was replaced: the next one that it shows is recorded."""
    HostKeys(known_hosts(settings)).forget((device,))
    confirmed.forget(settings, device)


def look(settings: Settings, version: Version, limits: Limits | None = None) -> Look:
    """Compare what answers in the device's place with a version. Raises DeviceError, BadInput."""
    result = _bring(settings, version, limits, silent, "", check=True)
    return Look(version, result.via == "staging", result.diff)


def plan(
    settings: Settings, version: Version, wish: Wish, progress: Progress = silent, limits: Limits | None = None
) -> Plan:
    """Make the plan that brings a running device back. Raises what `playbooks.plan.make.toward` raises."""
    text = _wanted(settings, version)
    named = Wish(wish.author, wish.policy, wish.seconds, restores=f"{shown(version.at)} ({version.commit[:10]})")
    with running.because(Why(wish.author, Cause.RESTORE, version.commit[:10])):
        return toward(settings, named, {version.device: text}, progress, limits)


def bring(
    settings: Settings, version: Version, actor: str, progress: Progress = silent, limits: Limits | None = None
) -> DeviceResult:
    """Bring a bare box to a version. Raises Conflict when it is not bare any more, DeviceError when it fails."""
    if not look(settings, version, limits).bare:
        raise Conflict(_("{device} runs in its place: it is restored by a plan"), device=version.device)
    with running.because(Why(actor, Cause.RESTORE, version.commit[:10])):
        result = _bring(settings, version, limits, progress, actor, check=False)
    with transaction(open_database(settings)) as session:
        data: dict[str, JSON] = {"version": version.commit, "at": version.at.isoformat(), "diff": result.diff}
        record(session, BackupTag.RESTORED, actor, f"device:{version.device}", data)
    return result


def _wanted(settings: Settings, version: Version) -> str:
    """Return what was kept, with the inventory's own keys where a device told none (users of SNMPv3 on IOS)."""
    text = history.original(settings, version).get_secret_value()
    county = present_county(settings)
    device = county.device_by_name.get(version.device)
    if device is None or device.platform != "cisco_ios":
        return text
    try:
        intended = renderer(county, Secrets.load(settings))(device.name)
    except DeviceError:
        return text
    return people.filled(text, intended, drivers.of(device).mask)


def _bring(
    settings: Settings, version: Version, limits: Limits | None, progress: Progress, actor: str, *, check: bool
) -> DeviceResult:
    texts = {version.device: _wanted(settings, version)}
    with running.because(Why(keep=False)) if check else running.because(running.reason(actor)):
        (result,) = service.apply(
            present_county(settings),
            settings,
            [version.device],
            progress,
            check=check,
            limits=limits,
            actor=actor,
            texts=texts,
        )
    if result.error:
        raise result.error
    return result

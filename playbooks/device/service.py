"""Fleet operations: `apply` brings devices to what the inventory says, `fetch` reads what they run.

Both go through nornir with our runner, one SSH session per device, from the county's vantage point, and return one
result per device. `apply` ends when every bare device answers in band and has shut its staging port, or is named.
What devices run is stored (`inventory.running`), what was changed is recorded as events. Source of what is intended:
`intended`; how a platform's devices are spoken with: `drivers`. Only one change of the fleet runs at a time (`lock`).
"""

import hashlib
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial
from typing import Any

from countynet import vantage
from countynet.errors import BadInput, DeviceError, Problem
from countynet.i18n import _
from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory import names, running
from inventory.intent import rotation
from inventory.intent.platforms import KINDS
from inventory.intent.rotation import Account, optional
from inventory.model import County, Device
from playbooks.device import drivers
from playbooks.device.closing import InBand
from playbooks.device.hostkeys import HostKeys, known_hosts
from playbooks.device.intended import renderer
from playbooks.device.journal import journal
from playbooks.device.lock import only_one
from playbooks.device.operation import Operation, Session
from playbooks.device.reach import Reached, reach
from playbooks.device.results import DeviceResult, FetchResult, Limits, Progress, Step, silent
from playbooks.device.together import Once, Together, refuse_typed, rekeying
from playbooks.device.transport.files import Files, ScpFiles, SftpFiles
from playbooks.device.transport.ssh import Login, load_key
from playbooks.device.vouched import Vouched

USER = names.ADMINISTRATOR
KEY = "ssh/admin-private-key"
MASK = "mask/key"
"""in the vault since the administrators' key was exchanged: what that key had made of the masks until then, in hex"""
Around = Callable[[], AbstractContextManager[object]]


def apply(
    county: County,
    settings: Settings,
    only: Sequence[str] | None = None,
    progress: Progress = silent,
    *,
    check: bool = False,
    limits: Limits | None = None,
    cancelled: threading.Event | None = None,
    actor: str = "system",
    patience: float = 0.0,
    texts: Mapping[str, str] | None = None,
    afresh: bool = False,
) -> tuple[DeviceResult, ...]:
    """Configure devices from the inventory, or to given `texts` (what they once ran); with `check` only compare.

    With `afresh` every secret is sent again, whatever is known of it (`playbooks.device.vouched`).
    Raises BadInput for an unknown device or a missing secret, before anything is touched, and Conflict while another
    change of the fleet is under way for longer than `patience` seconds.
    """
    cancelled = cancelled or threading.Event()
    with nullcontext() if check else only_one(settings, "config", patience, cancelled):
        return _apply(
            county, settings, only, progress, check, limits or Limits(), cancelled, actor, texts or {}, afresh
        )


def _apply(
    county: County,
    settings: Settings,
    only: Sequence[str] | None,
    progress: Progress,
    check: bool,
    limits: Limits,
    cancelled: threading.Event,
    actor: str,
    texts: Mapping[str, str],
    afresh: bool,
) -> tuple[DeviceResult, ...]:
    secrets = Secrets.load(settings)
    devices, around = select(county, only), around_of(settings)
    rendered, open_session = renderer(county, secrets), opener(county, settings, secrets, limits)
    in_band, shutting = InBand(around), set[str]()
    at_once = frozenset[str]()
    if not check:
        named = [device.name for device in devices]
        at_once = rekeying(county, settings, named, lambda name: texts[name] if name in texts else rendered(name))
    together = Together(at_once)

    def act(device: Device, session: Session[Any], began: float) -> DeviceResult:
        driver = drivers.of(device)
        intended = texts[device.name] if device.name in texts else rendered(device.name)
        vouched = Vouched(settings, device.name, ours=device.name not in texts, afresh=afresh)
        if session.way == "in-band":
            refuse_typed(county, at_once & {device.name})
        came = Once(partial(together.meet, device.name))
        done = driver.bring(session, device, intended, limits, check=check, vouched=vouched, ready=came)
        came()
        if done.closing:
            left = driver.close_later(session, device, county, done.closing, limits)
            shutting.add(device.name)
            in_band.add(device, partial(_closed_by_us, open_session, device.name, left) if left else None)
        seconds = time.monotonic() - began
        return DeviceResult(
            device.name, done.changed, seconds, None, done.diff, session.way, done.running, done.unconfirmed
        )  # fmt: skip

    operation = Operation(
        devices,
        open_session,
        act,
        lambda name, seconds, error: DeviceResult(name, False, seconds, error),
        limits.model_copy(update={"workers": max(limits.workers, len(at_once))}),
        around,
        redactor(secrets),
        progress,
        cancelled,
        together,
    )
    results = operation.run()
    total = len(devices)
    silent_ones = in_band.finish(limits.in_band, lambda left: progress(Step("", "waiting", total - left, total)))
    results = tuple(_closed(result, silent_ones) for result in results)
    shut = [device for device in devices if any(r.device == device.name in shutting and not r.error for r in results)]
    last = _read(replace(operation, devices=shut, progress=silent), limits) if shut else {}
    results = tuple(replace(result, running=last.get(result.device) or result.running) for result in results)
    if not check:
        journal(settings, results, actor)
    with running.because(running.reason(actor)):
        store(settings, secrets, county, {r.device: r.running for r in results if r.running})
    return results


def _read(operation: Operation[Any], limits: Limits) -> dict[str, str]:
    """Return what devices run now, those that answer: after its staging port was shut a device runs something else."""
    found = replace(
        operation,
        act=lambda device, session, _began: (device.name, drivers.of(device).read(session, device, limits)),
        failed=lambda name, _seconds, _error: (name, ""),
    ).run()
    return dict(found)


def fetch(
    county: County,
    settings: Settings,
    only: Sequence[str] | None = None,
    progress: Progress = silent,
    *,
    limits: Limits | None = None,
    cancelled: threading.Event | None = None,
) -> dict[str, FetchResult]:
    """Read what devices run and store it: masked for the eye, sealed for a restore. Raises BadInput."""
    limits, secrets = limits or Limits(), Secrets.load(settings)
    devices, texts, key = select(county, only), dict[str, str](), mask_key(secrets)

    def act(device: Device, session: Session[Any], began: float) -> FetchResult:
        driver = drivers.of(device)
        text = texts[device.name] = driver.read(session, device, limits)
        return FetchResult(device.name, time.monotonic() - began, driver.mask(text, key))

    operation = Operation(
        devices,
        opener(county, settings, secrets, limits),
        act,
        lambda name, seconds, error: FetchResult(name, seconds, "", error),
        limits,
        around_of(settings),
        redactor(secrets),
        progress,
        cancelled or threading.Event(),
    )
    results = operation.run()
    store(settings, secrets, county, texts)
    return {result.device: result for result in results}


def select(county: County, only: Sequence[str] | None) -> tuple[Device, ...]:
    """Return the named devices, or all. Raises BadInput with every unknown name."""
    unknown = [name for name in only or () if name not in county.device_by_name]
    if unknown:
        raise BadInput([Problem(_("there is no device named {name}"), {"name": name}) for name in unknown])
    return county.devices if only is None else tuple(county.device_by_name[name] for name in only)


def opener(
    county: County, settings: Settings, secrets: Secrets, limits: Limits, following: bool | None = None
) -> Callable[[str], Session[Any]]:
    """Return the function that opens a session with a device by name; with `following` by the next credential alone.

    Raises BadInput for a key that is missing.
    """
    knock = _knocker(county, settings, secrets, limits, following)

    def open_session(name: str) -> Session[Any]:
        login, reached = knock(name)
        device = county.device_by_name[name]
        return Session(drivers.of(device).open(device, login, reached.sock), reached.way)

    return open_session


def file_opener(
    county: County, settings: Settings, secrets: Secrets, limits: Limits, by_scp: Callable[[Device], bool]
) -> Callable[[str], Files]:
    """Return the function that opens the files of a device by name, with the login that its sessions have.

    `by_scp` says whose files are copied by SCP; all others' are by SFTP. Raises BadInput for a key that is missing;
    the function DeviceError.
    """
    knock = _knocker(county, settings, secrets, limits)

    def open_files(name: str) -> Files:
        login, reached = knock(name)
        kind = ScpFiles if by_scp(county.device_by_name[name]) else SftpFiles
        return kind(login, reached.sock)

    return open_files


def _knocker(
    county: County, settings: Settings, secrets: Secrets, limits: Limits, following: bool | None = None
) -> Callable[[str], tuple[Login, Reached]]:
    wanted = {device.name: account(secrets, device, following) for device in county.devices}
    needed, hostkeys = {held.key for held in wanted.values()}, HostKeys(known_hosts(settings))
    keys = {name: load_key(secrets.get(name)) for name in needed}

    def knock(name: str) -> tuple[Login, Reached]:
        reached = reach(county.device_by_name[name], limits)
        user, key = wanted[name]
        return Login(name, reached.address, user, keys[key], hostkeys, limits.sign_in), reached

    return knock


def account(secrets: Secrets, device: Device, following: bool | None = None) -> Account:
    """Return the account that opens a device and the name of the secret with its key; while keys are exchanged, those
    that it is at, or with `following` the next ones or not.
    """
    return rotation.ssh_account(secrets.get, device.name, KINDS[device.platform].rsa, following)


def around_of(settings: Settings) -> Around:
    """Return what a thread enters to stand where the devices are reached from. Raises Conflict without the twin."""
    netns = vantage.path(settings)
    return partial(vantage.within, netns) if netns else nullcontext


def redactor(secrets: Secrets) -> Callable[[str], str]:
    """Return a function that strikes the county's secrets out of a text."""
    values = [value for name in secrets.names() if len(value := secrets.get(name).get_secret_value().strip()) > 5]

    def redact(text: str) -> str:
        for value in values:
            text = text.replace(value, "********")
        return text

    return redact


def _closed_by_us(
    open_session: Callable[[str], Session[Any]], name: str, close: Callable[[Session[Any]], None]
) -> None:
    """Shut a device's staging port on a session in band. Raises DeviceError."""
    session = open_session(name)
    try:
        if session.way != "in-band":
            raise DeviceError(name, _("does not answer in band any more"))
        close(session)
    finally:
        session.close()


def _closed(result: DeviceResult, silent_ones: Mapping[str, bool]) -> DeviceResult:
    answered = silent_ones.get(result.device)
    if answered is None:
        return result
    message = (
        _("answers in band but has not shut its staging port yet")
        if answered
        else _("is configured but does not answer in band; its staging port stays open")
    )
    return replace(result, error=DeviceError(result.device, message))


def mask_key(secrets: Secrets) -> bytes:
    """Return the key of the masks' digests: the same for the county at all times, so that equal secrets look equal."""
    kept = optional(secrets.get, MASK)
    if kept is not None:
        return bytes.fromhex(kept.get_secret_value())
    return hashlib.sha256(b"countynet mask" + secrets.get(KEY).get_secret_value().encode()).digest()


def store(settings: Settings, secrets: Secrets, county: County, texts: Mapping[str, str]) -> None:
    """Keep running configurations, masked and sealed. Raises what `running.save` raises."""
    key, devices = mask_key(secrets), county.device_by_name
    running.save(settings, {name: (drivers.of(devices[name]).mask(text, key), text) for name, text in texts.items()})

"""Brings a vendor's device to a text, whole: read, compare, type, read again, save; or take back what was typed.

In band the staging port is shut as part of it; over staging it stays as it is, and what would shut it is left to be
typed once the device answers in band. A device is `changed` only if something was typed that it took. A line that is
refused ends the change: what was typed before is taken back, and the device's words are raised.
"""

import threading
import time
from collections.abc import Collection

from countynet.errors import DeviceError
from countynet.i18n import _, translate_error
from inventory import names
from inventory.model import Device
from inventory.platforms.patch.lines import Tree, read
from playbooks.device.change import Change
from playbooks.device.results import Limits
from playbooks.device.session import Session
from playbooks.device.vendor import Console, people, texts, typing_in
from playbooks.device.vendor.dialects import Dialect, dialect
from playbooks.device.vouched import Due, Vouched

_ONE = threading.Lock()
"""Annet's rulebooks are read by one thread at a time"""


def patch(old: str, new: str, device: Device, anew: Collection[str] = ()) -> tuple[str, ...]:
    """Return the lines that lead a device from one text to another, exactly; secrets of the holders `anew` too.

    What nobody understands and shall stay is in both texts already (`texts.expected`).
    """
    from inventory.platforms.patch import patch as make

    with _ONE:
        return make(old, new, device.platform, device.model, remove_unmanaged=True, anew=anew)


def bring(
    session: Session[Console],
    device: Device,
    intended: str,
    limits: Limits,
    *,
    check: bool,
    vouched: Vouched | None = None,
) -> Change:
    """Bring the device to a text, or only compare; `vouched` knows its secrets. Raises DeviceError."""
    console, words = session.transport, dialect(device.platform, device.model)
    running = typing_in.read(console, words, limits)
    due = vouched.look(running, intended, device.platform) if vouched else Due()
    goal = texts.expected(running, intended, device.platform, due.anew)
    difference = texts.difference(running, goal, device.platform)
    difference += texts.sent_again(goal, device.platform, due.anew)
    if check or not difference:
        return Change(False, difference, running, (), due.unconfirmed)
    now = goal if session.way == "in-band" else staged(running, goal, device)
    changing = bool(texts.difference(running, now, device.platform) or due.anew)
    if changing:
        if vouched:
            vouched.begin(due)
        _change(console, words, device, running, now, due.anew, limits)
        if vouched:
            vouched.end(due)
        running = typing_in.read(console, words, limits)
    closing = () if now == goal else patch(running, goal, device)
    return Change(changing, difference if changing else "", running, closing, due.unconfirmed if changing else ())


def _change(
    console: Console,
    words: Dialect,
    device: Device,
    running: str,
    goal: str,
    anew: Collection[str],
    limits: Limits,
) -> None:
    try:
        apply(console, words, patch(running, goal, device, anew), limits)
        settle(console, words, device, goal, limits)
        typing_in.save(console, words, limits)
    except DeviceError as error:
        _restored(console, words, device, running, anew, error, limits)
        raise


def apply(console: Console, words: Dialect, lines: tuple[str, ...], limits: Limits) -> None:
    """Type lines from the top of the configuration and make them run. Raises DeviceError."""
    typing_in.enter(console, words, limits)
    typing_in.type_lines(console, words, lines, limits)
    typing_in.commit(console, words, limits)
    typing_in.leave(console, words, limits)


def settle(console: Console, words: Dialect, device: Device, goal: str, limits: Limits) -> None:
    """Read until the device shows what it was told. Raises DeviceError with what is left."""
    deadline = time.monotonic() + limits.settle
    while left := texts.difference(typing_in.read(console, words, limits), goal, device.platform):
        if time.monotonic() >= deadline:
            message = _("still differs after the change:\n{difference}")
            raise DeviceError(console.device, message, difference=left[: typing_in.SHOWN])
        time.sleep(0.5)


def restore(
    console: Console, words: Dialect, device: Device, before: str, limits: Limits, anew: Collection[str] = ()
) -> None:
    """Type a device back to what it ran before, secrets of the holders `anew` too, in the device's own ciphertext.

    DeviceError when it refuses or differs then. A secret that no device tells stays as it is.
    """
    now = typing_in.read(console, words, limits)
    if lines := told(patch(now, before, device, anew), anew):
        apply(console, words, lines, limits)
    settle(console, words, device, before, limits.model_copy(update={"settle": 0.0}))


def told(lines: tuple[str, ...], anew: Collection[str]) -> tuple[str, ...]:
    """Return the lines of a way back without the secrets that were struck out because the device tells nobody."""
    return tuple(line for line in lines if not people.unknown(line)) if anew else lines


def _restored(
    console: Console,
    words: Dialect,
    device: Device,
    before: str,
    anew: Collection[str],
    error: DeviceError,
    limits: Limits,
) -> None:
    try:
        restore(console, words, device, before, limits, anew)
    except DeviceError as second:
        message = _("{first}; and what was typed before could not be taken back: {second}")
        raise DeviceError(
            console.device, message, error.command, error.answer, first=_said(error), second=_said(second)
        ) from error


def _said(error: DeviceError) -> str:
    return translate_error(error).removeprefix(f"{error.device}: ")


def staged(running: str, goal: str, device: Device) -> str:
    """Return a goal with the staging port left as it is now."""
    before, after = (read(text, device.platform) for text in (running, goal))
    was, shall = _port(before, device), _port(after, device)
    if (was, before.get(was)) == (shall, after.get(shall)):
        return goal
    rest = {text: below for text, below in after.items() if text != shall}
    return texts.written({**rest, was: before[was]} if was else rest, device.platform)


def is_staged(running: str, goal: str, device: Device) -> bool:
    """Whether a device's staging port is open that shall be shut."""
    before, after = (read(text, device.platform) for text in (running, goal))
    return _open(before.get(_port(before, device), {})) and not _open(after.get(_port(after, device), {}))


def _port(whole: Tree, device: Device) -> str:
    """Return the head of the staging port's block, however its name is spaced; empty when there is none."""
    name = f"interface{names.staging(device)}".replace(" ", "").lower()
    return next((text for text in whole if text.replace(" ", "").lower() == name), "")


def _open(block: Tree) -> bool:
    return "shutdown" not in block and any(line.startswith("ip address") for line in block)

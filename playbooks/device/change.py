"""The change of one device, whole: read, compare, write, run, read again.

Pure procedure over the Transport and the platform; knows no address, thread or file. A device is `changed` only if
something was written to it. It refuses to call a change done while the device still shows another configuration.
"""

import shlex
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from countynet.errors import DeviceError
from countynet.i18n import _
from playbooks.device.results import Limits
from playbooks.device.transport import Answer, File, Transport

SHOWN = 2000
TIMED_OUT = 124
STEPS = """\
log=$(mktemp) || exit 2
trap 'rm -f "$log"' EXIT
step() {
  timeout "$limit" sh -c "$2" </dev/null >"$log" 2>&1 && return
  echo "$1 $?"
  if [ -s "$log" ]; then tail -c 2000 "$log"; else head -c 1 /dev/zero 2>&1 >"$log"; fi
  exit 1
}
"""
"""Runs commands one after the other until one fails, then says which, its status and its words. Output goes to a file,
so that a daemon which a command starts does not hold the session open. A command that said nothing because the disk is
full is told apart: then our own word cannot be written either, and the shell says why."""


class Activation(Protocol):
    """What a platform wants done on a device, in this order: files, deletions, commands; `closing` at the very end."""

    @property
    def files(self) -> Mapping[str, tuple[str, str]]:
        """Path -> octal mode and content."""
        ...

    @property
    def delete(self) -> Sequence[str]:
        """Paths to remove."""
        ...

    @property
    def commands(self) -> Sequence[str]:
        """Shell commands, one after the other."""
        ...

    @property
    def closing(self) -> Sequence[str]:
        """Shell commands that shut the staging port."""
        ...


class Platform(Protocol):
    """The part of `inventory.platforms.<os>` that a change needs."""

    @property
    def FETCH(self) -> str:
        """A script that prints the running configuration."""
        ...

    def normalise(self, fetched: str) -> str:
        """Return what FETCH printed in canonical form."""
        ...

    def diff(self, running: str, intended: str) -> str:
        """Return the masked difference; empty when there is none."""
        ...

    def is_staged(self, running: str, intended: str) -> bool:
        """Return whether nothing differs but the open staging port."""
        ...

    def activation(self, running: str, intended: str) -> Activation:
        """Return what leads from one to the other."""
        ...


@dataclass(frozen=True)
class Change:
    """How a device stands after `bring`."""

    changed: bool
    diff: str
    running: str
    closing: tuple[str, ...]
    """what is left to do once the device was met in band"""
    unconfirmed: tuple[str, ...] = ()
    """holders of secrets that were sent again because nobody knew whether the device has them"""


def nothing() -> None:
    """Wait for nobody."""


def read(transport: Transport, platform: Platform, limits: Limits) -> str:
    """Return what the device runs, in canonical form, with its secrets. Raises DeviceError."""
    answer = transport.run(platform.FETCH, limits.command)
    if answer.status:
        words = (answer.complaint or answer.output)[-SHOWN:]
        raise DeviceError(transport.device, _("cannot show its configuration"), answer=words)
    return platform.normalise(answer.output)


def bring(
    transport: Transport,
    platform: Platform,
    intended: str,
    limits: Limits,
    *,
    in_band: bool = True,
    check: bool = False,
    ready: Callable[[], None] = nothing,
) -> Change:
    """Bring the device to the intended configuration, or only compare (`check`).

    `ready` is called when the files are there and nothing has changed yet; what it raises ends the change.
    In band the staging port is shut as part of it; over staging that is left to the caller (`Change.closing`).
    Raises DeviceError when the device refuses a file, rejects a command or shows another configuration at the end.
    """
    running = read(transport, platform, limits)
    difference = platform.diff(running, intended)
    if check or not difference:
        return Change(False, difference, running, ())
    plan = platform.activation(running, intended)
    changing = not platform.is_staged(running, intended)
    if changing:
        _write(transport, plan, limits, ready)
        running = _settle(transport, platform, intended, limits)
    if not in_band or not plan.closing:
        return Change(changing, difference if changing else "", running, tuple(plan.closing))
    run_steps(transport, plan.closing, limits)
    return Change(True, difference, _settle(transport, platform, intended, limits, closed=True), ())


def _write(transport: Transport, plan: Activation, limits: Limits, ready: Callable[[], None]) -> None:
    transport.put({path: File(int(mode, 8), content) for path, (mode, content) in plan.files.items()})
    ready()
    removals = [f"rm -f -- {shlex.quote(path)}" for path in plan.delete]
    run_steps(transport, [*removals, *plan.commands], limits)


def run_steps(transport: Transport, commands: Sequence[str], limits: Limits) -> None:
    """Run commands in order in one go; DeviceError names the first that fails, with the device's words."""
    if not commands:
        return
    steps = "".join(f"step {number} {shlex.quote(command)}\n" for number, command in enumerate(commands))
    answer = transport.run(f"limit={limits.command:g}\n{STEPS}{steps}", limits.device)
    if answer.status:
        raise _rejected(transport.device, commands, answer, limits)


def _rejected(device: str, commands: Sequence[str], answer: Answer, limits: Limits) -> DeviceError:
    head, _newline, words = answer.output.partition("\n")
    number, _space, status = head.partition(" ")
    if not (number.isdecimal() and status.isdecimal()):
        words = (answer.complaint or answer.output)[-SHOWN:]
        return DeviceError(device, _("could not run the commands of the change"), answer=words)
    command = commands[int(number)]
    if int(status) == TIMED_OUT:
        return DeviceError(device, _("did not finish within {seconds} s"), command, words, seconds=limits.command)
    return DeviceError(device, _("rejected a command (exit status {status})"), command, words, status=status)


def _settle(transport: Transport, platform: Platform, intended: str, limits: Limits, closed: bool = False) -> str:
    """Read until the device shows what it was told; daemons need a moment after their start.

    The staging port may still be open unless `closed`.
    """
    deadline, pause = time.monotonic() + limits.settle, 0.2
    while True:
        running = read(transport, platform, limits)
        left = platform.diff(running, intended)
        if not left or (not closed and platform.is_staged(running, intended)):
            return running
        if time.monotonic() >= deadline:
            raise DeviceError(
                transport.device, _("still differs after the change:\n{difference}"), difference=left[:SHOWN]
            )
        time.sleep(pause)
        pause = min(pause * 2, 2.0)

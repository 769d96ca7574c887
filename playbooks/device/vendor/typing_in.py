"""Changing a vendor's device by typing: enter lines one by one, stop at the first refusal, save, see what is saved.

Each line waits for its prompt: a line after a refused one would be typed in the wrong view. Lines and words of the
device are masked before they reach an error. Nothing here is guarded; `playbooks.plan.guards` does that.
"""

import re
import time
from collections.abc import Sequence

from countynet.errors import DeviceError
from countynet.i18n import _
from inventory.platforms import registry
from playbooks.device.results import Limits
from playbooks.device.vendor import Answers, Console, errors, people, texts
from playbooks.device.vendor.dialects import Dialect

SHOWN = 2000
_KEY_FILE = re.compile(r"^\s*ip ssh peer .* (flash:\S+\.pub)")


def read(console: Console, dialect: Dialect, limits: Limits, what: str = "") -> str:
    """Return what the device runs, or what another command shows, as a text. Raises DeviceError."""
    leave(console, dialect, limits)
    command = what or dialect.show
    reply = console.ask(command, limits.command)
    if refused := errors.refusal(dialect.platform, "\n".join(reply.words.split("\n")[:4])):
        raise DeviceError(console.device, _("cannot show its configuration"), command, refused)
    text = texts.readable(reply.words)
    return text if what else _with_people(console, dialect, limits, text)


def _with_people(console: Console, dialect: Dialect, limits: Limits, text: str) -> str:
    """Return a configuration with the users of SNMPv3 that the device keeps beside it."""
    return people.written(text, console.ask(dialect.people, limits.command).words) if dialect.people else text


def saved(console: Console, dialect: Dialect, limits: Limits) -> str:
    """Return what the device starts with; empty when nothing was ever saved. Raises DeviceError."""
    leave(console, dialect, limits)
    words = console.ask(dialect.saved, limits.command).words
    if any(said in words[:500] for said in dialect.nothing_saved):
        return ""
    return _with_people(console, dialect, limits, texts.readable(words))


def ask(console: Console, dialect: Dialect, line: str, limits: Limits, answers: Answers = ()) -> str:
    """Type one line and return what the device said. Raises DeviceError with its words when it refuses."""
    where = console.prompt
    try:
        reply = console.ask(line, limits.command, answers)
    except DeviceError as error:
        raise _masked(error, dialect, f"{where} {line}") from error
    if words := errors.refusal(dialect.platform, reply.words):
        raise _masked(_rejected(console, line, words), dialect, f"{where} {line}")
    return reply.words


def _rejected(console: Console, line: str, words: str) -> DeviceError:
    """Return the error of a refused line; a key that is a file on the flash (RGOS) is put there by a person."""
    if file := _KEY_FILE.search(line):
        message = _("rejected a key that it knows by a file; put the public key there as {file} first")
        return DeviceError(console.device, message, answer=words, file=file[1])
    return DeviceError(console.device, _("rejected a line"), answer=words)


def _masked(error: DeviceError, dialect: Dialect, line: str) -> DeviceError:
    mask = registry.platform(dialect.platform).mask
    rest = {key: value for key, value in error.values.items() if key not in ("device", "command", "answer")}
    where, _space, typed = line.partition(" ")
    return DeviceError(error.device, error.message, f"{where} {mask(typed)}".strip(), mask(error.answer), **rest)


def enter(console: Console, dialect: Dialect, limits: Limits, command: str = "", answers: Answers = ()) -> None:
    """Go to the top of the configuration. Raises DeviceError when the device does not let us."""
    leave(console, dialect, limits)
    ask(console, dialect, command or dialect.enter, limits, answers)
    if not dialect.in_configuration(console.prompt):
        raise DeviceError(
            console.device, _("does not open its configuration"), command or dialect.enter, console.prompt
        )


def leave(console: Console, dialect: Dialect, limits: Limits) -> None:
    """Go back to where commands are typed, dropping what was not committed. Raises DeviceError."""
    if not dialect.in_configuration(console.prompt):
        return
    if dialect.drop:
        console.ask(dialect.drop, limits.command)
    console.ask(dialect.leave, limits.command, ((r"(?i)uncommitted.*:", "n"),))
    if dialect.in_configuration(console.prompt):
        raise DeviceError(console.device, _("does not leave its configuration"), dialect.leave, console.prompt)


def type_lines(console: Console, dialect: Dialect, lines: Sequence[str], limits: Limits, until: float = 0.0) -> None:
    """Enter lines in the configuration that is open; DeviceError names the first that is refused, with its words.

    With `until` (monotonic seconds) nothing more is typed after that moment.
    """
    for line in lines:
        if until and time.monotonic() >= until:
            raise DeviceError(console.device, _("was not done before the device takes the change back"))
        if people.unknown(line):
            message = _("tells nobody this key, so it cannot be typed again: {line}")
            raise DeviceError(console.device, message, line=line.strip())
        ask(console, dialect, line.strip(), limits, dialect.line_answers)


def commit(console: Console, dialect: Dialect, limits: Limits) -> None:
    """Make what was typed the running configuration, on devices of two phases. Raises DeviceError."""
    if dialect.commit:
        ask(console, dialect, dialect.commit, limits, ((r"(?i)continue.*[\[(]y/n[\])]", "y"),))


def save(console: Console, dialect: Dialect, limits: Limits) -> None:
    """Save what runs; DeviceError with the device's words unless it says that it did."""
    leave(console, dialect, limits)
    words = ask(console, dialect, dialect.save, limits, dialect.save_answers)
    if not re.search(dialect.kept, words):
        raise DeviceError(console.device, _("did not save its configuration"), dialect.save, words[-SHOWN:])

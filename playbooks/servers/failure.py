"""Why a task failed, as a person has to know it, and what had been changed until then. Pure.

Ansible's own words name what a program said; a table of what they mean says what it is about: a variable that is
missing, a full disk, a certificate that has expired, a package source that does not answer, a server that went away in
the middle. What the table does not know is told as the program said it. Words are those of ansible-core 2.19, apt,
curl, OpenSSL and pip, as recorded in the tests.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from countynet.i18n import _, translate

HOSTS, TASKS = 10, 8
"""hosts and tasks that are named of those that changed something; of more their number"""


@dataclass(frozen=True)
class Cause:
    """What a failure is about: a message that also takes {task}, and its other values."""

    message: str
    values: tuple[tuple[str, str], ...] = ()


_COULD_NOT_FETCH = (
    r"(?:Failed to fetch|Cannot initiate the connection to|Could not connect to|Unable to connect to) (?P<where>\S+)"
)
CAUSES: tuple[tuple[str, str], ...] = (
    (
        r"No space left on device|Disk quota exceeded|磁盘空间不足",
        _("failed the task {task}: a disk of the server is full"),
    ),
    (
        r"certificate has expired|CERT_HAS_EXPIRED|chain uses expired certificate",
        _("failed the task {task}: a certificate has expired ({where})"),
    ),
    (
        r"certificate is not yet valid|chain uses not yet valid certificate",
        _("failed the task {task}: a certificate is not valid yet ({where}); is the server's clock right?"),
    ),
    (
        rf"{_COULD_NOT_FETCH}|Temporary failure resolving '(?P<name>[^']+)'|Failed to update apt cache",
        _("failed the task {task}: the package source does not answer ({where}); see `countynet mirror make`"),
    ),
    (
        r"Could not get lock|is held by process",
        _("failed the task {task}: another program on the server installs packages at this moment"),
    ),
    (
        r"'(?P<name>[\w.\[\]]+)' is undefined|has no attribute '(?P<attribute>\w+)'",
        _("failed the task {task}: the variable {name} is missing ({place})"),
    ),
)
FAILED = _("failed the task {task}")
AWAY = _("does not answer SSH")
ANOTHER = _(
    "shows another host key than the one recorded; if it was installed anew, run: countynet config trust {device}"
)
_NO_BUG = re.compile(r" If you feel this is in error, please file a bug\. Original error was: .*")
"""what Mitogen adds of itself when a host has gone"""
_CHANGED = re.compile(r"REMOTE HOST IDENTIFICATION HAS CHANGED|Host key verification failed|mismatching host key")
WENT = _("went away in the middle, at the task {task}")
_ADDRESS = re.compile(r"(?:https?|file)://[^\s'\"<>)]+|(?<=for )[\w.-]+:\d+|host='[\w.-]+', port=\d+")


def away(answer: str) -> str:
    """Return why a server could not be begun with, by OpenSSH's words: another key, or no answer."""
    return ANOTHER if _CHANGED.search(answer) else AWAY


def gone(answer: str) -> str:
    """Return the words about a host that went away without what is for Mitogen's own people."""
    return _NO_BUG.sub("", answer)


def cause(answer: str, place: str = "") -> Cause:
    """Return what a failed task's words are about; `place`: file and line of the task."""
    place = _short(place)
    for pattern, message in CAUSES:
        if found := re.search(pattern, answer):
            return Cause(message, tuple(_values(message, found, answer, place)))
    return Cause(FAILED)


def _short(place: str) -> str:
    """Return a task's place as a person finds it: from its role on, else the playbook's name."""
    before, role, rest = place.rpartition("/roles/")
    return f"roles/{rest}" if role and before else place.rpartition("/")[2]


def _values(message: str, found: re.Match[str], answer: str, place: str) -> Iterator[tuple[str, str]]:
    groups = found.groupdict()
    if "{name}" in message:
        yield "name", groups.get("name") or groups.get("attribute") or "?"
    if "{where}" in message:
        address = _ADDRESS.search(answer)
        yield "where", groups.get("where") or groups.get("name") or (address[0] if address else place) or "?"
    if "{place}" in message:
        yield "place", place or "?"


@dataclass(frozen=True)
class Unreadable:
    """Why Ansible did not begin: its words, with file, line and column where it says so."""

    words: str
    place: str = ""


_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_ERROR = re.compile(r"\[ERROR\]: (?P<words>.*?)(?:\nOrigin: (?P<place>[^\n]+)|\Z)", re.DOTALL)


def unreadable(said: str, most: int = 600) -> Unreadable:
    """Return what Ansible said when it could not begin, without colours and what it says of its own key file."""
    clear = _COLOUR.sub("", said).replace("\r\n", "\n")
    if found := _ERROR.search(clear):
        return Unreadable(" ".join(found["words"].split())[:most], found["place"] or "")
    lines = [line for line in clear.splitlines() if line.strip() and not line.startswith("Identity added")]
    return Unreadable("\n".join(lines)[-most:])


def changed(hosts: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Return what had been changed on which host when a run ended early, in the language of the context."""
    touched = [(host, tasks) for host, tasks in hosts if tasks]
    if not touched:
        return translate(_("Nothing was changed."))
    lines = [_line(host, tasks) for host, tasks in touched[:HOSTS]]
    if len(touched) > HOSTS:
        lines.append(translate(_("And {many} more servers."), many=len(touched) - HOSTS))
    return "\n".join([*lines, translate(_("What is done stays. Run it again: what is missing is made up for."))])


def _line(host: str, tasks: Sequence[str]) -> str:
    names = list(dict.fromkeys(tasks))
    shown = "; ".join(names[:TASKS]) + ("; …" if len(names) > TASKS else "")
    return translate(_("{host}: changed before that: {tasks}"), host=host, tasks=shown)

"""Follows the devices' logs where they are kept, and has a device looked at when it says that it was changed.

One SSH session from the worker to the host whose `runs` say `logs`, asked every few seconds for what is new; how far
each file was read is in the database, so nothing is missed or read twice across restarts, and a rotated file is read to
its end. What countynet's own station did is stored but gives no reason to look: it looked already. A sender that is
in no inventory (`unknown.log`) is not read. A logs host that does not answer is tried again and is no failure.
"""

import json
import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from countynet import clock
from countynet.canonical import JSON, canonical
from countynet.db import reading, transaction
from countynet.errors import CountyError
from countynet.jobs import Job, JobState, submit
from countynet.settings import Settings
from inventory import running
from inventory.model import County, Host
from inventory.running import Cause
from playbooks.backup.jobs import KIND
from playbooks.drift import store
from playbooks.drift.messages import Message, understand

SECONDS = 5.0
MOST = 1_000_000
"""so many bytes are taken at once; what is left follows at the next turn"""
FIRST = "."
"""no file: that the logs were looked at once"""
READING = timedelta(seconds=30)
"""how long before a look is kept its device may have been read: what was said meanwhile may not be in it"""
SCRIPT = """\
import glob, json, os, sys
known, left, found = json.loads(sys.argv[1]), int(sys.argv[2]), {}
def take(path, offset):
    global left
    with open(path, "rb") as f:
        f.seek(offset)
        data = f.read(left)
    data = data[: data.rfind(b"\\n") + 1]
    left -= len(data)
    return data
for path in sorted(glob.glob("/var/log/devices/*.log")):
    name = os.path.basename(path)[:-4]
    status = os.stat(path)
    inode, offset = known.get(name, [status.st_ino, 0 if known else status.st_size])
    text = b""
    if inode != status.st_ino:
        old = path + ".1"
        if os.path.exists(old) and os.stat(old).st_ino == inode:
            text = take(old, offset)
        offset = 0
    elif offset > status.st_size:
        offset = 0
    new = take(path, offset)
    if new or text or name not in known or known[name][0] != status.st_ino:
        found[name] = [status.st_ino, offset + len(new), (text + new).decode("utf-8", "replace")]
print(json.dumps(found))
"""
"""Runs on the logs host. At the very first look only what comes from now on counts."""
Ask = Callable[[str], str]
"""runs a script on the logs host and returns what it prints; raises CountyError"""
_log = logging.getLogger(__name__)


def command(known: Mapping[str, list[int]], place: str = "/var/log/devices") -> str:
    """Return the shell command that prints what is new."""
    import shlex

    script = SCRIPT.replace("/var/log/devices", place)
    return f"python3 -c {shlex.quote(script)} {shlex.quote(json.dumps(dict(known)))} {MOST}"


@dataclass
class Follower:
    """Follows one county's logs."""

    settings: Settings
    engine: Engine
    county: County

    def turn(self, ask: Ask) -> int:
        """Take what is new, store what it means and queue looks; return how many messages there were."""
        with reading(self.engine) as session:
            known = store.positions(session)
        answer: dict[str, tuple[int, int, str]] = json.loads(ask(command(known)))
        if not answer and known:
            return 0
        heard = [pair for name, (_inode, _offset, text) in answer.items() for pair in self._heard(name, text)]
        with transaction(self.engine) as session:
            store.move(session, FIRST, 0, 0)
            for name, (inode, offset, _text) in answer.items():
                store.move(session, name, inode, offset)
            for device, said in heard:
                session.add(_row(device, said))
            self._look(session, heard)
            if heard:
                store.forget(session, clock.now())
        return len(heard)

    def _heard(self, name: str, text: str) -> Iterator[tuple[str, Message]]:
        if name in self.county.device_by_name:
            found = (understand(line) for line in text.splitlines())
            yield from ((name, said) for said in found if said and not self._own_look(said))

    def _own_look(self, said: Message) -> bool:
        """Whether countynet itself signed in or out."""
        return said.source == self._station and said.kind.value.startswith("signed")

    @property
    def _station(self) -> str:
        return str(self.county.station.address.ip)

    def _look(self, session: Session, heard: Iterable[tuple[str, Message]]) -> None:
        """Queue one look at each device that said it was changed, unless one waits already."""
        waiting = set(session.scalars(select(Job.body).where(Job.kind == KIND, Job.state == JobState.QUEUED)))
        for device, people in self._changed(heard).items():
            named = [person for person in people if person]
            about = ", ".join(dict.fromkeys(named))
            params: dict[str, JSON] = {"devices": [device], "cause": Cause.SAID.value, "about": about}
            if canonical(params) not in waiting:
                submit(session, KIND, params, f"{named[-1].split(' ')[0] if named else 'somebody'}@{device}")

    def _changed(self, heard: Iterable[tuple[str, Message]]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for device, said in heard:
            last = running.looked(self.settings, device)
            if said.changes and said.source != self._station and (last is None or said.at > last - READING):
                found.setdefault(device, []).append(who(said.user, said.source))
        return found


def who(user: str, source: str) -> str:
    """Return a person as a device names one: `amy from 10.0.0.1`."""
    return " from ".join(word for word in (user, source) if word)


def _row(device: str, said: Message) -> store.MessageRow:
    return store.MessageRow(
        device=device, at=said.at, kind=said.kind.value, user=said.user, source=said.source, words=said.words
    )


@dataclass
class _Thread:
    """The thread that follows; one per process."""

    running: threading.Thread | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


_thread = _Thread()


def tick(settings: Settings, engine: Engine, now: datetime) -> None:
    """See to it that the logs are followed. The worker's clockwork calls this."""
    with _thread.lock:
        if _thread.running is None or not _thread.running.is_alive():
            _thread.running = threading.Thread(target=_follow, args=(settings, engine), daemon=True, name="device-logs")
            _thread.running.start()


def _follow(settings: Settings, engine: Engine) -> None:
    """Follow until the process ends; a failure is said once and tried again, less often while it lasts."""
    from playbooks.drift.logs_host import Line

    pause, said, line = threading.Event(), "", Line(settings)
    while True:
        seconds = SECONDS
        try:
            if host := line.host():
                Follower(settings, engine, line.county).turn(line.ask)
                said = ""
            else:
                seconds = 60.0
        except (CountyError, OSError, ValueError) as error:
            line.close()
            seconds = 30.0
            if str(error) != said:
                _log.warning("the logs host %s: %s", host.name if (host := line.known) else "", error)
            said = str(error)
        pause.wait(seconds)


def logs_host(county: County) -> Host | None:
    """Return the host that keeps the devices' logs."""
    return next((host for host in county.hosts if "logs" in host.runs), None)

"""Run the server zone's playbook and say live what happens on which host.

The run is a child process (`child`) with a minimal environment; its working folder lives for the run alone and is
removed whatever happens, so nothing of it outlives it. Only our own event says what was done. A host
that fails is a result with its task and words; the others go on. A second run changes nothing.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from countynet import apart, vantage
from countynet.canonical import JSON
from countynet.db import open_database, transaction
from countynet.errors import CountyError, DeviceError
from countynet.events import record
from countynet.i18n import _, translate, translate_error
from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory.intent import server_keys
from inventory.model import County
from inventory.select import select_hosts
from playbooks.servers import failure, hostkeys
from playbooks.servers import folder as private
from playbooks.servers.hosts import ansible_inventory, servers, time_keys
from playbooks.tags import RunTag

SECONDS = 900
SITE = Path(__file__).parent / "site.yml"


@dataclass(frozen=True)
class Heard:
    """One thing that the run said: a task begins (no host), or ended on a host."""

    task: str
    host: str = ""
    outcome: str = ""
    words: str = ""
    place: str = ""
    """of a failed task: its file and line"""


@dataclass
class HostResult:
    """How one server came out."""

    host: str
    ok: int = 0
    changed: int = 0
    error: DeviceError | None = None
    changes: list[str] = field(default_factory=list)
    """the tasks that changed something, in order"""

    def summary(self) -> dict[str, JSON]:
        """Return what `--json` shows."""
        error = translate_error(self.error) if self.error else None
        return {"host": self.host, "ok": self.ok, "changed": self.changed, "error": error}


@dataclass
class RunResult:
    """How a run came out."""

    status: str
    """successful, failed, canceled, timeout or error"""
    seconds: float
    hosts: tuple[HostResult, ...]
    words: str = ""
    """what Ansible said when it did not begin"""
    place: str = ""
    """file, line and column of that"""

    @property
    def good(self) -> bool:
        """Whether every task ended well on every host."""
        return self.status == "successful"

    @property
    def begun(self) -> bool:
        """Whether any task ended on any host."""
        return any(host.ok or host.error for host in self.hosts)

    def summary(self) -> dict[str, JSON]:
        """Return what `--json` shows."""
        return {
            "status": self.status,
            "seconds": round(self.seconds, 2),
            "changed": sum(host.changed for host in self.hosts),
            "hosts": [host.summary() for host in self.hosts],
        }


@dataclass
class _Tally:
    hosts: dict[str, HostResult] = field(default_factory=dict)
    status: str = "error"
    words: str = ""
    place: str = ""
    told: bool = False
    """whether Ansible's last word has come: without it nothing is known to be good"""

    def take(self, said: dict[str, Any]) -> Heard | None:
        """Count what the child said; return it if it is for a person."""
        if "end" in said:
            why = failure.unreadable(str(said["words"]))
            self.status, self.words, self.place = str(said["end"]), why.words, str(said.get("place") or why.place)
            if self.status == "successful" and not self.told:
                self.status, self.words = "error", translate(_("Ansible did not tell what it did"))
            return None
        if "bad" in said:
            self.told = True
            self._rescued(said["bad"])
            return None
        heard = Heard(*(said.get(name, "") for name in ("task", "host", "outcome", "words", "place")))
        if heard.host:
            self._count(heard)
        return heard

    def _rescued(self, bad: Sequence[str]) -> None:
        """Forget failures that the playbook itself made good: `bad` are the hosts that came to a bad end."""
        for host in self.hosts.values():
            host.error = host.error if host.host in bad else None

    def _count(self, heard: Heard) -> None:
        host = self.hosts.setdefault(heard.host, HostResult(heard.host))
        if heard.outcome in ("ok", "changed"):
            host.ok += 1
            host.changed += heard.outcome == "changed"
            host.changes += [heard.task] if heard.outcome == "changed" else []
        elif heard.outcome == "unreachable":
            message = failure.WENT if host.ok else failure.away(heard.words)
            values = {"task": heard.task} if host.ok else {}
            host.error = DeviceError(heard.host, message, answer=failure.gone(heard.words), **values)
        elif heard.outcome == "failed":
            cause = failure.cause(heard.words, heard.place)
            values = {"task": heard.task, **dict(cause.values)}
            host.error = DeviceError(heard.host, cause.message, answer=heard.words, **values)


@dataclass(frozen=True)
class Play:
    """One Ansible playbook with the hosts that it runs on."""

    file: Path
    inventory: Mapping[str, JSON]
    """in Ansible's structure; it lies in the run's private folder only as long as the run lasts"""
    hosts: tuple[str, ...]
    limited: bool = False
    """whether `hosts` are fewer than those of the inventory"""
    check: bool = False
    """Ansible's check mode: say what would be changed, change nothing"""
    diff: bool = False
    """say what was changed, as a difference of texts"""
    seconds: int = SECONDS
    quick: bool = False
    """whether one Python process stays on each host for the whole run: not where it replaces Python or sshd itself"""


def run_servers(
    county: County,
    settings: Settings,
    heard: Callable[[Heard], None] = lambda said: None,
    cancelled: threading.Event | None = None,
    actor: str = "system",
    only: Sequence[str] | None = None,
    check: bool = False,
) -> RunResult:
    """Run the playbook on the county's servers (`only`: on a selection of them).

    `check`: in Ansible's check mode, which says what it would change and changes nothing; that is no event. Raises
    BadInput or Conflict before anything is touched.
    """
    chosen = tuple(host.name for host in select_hosts(county, servers(county), only))
    told = ansible_inventory(county, variables=time_keys(county, Secrets.load(settings).get))
    play = Play(SITE, told, chosen, bool(only), check)
    result = run_play(settings, play, heard, cancelled or threading.Event())
    if check:
        return result
    with transaction(open_database(settings)) as session:
        record(session, RunTag.DONE if result.good else RunTag.FAILED, actor, "playbook:servers", result.summary())
    return result


def run_play(settings: Settings, play: Play, heard: Callable[[Heard], None], cancelled: threading.Event) -> RunResult:
    """Run one playbook over SSH from the county's vantage point. Raises BadInput without the key, Conflict."""
    key, *other = server_keys.every(Secrets.load(settings).get)
    center, netns = apart.key(settings), vantage.path(settings)
    further = [each.get_secret_value() for each in (*other, *([center] if center else []))]
    known = hostkeys.by_address(settings)
    known.parent.mkdir(parents=True, exist_ok=True)
    tally = _Tally({host: HostResult(host) for host in play.hosts})
    began = time.monotonic()
    with private.folder() as folder:
        order = {
            "folder": str(folder),
            "vantage": str(netns or ""),
            "known_hosts": str(known),
            "playbook": str(play.file),
            "inventory": play.inventory,
            "seconds": play.seconds,
            "quick": play.quick,
            "only": list(play.hosts) if play.limited else [],
            "options": [option for option, wanted in (("--check", play.check), ("--diff", play.diff)) if wanted],
        }
        _converse({**order, "key": key.get_secret_value(), "further_keys": further}, tally, heard, cancelled)
    return RunResult(tally.status, time.monotonic() - began, tuple(tally.hosts.values()), tally.words, tally.place)


def _converse(order: dict[str, Any], tally: _Tally, heard: Callable[[Heard], None], cancelled: threading.Event) -> None:
    """Give the child its order and listen until it ends; closing its input cancels the run."""
    with (
        tempfile.TemporaryFile("w+") as complaints,
        subprocess.Popen(
            [sys.executable, "-P", "-m", "playbooks.servers.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            env=minimal_environment(),
            start_new_session=True,
        ) as child,
    ):
        assert child.stdin
        assert child.stdout
        child.stdin.write(json.dumps(order) + "\n")
        child.stdin.flush()
        try:
            ended = threading.Event()
            threading.Thread(target=_pass_on, args=(cancelled, ended, child.stdin), daemon=True).start()
            for line in child.stdout:
                said = tally.take(json.loads(line))
                if said:
                    heard(said)
        finally:
            ended.set()
            _close(child.stdin)
        if child.wait() != 0:
            complaints.seek(0)
            raise CountyError(_("the Ansible run broke off: {words}"), words=complaints.read()[-600:].strip())


def _pass_on(cancelled: threading.Event, ended: threading.Event, stdin: IO[str]) -> None:
    while not ended.is_set():
        if cancelled.wait(0.3):
            _close(stdin)
            return


def _close(stdin: IO[str]) -> None:
    try:
        stdin.close()
    except BrokenPipeError:
        return


def minimal_environment() -> dict[str, str]:
    """Return the only variables that Ansible needs of ours: a playbook can read and print every one of them."""
    binaries = str(Path(sys.executable).parent)
    path = os.environ.get("PATH", os.defpath)
    return {"PATH": f"{binaries}:{path}", "HOME": os.environ.get("HOME", "/"), "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"}

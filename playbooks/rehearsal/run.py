"""Starts a rehearsal in namespaces of its own, listens, and leaves nothing behind.

The child gets private mounts and processes (`unshare`), so that a twin may stand beside the county's own; it dies with
this process, and with it all that it built. It works in a temporary folder: a clone of the county at the plan's commit,
with the vault as it is, still encrypted. Only what was found is an event of the county.
"""

import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from countynet import secrets
from countynet.db import open_database, transaction
from countynet.errors import CountyError, MissingCapability
from countynet.events import record
from countynet.i18n import _, language
from countynet.settings import Settings
from inventory.record import Repository
from inventory.record.git import Git
from playbooks.plan.book import Book
from playbooks.rehearsal.result import Rehearsal
from playbooks.rehearsal.scene import MOST
from playbooks.servers.run import minimal_environment
from playbooks.tags import PlanTag

Told = Callable[[str, str], None]
PREFIX = "cn-try-"
PATIENCE = 60.0
"""seconds that a killed twin has to be gone"""
UNSHARE = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "private")


def rehearse(
    settings: Settings,
    number: int,
    told: Told,
    *,
    actor: str,
    most: int = MOST,
    cancelled: threading.Event | None = None,
) -> Rehearsal:
    """Rehearse a plan on a twin; `most` units stand in it.

    Raises BadInput for a plan that there is not, MissingCapability where no twin can be built, CountyError when the
    rehearsal itself could not be carried out.
    """
    entry = Book.open(settings).get(number)
    result = _in_a_copy(settings, entry.plan.commit, {"plan": number, "most": most}, told, cancelled)
    with transaction(open_database(settings)) as session:
        record(session, PlanTag.TRIED, actor, f"plan:{number}", result.document())
    return result


def rebuild(
    settings: Settings,
    names: Sequence[str],
    told: Told,
    *,
    most: int = MOST,
    cancelled: threading.Event | None = None,
) -> Rehearsal:
    """Bring devices up bare on a twin (all, without names), configure them as the inventory says, test isolation.

    What it takes after an exchange of a device or a power failure, tried before. Raises as `rehearse`.
    """
    order = {"plan": None, "devices": list(names), "most": most}
    return _in_a_copy(settings, Repository(settings).head(), order, told, cancelled)


def _in_a_copy(
    settings: Settings, commit: str, order: dict[str, Any], told: Told, cancelled: threading.Event | None
) -> Rehearsal:
    """Have a child carry out an order on a copy of the county at a commit."""
    from topology.twin import capability

    capability.require()
    if shutil.which("unshare") is None:
        raise MissingCapability(_("unshare is missing; install it: apt-get install util-linux"))
    with _copy(settings, commit) as copy:
        places = {"real": settings.model_dump(mode="json"), "copy": copy.model_dump(mode="json")}
        try:
            return _listen({**order, **places, "language": language()}, told, cancelled or threading.Event())
        finally:
            _await_its_end(copy)


def _await_its_end(copy: Settings) -> None:
    """Wait until the twin of a copy, whose processes were killed, is gone: another cannot be brought up before."""
    from topology.twin import clean
    from topology.twin.state import Places

    mark, until = Places(copy).mark, time.monotonic() + PATIENCE
    while mark in clean.marked().values() and time.monotonic() < until:
        time.sleep(0.1)


@contextmanager
def _copy(settings: Settings, commit: str) -> Iterator[Settings]:
    """Give settings of a copy of the county at a commit, in a folder that is removed."""
    _sweep()
    place = Path(tempfile.mkdtemp(prefix=PREFIX))
    held = _hold(place)
    try:
        county = place / "county"
        Git(settings.county).run("clone", "--quiet", "--no-hardlinks", "--branch", "main", ".", str(county))
        Git(county).run("reset", "--quiet", "--hard", commit)
        vault = secrets.vault_file(settings)
        if vault.exists():
            (county / secrets.FOLDER).mkdir(exist_ok=True)
            shutil.copy(vault, county / secrets.FOLDER / secrets.FILE)
        yield settings.model_copy(update={"county": county, "vault_password_file": secrets.password_file(settings)})
    finally:
        shutil.rmtree(place, ignore_errors=True)
        os.close(held)


def _hold(place: Path) -> int:
    """Lock a folder for the life of this process. Raises BlockingIOError when another process has it."""
    handle = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise
    return handle


def _sweep() -> None:
    """Remove the folders of rehearsals whose process was killed."""
    for place in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            held = _hold(place)
            shutil.rmtree(place, ignore_errors=True)
            os.close(held)


def _listen(order: dict[str, Any], told: Told, cancelled: threading.Event) -> Rehearsal:
    """Start the child, pass on what it says, return what it found; it is killed on cancel."""
    command = [*UNSHARE, sys.executable, "-P", "-m", "playbooks.rehearsal.child"]
    with (
        tempfile.TemporaryFile("w+") as complaints,
        subprocess.Popen(
            command,
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
        ended = threading.Event()
        threading.Thread(target=_kill, args=(child, cancelled, ended), daemon=True).start()
        try:
            child.stdin.write(json.dumps(order) + "\n")
            child.stdin.flush()  # it stays open: when this process dies, however it dies, the child reads the end of it
            for line in child.stdout:
                if found := _heard(json.loads(line), told):
                    return found
        finally:
            ended.set()
            child.kill()
        if cancelled.is_set():
            raise CountyError(_("the rehearsal was cancelled"))
        complaints.seek(0)
        raise CountyError(_("the rehearsal broke off: {words}"), words=complaints.read()[-800:].strip())


def _heard(said: dict[str, Any], told: Told) -> Rehearsal | None:
    """Pass on a line; return the result if it is that. Raises CountyError with the child's own words."""
    if "failed" in said:
        raise CountyError(_("the rehearsal could not be carried out: {words}"), words=said["failed"])
    if "result" in said:
        return Rehearsal.model_validate(said["result"])
    told(*said["told"])
    return None


def _kill(child: "subprocess.Popen[str]", cancelled: threading.Event, ended: threading.Event) -> None:
    while not ended.wait(0.3):
        if cancelled.is_set():
            child.kill()
            return

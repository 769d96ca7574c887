"""A job of some room (`countynet.jobs`) as a playbook: what it logs is the run's log, its result the run's words.

The launch form's values are the job's parameters under their own names: yes-no as a truth value, a whole number as a
number, what can be several as a list. A value that was left empty is not given. A job whose result has `words` is
told by these, any other by its figures; one whose result says that it is not `good` has failed.

A cancel does not depend on the job: one that may be repeated from its start (`countynet.jobs.repeatable`) is broken off
`PATIENCE` after it was asked to stop, wherever it stands. One that may not is left to end what it has in hand, as it
would otherwise leave a device half changed; what does not end by itself is the dispatcher's to kill.
"""

import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from countynet.canonical import JSON
from countynet.errors import CountyError, MissingCapability
from countynet.i18n import _, translate, translate_error
from countynet.jobs import Handler, JobContext, may_repeat
from countynet.rooms import registered
from inventory.model import County
from playbooks.runner.form import YES
from playbooks.runner.model import Playbook
from playbooks.runner.programs.targets import devices_of
from playbooks.runner.programs.work import Ended, Work
from playbooks.servers.run import Heard

PATIENCE = 1.0
"""seconds that a job is given to end by itself once it was asked to"""


class RunContext(JobContext):
    """What a job is given when it runs as a playbook: its words and its end are the run's."""

    def __init__(self, work: Work) -> None:
        super().__init__(work.settings, work.engine, 0, work.actor.name)
        self._work = work

    def log(self, line: str) -> None:
        """Pass a line on."""
        self._work.heard(Heard(line))

    def cancelled(self) -> bool:
        """Return whether somebody cancelled the run."""
        return self._work.cancelled.is_set()


class JobProgram:
    """Runs a job's handler in the run's own process."""

    def touches(self, county: County, playbook: Playbook, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return the devices that it is about, a unit's access device for a unit; all when none is named."""
        return devices_of(county, playbook, names)

    def run(self, work: Work) -> Ended:
        """Run it. Raises MissingCapability when no installed room has such a job."""
        handler = _handler(work.playbook.program.partition(":")[2])
        try:
            with _broken_off(work.cancelled, may_repeat(handler)):
                result = handler(RunContext(work), _params(work))
        except CountyError as error:
            return Ended(False, words=translate_error(error))
        except KeyboardInterrupt:
            return Ended(False, words=translate(_("broken off; it changes nothing that a new run would not do again")))
        return Ended(result.get("good") is not False, words=_said(result))


@contextmanager
def _broken_off(cancelled: threading.Event, may: bool) -> Iterator[None]:
    """Interrupt the block's thread, the process's first, once it was asked to stop and has not; again each second.

    The signal also ends a system call that waits. In another thread, or of what may not be broken off, do nothing.
    """
    first, over = threading.main_thread(), threading.Event()
    if not may or threading.current_thread() is not first or first.ident is None:
        yield
        return

    def watch(ident: int) -> None:
        while not cancelled.wait(0.2):
            if over.is_set():
                return
        while not over.wait(PATIENCE):
            signal.pthread_kill(ident, signal.SIGINT)

    watcher = threading.Thread(target=watch, args=(first.ident,), daemon=True, name="run-break-off")
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
        signal.signal(signal.SIGINT, before)


def _handler(kind: str) -> Handler:
    entry = next((entry for entry in registered("countynet.jobs") if entry.name == kind), None)
    if entry is None:
        raise MissingCapability(_("no room of this installation offers the job {kind}"), kind=kind)
    found: Handler = entry.load()
    return found


def _params(work: Work) -> dict[str, Any]:
    params = dict[str, Any]()
    for field in work.playbook.fields:
        text = work.values.get(field.name, "")
        if text:
            whole: Callable[[str], Any] = int if field.kind == "whole" else str
            params[field.name] = (
                text.split(",") if field.several else text == YES if field.kind == "yes-no" else whole(text)
            )
    return params


def _said(result: Mapping[str, JSON]) -> str:
    if isinstance(words := result.get("words"), str):
        return words
    short = [f"{name}: {value}" for name, value in result.items() if not isinstance(value, (list, dict))]
    return ", ".join(short)

"""The process of one run, forked of the warm one (`warm`) for `dispatch`.

It carries out the playbook and writes what is said at most `FLUSH` seconds later, many lines in one transaction; it
looks for a cancel every `WATCH` seconds and at the playbook's limit of time. A program that heeds a cancel ends by
itself; one that only looks is left `HEED` seconds later wherever it is, as nothing is half done by it. Whatever ends
it, the run has an end: a failure of ours is written with its kind, its trace goes to the run's log file, where no
secret of the run stands.
"""

import queue
import signal
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType

from sqlalchemy import Engine, insert

from countynet import clock, vantage
from countynet.db import load_tables, reading, transaction
from countynet.engines import engine_of
from countynet.errors import CountyError
from countynet.i18n import _, set_language, translate, translate_error, translate_why
from countynet.people import Actor
from countynet.secrets import unseal
from countynet.settings import Settings
from countynet.vocabulary import Role
from playbooks.freezes.book import under
from playbooks.runner import book, frozen
from playbooks.runner.form import targets
from playbooks.runner.model import Playbook
from playbooks.runner.programs import program_of
from playbooks.runner.programs.work import Ended, Work
from playbooks.runner.run import HostEnd
from playbooks.runner.states import RunState
from playbooks.runner.store import RunLineRow, RunRow
from playbooks.runner.windows import Cutting
from playbooks.servers.run import Heard, HostResult

FLUSH, WATCH, HEED = 0.15, 0.25, 0.8
STOP = signal.SIGUSR1
"""interrupts the main thread of a run that only looks"""
TASK, LONGEST = 200, 4000
"""characters of a task's name, and of what was said of it"""


class Lines:
    """Writes what a run says, soon and many at once."""

    def __init__(self, engine: Engine, run: int) -> None:
        self._engine, self._run = engine, run
        self._said: queue.Queue[dict[str, object]] = queue.Queue()

    def __call__(self, said: Heard) -> None:
        """Take one thing that was said."""
        self._said.put(
            {
                "run": self._run, "at": clock.now(), "host": said.host[:64], "task": said.task[:TASK],
                "outcome": said.outcome, "words": said.words[:LONGEST],
            }
        )  # fmt: skip

    def flush(self) -> None:
        """Write what is waiting."""
        rows = list[dict[str, object]]()
        while not self._said.empty():
            rows.append(self._said.get())
        if rows:
            with transaction(self._engine) as session:
                session.execute(insert(RunLineRow), rows)

    @contextmanager
    def written(self) -> Iterator[None]:
        """Write for the length of a block, and what is left at its end."""
        over = threading.Event()

        def loop() -> None:
            while not over.wait(FLUSH):
                self.flush()

        thread = threading.Thread(target=loop, daemon=True, name="run-lines")
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
            self.flush()


class Stopped(BaseException):
    """A run that only looks was stopped; no program catches it."""


@contextmanager
def _watched(
    engine: Engine, number: int, cancelled: threading.Event, limit: timedelta, interrupts: bool
) -> Iterator[threading.Event]:
    """Set `cancelled` when somebody asks for it or the time is over; yields whether the latter was so.

    With `interrupts` a block that does not end by itself then is left, wherever it is.
    """
    over, late = threading.Event(), threading.Event()
    began, watched = clock.now(), threading.get_ident()

    def loop() -> None:
        while not over.wait(WATCH):
            if clock.now() - began > limit:
                late.set()
            if late.is_set() or _asked_to_stop(engine, number):
                cancelled.set()
                while interrupts and not over.wait(HEED):
                    signal.pthread_kill(watched, STOP)
                return

    def stop(_signal: int, _frame: FrameType | None) -> None:
        if not over.is_set():
            raise Stopped

    before = signal.signal(STOP, stop) if interrupts else None
    thread = threading.Thread(target=loop, daemon=True, name="run-cancel")
    thread.start()
    try:
        yield late
    except Stopped:
        pass
    finally:
        over.set()
        thread.join()
        if interrupts:
            signal.signal(STOP, before)


def _asked_to_stop(engine: Engine, number: int) -> bool:
    with reading(engine) as session:
        row = session.get(RunRow, number)
        return row is None or bool(row.cancel_by)


def carry(settings: Settings, engine: Engine, number: int) -> RunState:
    """Carry out one run that was marked as running, and keep how it ended. Returns its state."""
    with reading(engine) as session:
        row = session.get_one(RunRow, number)
    playbook, cancelled, lines = Playbook.model_validate(row.description), threading.Event(), Lines(engine, number)
    set_language(row.spoken)
    cutting = Cutting(settings, engine, row, lines)
    work, leave = _work(settings, engine, row, playbook, cutting, cancelled), row.looks and _interruptible(playbook)
    limit, end = timedelta(minutes=playbook.minutes), Ended(False)
    with (
        under(*frozen.subjects(row)),
        lines.written(),
        cutting,
        _watched(engine, number, cancelled, limit, leave) as late,
    ):
        end = program_of(playbook).run(work)
    if late.is_set():
        late_words = translate(_("it took longer than {minutes} minutes"), minutes=playbook.minutes)
        end = Ended(False, end.hosts, f"{late_words}\n{end.words}".strip())
    stopped = cancelled.is_set() and not late.is_set() and not end.good
    state = RunState.DONE if end.good else RunState.CANCELLED if stopped else RunState.FAILED
    book.ended(engine, number, state, end, [_host(host) for host in end.hosts])
    return state


def _interruptible(playbook: Playbook) -> bool:
    """Whether a look can be left wherever it is: Ansible is a process that ends at once, a job sees to it itself."""
    return (
        not playbook.program.startswith(("ansible:", "job:")) and threading.current_thread() is threading.main_thread()
    )


def _work(
    settings: Settings, engine: Engine, row: RunRow, playbook: Playbook, cutting: Cutting, cancelled: threading.Event
) -> Work:
    given = {name: str(value) for name, value in row.given.items()}
    secret = {n: unseal(settings, given[n].encode()) for n in playbook.secrets if given.get(n)}
    return Work(
        settings, engine, playbook, given | secret, targets(playbook, given),
        Actor(row.actor, Role(row.role), row.unit or None), row.looks, tuple(row.targets), row.plan, cutting.say,
        cutting.cuts, cancelled,
    )  # fmt: skip


def _host(host: HostResult) -> HostEnd:
    return HostEnd(host.host, host.ok, host.changed, translate_why(host.error) if host.error else "")


def _database(settings: Settings, number: int) -> Engine:
    """Return the database, which whoever began the run has made; every room's tables only for what may need them."""
    engine = engine_of(settings)
    with reading(engine) as session:
        row = session.get_one(RunRow, number)
    if not str(row.description["program"]).startswith("ansible:"):
        load_tables()
    return engine


def main(number: int) -> int:
    """Carry out one run; returns 0 when it ended well."""
    settings = Settings.load()
    engine = _database(settings, number)
    try:
        vantage.enter(settings)
        return 0 if carry(settings, engine, number) is RunState.DONE else 1
    except Exception as error:  # whatever it is, the run has an end
        traceback.print_exc()
        words = translate_error(error) if isinstance(error, CountyError) else f"{type(error).__name__}: {error}"
        book.ended(engine, number, RunState.FAILED, Ended(False, words=words))
        return 1

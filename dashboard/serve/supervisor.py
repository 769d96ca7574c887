"""Keeps a few child processes alive and ends them together.

Promises: a child that ends by itself is started again, after a wait that doubles up to `LONGEST_WAIT` and begins anew
once it lived `STEADY` seconds, and it is said each time; `run` returns only when no child is left: asked by SIGTERM,
after `PATIENCE` by SIGKILL, each with its whole process group. The children see neither Ctrl-C nor a closed terminal
(each has a session of its own): only the parent does, and tells them. It uses no thread and waits in the kernel for
signals.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

STEADY = 30.0
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
PATIENCE = 10.0
STOPS = frozenset({signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
WATCHED = STOPS | {signal.SIGCHLD}


@dataclass
class Child:
    """A process that should always run."""

    name: str
    command: Sequence[str]
    inherit: tuple[int, ...] = ()
    """file descriptors that it keeps"""
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    wait: float = FIRST_WAIT
    due: float = 0.0

    def start(self) -> None:
        """Start it in a session of its own, with the signals that we hold back let through."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command, pass_fds=self.inherit, start_new_session=True, preexec_fn=_release_signals
        )

    def ended(self) -> int | None:
        """Return how it ended, None while it runs or waits."""
        return None if self.process is None else self.process.poll()

    def tell(self, number: signal.Signals) -> None:
        """Send a signal to it and all that it started."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                return


def _release_signals() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)


@dataclass
class Supervisor:
    """The parent. `say` is told (name, exit code, seconds until the next start) when a child died."""

    children: Sequence[Child]
    say: Callable[[str, int, float], None]
    ready: Callable[[], None] = field(default=lambda: None)

    def run(self) -> signal.Signals:
        """Run until a signal asks to stop; return that signal. No child is left then."""
        signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
        try:
            for child in self.children:
                child.start()
            self.ready()
            return self._watch()
        finally:
            self._end()

    def _watch(self) -> signal.Signals:
        while True:
            got = signal.sigtimedwait(WATCHED, self._tend())
            if got is not None and got.si_signo in STOPS:
                return signal.Signals(got.si_signo)

    def _tend(self) -> float:
        """Bury and revive; return in how many seconds there is something to do at the latest."""
        now = time.monotonic()
        for child in self.children:
            code = child.ended()
            if code is not None:
                self._bury(child, code, now)
            elif child.process is None and child.due <= now:
                child.start()
        waits = [child.due - now for child in self.children if child.process is None]
        return max(0.01, min(waits, default=5.0))

    def _bury(self, child: Child, code: int, now: float) -> None:
        child.tell(signal.SIGKILL)
        if now - child.started > STEADY:
            child.wait = FIRST_WAIT
        child.process, child.due = None, now + child.wait
        self.say(child.name, code, child.wait)
        child.wait = min(child.wait * 2, LONGEST_WAIT)

    def _end(self) -> None:
        running = [child for child in self.children if child.process is not None]
        for child in running:
            child.tell(signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        for child in running:
            try:
                if child.process is not None:
                    child.process.wait(max(0.05, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                pass
            child.tell(signal.SIGKILL)
            if child.process is not None:
                child.process.wait()


def describe_exit(code: int, names: Mapping[int, str] | None = None) -> str:
    """Return an exit code for people: the signal's name when it was one."""
    if code >= 0:
        return str(code)
    return (names or {s.value: s.name for s in signal.Signals}).get(-code, str(code))

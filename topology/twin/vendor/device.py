"""One simulated device: its configurations, its flash, its timers and log; sessions are strangers that come and go.

All state that outlives a session is here. Everything runs in one event loop, so a change is whole before another
begins. `changed` callbacks (the realiser, the log) hear of every change of the running configuration, whoever made it.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from topology.twin.vendor.accounts import Accounts
from topology.twin.vendor.faults import Faults
from topology.twin.vendor.grammar import Grammar
from topology.twin.vendor.software import Software, without
from topology.twin.vendor.tree import Tree

LOG_LENGTH = 512


@dataclass(frozen=True)
class Actor:
    """Who does something: the account, the address it comes from, the line (`vty0`) it sits at."""

    user: str
    address: str = "**"
    line: str = "vty0"


SYSTEM = Actor("_system_")


@dataclass(frozen=True)
class Description:
    """What a device is, as its start order says it."""

    platform: str
    model: str
    ports: tuple[str, ...] = ()
    management: str = ""
    """the name of the management port, which hangs at the staging bench"""
    staging: str = ""
    """its address on the staging bench with its prefix length, configured at the factory"""
    user: str = ""
    keys: tuple[str, ...] = ()
    """public keys of the factory's account, as `type base64`"""
    password: str = field(default="", repr=False)
    flash: Path | None = None
    second: float = 1.0


class Device:
    """A device that is powered on."""

    def __init__(self, about: Description, grammar: Grammar, faults: Faults | None = None) -> None:
        self.about = about
        self.grammar = grammar
        self.faults = faults or Faults()
        self.booted = datetime.now(UTC)
        self.startup: str | None = None
        self.running = Tree()
        self.log: deque[tuple[datetime, str]] = deque(maxlen=LOG_LENGTH)
        self.sessions: dict[int, Any] = {}
        """open sessions by the number of their line; each has `close()` and `actor`"""
        self.listeners: list[Callable[[Actor], None]] = []
        """called after each change of the running configuration"""
        self.loggers: list[Callable[[str], None]] = []
        """called with each log message"""
        self.store: dict[str, Any] = {}
        """what a platform keeps beside: checkpoints, a trial's base, a planned reload"""
        self.links: set[Any] = set()
        """open connections, sessions or not; each has `abort()`"""
        self.changes = 0
        self.accounts = Accounts(self)
        self.software = Software(self)
        self.neighbours: Callable[[], list[list[str]]] = lambda: self.faults.neighbours
        """what it sees by LLDP: port, name, port there"""
        self.settle: Callable[[], Awaitable[None]] | None = None
        """waits until what runs is real in the namespace; None where nothing is realised"""
        self.meet: Callable[[], None] = lambda: None
        """breaks off the tunnels that it begins and begins them anew"""
        self.start: Callable[[], None] | None = None
        """begins a power-on that takes its time and ends in `power_on`; None: it is done at once"""
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._acts: dict[str, Callable[[], None]] = {}

    def power_on(self) -> None:
        """Load the saved configuration, or the factory's where none is saved."""
        if self.startup is None and self.about.flash is not None:
            with suppress(FileNotFoundError):
                self.startup = self.about.flash.read_text()
        self.booted = datetime.now(UTC)
        text = self.startup if self.startup is not None else self.factory()
        saved = self.grammar.load(text)
        unknown = self.software.start(saved)
        self.grammar.release = self.software.version
        self.running = self.grammar.load(without(text, unknown)) if unknown else saved
        self.tell(SYSTEM)

    @property
    def bare(self) -> bool:
        """Whether it runs what it came with, since it came."""
        return self.startup is None and self.changes == 1

    def factory(self) -> str:
        """Return the configuration that the device leaves the factory with."""
        return self.grammar.factory(self.about)

    def change(self, tree: Tree, actor: Actor) -> None:
        """Make a tree the running configuration."""
        self.running = tree
        self.tell(actor)

    def tell(self, actor: Actor) -> None:
        """Say to all who listen that the running configuration is another."""
        self.changes += 1
        for listener in self.listeners:
            listener(actor)

    def write(self, message: str) -> None:
        """Add a message to the log and send it where logs are sent."""
        self.log.append((datetime.now(UTC), message))
        for logger in self.loggers:
            logger(message)

    def save(self) -> bool:
        """Write the running configuration to the flash; False if it does not fit."""
        if self.faults.refuse_save:
            return False
        self.keep("\n".join(self.grammar.shown(self.running)) + "\n")
        return True

    def keep(self, text: str) -> None:
        """Make a text what the next power-on loads."""
        self.startup = text
        if self.about.flash is not None:
            self.about.flash.write_text(text)

    def forget(self) -> None:
        """Erase the saved configuration: the next power-on is the factory's."""
        self.startup = None
        if self.about.flash is not None:
            self.about.flash.unlink(missing_ok=True)

    def after(self, name: str, seconds: float, act: Callable[[], None]) -> None:
        """Do something after so many of the device's seconds; a timer of the same name is replaced."""
        self.cancel(name)
        loop = asyncio.get_running_loop()

        self._acts[name] = act
        self._timers[name] = loop.call_later(seconds * self.about.second, self.ring, name)

    def ring(self, name: str) -> None:
        """Do now what a timer would do later. Raises KeyError for a timer that does not run."""
        self._timers.pop(name).cancel()
        self._acts.pop(name)()

    @property
    def timers(self) -> tuple[str, ...]:
        """The timers that run."""
        return tuple(self._timers)

    def cancel(self, name: str) -> bool:
        """Stop a timer; False if there is none."""
        timer = self._timers.pop(name, None)
        if timer is not None:
            timer.cancel()
        return timer is not None

    def remaining(self, name: str) -> float | None:
        """Return how many of the device's seconds a timer has left, or None."""
        timer = self._timers.get(name)
        if timer is None:
            return None
        return max(0.0, timer.when() - asyncio.get_running_loop().time()) / self.about.second

    async def settled(self) -> None:
        """Return when what runs is real."""
        if self.settle is not None:
            await self.settle()

    def reboot(self) -> None:
        """Lose everything that is not saved, all sessions too, and power on."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        self.store.clear()
        self._acts.clear()
        self.log.clear()
        for session in list(self.sessions.values()):
            session.close()
        self.sessions.clear()
        for link in list(self.links):
            link.abort()
        self.links.clear()
        (self.start or self.power_on)()

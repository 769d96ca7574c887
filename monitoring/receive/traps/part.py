"""The trap receiver as it runs: socket, learning of engines, and the writer that empties the intake twice a second.

What cannot be written now (a busy database) goes back into the intake and is written later; a storm therefore costs
memory that is bounded, and never delays reading the socket.
"""

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine as Database
from sqlalchemy.exc import OperationalError

from countynet import clock
from countynet.db import transaction
from monitoring.agents.keyring import Keyring
from monitoring.columns import moment_of
from monitoring.receive import store
from monitoring.receive.hints import Hints
from monitoring.receive.senders import Senders
from monitoring.receive.sockets import dropped, receiving
from monitoring.receive.status import Listening, Traps
from monitoring.receive.traps.engines import Engines, own
from monitoring.receive.traps.envelope import Envelope, Self
from monitoring.receive.traps.intake import Entry, Intake
from monitoring.receive.traps.kinds import Kind
from monitoring.receive.traps.listener import TrapListener
from monitoring.snmp.engine import Engine
from monitoring.snmp.seam import Target
from monitoring.snmp.usm import Credentials

log = logging.getLogger(__name__)
FLUSH, LEARN, TIDY = 0.5, 600.0, 3600.0
_SHOWN = 32
"""variables of a notification that are kept"""
_LONGEST = 400
"""characters of a variable that are kept"""


@dataclass
class TrapPart:
    """Receives notifications until told to stop."""

    database: Database
    state: Path
    senders: Senders
    targets: Sequence[Target]
    credentials: Sequence[Credentials]
    """the users as which devices may tell"""
    opened: Keyring
    """what opens their agents"""
    communities: Sequence[bytes]
    kinds: Mapping[str, Kind]
    address: str
    port: int
    also: Callable[[str], None] | None = None
    """see `Hints`"""
    hints: Hints = field(init=False)
    intake: Intake = field(init=False)
    seconds: float = 0.0
    """how long the last write took"""
    _engines: Engines = field(init=False)
    _listener: TrapListener | None = None
    _unpolled: set[str] = field(default_factory=set)
    _error: str = ""

    def __post_init__(self) -> None:
        """Take over what the last process left."""
        self.hints, self.intake = Hints(self.state, self.also), Intake(self.kinds)
        self._engines = Engines.load(self.state / "receive")

    async def run(self, over: asyncio.Event) -> None:
        """Receive until it is over; a port that cannot be had is said and not tried again."""
        if not self.port:
            return
        try:
            opened = receiving(self.address, self.port)
        except OSError as error:
            self._error = error.strerror or str(error)
            log.warning("traps are not received, port %s: %s", self.port, self._error)
            return
        engine, boots = own(self.state / "receive")
        users = {one.user.encode(): one for one in self.credentials if one.auth_password}
        envelope = Envelope(users, self._engines.clocks, Self(engine, boots, time.monotonic, time.monotonic()))
        self._listener = TrapListener(
            opened, envelope, self.senders, self.intake, self.hints, self.communities, self._engines.whose
        )
        self._listener.unpolled = self._unpolled.add
        loop = asyncio.get_running_loop()
        loop.add_reader(opened, self._listener.readable)
        try:
            await asyncio.gather(self._flushing(over), self._learning(over))
        finally:
            loop.remove_reader(opened)
            opened.close()
            await self._flush()
            self._engines.keep()

    def listening(self) -> tuple[Listening, ...]:
        """Return whether the port is listened on."""
        return (Listening(what="traps", port=self.port, error=self._error),) if self.port else ()

    def status(self) -> Traps:
        """Return what came until now."""
        if self._listener is None:
            return Traps()
        tally = self._listener.tally
        return Traps(
            received=tally.received,
            taken=tally.taken,
            informs=tally.informs,
            malformed=tally.malformed,
            refused=dict(tally.refused),
            coalesced=self.intake.coalesced,
            dropped=dict(self.intake.dropped),
            kernel_dropped=dropped(self._listener.socket) if self._listener.socket.fileno() >= 0 else 0,
            waiting=len(self.intake),
            engines=len(self._engines.devices),
            hints=self.hints.sent,
        )

    async def _flushing(self, over: asyncio.Event) -> None:
        tidied = time.monotonic() - TIDY
        while not over.is_set():
            await _pause(over, FLUSH)
            self.hints.turn(time.time())
            await self._flush()
            if time.monotonic() - tidied > TIDY:
                tidied = time.monotonic()
                await asyncio.to_thread(self._tidy)

    async def _flush(self) -> None:
        entries = self.intake.drain()
        if not entries:
            return
        began = time.monotonic()
        try:
            await asyncio.to_thread(self._write, entries)
        except (OperationalError, sqlite3.Error) as error:
            log.warning("notifications could not be kept, trying again: %s", error)
            self.intake.give_back(entries)
        self.seconds = time.monotonic() - began

    def _write(self, entries: Sequence[Entry]) -> None:
        with transaction(self.database) as session:
            store.keep(session, [self._row(entry) for entry in entries])

    def _row(self, entry: Entry) -> store.TrapRow:
        kind = self.kinds.get(entry.trap)
        return store.TrapRow(
            device=entry.device,
            trap=entry.trap[:200],
            name=kind.name if kind else "",
            part=entry.part,
            count=entry.count,
            first=moment_of(int(entry.first * 1000)),
            last=moment_of(int(entry.last * 1000)),
            variables=[[name, shown(value)] for name, value in entry.values[:_SHOWN]],
        )

    def _tidy(self) -> None:
        try:
            with transaction(self.database) as session:
                store.forget(session, clock.now())
        except (OperationalError, sqlite3.Error) as error:
            log.warning("old notifications could not be forgotten: %s", error)

    async def _learning(self, over: asyncio.Event) -> None:
        """Poll all engines at first and every ten minutes, and at once whose engine nobody polled yet."""
        poller, due = Engine(self.opened), 0.0
        try:
            while not over.is_set():
                wanted = self.targets if time.monotonic() >= due else [t for t in self.targets if self._is_new(t)]
                if time.monotonic() >= due:
                    due = time.monotonic() + LEARN
                self._unpolled.clear()
                if wanted:
                    await self._engines.learn(poller, wanted, time.time())
                    await asyncio.to_thread(self._engines.keep)
                await _pause(over, 1.0)
        finally:
            poller.close()

    def _is_new(self, target: Target) -> bool:
        return target.device in self._unpolled


def shown(value: int | bytes | None) -> int | str | None:
    """Return a variable's value for people and JSON: text when it is text, else its octets."""
    if not isinstance(value, bytes):
        return value
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return value[: _LONGEST // 2].hex()
    return text[:_LONGEST] if text.isprintable() else value[: _LONGEST // 2].hex()


async def _pause(over: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(over.wait(), seconds)
    except TimeoutError:
        return

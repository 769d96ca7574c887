"""The log receiver as it runs: its ports, the writer, and the sealing of days.

A port that another program holds (a county that runs rsyslog on the same machine) is said and left to it; the others
are listened on all the same.
"""

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC

from sqlalchemy import Engine as Database
from sqlalchemy.exc import OperationalError

from countynet import clock
from countynet.db import transaction
from countynet.events import record
from countynet.settings import Settings
from monitoring.alarms.service import MACHINE
from monitoring.intrusions.part import IntrusionPart
from monitoring.receive.senders import Senders
from monitoring.receive.sockets import dropped, receiving
from monitoring.receive.status import Listening, Syslog
from monitoring.receive.syslog.keep import FOLDER, Days, Line
from monitoring.receive.syslog.listener import Intake, context, read_datagrams, serve
from monitoring.tags import LogTag

log = logging.getLogger(__name__)
FLUSH, TIDY = 0.5, 300.0


@dataclass
class SyslogPart:
    """Receives log messages until told to stop."""

    settings: Settings
    database: Database
    senders: Senders
    intrusions: IntrusionPart | None = None
    """looks at what was kept; None: nobody does"""
    intake: Intake = field(init=False)
    kept: int = 0
    seconds: float = 0.0
    _days: Days = field(init=False)
    _listening: list[Listening] = field(default_factory=list)
    _close: list[Callable[[], None]] = field(default_factory=list)
    _kernel: Callable[[], int] = lambda: 0
    _error: str = ""

    def __post_init__(self) -> None:
        """Make the queue and the files' keeper."""
        self.intake, self._days = Intake(self.senders), Days(self.settings.state / FOLDER)

    async def run(self, over: asyncio.Event) -> None:
        """Receive until it is over."""
        await self._open()
        try:
            tidied = float("-inf")
            while not over.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(over.wait(), FLUSH)
                await self._flush()
                if time.monotonic() - tidied > TIDY:
                    tidied = time.monotonic()
                    await asyncio.to_thread(self._tidy)
        finally:
            for close in self._close:
                close()
            await self._flush(last=True)
            self._days.close()

    def listening(self) -> tuple[Listening, ...]:
        """Return which ports are listened on, and why others are not."""
        return tuple(self._listening)

    def status(self) -> Syslog:
        """Return what came until now."""
        tally = self.intake.tally
        return Syslog(
            received=dict(tally.received),
            kept=self.kept,
            malformed=tally.malformed,
            dropped=tally.dropped,
            kernel_dropped=self._kernel(),
            waiting=len(self.intake.waiting),
            connections=tally.connections.total(),
            refused_connections=tally.refused,
            **self._intrusions(),
        )

    def _intrusions(self) -> dict[str, int]:
        if self.intrusions is None:
            return {}
        found = self.intrusions.collector
        return {"intrusions": found.told, "intrusions_strange": found.strange, "intrusions_folded": found.folded}

    async def _open(self) -> None:
        port, secure = self.settings.syslog_port, self.settings.syslog_tls_port
        if port:
            await self._try("syslog-udp", port, self._datagrams)
            await self._try("syslog-tcp", port, self._streams)
        if secure and self.settings.syslog_certificate:
            await self._try("syslog-tls", secure, self._secure)

    async def _try(self, what: str, port: int, open_: Callable[[int], "asyncio.Future[None] | object"]) -> None:
        error = ""
        try:
            found = open_(port)
            if asyncio.iscoroutine(found):
                await found
        except OSError as wrong:
            error = wrong.strerror or str(wrong)
            log.warning("%s, port %s: %s", what, port, error)
        self._listening.append(Listening(what=what, port=port, error=error))

    def _datagrams(self, port: int) -> None:
        opened, loop = receiving(self.settings.receive_address, port), asyncio.get_running_loop()
        loop.add_reader(opened, read_datagrams, opened, self.intake)
        self._kernel = lambda: dropped(opened) if opened.fileno() >= 0 else 0

        def close() -> None:
            loop.remove_reader(opened)
            read_datagrams(opened, self.intake)
            opened.close()

        self._close.append(close)

    async def _streams(self, port: int) -> None:
        server = await serve(self.intake, self.settings.receive_address, port, None)
        self._close.append(server.close)

    async def _secure(self, port: int) -> None:
        assert self.settings.syslog_certificate is not None
        tls = context(self.settings.syslog_certificate, self.settings.syslog_key, self.settings.syslog_ca)
        server = await serve(self.intake, self.settings.receive_address, port, tls)
        self._close.append(server.close)

    async def _flush(self, last: bool = False) -> None:
        lines = self.intake.drain()
        if not lines:
            await self._look((), last)
            return
        began = time.monotonic()
        try:
            await asyncio.to_thread(self._days.write, lines)
            self.kept += len(lines)
            self._error = ""
        except OSError as error:
            if str(error) != self._error:
                log.warning("log messages could not be kept, trying again: %s", error)
            self._error = str(error)
            self.intake.give_back(lines)
        else:
            await self._look(lines, last)
        self.seconds = time.monotonic() - began

    async def _look(self, lines: Sequence[Line], last: bool) -> None:
        """Have lines looked at that were kept; a line that could not be kept comes again, and is looked at then."""
        part = self.intrusions
        if part is not None and (lines or part.collector.groups):
            await asyncio.to_thread(part.take, lines, last)

    def _tidy(self) -> None:
        """Seal the days that are over and forget those that are too old, each with its event."""
        today = clock.now().astimezone(UTC).date()
        try:
            for day, sha256, count in self._days.seal(today):
                with transaction(self.database) as session:
                    record(session, LogTag.SEALED, MACHINE, f"log:{day}", {"sha256": sha256, "lines": count})
            for day in self._days.forget(today, self.settings.log_days):
                with transaction(self.database) as session:
                    record(session, LogTag.FORGOTTEN, MACHINE, f"log:{day}", {"days": self.settings.log_days})
        except (OSError, OperationalError, sqlite3.Error) as error:
            log.warning("old log messages could not be sealed or forgotten, trying again: %s", error)

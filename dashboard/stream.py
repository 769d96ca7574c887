"""Server-sent events: what a job says, as it says it, for as long as it runs.

Lines go out in batches, at most four a second, however many devices speak at once; the page's live part follows when
it changed, at most once a second, so that the browser neither asks nor makes HTML. Each event carries the number of the
last line: a browser that comes back (`Last-Event-ID`) is told what it missed and nothing twice. An open stream holds
one of the web server's threads, so there are never more than `MOST`; whoever is refused (503) goes on asking, as pages
without a running job do. A stream ends with its job, or after `LIFE` seconds, and then the browser comes again.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import Response, abort, current_app, request, stream_with_context

if TYPE_CHECKING:
    from dashboard.services.job_logs import JobLogs
    from dashboard.services.model import JobView

MOST = 6
"""streams at once; `dashboard.serve.children.THREADS` leaves room beside them"""
LIFE, BATCH, PART, QUIET = 60.0, 0.25, 1.0, 10.0
"""seconds: of one stream, between two batches, between two live parts, until a word that only keeps the line open"""
KIND = "text/event-stream"


@dataclass(frozen=True)
class News:
    """What a job said after a line, and whether it still runs; `lines` with their numbers, oldest first."""

    lines: tuple[tuple[int, str], ...]
    busy: bool


@dataclass
class Streams:
    """How many streams one application has open."""

    most: int = MOST
    open: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> bool:
        """Take a place; False when all are taken."""
        with self._lock:
            if self.open >= self.most:
                return False
            self.open += 1
            return True

    def leave(self) -> None:
        """Give a place back."""
        with self._lock:
            self.open -= 1


def follow(news: Callable[[int], News], part: Callable[[], str]) -> Response:
    """Return the stream of a job: `news` tells what it said after a line, `part` renders the page's live part."""
    streams: Streams = current_app.extensions["streams"]
    if not streams.take():
        return Response(status=503, headers={"Retry-After": "5"})
    after = request.headers.get("Last-Event-ID") or request.args.get("after", "")
    number = int(after) if after.isascii() and after.isdigit() else 0
    response = Response(stream_with_context(events(number, news, part)), mimetype=KIND)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"  # a proxy in front must not collect
    response.call_on_close(streams.leave)
    return response


def follow_job(job: "JobView | None", logs: "JobLogs") -> Response:
    """Return the stream of a job's log alone, for a page that has no other live part; 404 where there is no job."""
    if job is None:
        abort(404)
    return follow(lambda after: logs.news(job.id, after), str)


def events(
    after: int,
    news: Callable[[int], News],
    part: Callable[[], str],
    wait: Callable[[float], None] = time.sleep,
    now: Callable[[], float] = time.monotonic,
) -> Iterator[str]:
    """Yield the stream's text from a line on."""
    yield "retry: 1000\n\n"
    shown, part_due, until, quiet = "", 0.0, now() + LIFE, now() + QUIET
    while now() < until:
        said = news(after)
        if said.lines:
            after = said.lines[-1][0]
            yield event("log", [text for _number, text in said.lines], after)
        if now() >= part_due or not said.busy:
            part_due, fresh = now() + PART, part()
            if fresh != shown:
                shown = fresh
                yield event("part", fresh, after)
        if not said.busy:
            yield event("end", None, after)
            return
        if now() >= quiet:
            quiet = now() + QUIET
            yield ":\n\n"
        wait(BATCH)


def event(name: str, data: object, number: int) -> str:
    """Return one event; JSON has no line break, so neither has the data."""
    return f"id: {number}\nevent: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"

"""How soon a browser reads what a run says, and what its page weighs: 120 hosts, 40 tasks.

`.venv/bin/python -m benchmarks.run_log [--seconds 20] [--readers 3]`. The runner's own writer (`process.Lines`) says
4,840 things over so many seconds in one process; the web (`create_app` behind waitress) runs in another, and browsers
follow it by server-sent events. Each thing carries the time at which it was said; a reader takes the difference. Then
the page is asked for, folded by task and by host. Exit code 1 when a target is missed.
"""

import argparse
import json
import multiprocessing
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from benchmarks.figure import HEADING, Figure
from countynet.db import transaction
from countynet.people import Actor
from countynet.vocabulary import Role
from playbooks.runner import book
from playbooks.runner.process import Lines
from playbooks.runner.programs.work import Ended
from playbooks.runner.states import RunState
from playbooks.runner.store import RunRow
from playbooks.servers.run import Heard
from tests.browser.serving import served
from tests.unit.dashboard import sample

HOSTS, TASKS = 120, 40
TARGET = 0.5
"""seconds from what is said to the browser (issue 9)"""
PAGE = 1.0
"""seconds for the whole page"""


def web(folder: Path, told: Connection) -> None:
    """Serve the county until the parent says so."""
    from dashboard.app import create_app

    with served(create_app(sample.settings(folder), sample.services(folder), rate_limit=False), threads=10) as url:
        told.send(url)
        told.recv()


class Reader:
    """A browser that is signed in."""

    def __init__(self, url: str) -> None:
        self.host = urlsplit(url).netloc
        form = self.get("/sign-in").partition('name="csrf_token" value="')[2].partition('"')[0]
        body = urlencode({"csrf_token": form, "login": "center", "password": sample.PASSWORD})
        self.ask("POST", "/sign-in", body)

    cookie = ""

    def ask(self, method: str, path: str, body: str | None = None) -> str:
        """Ask once, keeping the cookie."""
        connection = HTTPConnection(self.host, timeout=60)
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        self.cookie = (answer.headers.get("Set-Cookie") or self.cookie).partition(";")[0]
        return answer.read().decode()

    def get(self, path: str) -> str:
        """Return a page."""
        return self.ask("GET", path)

    def follow(self, run: int) -> Iterator[tuple[str, float]]:
        """Yield every line of a run's stream with the time at which it came, until the run's end."""
        connection, after, event = HTTPConnection(self.host, timeout=60), "0", ""
        while event != "end":
            connection.request("GET", f"/runs/{run}/events?after={after}", headers={"Cookie": self.cookie})
            for raw in connection.getresponse():
                name, _colon, value = raw.decode().rstrip("\n").partition(": ")
                after, event = (value, event) if name == "id" else (after, value if name == "event" else event)
                if name == "data" and event == "log":
                    yield from ((line, time.time()) for line in json.loads(value))


def said(engine_lines: Lines, seconds: float) -> None:
    """Say everything, evenly."""
    for task in range(TASKS):
        name = f"role : task number {task} of the play"
        engine_lines(Heard(name))
        for host in range(1, HOSTS + 1):
            time.sleep(seconds / (HOSTS * TASKS))
            outcome = "changed" if (host + task) % 10 == 0 else "ok"
            engine_lines(Heard(name, f"cpe-{host:03}", outcome, f"said {time.time():.6f}"))


def followed(url: str, run: int, lines: Lines, seconds: float, readers: int) -> list[float]:
    """Have a run say everything while browsers follow; return every delay in seconds."""
    delays = list[float]()

    def read(reader: Reader) -> None:
        for text, at in reader.follow(run):
            delays.extend(at - float(part.split()[0]) for part in text.split("said ")[1:])

    threads = [threading.Thread(target=read, args=(Reader(url),)) for _each in range(readers)]
    with lines.written():
        for thread in threads:
            thread.start()
        said(lines, seconds)
    book.ended(lines._engine, run, RunState.DONE, Ended(True))
    for thread in threads:
        thread.join()
    return delays


def pages(url: str, run: int) -> Iterator[Figure]:
    """Yield what the page weighs and how long it takes."""
    reader = Reader(url)
    for name, path in (
        ("by task", f"/runs/{run}"),
        ("by host", f"/runs/{run}?by=host"),
        ("a search", f"/runs/{run}?q=cpe-077"),
    ):
        reader.get(path)
        times = list[float]()
        for _each in range(5):
            began = time.perf_counter()
            size = len(reader.get(path).encode())
            times.append(time.perf_counter() - began)
        yield Figure(
            f"page of {HOSTS} hosts x {TASKS} tasks, {name}",
            statistics.median(times),
            "s",
            PAGE,
            note=f"{size // 1000} kB",
        )


def main() -> int:
    """Run it, print the table; return the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--readers", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="run-log-") as name:
        services = sample.services(Path(name))
        services.accounts.create("center", Role.CENTER, None, "bench", sample.PASSWORD)
        engine, who = services.accounts.engine, Actor("center", Role.CENTER)
        run = book.ask(sample.settings(Path(name)), engine, sample.county(), "take-backup", {}, who).number
        with transaction(engine) as session:
            book.begin(session, session.get_one(RunRow, run))
        ours, theirs = multiprocessing.Pipe()
        process = multiprocessing.get_context("spawn").Process(target=web, args=(Path(name), theirs))
        process.start()
        url = ours.recv()
        delays = followed(url, run, Lines(engine, run), given.seconds, given.readers)
        cut = statistics.quantiles(delays, n=100)
        heard = f"{len(delays)} of {given.readers * HOSTS * TASKS} lines"
        figures = [
            Figure("said to browser, median", cut[49], "s", TARGET, note=heard),
            Figure("said to browser, 99 of 100", cut[98], "s", TARGET),
            Figure("said to browser, longest", max(delays), "s"),
            *pages(url, run),
        ]
        ours.send("over")
        process.join(60)
        engine.dispose()
    print(HEADING, *(figure.row() for figure in figures), sep="\n")
    missed = any(figure.target and figure.value > figure.target for figure in figures)
    return int(missed or len(delays) != given.readers * HOSTS * TASKS)


if __name__ == "__main__":
    sys.exit(main())

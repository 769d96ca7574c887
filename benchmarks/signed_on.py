"""The example county with every application: how long, how much memory, and whether one sign-in opens all of them.

`countynet demo --applications` as `make demo-apps` runs it, in a county folder of its own that is removed at the end.
While it is served, Chromium opens the applications from a unit's terminal: as the person who works in each, as one who
works in none, and without an account; then the demo is stopped as a person stops it, and has to leave nothing. Fetch
the packages before (`countynet mirror make`), then run it where nothing else is, as root:
`tests/own .venv/bin/python -m benchmarks.signed_on`. `--check` leaves the browser out. Memory is that of the whole
machine, what it used before taken off, and what the processes hold together (every 15 s), which others do not disturb.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.pss import memory_of
from countynet import netns
from countynet.settings import Settings
from inventory.load import load_county
from playbooks.applications.secrets import read

COUNTYNET = Path(sys.executable).with_name("countynet")
PASSWORD = "a password of one's own"
PLACES = {"wiki": "/doku.php?id=start", "lending": "/", "meeting": "/people", "messages": "/"}
"""what is behind the gate, each with a page of those who work there"""
UNIT = "u001"


def used() -> int:
    """Return the memory that this machine uses, in MiB, as `free -m` says it."""
    kib = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
    return (int(kib["MemTotal"].split()[0]) - int(kib["MemAvailable"].split()[0])) // 1024


class Peak:
    """The most memory that the machine used beyond what it used at first, and that the processes seen here held."""

    def __init__(self) -> None:
        self.before, self.most, self.held, self.over = used(), 0, 0, threading.Event()
        for look, seconds in ((self._machine, 1), (self._processes, 15)):
            threading.Thread(target=self._again, args=(look, seconds), daemon=True).start()

    def _again(self, look: Callable[[], None], seconds: float) -> None:
        while not self.over.wait(seconds):
            look()

    def _machine(self) -> None:
        self.most = max(self.most, used() - self.before)

    def _processes(self) -> None:
        held = 0.0
        for pid in (int(name) for name in os.listdir("/proc") if name.isdigit()):
            with suppress(OSError):  # it ended meanwhile
                held += memory_of(pid)
        self.held = max(self.held, int(held))

    def __str__(self) -> str:
        return f"{self.most} MiB beyond the {self.before} used before; PSS of all processes {self.held} MiB"


@contextmanager
def demo(folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], Settings]]:
    """Run the demo; it is stopped at the end as a person stops it."""
    environment = {**os.environ, "COUNTYNET_COUNTY": str(folder), "COUNTYNET_LANG": "en"}
    words = [str(COUNTYNET), "demo", "--applications", *options]
    child = subprocess.Popen(words, env=environment, stderr=subprocess.PIPE, text=True, bufsize=1)
    try:
        yield child, Settings.load(folder)
    finally:
        child.send_signal(signal.SIGINT)
        child.wait()


def served(child: subprocess.Popen[str]) -> bool:
    """Pass on what the demo says until it serves or ends; return whether it serves."""
    assert child.stderr is not None
    for line in child.stderr:
        print(line, end="", flush=True)
        if "the county is at" in line:
            threading.Thread(target=child.stderr.read, daemon=True).start()  # what it says later must not hold it up
            return True
    return False


class Visit:
    """People at a unit's terminal."""

    def __init__(self, settings: Settings, browser: Browser) -> None:
        county = load_county(settings.county)
        names = {a.deployment.kind: a.deployment.dns for a in county.applications if a.deployment}
        self.url = {kind: f"https://{name}" for kind, name in names.items()}
        self.first = read(settings, "certificates")["first-password"]
        self.browser = browser

    def page(self, login: str = "") -> Page:
        """Return a page; with a login, of somebody who has signed in for the first time."""
        context = self.browser.new_context(locale="zh-CN", ignore_https_errors=True)
        context.set_default_timeout(60_000)
        page = context.new_page()
        if login:
            page.goto(f"{self.url['certificates']}/sign-in")
            self._send(page, login=login, password=self.first)
            self._send(page, old=self.first, new=PASSWORD, again=PASSWORD)
        return page

    @staticmethod
    def _send(page: Page, **fields: str) -> None:
        for name, value in fields.items():
            page.fill(f"[name={name}]", value)
        with page.expect_navigation():
            page.locator("main button").first.click()

    def look(self, page: Page) -> dict[str, str]:
        """Return what somebody gets of each application: status, the host that they ended at, what they may do."""
        seen = {}
        for kind, place in PLACES.items():
            answer = page.goto(f"{self.url[kind]}{place}")
            status = answer.status if answer else 0
            at = "here" if page.url.startswith(self.url[kind]) else page.url.split("?")[0]
            does = page.locator("[name=number], [name=password], #reader").evaluate_all(
                "all => all.map(one => one.name || one.id)"
            )
            seen[kind] = f"{status} {at} {','.join(does)}".strip()
            if broken := page.evaluate("[...document.images].filter(one => !one.naturalWidth).map(one => one.src)"):
                seen[kind] += f" without {len(broken)} pictures, the first {broken[0]}"
        return seen


def visits(settings: Settings) -> None:
    """Have people open every application."""
    county = load_county(settings.county)
    hosts = {a.deployment.dns: a.hosts[0] for a in county.applications if a.deployment}
    rules = ", ".join(f"MAP {dns} {county.host_by_name[host].address.ip}" for dns, host in hosts.items())
    terminal = f"cn-{county.unit_by_id[UNIT].terminals[0].name}"
    options = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", f"--host-resolver-rules={rules}"]
    with netns.within(Path("/run/netns") / terminal), sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=options)
        visit = Visit(settings, browser)
        for who in ("organiser", "li", ""):
            print(who or "nobody", visit.look(visit.page(who)), flush=True)
        browser.close()


def main() -> None:
    """Run the demo, look, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="no browser")
    check = parser.parse_args().check
    peak, began = Peak(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="countynet-bench-") as folder:
        with demo(Path(folder) / "county", *(["--check"] if check else [])) as (child, settings):
            up = served(child)
            print(f"{time.monotonic() - began:.0f} s, {peak}; load {os.getloadavg()}", flush=True)
            if up:
                visits(settings)
        print(f"ended with {child.returncode} after {time.monotonic() - began:.0f} s; {peak}", flush=True)
    left = sorted(os.listdir("/run/netns")) if Path("/run/netns").exists() else []
    print(f"namespaces left: {left}")


if __name__ == "__main__":
    main()

"""The county on this machine, and a line that is cut: what the board, the clerk, the center and the operator then see.

One quick demo serves all tests of this file (12 units, real daemons); at its end nothing of it may be left.
"""

import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chromium import Visitor

READY_SECONDS = 420
PASSWORD = re.compile(r"^    (\S+) +((?:[a-z0-9]{4}-){3}[a-z0-9]{4}) ")


@dataclass
class Demo:
    """A running `countynet demo --quick`."""

    county: Path
    url: str
    process: "subprocess.Popen[str]"
    passwords: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    def command(self, *words: str) -> str:
        """Run another command on another terminal."""
        done = subprocess.run(
            [sys.executable, "-m", "countynet.cli", "--county", str(self.county), *words],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def wait_until_served(self) -> None:
        """Read what it says until it serves, noting the first passwords."""
        deadline = time.monotonic() + READY_SECONDS
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said.append(line)
            password = PASSWORD.match(line)
            if password:
                self.passwords[password.group(1)] = password.group(2)
            if self.url in line and self.passwords:
                return
            assert time.monotonic() < deadline, "".join(self.said[-40:])
        raise AssertionError("".join(self.said[-40:]))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def traces(county: Path) -> list[str]:
    """Return processes that belong to a county's demo."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            parent = (path.parent / "environ").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if str(county) in words or f"={county}" in parent:
            found.append(words)
    return found


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    county, port = tmp_path_factory.mktemp("demo") / "county", free_port()
    command = ["-m", "countynet.cli", "--county", str(county), "--lang", "en", "demo", "--quick", "--port", str(port)]
    process = subprocess.Popen(
        [sys.executable, *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    found = Demo(county, f"http://127.0.0.1:{port}/", process)
    try:
        found.wait_until_served()
        yield found
    finally:
        process.send_signal(signal.SIGINT)
        rest = process.communicate(timeout=90)[1]
    assert process.returncode == 0, rest
    assert traces(county) == []
    assert not (county / ".state" / "twin.json").exists()


@pytest.fixture
def board(demo: Demo, browser: Browser) -> Iterator[Visitor]:
    page = browser.new_context(viewport={"width": 1400, "height": 900}).new_page()
    visitor = Visitor(page, demo.url.rstrip("/"))
    visitor.sign_in("center", demo.passwords["center"])
    yield visitor
    page.context.close()
    assert visitor.complaints == []


def come(browser: Browser, demo: Demo, login: str) -> Visitor:
    visitor = Visitor(browser.new_context().new_page(), demo.url.rstrip("/"))
    visitor.sign_in(login, demo.passwords[login])
    return visitor


def units(demo: Demo) -> dict[str, str]:
    """Return the clerk's unit of each kind of line, as the demo printed their passwords."""
    clerks = sorted(login for login in demo.passwords if re.fullmatch(r"u\d{3}", login))
    return {"fiber" if int(clerk[1:]) <= 24 else "adsl": clerk for clerk in clerks}


@pytest.mark.parametrize("kind", ["fiber", "adsl"])
def test_a_cut_line_becomes_one_fault_that_people_close(
    demo: Demo, board: Visitor, browser: Browser, kind: str
) -> None:
    unit = units(demo)[kind]
    line = f"line-{unit[1:]}"
    tile = board.page.locator(f".tiles li:has(> a[href='/units/{unit}'])")
    expect(board.page.locator(".tiles li")).to_have_count(12)
    expect(tile).to_have_class("up", timeout=90_000)

    started = time.monotonic()
    demo.command("twin", "cut", line)
    cut = time.monotonic()
    expect(tile).to_have_class("down", timeout=60_000)
    red = time.monotonic() - started
    print(f"{line}: red after {red:.1f} s, of which the command {cut - started:.1f} s")
    expect(board.page.locator(".urgent .list").first).to_contain_text(line)

    clerk = come(browser, demo, unit)
    expect(clerk.page.locator(".verdict")).to_have_class("verdict down")
    clerk.page.click(".head a.button")
    clerk.page.fill("[name=title]", "专网不通")
    clerk.page.fill("[name=description]", "刚才还好好的")
    clerk.page.click("form.card button")
    expect(clerk.page.locator("h1")).to_contain_text("专网不通")
    number = clerk.page.url.rpartition("/")[2]
    faults = json.loads(demo.command("faults", "list", "--json"))
    assert len([f for f in faults if f["unit"] == unit]) == 1

    operator = come(browser, demo, "operator")
    for who, action, name, words in (
        (board, "dispatch", "note", "请派人"),
        (operator, "start", "note", ""),
        (operator, "repaired", "cause", "挖断"),
    ):
        who.go(f"/faults/{number}")
        form = who.page.locator(f"form[action$='/{action}']")
        form.locator(f"[name={name}]").fill(words)
        form.locator("button").click()
        expect(who.page.locator(f"form[action$='/{action}']")).to_have_count(0)
    expect(board.page.locator("dd .i-major, dd .i-critical")).to_have_count(1)

    demo.command("twin", "mend", line)
    board.go("/alarms")
    expect(board.page.locator(".alarms section").first).not_to_contain_text(line, timeout=120_000)
    expect(board.page.locator(".alarms section").last).to_contain_text(line)

    clerk.go(f"/faults/{number}")
    clerk.page.check("[name=rating][value='5']")
    clerk.page.click("form[action$='/confirm'] button")
    history = clerk.page.locator(".history li")
    expect(history.last).to_contain_text(unit)
    text = clerk.page.locator(".history").inner_text()
    for person in (unit, "center", "operator"):
        assert person in text
    assert clerk.page.locator(".history time").count() == history.count() >= 6
    clerk.page.context.close()
    operator.page.context.close()
    board.go("/board")


def test_the_map_shows_the_center_alive(board: Visitor) -> None:
    board.go("/map")
    for device in ("core-1", "core-2", "fw-1", "fw-2", "vpn-hub", "sw-admin"):
        expect(board.page.locator("g.device", has_text=device)).to_have_class("device up", timeout=60_000)


def test_the_auditor_runs_the_checks_and_takes_the_report(demo: Demo, browser: Browser) -> None:
    auditor = come(browser, demo, "auditor")
    auditor.go("/audit")
    auditor.page.click("form[action='/audit/run'] button")
    expect(auditor.page.locator("details.check").first).to_be_visible(timeout=240_000)
    shown = auditor.page.locator("details.check").count()
    assert shown >= 15
    with auditor.page.expect_download() as download:
        auditor.page.click("a[href$='report.json']")
    report = json.loads(Path(download.value.path()).read_text())
    assert len(report["checks"]) == shown
    auditor.page.context.close()

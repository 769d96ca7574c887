"""Twelve venues meet for ten minutes on lines of 10 Mbit/s and ADSL: loss, jitter, rates, and what it costs.

    tests/own .venv/bin/python -m benchmarks.meeting --python VENV/bin/python [--seconds 600] [--tabs 3]

VENV has `tests/applications/venues.lock` (`pip install --require-hashes`). The meeting server is deployed by its
playbook on a host of its own (`tests/applications/bench.py`). Each venue is in a namespace behind a line that is shaped
as the twin shapes its lines (token bucket, 16 kB, 100 ms at most) with the example county's rates: the hall and four
units at 10,240/10,240 kbit/s, four at 4,096/512, three at 2,048/512. The first `--tabs` of hall, fiber and ADSL are
Chromium with a fake camera, the others `benchmarks.meeting_venue`, which send films that were encoded before. The chair
gives the floor to the next venue every `--floor` seconds, so that each sends its large picture over its own line.
Bounded by `--seconds`. Exit code 1 when a venue lost more than 2% of what it should have got or of what it sent, or
was not connected at the end.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from applications.meeting.rules import Layout, Role, Seat, sending
from inventory.model import County
from tests.applications import meeting_people as people
from tests.applications.bench import Bench, lone_host
from topology.twin.run import run

MOST_LOST = 2.0
"""percent"""
VENUE, FILMS = (Path(__file__).with_name(f"meeting_{name}.py") for name in ("venue", "films"))
LINES = FIBER, WIDE, NARROW = (10240, 10240), (4096, 512), (2048, 512)
"""kbit/s down and up, as in the example county"""
SUMS = ("got", "lost", "sent", "up_lost", "down_bytes", "up_bytes")
COUNTS = """(async () => {
  const sum = { got: 0, lost: 0, sent: 0, up_lost: 0, jitter: 0, round_trip: 0, down_bytes: 0, up_bytes: 0 };
  for (const one of [room.sender?.connection, room.receiver?.connection].filter(Boolean))
    for (const e of (await one.getStats()).values()) {
      if (e.type === 'inbound-rtp') {
        sum.got += e.packetsReceived; sum.lost += Math.max(0, e.packetsLost);
        sum.jitter = Math.max(sum.jitter, e.jitter * 1000);
      }
      if (e.type === 'outbound-rtp') sum.sent += e.packetsSent;
      if (e.type === 'remote-inbound-rtp') {
        sum.up_lost += Math.max(0, e.packetsLost);
        sum.round_trip = Math.max(sum.round_trip, (e.roundTripTime ?? 0) * 1000);
      }
      if (e.type === 'transport') { sum.down_bytes += e.bytesReceived; sum.up_bytes += e.bytesSent; }
    }
  const states = [room.sender, room.receiver].map((one) => one?.connection?.connectionState);
  return { ...sum, again: room.agains, states };
})()"""


@dataclass
class Place:
    """A venue: its line, who sits there and what was counted."""

    number: int
    unit: str
    """in the county; empty for the hall"""
    down: int
    up: int
    tab: bool
    code: str = ""
    page: Page | None = None
    process: subprocess.Popen[str] | None = None
    pids: tuple[int, ...] = ()
    counted: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    """what the line dropped down and up"""
    most_up: float = 0.0
    """the most that a tab's own meter showed to be sent, kbit/s"""

    @property
    def space(self) -> str:
        """Its namespace."""
        return f"meet-{self.number:02}"


def places(county: County, tabs: int) -> list[Place]:
    """Return the hall and units on their own lines; who comes first on each kind of line gets a tab."""
    left = {line: [c.unit for c in county.circuits if (c.down_kbps, c.up_kbps) == line] for line in LINES}
    lines = [FIBER, NARROW, *[FIBER] * 3, *[WIDE] * 4, *[NARROW] * 2]
    units = [(left[line].pop(0), *line) for line in lines]
    return [Place(number, *what, number < tabs) for number, what in enumerate([("", *FIBER), *units])]


def films(python: str, folder: Path) -> None:
    """Encode what venues may be asked to send on these lines."""
    asked = [
        sending(Seat("one", "one", Role.VENUE, hall=False, up_kbps=up), large, layout)
        for _down, up in LINES
        for layout in Layout
        for large in ((), ("one",))
    ]
    words = sorted({f"{one.kbps}/{one.scale:g}/{one.frames}" for one in asked})
    subprocess.run([python, str(FILMS), str(folder), *words], check=True, timeout=600)


def wire(place: Place) -> None:
    """Give a venue a namespace behind its line; this process stands for the network between lines and servers."""
    net, here, there = f"10.21.{100 + place.number}", f"m{place.number:02}", place.space
    run("ip", "netns", "add", there)
    run("ip", "link", "add", here, "type", "veth", "peer", "name", "eth0", "netns", there)
    run("ip", "addr", "add", f"{net}.1/24", "dev", here)
    run("ip", "link", "set", here, "up")
    for words in (("link", "set", "lo", "up"), ("addr", "add", f"{net}.10/24", "dev", "eth0"),
                  ("link", "set", "eth0", "up"), ("route", "add", "default", "via", f"{net}.1")):  # fmt: skip
        run("ip", "-n", there, *words)
    shape = ("root", "tbf", "burst", "16kb", "latency", "100ms", "rate")
    run("tc", "qdisc", "add", "dev", here, *shape, f"{place.down}kbit")
    run("tc", "-n", there, "qdisc", "add", "dev", "eth0", *shape, f"{place.up}kbit")


def dropped(place: Place) -> dict[str, int]:
    """Return the packets that a line has had no room for, down and up, and those that came and nobody took in time.

    The last is the fault of this machine, which is too busy to be twelve venues; the rest is the server's.
    """
    ways = {"down": ("dev", f"m{place.number:02}"), "up": ("dev", "eth0")}
    spaces = {"down": (), "up": ("-n", place.space)}
    told = {
        way: json.loads(run("tc", "-s", "-j", *spaces[way], "qdisc", "show", *words)) for way, words in ways.items()
    }
    lost = {f"line_{way}": sum(queue.get("drops", 0) for queue in queues) for way, queues in told.items()}
    names, counts = (
        line.split()
        for line in run("ip", "netns", "exec", place.space, "cat", "/proc/net/snmp").splitlines()
        if line.startswith("Udp:")
    )
    return lost | {"late": int(counts[names.index("RcvbufErrors")])}


@contextmanager
def tab(play: Playwright, bench: Bench, place: Place, folder: Path) -> Iterator[Browser]:
    """Give a Chromium that runs in a venue's namespace."""
    wrapper = folder / f"chromium-{place.number}"
    wrapper.write_text(f'#!/bin/sh\nexec ip netns exec {place.space} {people.CHROMIUM} "$@"\n')
    wrapper.chmod(0o755)
    before = _children()
    found = play.chromium.launch(executable_path=str(wrapper), args=[*people.CAMERA, *bench.browser_options])
    place.pids = tuple(_children() - before)
    try:
        yield found
    finally:
        found.close()


def _children() -> set[int]:
    return {int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()}


def cpu(pids: Mapping[int, str] | tuple[int, ...]) -> float:
    """Return the CPU seconds that processes and their descendants have used so far."""
    wanted, used = set(pids), 0.0
    parents = {}
    for path in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            words = (path / "stat").read_text().rpartition(")")[2].split()
            parents[int(path.name)] = int(words[1]), (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
    for pid in parents:
        line = pid
        while line in parents and line not in wanted:
            line = parents[line][0]
        used += parents[pid][1] if line in wanted else 0.0
    return used


def servers() -> dict[str, tuple[int, ...]]:
    """Return the processes of the meeting server's parts, as this process numbers them."""
    found: dict[str, list[int]] = {"janus": [], "turnserver": [], "web": [], "nginx": []}
    for path in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            words = (path / "cmdline").read_text().split("\0")
            name = "web" if "applications.meeting" in words else Path(words[0].split(":")[0]).name
            if name in found:
                found[name].append(int(path.name))
    return {name: tuple(pids) for name, pids in found.items()}


def enter(bench: Bench, place: Place, number: str, words: list[str], chromium: Browser | None) -> None:
    """Have a venue enter; `words` are what one that is no tab is run by, and its own."""
    if chromium is not None:
        place.page = people.join(chromium, bench.url, number, place.code, width=900)
        people.sit(place.page)
        return
    command = ["ip", "netns", "exec", place.space, "nice", "-n", "-10", *words, "--url", bench.url,
               "--address", bench.address, "--number", number, "--code", place.code]  # fmt: skip
    pipe = subprocess.PIPE
    place.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def meet(bench: Bench, given: argparse.Namespace, folder: Path) -> tuple[list[Place], dict[str, float]]:
    """Hold the meeting; return the venues with their counts, and CPU seconds of the server's parts."""
    venues = places(bench.county, given.tabs)
    for place in venues:
        wire(place)
    films(given.python, folder)
    limit = given.enter + given.seconds + 120
    words = [given.python, str(VENUE), "--films", str(folder), "--seconds", str(limit)]
    password = json.loads(bench.exec("cat /etc/countynet/meeting/meeting.json"))["organiser_password"]
    with sync_playwright() as play, ExitStack() as stack:
        browsers = {p.number: stack.enter_context(tab(play, bench, p, folder)) for p in venues if p.tab}
        desk = people.organiser(browsers[0], bench.url, password)
        people.book(desk, bench.url, "全县视频调度会", [place.unit for place in venues[1:]])
        number = desk.url.rsplit("/", 1)[1]
        for place, code in zip(sorted(venues, key=lambda place: place.unit), people.codes(desk), strict=True):
            place.code = code
        people.take_chair(desk)
        venues[0].page = desk
        for place in venues[1:]:
            enter(bench, place, number, words, browsers.get(place.number))
        everybody = f"() => document.querySelectorAll('#here li').length >= {len(venues) - 1}"
        try:
            desk.wait_for_function(everybody, timeout=given.enter * 1000)
        except PlaywrightTimeout:
            print(f"after {given.enter:.0f} s only these came: {desk.inner_text('#here')}", file=sys.stderr)
            raise
        print(f"{len(venues)} venues are in", flush=True)
        spent = _hold(bench, desk, venues, given)
    return venues, spent


def tell(venues: list[Place]) -> None:
    """Have the venues that are no tabs begin or end their count."""
    for place in venues:
        if place.process is not None and place.process.stdin is not None:
            with suppress(BrokenPipeError):
                place.process.stdin.write("now\n")
                place.process.stdin.flush()


def _hold(bench: Bench, desk: Page, venues: list[Place], given: argparse.Namespace) -> dict[str, float]:
    """Pass the floor round until the time is over, then count."""
    desk.wait_for_timeout(15_000)
    parts = servers()
    begun, before = time.monotonic(), {name: cpu(pids) for name, pids in parts.items()}
    tabs = [place for place in venues if place.page is not None]
    lines = {place.number: dropped(place) for place in venues}
    first = {place.number: (people.ask(place.page, COUNTS), cpu(place.pids)) for place in tabs if place.page}
    tell(venues)
    turn = 0
    while time.monotonic() - begun < given.seconds:
        desk.click(f"#here li:nth-child({turn % (len(venues) - 1) + 1}) [data-act=floor]")
        turn += 1
        _pass_time(tabs, given.floor)
    seconds = time.monotonic() - begun
    spent = {name: cpu(pids) - before[name] for name, pids in parts.items()}
    for place in tabs:
        assert place.page is not None
        now, (then, used) = people.ask(place.page, COUNTS), first[place.number]
        assert isinstance(now, dict)
        assert isinstance(then, dict)
        counts = {key: max(0, now[key] - then[key]) for key in SUMS}
        more = {"seconds": seconds, "cpu": cpu(place.pids) - used, "errors": 0, "most_up": place.most_up}
        place.counted = {**now, **counts, **more}
    for place in venues:
        place.lines = {way: now - lines[place.number][way] for way, now in dropped(place).items()}
    if given.shot:
        desk.screenshot(path=given.shot)
    tell(venues)
    for place in venues:
        if place.process is not None:
            out, said = place.process.communicate(timeout=60)
            place.counted = json.loads(out.splitlines()[-1]) if out.strip() else {}
            if said:
                print(place.unit, said[-600:], file=sys.stderr)
    return spent | {"seconds": seconds, "turns": float(turn)}


def _pass_time(tabs: list[Place], seconds: float) -> None:
    """Wait, and look at the tabs' meters meanwhile."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for place in tabs:
            if place.page is not None:
                place.page.wait_for_timeout(3000 / len(tabs))
                place.most_up = max(place.most_up, float(str(people.ask(place.page, "room.line?.up ?? 0"))))


HEAD = ("venue", "line down/up kbit/s", "client", "sent", "lost", "by the line", "lost %", "got", "lost", "by the line",
        "taken too late", "lost %", "jitter ms", "round trip ms", "down kbit/s", "up kbit/s", "most up", "CPU s",
        "CPU %", "again", "ends")  # fmt: skip


def row(place: Place) -> tuple[list[str], bool]:
    """Return a venue's cells, and whether it had a good meeting."""
    first = [place.unit or "hall", f"{place.down}/{place.up}", "Chromium" if place.tab else "aiortc"]
    told = place.counted
    if not told:
        return [*first, *[""] * (len(HEAD) - len(first) - 1), "gone"], False
    shares = [100 * told[lost] / max(1, told[all_]) for lost, all_ in (("up_lost", "sent"), ("lost", "got"))]
    down, up = (told[name] / 125 / told["seconds"] for name in ("down_bytes", "up_bytes"))
    ends = "/".join(map(str, told["states"])) + (f", {told['errors']} errors" if told["errors"] else "")
    cells = [
        *(f"{told['sent']:.0f}", f"{told['up_lost']:.0f}", str(place.lines["line_up"]), f"{shares[0]:.2f}"),
        *(
            f"{told['got']:.0f}",
            f"{told['lost']:.0f}",
            str(place.lines["line_down"]),
            str(place.lines["late"]),
            f"{shares[1]:.2f}",
        ),
        *(f"{told['jitter']:.0f}", f"{told['round_trip']:.0f}", f"{down:.0f}", f"{up:.0f}", f"{told['most_up']:.0f}"),
        *(f"{told['cpu']:.1f}", f"{100 * told['cpu'] / told['seconds']:.1f}", str(told["again"]), ends),
    ]
    return [*first, *cells], max(shares) <= MOST_LOST and told["states"] == ["connected", "connected"]


def table(venues: list[Place], spent: Mapping[str, float]) -> bool:
    """Print what was seen; return whether all was well."""
    rows = [row(place) for place in venues]
    for cells in (HEAD, ["---"] * len(HEAD), *(cells for cells, _good in rows)):
        print(f"| {' | '.join(cells)} |")
    good = all(good for _cells, good in rows)
    parts = ", ".join(f"{name} {spent[name]:.0f}" for name in ("janus", "turnserver", "web", "nginx"))
    load = os.getloadavg()[0]
    print(f"{spent['seconds']:.0f} s, floor {spent['turns']:.0f} times; CPU seconds: {parts}; load average {load:.1f}")
    return good


def main() -> int:
    """Deploy, meet, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", required=True, help="an interpreter with aiortc")
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--floor", type=float, default=30)
    parser.add_argument("--enter", type=float, default=180, help="seconds within which all have to come in")
    parser.add_argument("--tabs", type=int, default=3, choices=range(1, 4))
    parser.add_argument("--shot", default="")
    given = parser.parse_args()
    Path("/proc/sys/net/ipv4/ip_forward").write_text("1")
    with tempfile.TemporaryDirectory() as name, lone_host("meeting", Path(name)) as bench:
        result = bench.deploy()
        if why := bench.why(result):
            print(why, file=sys.stderr)
            return 1
        return 0 if table(*meet(bench, given, Path(name))) else 1


if __name__ == "__main__":
    sys.exit(main())

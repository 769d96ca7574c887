"""What is lost while something changes, and which core hands packets on: seen from the management station.

One `ping` a target, five packets a second of 64 bytes: a dozen targets are 30 kbit/s. Which core a packet goes by is
told by the routers that let its hop count end (RFC 792, time exceeded): the last core on the way. One that no core
answered for goes by "".
"""

import re
import signal
import subprocess
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import takewhile

from countynet.settings import Settings
from playbooks.device.service import around_of

PERIOD = 0.2
"""seconds between two packets to one target"""
HOPS = 5
_SUMMARY = re.compile(r"(\d+) packets transmitted, (\d+) received")
_FROM = re.compile(r"From (\d+\.\d+\.\d+\.\d+)")


@dataclass(frozen=True)
class Measured:
    """What came of test packets, by target."""

    sent: Mapping[str, int]
    lost: Mapping[str, int]

    @property
    def total(self) -> tuple[int, int]:
        """All that were sent, and all that were lost."""
        return sum(self.sent.values()), sum(self.lost.values())

    @property
    def longest(self) -> float:
        """Seconds that the worst target was without answer, if its lost packets came one after the other."""
        return max(self.lost.values(), default=0) * PERIOD


class Watch:
    """Test packets to some addresses until it is over."""

    def __init__(self, settings: Settings, targets: Mapping[str, str]) -> None:
        self._settings, self._targets = settings, targets
        self.measured = Measured({}, {})

    @contextmanager
    def running(self) -> Iterator[None]:
        """Send for the length of a block; afterwards `measured` says what came of it."""
        with ThreadPoolExecutor(1) as thread:  # a thread has a network namespace of its own
            children = thread.submit(self._start).result()
            try:
                yield
            finally:
                self.measured = _sum({name: _ended(child) for name, child in children.items()})

    def _start(self) -> "dict[str, subprocess.Popen[str]]":
        with around_of(self._settings)():
            return {name: _ping(address) for name, address in self._targets.items()}


def _ping(address: str) -> "subprocess.Popen[str]":
    words = ["ping", "-n", "-q", "-i", str(PERIOD), address]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def _ended(child: "subprocess.Popen[str]") -> tuple[int, int]:
    """Return how many packets a ping sent and how many came back."""
    child.send_signal(signal.SIGINT)
    try:
        said, _nothing = child.communicate(timeout=10)
    except subprocess.TimeoutExpired:
        child.kill()
        said, _nothing = child.communicate()
    found = _SUMMARY.search(said)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _sum(found: Mapping[str, tuple[int, int]]) -> Measured:
    # the last packet of each may be on its way when it is told to end
    lost = {name: max(0, sent - 1 - came) for name, (sent, came) in found.items()}
    return Measured({name: sent for name, (sent, _came) in found.items()}, lost)


def carriers(settings: Settings, targets: Mapping[str, str], cores: Mapping[str, str]) -> dict[str, str]:
    """Return which core packets to each target leave last; `cores` are the cores' names by each of their addresses."""
    with ThreadPoolExecutor(max_workers=max(1, len(targets))) as threads:
        found = threads.map(lambda address: _carrier(settings, address, cores), targets.values())
        return dict(zip(targets, found, strict=True))


def _carrier(settings: Settings, address: str, cores: Mapping[str, str]) -> str:
    with around_of(settings)():
        hops = takewhile(lambda hop: hop is not None, (_hop(address, hops) for hops in range(1, HOPS + 1)))
        return ([cores[hop] for hop in hops if hop and hop in cores] or [""])[-1]


def _hop(address: str, hops: int) -> str | None:
    """Return the address of the router at which so many hops end, empty when it is silent, None at the target."""
    words = ["ping", "-n", "-c1", "-W1", "-t", str(hops), address]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    found = _FROM.search(done.stdout)
    return None if done.returncode == 0 else found[1] if found else ""

"""What the poller leaves of each round in `<state>/poller.json`: how late it was, how long it took, who was slow."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

from countynet import clock, latest
from countynet.frozen import Frozen
from countynet.settings import Settings

FILE = "poller.json"
SLOWEST = 10


class Slow(Frozen):
    """A device and how long it took to answer to the end, or to be given up."""

    device: str
    seconds: float
    error: str = ""
    """why it was given up, a message id"""


class Pulse(Frozen):
    """The last round of polling."""

    at: datetime
    """when it ended"""
    waiting: bool = False
    """there is nothing to poll: the twin is down"""
    interval: float = 0.0
    """seconds between two rounds"""
    lag: float = 0.0
    """seconds that the round began after its due time"""
    seconds: float = 0.0
    """what asking took"""
    round_seconds: float = 0.0
    """what the whole round took, keeping included"""
    store_seconds: float = 0.0
    """what the series store took"""
    cpu_seconds: float = 0.0
    devices: int = 0
    answered: int = 0
    values: int = 0
    slowest: tuple[Slow, ...] = ()
    """slowest first"""


class Told(Frozen):
    """What the poller says of a round."""

    interval: float
    lag: float
    seconds: float
    round_seconds: float
    store_seconds: float
    cpu_seconds: float
    devices: Mapping[str, tuple[float, str]]
    """by device: seconds and error"""
    values: int


Tell = Callable[[Told], None]


class Round(Protocol):
    """What a finished poll says of itself."""

    @property
    def answers(self) -> Mapping[str, Any]:
        """Each device's answer: its `seconds` and `error`."""
        ...

    @property
    def seconds(self) -> float:
        """What asking took."""
        ...

    @property
    def cpu_seconds(self) -> float:
        """CPU seconds of it."""
        ...

    @property
    def values(self) -> int:
        """How many values came."""
        ...


def told(done: Round, interval: float, lag: float, round_seconds: float, store_seconds: float) -> Told:
    """Return what is to be said of a finished round."""
    devices = {device: (answer.seconds, answer.error) for device, answer in done.answers.items()}
    return Told(
        interval=interval,
        lag=lag,
        seconds=done.seconds,
        round_seconds=round_seconds,
        store_seconds=store_seconds,
        cpu_seconds=done.cpu_seconds,
        devices=devices,
        values=done.values,
    )


def teller(settings: Settings) -> Tell:
    """Return what the poller calls after each round."""
    return partial(_tell, settings)


def _tell(settings: Settings, told: Told) -> None:
    slow = sorted(told.devices.items(), key=lambda item: -item[1][0])[:SLOWEST]
    pulse = Pulse(
        at=clock.now(),
        interval=told.interval,
        lag=round(told.lag, 3),
        seconds=round(told.seconds, 3),
        round_seconds=round(told.round_seconds, 3),
        store_seconds=round(told.store_seconds, 4),
        cpu_seconds=round(told.cpu_seconds, 3),
        devices=len(told.devices),
        answered=sum(1 for _seconds, error in told.devices.values() if not error),
        values=told.values,
        slowest=tuple(Slow(device=d, seconds=round(s, 3), error=e) for d, (s, e) in slow),
    )
    latest.keep(settings, FILE, pulse)


def waiting(settings: Settings) -> None:
    """Say that there is nothing to poll now; not more often than every few seconds, it costs a file."""
    last = read(settings)
    if last is None or not last.waiting or clock.now() - last.at > timedelta(seconds=5):
        latest.keep(settings, FILE, Pulse(at=clock.now(), waiting=True))


def read(settings: Settings) -> Pulse | None:
    """Return the last pulse, None when nothing was ever polled."""
    return latest.read(settings, FILE, Pulse)

"""What a fleet operation is allowed to take, what it tells on the way and what it ends with.

Plain values: a failed device holds its DeviceError, nothing is raised across a fleet.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from countynet.canonical import JSON
from countynet.errors import DeviceError
from countynet.frozen import Frozen
from countynet.i18n import translate_error


class Limits(Frozen):
    """Seconds that each part may take, and how many devices are in hand at once."""

    connect: float = 6.0
    """until one of the device's addresses shows an SSH banner"""
    prefer: float = 0.4
    """how much longer the management address may take than the staging address and still be chosen"""
    sign_in: float = 20.0
    command: float = 60.0
    settle: float = 15.0
    """until daemons that were just started show what they were told"""
    device: float = 180.0
    """one device as a whole"""
    in_band: float = 90.0
    """after configuring: until every device answers on its management address"""
    workers: int = 24
    batch: int = 60
    """how many CPEs are let through before the next ones begin"""


@dataclass(frozen=True)
class DeviceResult:
    """How one device came out of `apply`; `diff` is masked."""

    device: str
    changed: bool
    seconds: float
    error: DeviceError | None = None
    diff: str = ""
    via: Literal["in-band", "staging", ""] = ""
    running: str = ""
    """the original as fetched last, with its secrets: for the store of running configurations, never for a screen"""
    unconfirmed: tuple[str, ...] = ()
    """holders of secrets (masked lines) that are sent again because nobody knows whether the device has them"""

    def __repr__(self) -> str:
        return f"DeviceResult({self.device!r}, changed={self.changed}, error={self.error})"

    def summary(self) -> dict[str, JSON]:
        """Return what `--json` shows; `unconfirmed` only where there is something to say."""
        found: dict[str, JSON] = {
            "device": self.device,
            "changed": self.changed,
            "seconds": round(self.seconds, 2),
            "error": translate_error(self.error) if self.error else None,
        }
        return found | ({"unconfirmed": list(self.unconfirmed)} if self.unconfirmed else {})


@dataclass(frozen=True)
class FetchResult:
    """How one device came out of `fetch`; `masked` is safe to show."""

    device: str
    seconds: float
    masked: str = ""
    error: DeviceError | None = None

    def summary(self) -> dict[str, JSON]:
        """Return what `--json` shows."""
        return {
            "device": self.device,
            "seconds": round(self.seconds, 2),
            "lines": self.masked.count("\n"),
            "error": translate_error(self.error) if self.error else None,
        }


@dataclass(frozen=True)
class Step:
    """One event of a running fleet operation."""

    device: str
    kind: Literal["started", "done", "failed", "waiting"]
    finished: int
    total: int
    error: DeviceError | None = None


Progress = Callable[[Step], None]


def silent(step: Step) -> None:
    """Take a step and tell nobody."""

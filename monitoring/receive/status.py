"""How receiving itself goes, as the receiver writes it every second to `<state>/receiver.json` for whoever asks.

A status that is older than `STALE` means that nobody receives: the process is down or hangs.
"""

from datetime import datetime, timedelta

from pydantic import Field

from countynet import latest
from countynet.frozen import Frozen
from countynet.settings import Settings

FILE = "receiver.json"
STALE = timedelta(seconds=30)


class Listening(Frozen):
    """A port that is listened on, or why it is not."""

    what: str
    """e.g. `traps`, `syslog-udp`"""
    port: int
    error: str = ""
    """the system's words when the port could not be had"""


class Stranger(Frozen):
    """A sender that no inventory knows."""

    address: str
    count: int
    last: datetime
    said: str = ""


class Traps(Frozen):
    """Notifications since the process began."""

    received: int = 0
    taken: int = 0
    informs: int = 0
    malformed: int = 0
    refused: dict[str, int] = Field(default_factory=dict)
    """by reason, a message id"""
    coalesced: int = 0
    dropped: dict[str, int] = Field(default_factory=dict)
    """by device: what there was no room for"""
    kernel_dropped: int = 0
    """datagrams that the kernel had no room for"""
    waiting: int = 0
    engines: int = 0
    """engine ids that polling learnt"""
    hints: int = 0
    """so often a device was polled because of a notification"""


class Syslog(Frozen):
    """Log messages since the process began."""

    received: dict[str, int] = Field(default_factory=dict)
    """by transport: udp, tcp, tls"""
    kept: int = 0
    malformed: int = 0
    dropped: int = 0
    kernel_dropped: int = 0
    waiting: int = 0
    connections: int = 0
    refused_connections: int = 0
    intrusions: int = 0
    """lines of known senders that told an intrusion"""
    intrusions_strange: int = 0
    """such lines of senders that no inventory knows; they make no finding"""
    intrusions_folded: int = 0
    """such lines that came in a storm and were counted without their addresses"""


class Receiver(Frozen):
    """Everything the receiving process says of itself."""

    at: datetime
    began: datetime
    listening: tuple[Listening, ...] = ()
    traps: Traps = Traps()
    syslog: Syslog = Syslog()
    strangers: tuple[Stranger, ...] = ()
    """the noisiest, at most 50"""
    strangers_beyond: int = 0
    store_seconds: float = 0.0
    """how long the last write to the county's database took"""
    lag_seconds: float = 0.0
    """how much later than due the last turn came: the process is busy when this grows"""
    probes: int = 0
    rules: int = 0

    def stale(self, now: datetime) -> bool:
        """Tell whether nobody receives any more."""
        return now - self.at > STALE


def read(settings: Settings) -> Receiver | None:
    """Return the last status, None when nothing ever received."""
    return latest.read(settings, FILE, Receiver)


def keep(settings: Settings, status: Receiver) -> None:
    """Keep a status in the last one's place."""
    latest.keep(settings, FILE, status)

"""What is known when a cause is judged. Pure data; None and empty mean "not known", never "no".

Times are aware. Levels are in dBm (light) and dB (a DSL line's margin), as the devices' MIBs give them.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from countynet.vocabulary import Access, DeviceRole


class Kind(StrEnum):
    """What an alarm is about."""

    LINE = "line"
    DEVICE = "device"
    OPERATOR = "operator"
    PLACE = "place"
    CABLE = "cable"
    AGENT = "agent"
    QUALITY = "quality"
    BLIND = "blind"
    UNIT = "unit"
    """no alarm: a unit whose line works and that complains all the same"""


@dataclass(frozen=True)
class PortSeen:
    """A port as it was last read."""

    device: str
    port: str
    up: bool
    shut: bool = False
    """switched off by configuration (RFC 2863 ifAdminStatus down)"""
    at: datetime | None = None
    """when it was read"""
    since: datetime | None = None
    """when it was first read as it is now; None when it was so ever since we look"""
    errors: float = 0.0
    """errors in per second"""


@dataclass(frozen=True)
class Level:
    """A measured level before the failure, and what is usual."""

    now: float
    usual: float | None = None


@dataclass(frozen=True)
class Evidence:
    """Everything that a rule may look at."""

    kind: Kind
    began: datetime
    """when it fell silent, or when the alarm opened"""
    access: Access | None = None
    role: DeviceRole | None = None
    place: str = ""
    """of a place: what its lines hang on"""
    returned: bool = False
    restarted: bool | None = None
    """whether it came back with an uptime shorter than its silence; None while that is not known"""
    passes: bool = False
    """something that stands behind it went on answering when it fell silent itself"""
    ends: tuple[PortSeen, ...] = ()
    """the ports towards it, at devices that answer; of a cable its two ends; of the operator the hub's"""
    looked: bool = False
    """the ports were read after it fell silent"""
    others_fell: int = 0
    """other ports of the same device that lost carrier with it"""
    others_up: int = 0
    """other lines of its building or switch that answer"""
    count: int = 0
    """lines behind it"""
    times: int = 1
    """how often it failed within minutes"""
    gasp: datetime | None = None
    """a last gasp: the device said that it was losing power"""
    started: datetime | None = None
    """a cold start that it reported itself"""
    battery: datetime | None = None
    """since when a power supply of the building runs on its battery"""
    light: Level | None = None
    """what light the port towards it received before"""
    light_now: float | None = None
    """what light it receives since, in dBm"""
    margin: Level | None = None
    """the DSL line's margin downstream"""
    attenuation: Level | None = None
    lan: tuple[PortSeen, ...] = ()
    """a router's ports to the unit"""
    loss: float | None = None
    """0 to 1"""
    rtt: float | None = None
    usual_rtt: float | None = None
    """milliseconds"""
    full: float | None = None
    """how full the line is, 0 to 1"""
    clean_before: bool = False
    """what stands before it loses nothing"""

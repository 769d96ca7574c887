"""What a sensor tells, before anybody knows whose address it is. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address

from countynet.vocabulary import Severity

LONGEST = {"signature": 64, "name": 200, "category": 100, "reference": 100, "detail": 300}
"""letters of what a sensor says that are kept"""


class Feed(StrEnum):
    """Which format a line has."""

    SURICATA = "suricata"
    """EVE JSON (docs.suricata.io, "Eve JSON Format")"""
    CLAMAV = "clamav"
    """clamd, clamscan and clamav-milter"""
    HUAWEI = "huawei"
    """USG and HiSecEngine: IPS and AV"""
    H3C = "h3c"
    """SecPath: IPS and ANTI-VIR"""
    CEF = "cef"
    """Common Event Format, whoever's"""
    LEEF = "leef"
    """Log Event Extended Format, whoever's"""


class IntrusionKind(StrEnum):
    """What was seen."""

    ATTACK = "attack"
    VIRUS = "virus"
    ANOMALY = "anomaly"
    """traffic that no protocol allows; often only a bad cable or a cut stream"""


class Level(StrEnum):
    """How bad the sensor says it is."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Detection:
    """One line's intrusion, as the sensor tells it."""

    feed: Feed
    kind: IntrusionKind
    signature: str
    """the sensor's number of it; its name where it has none"""
    name: str
    level: Level
    source: str = ""
    """who began the conversation, an address; empty: not told"""
    target: str = ""
    port: int = 0
    """of the target; 0: none or not told"""
    protocol: str = ""
    blocked: bool | None = None
    """whether it was stopped; None: not told, which counts as not stopped"""
    behind: str = ""
    """the address that a proxy in front names as the true source"""
    category: str = ""
    reference: str = ""
    """such as a CVE number"""
    detail: str = ""
    """such as a file's name"""
    times: int = 1
    """for how many of them the line stands: sensors merge, too"""


SEVERITIES = {
    (Level.CRITICAL, False): Severity.CRITICAL,
    (Level.CRITICAL, True): Severity.MAJOR,
    (Level.HIGH, False): Severity.MAJOR,
    (Level.HIGH, True): Severity.MINOR,
}
"""what passed is one degree worse than what was stopped; everything else is minor"""


def severity(level: Level, blocked: bool | None) -> Severity:
    """Return how bad a detection is for the county."""
    return SEVERITIES.get((level, bool(blocked)), Severity.MINOR)


def cut(what: str, text: object) -> str:
    """Return a sensor's words, no longer than is kept, each run of blanks as one."""
    return " ".join(str(text or "").split())[: LONGEST[what]]


def number(text: object, most: int) -> int:
    """Return a number from 0 to `most` that a sensor says; 0 where it says none."""
    said = str(text or "")
    return min(int(said), most) if said.isascii() and said.isdigit() and len(said) < 16 else 0


def address(said: object) -> str:
    """Return an address that a sensor says, in the form that we write; empty where it says none."""
    try:
        return str(ip_address(str(said or "").strip()))
    except ValueError:
        return ""

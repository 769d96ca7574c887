"""The words of the house as enums; docs/vocabulary.md gives each its Chinese.

One word for one thing everywhere: in YAML, in SQL, in events, in URLs.
"""

from enum import StrEnum


class Role(StrEnum):
    """Who is signed in."""

    CENTER = "center"
    OPERATOR = "operator"
    UNIT = "unit"
    AUDITOR = "auditor"
    ADMIN = "admin"


class UnitKind(StrEnum):
    """What kind of budgeted body a unit is."""

    PARTY = "party"
    GOVERNMENT = "government"
    CONGRESS = "congress"
    JUDICIAL = "judicial"
    GROUP = "group"
    INSTITUTION = "institution"
    TOWNSHIP = "township"
    VILLAGE = "village"
    BRANCH = "branch"


class Access(StrEnum):
    """How a unit's line reaches the county center."""

    FIBER = "fiber"
    LEASED = "leased"
    ADSL = "adsl"

    @property
    def has_vlan(self) -> bool:
        """Whether it is handed over as a VLAN at a building switch, as fiber is; ADSL comes by a tunnel."""
        return self is not Access.ADSL


class RolloutPhase(StrEnum):
    """How far a unit's connection has come, in this order (000 §4)."""

    SURVEY = "survey"
    LINE = "line"
    CONNECT = "connect"
    PARTIAL_TRIAL = "partial-trial"
    FULL_TRIAL = "full-trial"
    IN_FORCE = "in-force"


class DeviceState(StrEnum):
    """Where a device stands in its life."""

    PLANNED = "planned"
    SPARE = "spare"
    ACTIVE = "active"
    FAULTY = "faulty"
    RETIRED = "retired"


class SecurityKind(StrEnum):
    """What kind of security equipment it is (S5)."""

    FIREWALL = "firewall"
    INTRUSION_DETECTION = "intrusion-detection"
    ANTIVIRUS = "antivirus"
    ENCRYPTION = "encryption"
    AUDIT = "audit"
    GAP = "gap"


class DeviceRole(StrEnum):
    """What a device does in the network."""

    CORE = "core"
    FIREWALL = "firewall"
    VPN_HUB = "vpn-hub"
    AGGREGATION = "aggregation"
    BUILDING = "building"
    DATACENTER = "datacenter"
    CPE = "cpe"


class ZoneName(StrEnum):
    """A part of the network that policy speaks of."""

    UNITS = "units"
    SERVER = "server"
    PUBLIC = "public"
    MANAGEMENT = "management"
    INTERNET = "internet"
    CITY = "city"


class HostKind(StrEnum):
    """What a host (not a network device) is."""

    STATION = "station"
    SERVER = "server"
    PUBLIC = "public"
    INTERNET = "internet"
    CITY = "city"


class LineState(StrEnum):
    """What we know of a unit's line now."""

    UP = "up"
    DOWN = "down"
    SHADOWED = "shadowed"
    UNKNOWN = "unknown"


class LedgerState(StrEnum):
    """What the outage ledger says of a stretch of time."""

    UP = "up"
    DOWN = "down"
    SHADOWED = "shadowed"
    UNKNOWN = "unknown"
    PLANNED = "planned"


class Severity(StrEnum):
    """How bad an alarm or a finding is."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"


class Strength(StrEnum):
    """How much a rule of the inventory insists: an error refuses, a warning reports, an advice informs."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


class FaultState(StrEnum):
    """Where a fault stands on its way."""

    REPORTED = "reported"
    DISPATCHED = "dispatched"
    STARTED = "started"
    REPAIRED = "repaired"
    CONFIRMED = "confirmed"


class FaultDomain(StrEnum):
    """Whose trouble it is, as far as the evidence goes."""

    OPERATOR = "operator-line"
    UNIT_LAN = "unit-lan"
    UNIT_POWER = "unit-power"
    CENTER = "center"
    APPLICATION = "application"
    UNCLEAR = "unclear"


class TerminalState(StrEnum):
    """Where an application for a terminal stands on its way."""

    ASKED = "asked"
    APPROVED = "approved"
    DECLINED = "declined"
    CONNECTED = "connected"
    WITHDRAWN = "withdrawn"


class Verdict(StrEnum):
    """What an audit check found."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    PARTIAL = "partial"
    """fails on some of what was looked at and passes on the rest"""
    UNKNOWN = "unknown"
    MANUAL = "manual"
    """a person has to look"""
    NOT_APPLICABLE = "not-applicable"

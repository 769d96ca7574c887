"""Words for the enums, so that a state is told by word as well as by shape and colour.

One table an enum; a template writes `word(state)` and gets it in the reader's language. A member without a word is a
KeyError at import of the tests, never an English identifier on a Chinese page.
"""

from collections.abc import Mapping
from enum import StrEnum

from countynet.i18n import _, translate
from countynet.vocabulary import (
    Access,
    DeviceRole,
    DeviceState,
    FaultState,
    LedgerState,
    LineState,
    Role,
    RolloutPhase,
    SecurityKind,
    Severity,
    UnitKind,
    Verdict,
    ZoneName,
)
from inventory.terminals.rules import STATES as TERMINAL_STATES
from monitoring.cause.verdict import DOMAINS

_PAIRS: tuple[tuple[StrEnum, str], ...] = (
    (LineState.UP, _("up")),
    (LineState.DOWN, _("down")),
    (LineState.SHADOWED, _("cut off upstream")),
    (LineState.UNKNOWN, _("unknown")),
    (LedgerState.UP, _("up")),
    (LedgerState.DOWN, _("down")),
    (LedgerState.SHADOWED, _("cut off upstream")),
    (LedgerState.UNKNOWN, _("unknown")),
    (LedgerState.PLANNED, _("planned work")),
    (Severity.CRITICAL, _("critical")),
    (Severity.MAJOR, _("major")),
    (Severity.MINOR, _("minor")),
    (FaultState.REPORTED, _("reported")),
    (FaultState.DISPATCHED, _("dispatched")),
    (FaultState.STARTED, _("under repair")),
    (FaultState.REPAIRED, _("repaired, to be confirmed")),
    (FaultState.CONFIRMED, _("confirmed, closed")),
    *DOMAINS.items(),
    *TERMINAL_STATES.items(),
    (Role.CENTER, _("county information center")),
    (Role.OPERATOR, _("operator")),
    (Role.UNIT, _("unit clerk")),
    (Role.AUDITOR, _("auditor")),
    (Role.ADMIN, _("administrator")),
    (UnitKind.PARTY, _("Party committee bodies")),
    (UnitKind.GOVERNMENT, _("Government departments")),
    (UnitKind.CONGRESS, _("People's Congress and CPPCC")),
    (UnitKind.JUDICIAL, _("Courts and procuratorate")),
    (UnitKind.GROUP, _("People's organisations")),
    (UnitKind.INSTITUTION, _("Public institutions")),
    (UnitKind.TOWNSHIP, _("Towns and townships")),
    (UnitKind.VILLAGE, _("Village offices")),
    (UnitKind.BRANCH, _("Branch offices")),
    (Access.FIBER, _("10M fiber")),
    (Access.LEASED, _("leased line")),
    (Access.ADSL, _("ADSL with VPN")),
    (Verdict.PASS, _("pass")),
    (Verdict.FAIL, _("fail")),
    (Verdict.PARTIAL, _("partly")),
    (Verdict.UNKNOWN, _("not decided")),
    (Verdict.MANUAL, _("to be looked at")),
    (Verdict.NOT_APPLICABLE, _("not applicable")),
    (ZoneName.UNITS, _("units' networks")),
    (ZoneName.SERVER, _("server zone")),
    (ZoneName.PUBLIC, _("public service zone")),
    (ZoneName.MANAGEMENT, _("management zone")),
    (ZoneName.INTERNET, _("Internet")),
    (ZoneName.CITY, _("city network")),
    (DeviceRole.CORE, _("core switch")),
    (DeviceRole.FIREWALL, _("firewall")),
    (DeviceRole.VPN_HUB, _("VPN hub")),
    (DeviceRole.AGGREGATION, _("aggregation switch")),
    (DeviceRole.BUILDING, _("building switch")),
    (DeviceRole.DATACENTER, _("data center switch")),
    (DeviceRole.CPE, _("unit's router")),
    (RolloutPhase.SURVEY, _("survey")),
    (RolloutPhase.LINE, _("line laying")),
    (RolloutPhase.CONNECT, _("connecting")),
    (RolloutPhase.PARTIAL_TRIAL, _("partial trial")),
    (RolloutPhase.FULL_TRIAL, _("full trial")),
    (RolloutPhase.IN_FORCE, _("in force")),
    (DeviceState.PLANNED, _("planned")),
    (DeviceState.SPARE, _("spare")),
    (DeviceState.ACTIVE, _("in service")),
    (DeviceState.FAULTY, _("faulty")),
    (DeviceState.RETIRED, _("retired")),
    (SecurityKind.FIREWALL, _("firewall kept by others")),
    (SecurityKind.INTRUSION_DETECTION, _("intrusion detection")),
    (SecurityKind.ANTIVIRUS, _("virus protection")),
    (SecurityKind.ENCRYPTION, _("encryption equipment")),
    (SecurityKind.AUDIT, _("security audit equipment")),
    (SecurityKind.GAP, _("air gap")),
)
WORDS: Mapping[tuple[type[StrEnum], str], str] = {(type(member), member.value): text for member, text in _PAIRS}
"""keyed by the enum, too: members of two enums with the same text are equal"""


def word(member: StrEnum) -> str:
    """Return an enum member's word in the current language."""
    return translate(WORDS[type(member), member.value])

"""What the bridge is told: platforms, and how their words and ours stand for each other. Pure, but for `load`.

`<county>/monitoring/bridge.yml`; without the file there is no bridge. What the file does not name is as written here,
so a platform by the book of TM Forum needs its address, its token and the units alone. A token stands in it by its name
in the vault. Every mistake is told at once, with its line.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field

from countynet.frozen import Frozen
from countynet.i18n import _
from countynet.vocabulary import FaultState, Severity
from inventory.datafile import DataFile

COUNTY = Path("monitoring") / "bridge.yml"
"""within the county folder"""


class Status(StrEnum):
    """TroubleTicketStatusType of TMF621, versions 4 and 5."""

    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"
    PENDING = "pending"
    HELD = "held"
    IN_PROGRESS = "inProgress"
    CANCELLED = "cancelled"
    CLOSED = "closed"
    RESOLVED = "resolved"


OVER = frozenset({Status.REJECTED, Status.CANCELLED, Status.CLOSED, Status.RESOLVED})
"""a ticket that we first meet like this asks nothing of us"""


class Deed(StrEnum):
    """What their change of a status does here; one that the fault's state refuses becomes a comment."""

    COMMENT = "comment"
    DISPATCH = "dispatch"
    REOPEN = "reopen"
    NOTHING = "nothing"


class Platform(Frozen):
    """A platform of trouble tickets."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,29}$")
    url: str
    """up to and with the version, e.g. https://om.example.gov.cn/tmf-api/troubleTicket/v4"""
    version: Literal["v4", "v5"] = "v4"
    token: str = ""
    """the secret's name in the vault, sent as a bearer token; empty: none is asked for"""
    authorities: str = ""
    """a file in the county folder with the certificates to trust; empty: the system's"""
    system: str = Field(pattern=r"^[A-Za-z0-9._-]{1,60}$")
    """what we are called there: our external identifiers begin with it"""
    organisation: str = Field(default="", max_length=100)
    """the county's party id there"""
    every: int = Field(default=60, ge=5, le=86400)
    """seconds between two rounds"""
    seconds: int = Field(default=20, ge=1, le=120)
    """how long one request may take"""
    language: Literal["zh_CN", "en"] = "zh_CN"
    push: bool = True
    """whether our faults go there"""
    pull: bool = True
    """whether their tickets come here"""
    ticket_type: str = Field(default="incident", min_length=1, max_length=60)
    here: str = Field(default="", pattern=r"^(https://[A-Za-z0-9.:\[\]-]{1,200}(/[A-Za-z0-9._/-]{0,100})?)?$")
    """the address at which they reach our API, e.g. https://county.example.gov.cn; with it tickets name our
    photographs, which they fetch with a token of theirs; empty: none are named"""


class StateRow(Frozen):
    """Which status a fault's state is; `paused`: while its clocks stand."""

    state: FaultState
    paused: bool = False
    status: Status


class SeverityRow(Frozen):
    """Which word of theirs a severity is; without `severity`: of a fault that no alarm explains."""

    severity: Severity | None = None
    theirs: str = Field(min_length=1, max_length=40)


class IncomingRow(Frozen):
    """What a status does here that they set."""

    status: Status
    do: Deed


class UnitRow(Frozen):
    """What a unit is called there."""

    unit: str
    party: str = Field(default="", max_length=100)
    services: tuple[str, ...] = ()


STATES = (
    StateRow(state=FaultState.REPORTED, status=Status.ACKNOWLEDGED),
    StateRow(state=FaultState.DISPATCHED, status=Status.IN_PROGRESS),
    StateRow(state=FaultState.STARTED, status=Status.IN_PROGRESS),
    StateRow(state=FaultState.STARTED, paused=True, status=Status.PENDING),
    StateRow(state=FaultState.REPAIRED, status=Status.RESOLVED),
    StateRow(state=FaultState.CONFIRMED, status=Status.CLOSED),
)
SEVERITIES = (
    SeverityRow(severity=Severity.CRITICAL, theirs="Critical"),
    SeverityRow(severity=Severity.MAJOR, theirs="Major"),
    SeverityRow(severity=Severity.MINOR, theirs="Minor"),
    SeverityRow(theirs="Major"),
)
INCOMING = tuple(IncomingRow(status=status, do=Deed.COMMENT) for status in Status)


@dataclass(frozen=True)
class Bridge:
    """Everything that the file says, over what is written here."""

    platforms: tuple[Platform, ...] = ()
    states: tuple[StateRow, ...] = STATES
    severities: tuple[SeverityRow, ...] = SEVERITIES
    incoming: tuple[IncomingRow, ...] = INCOMING
    units: tuple[UnitRow, ...] = ()

    def status(self, state: FaultState, paused: bool) -> Status:
        """Return the status that a fault's state is."""
        rows = {(row.state, row.paused): row.status for row in self.states}
        return rows.get((state, paused)) or rows[state, False]

    def severity(self, severity: Severity | None) -> str:
        """Return their word for a severity."""
        return next(row.theirs for row in self.severities if row.severity == severity)

    def deed(self, status: str) -> Deed:
        """Return what their status does here; one that no version of TMF621 knows is told in a comment."""
        return next((row.do for row in self.incoming if row.status == status), Deed.COMMENT)

    def called(self, unit: str) -> UnitRow:
        """Return what a unit is called there: by its own id, unless the file says otherwise."""
        return next((row for row in self.units if row.unit == unit), UnitRow(unit=unit, party=unit))

    @cached_property
    def _ours(self) -> Mapping[str, str]:
        return {name: row.unit for row in self.units for name in (row.party, *row.services) if name}

    def unit(self, names: Collection[str], known: Collection[str]) -> str | None:
        """Return the unit that services or parties of a ticket name; None when they name none or several."""
        named = {row.unit for row in self.units if row.party or row.services}
        found = {self._ours[name] for name in names if name in self._ours}
        found |= {name for name in names if name in known and name not in named}
        return found.pop() if len(found) == 1 else None


def load(county: Path, units: Collection[str] | None = None) -> Bridge | None:
    """Return a county's bridge, None without the file. Raises BadInput with every problem."""
    file = county / COUNTY
    return read(str(COUNTY), file.read_bytes(), units) if file.is_file() else None


def read(name: str, content: bytes, units: Collection[str] | None = None) -> Bridge:
    """Return what a file says. Raises BadInput with every problem; `units`: the county's, others are refused."""
    file = DataFile(name, content, ("platforms", "states", "severities", "incoming", "units"))
    platforms = file.items("platforms", Platform)
    states, severities = file.items("states", StateRow), file.items("severities", SeverityRow)
    incoming, called = file.items("incoming", IncomingRow), file.items("units", UnitRow)
    if not file.problems:
        _once(file, "platforms", [p.name for p in platforms])
        _once(file, "states", [f"{r.state}{' paused' * r.paused}" for r in states])
        _once(file, "severities", [r.severity or "-" for r in severities])
        _once(file, "incoming", [r.status for r in incoming])
        _once(file, "units", [r.unit for r in called])
        _addresses(file, platforms)
        _units(file, called, units)
    file.refuse()
    named = {(r.state, r.paused) for r in states}, {r.severity for r in severities}, {r.status for r in incoming}
    return Bridge(
        platforms,
        (*states, *(r for r in STATES if (r.state, r.paused) not in named[0])),
        (*severities, *(r for r in SEVERITIES if r.severity not in named[1])),
        (*incoming, *(r for r in INCOMING if r.status not in named[2])),
        called,
    )


def _once(file: DataFile, section: str, names: list[str]) -> None:
    for index, name in enumerate(names):
        if name in names[:index]:
            file.wrong((section, index), _("{name} is given twice"), name=name)


def _addresses(file: DataFile, platforms: Collection[Platform]) -> None:
    for index, platform in enumerate(platforms):
        try:
            parts = urlsplit(platform.url)
            host, _port = parts.hostname or "", parts.port
        except ValueError:
            host, parts = "", urlsplit("")
        place = ("platforms", index, "url")
        if parts.scheme not in ("https", "http") or not host or parts.query or parts.fragment:
            file.wrong(
                place, _("this is no address of a platform"), platform.url, "https://host/tmf-api/troubleTicket/v4"
            )
        elif parts.username or parts.password:
            file.wrong(place, _("an address must not hold a password"), wanted="token: name")
        elif parts.scheme == "http" and not _here(host):
            file.wrong(place, _("to another machine the bridge speaks https only"), platform.url, "https://...")


def _here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _units(file: DataFile, rows: Collection[UnitRow], units: Collection[str] | None) -> None:
    seen: dict[str, str] = {}
    for index, row in enumerate(rows):
        if units is not None and row.unit not in units:
            file.wrong(("units", index, "unit"), _("nothing here is named {name}"), row.unit, name=row.unit)
        for name in filter(None, (row.party, *row.services)):
            other = seen.setdefault(name, row.unit)
            if other != row.unit:
                message = _("{name} stands for {unit} already")
                file.wrong(("units", index), message, name, name=name, unit=other)

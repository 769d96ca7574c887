"""Everything that checks decide from, gathered before the first check runs, so that a check is a pure function.

A device whose configuration was not fetched, does not parse, or holds lines that parse does not understand has no
`config`: a check on it says unknown and why (`reason`).
"""

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from ipaddress import IPv4Address
from typing import Any

from audit.log.state import LogState
from audit.papers import Papers
from audit.servers.machine import Machine
from audit.toolkit import Toolkit
from audit.vulnerabilities.model import Listed
from countynet.i18n import _
from countynet.measured import Measured
from inventory.deviceconfig import DeviceConfig
from inventory.model import County, Device
from topology.confirm.report import ConfirmReport
from topology.reach.findings import Proof

NEVER_FETCHED = _("its running configuration was never fetched")
UNREADABLE = _("{count} lines of its running configuration are not understood, first: {line}")


@dataclass(frozen=True)
class DeviceFacts:
    """A device as it runs."""

    device: Device
    text: str = ""
    """the running configuration with its secrets struck out"""
    sha256: str = ""
    config: DeviceConfig | None = None
    reason: str = NEVER_FETCHED
    """msgid: why there is no config"""
    values: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """accounts that the inventory wants, with their keys"""
    drift: str | None = None
    """unified diff from running to intended; None when it cannot be told"""


@dataclass(frozen=True)
class SshAnswer:
    """How a device's SSH server answered the management station."""

    banner: str = ""
    methods: tuple[str, ...] = ()
    """ways to sign in that it offers"""
    factory_login: bool | None = None
    """whether the factory account could sign in with the factory password; None: not tried"""
    error: str = ""
    """why it could not be asked"""


@dataclass(frozen=True)
class LiveFacts:
    """What live probes from the management station found, by device."""

    at: datetime
    ssh: dict[str, SshAnswer] = field(default_factory=dict)
    snmp_v2: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """communities that the device answered (v2c); a device that was not asked is absent"""
    snmp_v3: dict[str, bool] = field(default_factory=dict)
    """whether the agent answers SNMPv3 at all: without it, silence to v2c says nothing"""
    open_ports: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """forbidden TCP ports that accepted a connection; a device that was not asked is absent"""
    staging: dict[str, bool] = field(default_factory=dict)
    """whether the device's staging address answers; a device that was not asked is absent"""


@dataclass(frozen=True)
class Logs:
    """What the log server has of each device: the last line's text, by device; None: it could not be asked."""

    server: IPv4Address
    last: dict[str, str] | None = None
    error: str = ""


@dataclass(frozen=True)
class Proven:
    """The proof of isolation from the fetched configurations, its certificate, and how that was checked anew."""

    proof: Proof
    certificate: bytes
    recheck: dict[str, Any] | None = None
    """the report of `audit.recheck`; None: it could not be checked"""
    recheck_error: str = ""

    @property
    def sha256(self) -> str:
        """The hash of the certificate: its name among the evidence."""
        return sha256(self.certificate).hexdigest()


@dataclass(frozen=True)
class Facts:
    """All facts of one run."""

    county: County
    at: datetime
    devices: dict[str, DeviceFacts]
    isolation: ConfirmReport | None = None
    isolation_error: str = ""
    proven: Proven | None = None
    proven_error: str = ""
    live: LiveFacts | None = None
    logs: Logs | None = None
    toolkit: Toolkit | None = None
    """countynet itself; None: not looked at"""
    servers: dict[str, Machine] = field(default_factory=dict)
    """the servers as they were read, by name"""
    papers: Papers | None = None
    """systems and records; None: not looked at"""
    measured: Measured | None = None
    """what monitoring measured; None: it was not asked"""
    listed: Listed | None = None
    """known vulnerabilities; None: not looked at, or `listed_error` says why not"""
    listed_error: str = ""
    log: LogState | None = None
    """checkpoints, copies and stamps of the event log; None: not looked at"""
    chain_breaks: tuple[str, ...] | None = None
    """breaks of the event chain; None: not looked at"""

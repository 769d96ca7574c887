"""Facts of a county in which everything is right, and ways to break one thing in it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import IPv4Address
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from audit.facts import DeviceFacts, Facts, LiveFacts, Logs, Proven, SshAnswer
from audit.gather import known
from audit.log.state import LogState, Sent
from audit.recheck import checked
from audit.vulnerabilities.model import About, Listed
from countynet.measured import LogDays, Measured, Offset, Peak, Standing
from countynet.vocabulary import Severity
from inventory.deviceconfig import DeviceConfig
from inventory.intent import intent
from inventory.intent.placeholders import placeholders
from inventory.platforms import linux
from tests.unit.topology.small_county import small_county
from topology.confirm.probe import Side
from topology.confirm.report import ConfirmReport, Deviation, Row
from topology.reach.certificate import Subject, certificate, text
from topology.reach.verdict import prove

AT = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)
COUNTY = small_county()
NAMES = tuple(d.name for d in COUNTY.devices)
MEASURED = Measured(
    since=AT - 30 * DAY,
    hours=720,
    peaks=tuple(Peak(name, "cpu", "1", 41.0, AT - DAY) for name in NAMES),
    offsets=tuple(Offset(name, 0.4, AT, "log") for name in NAMES),
    intrusions=(Standing(1, "pc-001", "ET SCAN", Severity.MINOR, AT - DAY, AT),),
    logs=LogDays((AT - 200 * DAY).date()),
)
LISTED = Listed(about=About(dated=(AT - 9 * DAY).date(), source="test"), vulnerabilities=())
LOG = LogState(AT, AT - 200 * DAY, 4000, AT - timedelta(minutes=20), sent=(Sent("folder", None, ""),), stamps=True)
Change = Callable[[DeviceConfig], DeviceConfig]


secret = placeholders(lambda name: "ssh-ed25519 " + "A" * 68 if "public" in name else f"secret-of-{name}")
"""a secret by name; the public key is one"""


@cache
def wanted() -> dict[str, DeviceConfig]:
    """Return the intended configurations."""
    return intent(COUNTY, secret)


def device(name: str, change: Change = lambda c: c) -> DeviceFacts:
    """Return a device that runs what it should, or a changed configuration, through the real platform."""
    told = wanted()[name]
    return known(COUNTY.device_by_name[name], told, SecretStr(linux.render(change(told))))


@cache
def devices() -> dict[str, DeviceFacts]:
    """Return all devices as they should run."""
    return {name: device(name) for name in NAMES}


def live() -> LiveFacts:
    """Return what probes find when all is right."""
    return LiveFacts(
        at=AT,
        ssh={n: SshAnswer("SSH-2.0-OpenSSH", ("publickey",), False) for n in NAMES},
        snmp_v2=dict.fromkeys(NAMES, ()),
        snmp_v3=dict.fromkeys(NAMES, True),
        open_ports=dict.fromkeys(NAMES, ()),
        staging=dict.fromkeys(NAMES, False),
    )


def isolation(*deviations: Deviation, lost: float = 0.0, seen_at_devices: int = 0) -> ConfirmReport:
    """Return a report of the live test."""
    rows = (
        Row(source=Side.UNIT, target=Side.UNIT, probes=24, expected=0, seen=0, deviations=0),
        Row(source=Side.UNIT, target=Side.DEVICE, probes=144, expected=0, seen=seen_at_devices,
            deviations=seen_at_devices),
        Row(source=Side.FORGED, target=Side.UNIT, probes=12, expected=0, seen=0, deviations=0),
    )  # fmt: skip
    return ConfirmReport(at=AT, pairs=12, probes=180, expected=0, seen=0, deviations=deviations, rows=rows, visits=0,
                         lost_first=lost, packets=180, seconds=1.0)  # fmt: skip


@cache
def proven() -> Proven:
    """Return the proof of the county as it should run, with its certificate and what the recheck says of it."""
    return proof_of(wanted())


def proof_of(configs: dict[str, DeviceConfig], unparsed: dict[str, list[str]] | None = None) -> Proven:
    """Return the proof of configurations."""
    proof = prove(COUNTY, configs, unparsed)
    about = Subject("running", AT, hashes=dict.fromkeys(configs, "0" * 64))
    content = text(certificate(COUNTY, configs, unparsed or {}, about))
    with TemporaryDirectory() as folder:
        file = Path(folder) / "certificate.json"
        file.write_bytes(content)
        return Proven(proof, content, checked(str(file)))


def good(**changes: object) -> Facts:
    """Return facts in which every check passes, with some of them changed."""
    values: dict[str, object] = {
        "county": COUNTY,
        "at": AT,
        "devices": devices(),
        "isolation": isolation(),
        "proven": proven(),
        "live": live(),
        "logs": Logs(IPv4Address("10.1.0.10"), dict.fromkeys(NAMES, "2026-11-22T04:00:00Z sshd started")),
        "measured": MEASURED,
        "listed": LISTED,
        "log": LOG,
        "chain_breaks": (),
    }
    return Facts(**(values | changes))  # type: ignore[arg-type]


def with_device(name: str, change: Change) -> Facts:
    """Return good facts but for one device's configuration."""
    return good(devices=devices() | {name: device(name, change)})

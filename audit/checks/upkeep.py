"""Checks on what must not rot: tunnels' ciphers, redundancy, and that devices run what they were told."""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Interface, IPv4Network

from audit.checks.each import Known, Wrong, each, wrong
from audit.cite import Pattern, cite
from audit.facts import Facts
from audit.model import Check, Info, Point, failed, passed, unknown
from countynet.i18n import _
from countynet.vocabulary import Access, DeviceRole, Severity
from inventory import names
from inventory.deviceconfig import Tunnel

WEAK = ("null", "des", "3des", "blowfish", "cast128", "md5", "sha1", "modp768", "modp1024", "modp1536")
_ENCRYPTS = ("aes", "chacha20poly1305", "camellia", "sm4")
_SHOWN = 20


def _tunnels(facts: Facts) -> Iterable[Point]:
    roles = (DeviceRole.VPN_HUB, *([DeviceRole.CPE] if _adsl_units(facts) else []))
    pattern = Pattern("/etc/swanctl/*", r"proposals|version|local_ts|remote_ts")
    for point in each(
        facts, _are_strong, _("its tunnels use strong ciphers and only their own prefixes"), [pattern], roles
    ):
        device = facts.devices[point.subject].device
        if device.unit is None or device.unit in _adsl_units(facts):
            yield point


def _adsl_units(facts: Facts) -> set[str]:
    return {c.unit for c in facts.county.circuits if c.access is Access.ADSL}


def _are_strong(known: Known) -> Iterator[Wrong]:
    wanted = len([c for c in known.county.circuits if c.access is Access.ADSL]) if known.device.unit is None else 1
    if len(known.config.tunnels) < wanted:
        yield wrong(_("it has {found} tunnels instead of {wanted}"), found=len(known.config.tunnels), wanted=wanted)
    for tunnel in known.config.tunnels:
        for proposal in (tunnel.ike_proposal, tunnel.esp_proposal):
            if not is_strong(proposal):
                yield wrong(_("tunnel {tunnel} proposes {proposal}"), tunnel=tunnel.name, proposal=proposal)
        for prefix in _foreign(known, tunnel):
            yield wrong(
                _("tunnel {tunnel} carries {prefix}, which is not the unit's"), tunnel=tunnel.name, prefix=prefix
            )


def _foreign(known: Known, tunnel: Tunnel) -> list[IPv4Network]:
    """Return what a tunnel takes from its unit's end beyond the unit's LAN and its CPE's management address."""
    is_hub = known.device.role is DeviceRole.VPN_HUB
    named = names.end_of_tunnel(tunnel.name, known.county.device_by_name)
    cpe = known.county.device_by_name.get(named) if is_hub else known.device
    if cpe is None or cpe.unit is None:
        return list(tunnel.remote_prefixes)
    own = {known.county.unit_by_id[cpe.unit].lan, IPv4Network(cpe.management)}
    return [p for p in (tunnel.remote_prefixes if is_hub else tunnel.local_prefixes) if p not in own]


def is_strong(proposal: str) -> bool:
    """Return whether a proposal encrypts and names no broken algorithm or short group."""
    parts = [part for each_ in proposal.lower().split(",") for part in each_.strip().split("-")]
    encrypts = any(part.startswith(_ENCRYPTS) for part in parts)
    return encrypts and not any(part == weak or part.removeprefix("prf") == weak for part in parts for weak in WEAK)


def _redundancy(facts: Facts) -> Iterator[Point]:
    """Each virtual gateway lives on two devices of different priority."""
    members: dict[IPv4Interface, list[tuple[str, int]]] = {}
    for name, held in facts.devices.items():
        if held.device.role not in (DeviceRole.CORE, DeviceRole.FIREWALL):
            continue
        if held.config is None:
            yield unknown(name, held.reason, **held.values)
            continue
        for interface in held.config.interfaces:
            for group in interface.vrrp:
                members.setdefault(group.address, []).append((name, group.priority))
    for address, found in sorted(members.items()):
        yield _gateway(facts, address, found)


def _gateway(facts: Facts, address: IPv4Interface, found: list[tuple[str, int]]) -> Point:
    words = ", ".join(f"{name} ({priority})" for name, priority in found)
    text = facts.devices[found[0][0]]
    good = len(found) >= 2 and len({priority for _name, priority in found}) == len(found)
    make = passed if good else failed
    message = _("gateway {address} is held by {members}")
    lines = cite(text.text, [Pattern("/etc/keepalived/*", rf"\b{address.ip}\b")])
    point = make(found[0][0], message, address=address.ip, members=words)
    return point.model_copy(update={"lines": lines, "config_sha256": text.sha256})


def _drift(facts: Facts) -> Iterator[Point]:
    for name, held in facts.devices.items():
        if held.drift is None:
            yield unknown(name, held.reason, **held.values)
        elif held.drift:
            lines = [line for line in held.drift.splitlines() if line[:1] in "+-"]
            words = "\n".join(lines[:_SHOWN])
            yield failed(
                name, _("it differs from what it should run in {count} lines: {diff}"), count=len(lines), diff=words
            )
        else:
            point = passed(name, _("it runs what the inventory says"))
            yield point.model_copy(update={"config_sha256": held.sha256})


CHECKS = (
    Check(
        Info(
            id="ipsec-strong",
            title=_("Tunnels over the operator's lines are strong"),
            clauses=("8.1.2.2 a", "8.1.2.2 b"),
            severity=Severity.MAJOR,
            rationale=_("What crosses somebody else's lines is read and altered there unless it is well encrypted."),
            remedy=_("Set the proposals of the inventory at both ends: `countynet config apply`."),
        ),
        _tunnels,
    ),
    Check(
        Info(
            id="gateways-redundant",
            title=_("Cores and firewalls stand in for each other"),
            clauses=("8.1.2.1 e",),
            severity=Severity.MAJOR,
            rationale=_("One failed device must not take the county down."),
            remedy=_("Restore the VRRP group on both devices with different priorities."),
        ),
        _redundancy,
    ),
    Check(
        Info(
            id="no-drift",
            title=_("Devices run what the inventory says"),
            clauses=("8.1.10.8",),
            severity=Severity.MAJOR,
            rationale=_("A change made by hand is known to nobody and survives until it hurts."),
            remedy=_("Look at the difference; take it into the inventory or undo it: `countynet config apply`."),
        ),
        _drift,
    ),
)

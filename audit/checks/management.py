"""Checks on how devices are managed: from where, by SNMP, by SSH, and by nothing else."""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address

from audit.checks.each import Known, Wrong, each, ways_in, wrong
from audit.cite import Pattern
from audit.facts import Facts
from audit.model import Check, Info, Point, failed, passed, unknown
from audit.packetfilter import Packet, decide
from countynet.i18n import _
from countynet.vocabulary import HostKind, Severity
from inventory import names
from inventory.intent.platforms import KINDS
from topology.confirm.probe import SIDE_TITLES, Side

_PORTS = ((22, "tcp"), (161, "udp"))
MOST_TRIES = 5
MOST_IDLE_SECONDS = 600
NOT_ASKED = _("it was not asked")


def _access(facts: Facts) -> Iterator[Point]:
    good = _("SSH and SNMP are accepted from the management zone only")
    yield from each(facts, _admits, good, [Pattern("/etc/nftables.conf", r"dport.*\b(22|161)\b")])
    yield from _live_access(facts)


def _admits(known: Known) -> Iterator[Wrong]:
    """Ask the input filter, for every interface that is on, about packets from everywhere but the management zone."""
    strangers = _strangers(known)
    for interface in ways_in(known):
        for who, address in strangers.items():
            for port, protocol in _PORTS:
                packet = Packet(
                    address, known.device.management, "tcp" if protocol == "tcp" else "udp", port, interface
                )
                action, rule = decide(known.config, "input", packet)
                if action == "accept":
                    yield wrong(
                        _("rule {rule} admits {who} ({address}) to port {port} by {interface}"),
                        rule=rule, who=who, address=address, port=port, interface=interface,
                    )  # fmt: skip


def _strangers(known: Known) -> dict[str, IPv4Address]:
    county = known.county
    own = [u for u in county.units if u.id == known.device.unit]
    units = {u.id: u.terminals[0].address for u in (*own, *county.units[:1], *county.units[-1:]) if u.terminals}
    outside = {h.name: h.address.ip for h in county.hosts if h.kind is not HostKind.STATION}
    return units | outside


def _live_access(facts: Facts) -> Iterator[Point]:
    if facts.isolation is None:
        yield unknown(
            "county", _("no live test of access to management addresses: {error}"), error=facts.isolation_error
        )
        return
    for row in facts.isolation.rows:
        if row.target is Side.DEVICE and row.source not in (Side.STATION, Side.FORGED):
            make = failed if row.seen > row.expected else passed
            yield make(
                "county",
                _("live, from {source} to device addresses: {probes} probes, {seen} got through, {expected} allowed"),
                source=SIDE_TITLES[row.source], probes=row.probes, seen=row.seen, expected=row.expected,
            )  # fmt: skip


def _snmp(facts: Facts) -> Iterable[Point]:
    good = _("SNMPv3 authPriv only, on the management address")
    pattern = Pattern("/etc/snmp/snmpd.conf", r"agentaddress|createUser|rouser|rwuser|community|trapsess")
    return each(facts, _speaks_v3, good, [pattern])


def _speaks_v3(known: Known) -> Iterator[Wrong]:
    agent = known.config.snmp
    if agent is None or not agent.users:
        yield wrong(_("it has no SNMPv3 user"))
        return
    everywhere = int(agent.listen) == 0 and not KINDS[known.device.platform].snmp_by_address
    if agent.listen != known.device.management and not everywhere:
        yield wrong(_("its agent listens on {address} instead of its management address"), address=agent.listen)
    for user in agent.users:
        if user.auth not in ("SHA-256", "SHA-512") or user.priv != "AES":
            yield wrong(_("user {user} has {auth} and {priv}"), user=user.name, auth=user.auth, priv=user.priv)


def _community(facts: Facts) -> Iterator[Point]:
    """A device that answers SNMPv3 and not v2c is right; one that answers neither was not tested."""
    for name in facts.devices:
        answered = facts.live.snmp_v2.get(name) if facts.live else None
        if facts.live is None or answered is None:
            yield unknown(name, NOT_ASKED)
        elif answered:
            yield failed(name, _("it answers SNMPv2c to the communities {names}"), names=", ".join(answered))
        elif facts.live.snmp_v3.get(name):
            yield passed(name, _("it is silent to SNMPv2c and answers SNMPv3"))
        else:
            yield unknown(name, _("it answers no SNMP at all"))


def _ssh(facts: Facts) -> Iterator[Point]:
    good = _("no password sign-in, few tries, idle sessions end")
    words = r"PasswordAuthentication|MaxAuthTries|ChannelTimeout|ClientAlive|PermitRootLogin|KbdInteractive"
    yield from each(facts, _keys_only, good, [Pattern("/etc/ssh/*", words)])
    yield from (_methods(facts, name) for name in facts.devices)


def _keys_only(known: Known) -> Iterator[Wrong]:
    ssh = known.config.ssh
    if ssh.password_login:
        yield wrong(_("it admits passwords"))
    if not 1 <= ssh.max_tries <= MOST_TRIES:
        yield wrong(_("it allows {tries} tries; at most {most} are right"), tries=ssh.max_tries, most=MOST_TRIES)
    if not 1 <= ssh.idle_seconds <= MOST_IDLE_SECONDS:
        yield wrong(
            _("an idle session lasts {seconds} s; at most {most} are right"),
            seconds=ssh.idle_seconds, most=MOST_IDLE_SECONDS,
        )  # fmt: skip


def _methods(facts: Facts, name: str) -> Point:
    answer = facts.live.ssh.get(name) if facts.live else None
    if answer is None or answer.error:
        return unknown(
            name, _("its SSH server could not be asked: {error}"), error=answer.error if answer else NOT_ASKED
        )
    words = {"methods": ", ".join(answer.methods), "banner": answer.banner}
    if answer.methods == ("publickey",):
        return passed(name, _("live, its SSH server offers {methods} only ({banner})"), **words)
    return failed(name, _("live, its SSH server offers {methods} ({banner})"), **words)


def _clear_text(facts: Facts) -> Iterator[Point]:
    for name in facts.devices:
        ports = facts.live.open_ports.get(name) if facts.live else None
        if ports is None:
            yield unknown(name, NOT_ASKED)
        elif ports:
            yield failed(name, _("it accepts connections on TCP {ports}"), ports=", ".join(map(str, ports)))
        else:
            yield passed(name, _("telnet, FTP and web management are closed"))


def _staging(facts: Facts) -> Iterator[Point]:
    yield from each(facts, _bench_is_shut, _("its staging port is shut"), [Pattern("/etc/*", rf"\b{names.STAGING}\b")])
    for name in facts.devices:
        answers = facts.live.staging.get(name) if facts.live else None
        if answers is None:
            yield unknown(name, NOT_ASKED)
        elif answers:
            yield failed(name, _("live, its staging address answers"))
        else:
            yield passed(name, _("live, its staging address is silent"))


def _bench_is_shut(known: Known) -> Iterator[Wrong]:
    name = names.staging(known.device)
    port = next((i for i in known.config.interfaces if i.name == name), None)
    if port is None or port.enabled:
        yield wrong(_("its staging port {port} is not shut"), port=name)


CHECKS = (
    Check(
        Info(
            id="management-access",
            title=_("Devices are managed from the management zone only"),
            clauses=("8.1.4.4 c", "8.1.5.4 a", "8.1.5.4 b"),
            severity=Severity.CRITICAL,
            rationale=_("Whoever reaches a device's sign-in can try passwords and exploits."),
            remedy=_("Limit SSH and SNMP in the input filter to the management zone: `countynet config apply`."),
        ),
        _access,
    ),
    Check(
        Info(
            id="snmp-v3",
            title=_("SNMPv3 with authentication and encryption only, on the management address"),
            clauses=("8.1.4.1 c", "8.1.4.4 b"),
            severity=Severity.MAJOR,
            rationale=_("SNMPv1 and v2c send everything, the community too, in clear."),
            remedy=_("Remove communities and set a v3 user with SHA-256 and AES: `countynet config apply`."),
        ),
        _snmp,
    ),
    Check(
        Info(
            id="snmp-community",
            title=_("No device answers a default SNMP community"),
            clauses=("8.1.4.2 b", "8.1.4.4 b"),
            severity=Severity.MAJOR,
            rationale=_("The community `public` is the first thing that anybody tries."),
            remedy=_("Remove the community from the device and run the audit again."),
        ),
        _community,
    ),
    Check(
        Info(
            id="ssh-settings",
            title=_("SSH takes keys only, few tries and ends idle sessions"),
            clauses=("8.1.4.1 a", "8.1.4.1 b", "8.1.4.1 c"),
            severity=Severity.MAJOR,
            rationale=_("Passwords can be guessed, and a forgotten session is an open door."),
            remedy=_("Restore the SSH settings of the inventory: `countynet config apply`."),
        ),
        _ssh,
    ),
    Check(
        Info(
            id="clear-text-closed",
            title=_("Telnet, FTP and web management are closed"),
            clauses=("8.1.4.1 c", "8.1.4.4 b"),
            severity=Severity.MAJOR,
            rationale=_("These protocols send sign-ins in clear or widen the surface for nothing."),
            remedy=_("Stop the service on the device and close its port in the input filter."),
        ),
        _clear_text,
    ),
    Check(
        Info(
            id="staging-shut",
            title=_("The staging port is shut after commissioning"),
            clauses=("8.1.3.1 b", "8.1.4.4 b"),
            severity=Severity.MAJOR,
            rationale=_("The bench is outside every filter of the county."),
            remedy=_("Apply the device's configuration in band, which shuts it: `countynet config apply`."),
        ),
        _staging,
    ),
)

"""What the daemons of this platform cannot hold, or would hold with another meaning, is refused before anything is
rendered.

Every problem of a configuration is told at once. Refused are: texts that a line-based file would break (line feeds,
doubled or outer spaces, invisible characters, quotes where a daemon has no quoting), names twice, and settings that
contradict each other (an address on a switch port, ports without a protocol that has them, an access port without its
VLAN).
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from inventory.deviceconfig import DeviceConfig, FilterRule, Interface, NatRule, Snmp, StaticRoute6, Tunnel, Vrrp
from inventory.platforms import ospfkeys, relays, timekeys, trunks
from inventory.platforms.linux import routing_checks
from inventory.platforms.linux.accounts import KEY
from inventory.platforms.uniques import twice, uniques
from inventory.platforms.unwritten import wires

UNFIT = _("a Linux device cannot hold {value!r} here")
STATEFUL = _("a filter without state is for access lists; this platform keeps state")
CLASH = _("these settings contradict each other on a Linux device")

_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,14}"
_RESERVED = re.compile(r"br0|ovs-.*|ipsec\d+")
_ID = r"[A-Za-z0-9][A-Za-z0-9._:@-]*"
_TEXT_LIMIT = 240


def check(config: DeviceConfig) -> None:
    """Raise `BadInput` with every problem of the configuration, or return."""
    problems = tuple(_problems(config))
    if problems:
        raise BadInput(problems)


def _problems(config: DeviceConfig) -> Iterator[Problem]:
    yield from _texts([("banner", config.banner), *((f"vlans[{v.id}].name", v.name) for v in config.vlans)])
    yield from uniques(config)
    for interface in config.interfaces:
        yield from _interface(interface)
    if config.filters6:
        yield Problem(STATEFUL, where="filters6")
    yield from _routes6(config.routes6)
    for item in config.filters:
        if item.stateless:
            yield Problem(STATEFUL, where=f"filters.{item.hook}")
        for rule in item.rules:
            yield from _rule(rule, f"filters.{item.hook}.{rule.name}")
            if not _hook_fits(item.hook, rule):
                yield Problem(CLASH, where=f"filters.{item.hook}.{rule.name}")
    for nat in config.nat:
        yield from _nat(nat)
    yield from wires(config)
    yield from relays.problems(config)
    for tunnel in config.tunnels:
        yield from _tunnel(tunnel)
    yield from _snmp(config.snmp) if config.snmp else ()
    yield from timekeys.problems(config, "MD5", "SHA256")
    yield from ospfkeys.problems(config, ospfkeys.LONGEST)
    yield from _rest(config)
    yield from routing_checks.problems(config)


def _texts(fields: Iterable[tuple[str, str]]) -> Iterator[Problem]:
    for where, text in fields:
        clean = text.isprintable() and " ".join(text.split(" ")) == text.strip() and "  " not in text
        if not clean or len(text.encode()) > _TEXT_LIMIT or text.startswith("#### "):
            yield Problem(UNFIT, {"value": text}, where=where)


def _words(pattern: str, fields: Iterable[tuple[str, str]]) -> Iterator[Problem]:
    for where, text in fields:
        if not re.fullmatch(pattern, text):
            yield Problem(UNFIT, {"value": text}, where=where)


def _within(low: int, high: int, fields: Iterable[tuple[str, int]]) -> Iterator[Problem]:
    for where, number in fields:
        if not low <= number <= high:
            yield Problem(UNFIT, {"value": number}, where=where)


def _interface(interface: Interface) -> Iterator[Problem]:
    where = f"interfaces.{interface.name}"
    yield from _words(_NAME, [(where, interface.name)])
    yield from _texts([(f"{where}.description", interface.description)])
    yield from twice(f"{where}.addresses", interface.addresses)
    yield from twice(f"{where}.addresses6", interface.addresses6)
    if interface.ipv6 or any(address.ip.scope_id for address in interface.addresses6):
        yield Problem(CLASH, where=where)
    yield from twice(f"{where}.vrrp", (item.group for item in interface.vrrp))
    for group in interface.vrrp:
        yield from _group(group, f"{where}.vrrp[{group.group}]")
    if _RESERVED.fullmatch(interface.name):
        yield Problem(UNFIT, {"value": interface.name}, where=where)
    if not (_kind_fits(interface) and _switching_fits(interface)):
        yield Problem(CLASH, where=where)
    if interface.proxy_arp is not None and (interface.switchport or interface.kind == "loopback"):
        yield Problem(CLASH, where=f"{where}.proxy_arp")
    if interface.switchport:
        yield from trunks.problems(interface.switchport, where, linux=True)
    if interface.ospf:
        ospf = interface.ospf
        numbers = (("cost", ospf.cost), ("hello", ospf.hello), ("dead", ospf.dead))
        yield from _within(1, 65535, ((f"{where}.ospf.{name}", number) for name, number in numbers))


def _group(group: Vrrp, where: str) -> Iterator[Problem]:
    yield from _words(r"[A-Za-z0-9_-]*", [(f"{where}.sync", group.sync)])
    yield from _words(_NAME, ((f"{where}.track", name) for name in group.track))
    yield from twice(f"{where}.track", group.track)
    yield from twice(f"{where}.routes", (route.prefix for route in group.routes))


def _kind_fits(interface: Interface) -> bool:
    loopback = interface.kind == "loopback"
    if loopback is not (interface.name == "lo") or (interface.kind == "vlan") is not (interface.vlan is not None):
        return False
    if interface.vlan is not None and not 1 <= interface.vlan <= 4094:
        return False
    plain = interface.enabled and not interface.vrrp and (interface.ospf is None or interface.ospf.point_to_point)
    return not loopback or plain


def _switching_fits(interface: Interface) -> bool:
    port = interface.switchport
    if port is None:
        return True
    if interface.kind != "physical" or interface.addresses or interface.addresses6:
        return False
    if interface.ospf or interface.vrrp:
        return False
    vlans = port.trunk if port.mode == "trunk" else (port.access or 0,)
    fits = port.access is None if port.mode == "trunk" else not port.trunk
    return fits and len(set(vlans)) == len(vlans) and all(1 <= vlan <= 4094 for vlan in vlans)


def _rule(rule: FilterRule, where: str) -> Iterator[Problem]:
    yield from _words(rf"{_NAME}|[A-Za-z0-9._-]{{1,14}}\*", ((where, name) for name in rule.in_interfaces))
    yield from _words(rf"{_NAME}|[A-Za-z0-9._-]{{1,14}}\*", ((where, name) for name in rule.out_interfaces))
    yield from _ports(rule.protocol, rule.ports, where)
    yield from _ports(rule.protocol, rule.source_ports, where)
    if not (_icmp_fits(rule) and _family_fits(rule)) or (rule.log_rate and not rule.log):
        yield Problem(CLASH, where=where)
    for items in (rule.in_interfaces, rule.out_interfaces, rule.sources, rule.destinations, rule.not_sources):
        yield from twice(where, items)
    for six in (rule.sources6, rule.destinations6, rule.not_sources6):
        yield from twice(where, six)
    for macs in (rule.source_macs, rule.not_source_macs):
        yield from twice(where, macs)


def _icmp_fits(rule: FilterRule) -> bool:
    """Whether what a rule asks of ICMP messages is asked of such."""
    if rule.icmp_echo_only:
        return rule.protocol in ("icmp", "icmpv6") and not rule.discovery_only
    return rule.protocol == "icmpv6" or not rule.discovery_only


def _family_fits(rule: FilterRule) -> bool:
    """Whether one packet can have all that a rule asks of addresses: nftables takes no rule of both families."""
    echo = rule.protocol if rule.icmp_echo_only else None
    four = any((rule.sources, rule.destinations, rule.not_sources, echo == "icmp"))
    six = any((rule.sources6, rule.destinations6, rule.not_sources6, rule.discovery_only, echo == "icmpv6"))
    return not (four and six)


def _routes6(routes: Iterable[StaticRoute6]) -> Iterator[Problem]:
    for route in routes:
        where, hop = f"routes6.{route.prefix}", route.next_hop
        yield from _words(rf"({_NAME})?", [(where, route.interface)])
        if route.interface[:1].isdigit() or (hop is None and route.interface):
            yield Problem(CLASH, where=where)
        if hop is not None and (hop.scope_id or (hop.is_link_local and not route.interface)):
            yield Problem(CLASH, where=where)


def _hook_fits(hook: str, rule: FilterRule) -> bool:
    """Whether a rule asks nothing that its packets do not have: a way out on input, a way in on output."""
    if hook == "input":
        return not rule.out_interfaces
    return hook != "output" or not (rule.in_interfaces or rule.source_macs or rule.not_source_macs)


def _ports(protocol: str | None, ports: Sequence[int], where: str) -> Iterator[Problem]:
    yield from _within(1, 65535, ((where, port) for port in ports))
    yield from twice(where, ports)
    if ports and protocol not in ("tcp", "udp"):
        yield Problem(CLASH, where=where)


def _nat(rule: NatRule) -> Iterator[Problem]:
    where = f"nat.{rule.name}"
    yield from _words(rf"({_NAME})?", [(where, rule.interface)])
    yield from _ports(rule.protocol, rule.ports, where)
    for items in (rule.sources, rule.destinations):
        yield from twice(where, items)
    if rule.kind == "destination" and rule.to is None:
        yield Problem(CLASH, where=where)


def _tunnel(tunnel: Tunnel) -> Iterator[Problem]:
    where = f"tunnels.{tunnel.name}"
    yield from _words(_ID, [(f"{where}.local_id", tunnel.local_id), (f"{where}.remote_id", tunnel.remote_id)])
    proposals = [(f"{where}.ike_proposal", tunnel.ike_proposal), (f"{where}.esp_proposal", tunnel.esp_proposal)]
    yield from _words(r"[a-z0-9]+(-[a-z0-9]+)*", proposals)
    yield from _within(0, 3600, [(f"{where}.dpd_seconds", tunnel.dpd_seconds)])
    if not (tunnel.local_prefixes and tunnel.remote_prefixes and tunnel.key.get_secret_value()):
        yield Problem(CLASH, where=where)


def _snmp(snmp: Snmp) -> Iterator[Problem]:
    yield from _texts([("snmp.location", snmp.location), ("snmp.contact", snmp.contact)])
    yield from twice("snmp.users", (user.name for user in snmp.users))
    yield from twice("snmp.trap_receivers", snmp.trap_receivers)
    for user in snmp.users:
        for name, key in (("auth_key", user.auth_key), ("priv_key", user.priv_key)):
            if not re.fullmatch(r"[!#-\[\]-~]{8,64}", key.get_secret_value()):
                yield Problem(UNFIT, {"value": "********"}, where=f"snmp.users.{user.name}.{name}")
    if snmp.trap_receivers and not snmp.users:
        yield Problem(CLASH, where="snmp.trap_receivers")


def _rest(config: DeviceConfig) -> Iterator[Problem]:
    yield from _within(1, 100, [("ssh.max_tries", config.ssh.max_tries)])
    yield from _within(1, 86400, [("ssh.idle_seconds", config.ssh.idle_seconds)])
    yield from _words(_NAME, (("lldp.ports", port) for port in (config.lldp.ports if config.lldp else ())))
    yield from twice("lldp.ports", config.lldp.ports if config.lldp else ())
    for user in config.users:
        yield from _words(KEY, ((f"users.{user.name}.ssh_keys", key) for key in user.ssh_keys))
        yield from twice(f"users.{user.name}.ssh_keys", user.ssh_keys)
    if config.ospf:
        metrics = [item.metric for item in config.ospf.redistribute]
        metrics += [config.ospf.default_metric] if config.ospf.default_metric is not None else []
        yield from _within(0, 16777214, (("ospf.metric", metric) for metric in metrics))

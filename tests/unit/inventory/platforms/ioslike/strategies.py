"""Configurations of every shape that IOS and RGOS hold: the shapes of `strategies` with their names and ranges.

What has to fit together (an address and who has it, a virtual address and its network, a list and its interface) is
drawn together, or `check` would throw nearly everything away.
"""

import string
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st
from pydantic import SecretStr

from countynet.errors import BadInput
from inventory.deviceconfig import (
    DeviceConfig,
    FilterRule,
    Interface,
    Lldp,
    NatRule,
    Snmp,
    SnmpUser,
    Ssh,
    StaticRoute,
    SwitchPort,
    Tunnel,
    User,
    Vlan,
    Vrrp,
)
from inventory.platforms import access_lists
from inventory.platforms.ioslike import services, words
from tests.unit.inventory.platforms import strategies as base
from tests.unit.inventory.platforms.strategies import several

PORTS = ("GigabitEthernet0/1", "GigabitEthernet1/0/2", "TenGigabitEthernet1/1/1", "FastEthernet0/0", "Serial0/1/0",
         "GigabitEthernet0/9.100")  # fmt: skip
WORDS = [
    "清岚县",
    "u001",
    "line-001",
    "#",
    '"quoted"',
    "back\\slash",
    "exit",
    "shutdown",
    "end",
    "{",
    "$HOME",
    "ip",
    "^",
]
clean = st.lists(st.sampled_from([w for w in WORDS if w != "^"]), max_size=4).map(" ".join)
vlan_names = st.sampled_from(["", "u001", "mgmt-agg-1", "清岚县", "name", "!", "#"])
secrets = st.text(min_size=8, max_size=40, alphabet=[c for c in string.printable if "!" <= c <= "~" and c != "?"])
narrow = base.networks().filter(lambda text: not text.endswith("/0"))
RSA = "ssh-rsa AAAAB3Nz" + "abcdefghij" * 30 + "="
MD5 = "ssh-rsa-md5 8675E24602CB6058C76B631ED210D216"


@dataclass(frozen=True)
class Shape:
    """What differs between the platforms."""

    check: Callable[[DeviceConfig], None]
    svi: str
    bundle: str
    keys: tuple[str, ...]
    passwords: bool
    """whether passwords can be refused"""
    tunnels: bool


@st.composite
def _routed(draw: st.DrawFn, name: str, ospf: bool) -> Interface:
    kind = {"V": "vlan", "L": "loopback"}.get(name[0], "physical")
    addresses = draw(several(base.interfaces_with_prefix, unique=lambda a: a.split("/")[0]))
    groups = []
    for n in draw(st.lists(st.integers(1, 255), max_size=3, unique=True)) if addresses else ():
        network = IPv4Interface(draw(st.sampled_from(addresses))).network
        virtual = network.network_address + draw(st.integers(0, min(network.num_addresses - 1, 255)))
        address = IPv4Interface((virtual, network.prefixlen))
        groups.append(Vrrp(group=n, address=address, priority=draw(st.integers(1, 254))))
    on = draw(base.ospf_interfaces) if addresses and ospf and draw(st.booleans()) else None
    if on and kind == "loopback":
        on = on.model_copy(update={"point_to_point": True})
    proxies = draw(st.sampled_from([None, False])) if kind != "loopback" else None
    return Interface.model_validate(
        {"proxy_arp": proxies, "name": name, "kind": kind, "vlan": words.vlan_of(name), "description": draw(clean),
         "enabled": draw(st.booleans()), "addresses": addresses, "ospf": on, "vrrp": groups}
    )  # fmt: skip


def _switched(name: str) -> st.SearchStrategy[Interface]:
    port = st.one_of(
        st.builds(SwitchPort, mode=st.just("access"), access=base.vlan_ids),
        base.trunks(several(base.vlan_ids | st.integers(1, 9), 12)),
        base.trunks(st.just(tuple(range(1, 4095)))),
        base.trunks(st.just(tuple(range(1, 4095, 3)))),
    )
    return st.builds(Interface, name=st.just(name), description=clean, enabled=st.booleans(), switchport=port)


@st.composite
def interfaces(draw: st.DrawFn, shape: Shape, ospf: bool) -> tuple[Interface, ...]:
    """Draw interfaces of all kinds."""
    named = [*PORTS, f"{shape.bundle}1", f"{shape.svi}10", f"{shape.svi}4094", "Loopback0", "Loopback1023"]
    names = draw(st.lists(st.sampled_from(named), min_size=draw(st.integers(0, 4)), max_size=5, unique=True))
    found = []
    for name in names:
        switched = words.can_switch(name) and draw(st.booleans())
        found.append(draw(_switched(name) if switched else _routed(name, ospf)))
    return draw(base.watching(found))


@st.composite
def entries(draw: st.DrawFn, interface: str) -> FilterRule:
    """Draw a rule of the access-list form."""
    protocol = draw(st.sampled_from([None, "tcp", "udp", "icmp", "esp", "vrrp", "ospf"]))
    fields: dict[str, Any] = {"protocol": protocol, "action": draw(st.sampled_from(["accept", "drop"]))}
    if protocol in ("tcp", "udp"):
        fields |= {"ports": draw(_runs()), "source_ports": draw(_runs())}
    if protocol == "icmp":
        fields["icmp_echo_only"] = draw(st.booleans())
    if protocol == "tcp" and fields["action"] == "accept":
        fields["state"] = draw(st.sampled_from([None, "established"]))
    sides = {side: draw(st.just(()) | narrow.map(lambda n: (n,))) for side in ("sources", "destinations")}
    name = draw(base.rule_names.filter(lambda n: n != access_lists.REST))
    more = {"name": name, "in_interfaces": (interface,), "log": draw(st.booleans())}
    return FilterRule.model_validate(fields | sides | more)


@st.composite
def _runs(draw: st.DrawFn) -> tuple[int, ...]:
    first = draw(st.sampled_from([0, 22, 53, 80, 443, 65535]) | st.integers(0, 65000))
    last = min(first + draw(st.sampled_from([0, 0, 1, 30])), 65535)
    return tuple(range(first, last + 1)) if first else ()


def _but_the_name(rule: FilterRule) -> tuple[object, ...]:
    return tuple(value for name, value in rule if name != "name")


@st.composite
def filters(draw: st.DrawFn, places: list[str]) -> tuple[Any, ...]:
    """Draw access lists at some of the places."""
    lists = {}
    for place in draw(st.lists(st.sampled_from(places), max_size=3, unique=True)) if places else ():
        rest = access_lists.rest(place, log=draw(st.booleans()))
        rules = draw(st.lists(entries(place), max_size=4, unique_by=_but_the_name))
        lists[place] = (*(r for r in rules if _but_the_name(r) != _but_the_name(rest)), rest)
    return access_lists.filters(lists)


@st.composite
def nat_rules(draw: st.DrawFn, outside: str) -> NatRule:
    """Draw a translation at the outside interface."""
    ports = tuple(sorted(set(draw(st.lists(st.integers(1, 65535), min_size=1, max_size=4)))))
    fields: dict[str, Any] = {"name": draw(base.rule_names), "interface": outside}
    if draw(st.booleans()):
        address = f"{draw(base.addresses)}/32"
        protocol = draw(st.sampled_from(["tcp", "udp"]))
        more = {"destinations": (address,), "protocol": protocol, "ports": ports, "to": draw(base.addresses)}
        return NatRule.model_validate(fields | {"kind": "destination"} | more)
    kind = draw(st.sampled_from([None, "tcp", "udp"]))
    sides = {side: draw(several(narrow)) for side in ("sources", "destinations")}
    listed = draw(st.just(()) | st.just(ports)) if kind else ()
    fields |= {"kind": "source", "protocol": kind, "ports": listed, "to": draw(st.none() | base.addresses)}
    return NatRule.model_validate(fields | sides)


@st.composite
def tunnels(draw: st.DrawFn, mains: list[IPv4Address]) -> tuple[Tunnel, ...]:
    """Draw tunnels from the device's own addresses."""
    if not mains:
        return ()
    found = []
    ike = st.sampled_from(["aes128gcm16-prfsha256-ecp256", "aes256-sha256-modp2048"])
    offered = {main: draw(ike) for main in mains}
    for name in draw(st.lists(st.from_regex(r"[a-z0-9-]{1,20}", fullmatch=True), max_size=2, unique=True)):
        local, remote = draw(st.sampled_from(mains)), draw(st.none() | base.addresses)
        found.append(
            Tunnel(
                name=name,
                local=local,
                remote=remote,
                local_id=draw(base.identities),
                remote_id=draw(base.identities | st.just("hub.qinglan.internal")),
                local_prefixes=tuple(map(IPv4Network, draw(base.some_networks))),
                remote_prefixes=tuple(map(IPv4Network, draw(base.some_networks))),
                key=SecretStr(draw(secrets)),
                initiate=remote is not None,
                ike_proposal=offered[local],
                esp_proposal=draw(st.sampled_from(["aes128gcm16", "aes256gcm16", "aes256-sha256", "aes128-sha384"])),
                dpd_seconds=draw(st.sampled_from([0, 10, 3600])),
            )
        )
    return tuple(found)


snmp_users = st.builds(
    SnmpUser,
    name=base.names,
    auth=st.sampled_from(["SHA-256", "SHA-512"]),
    auth_key=secrets.map(SecretStr),
    priv_key=secrets.map(SecretStr),
)


@st.composite
def snmps(draw: st.DrawFn) -> Snmp:
    """Draw an agent."""
    people = draw(several(snmp_users, 2, unique=lambda u: u.name))
    receivers = draw(several(base.addresses)) if people else ()
    texts = {"location": draw(clean), "contact": draw(clean)}
    return Snmp(listen=IPv4Address(0), users=people, trap_receivers=receivers, **texts)


@st.composite
def configs(draw: st.DrawFn, shape: Shape) -> DeviceConfig:
    """Draw a configuration that `check` lets through."""
    process = draw(st.none() | base.ospf_processes)
    found = draw(interfaces(shape, process is not None))
    mains = [i.addresses[0].ip for i in found if i.addresses]
    outer = [i.name for i in found if i.addresses and i.kind != "loopback"]
    tunnel = draw(tunnels(mains)) if shape.tunnels else ()
    routed = [i.name for i in found if not i.switchport] + (["Tunnel0"] if tunnel else [])
    outside = draw(st.sampled_from(outer)) if outer else ""
    nat = draw(st.lists(nat_rules(outside), max_size=3)) if outside else []
    places = [name for name in routed if not (nat and name == outside)]
    ports = [i.name for i in found if words.is_port(i.name)]
    announced = services.management(found)
    lldp = st.builds(
        Lldp, ports=several(st.sampled_from(ports)) if ports else st.just(()), management=st.just(announced)
    )
    users = st.builds(User, name=base.names, ssh_keys=several(st.sampled_from(shape.keys), 2))
    ssh = st.builds(Ssh, password_login=st.booleans() if shape.passwords else st.just(True),
                    max_tries=st.integers(1, 5), idle_seconds=st.integers(1, 86400))  # fmt: skip
    forwarding = draw(st.booleans())
    routes = draw(several(base.routes, unique=lambda r: (r.prefix, r.next_hop)))
    if not forwarding:
        hop = draw(st.none() | base.addresses)
        routes = (StaticRoute(prefix=IPv4Network("0.0.0.0/0"), next_hop=hop),) if hop else ()
    config = DeviceConfig(
        hostname=draw(base.names),
        routes=routes,
        **draw(base.timed()),
        syslog_servers=draw(several(base.addresses, 2)),
        dns_servers=draw(several(base.addresses, 2)),
        vlans=draw(several(st.builds(Vlan, id=st.integers(2, 1001), name=vlan_names), 6, unique=lambda v: v.id)),
        interfaces=found,
        forwarding=forwarding,
        ospf=process,
        filters=draw(filters(places)),
        nat=tuple(nat),
        tunnels=tunnel,
        snmp=draw(st.none() | snmps()),
        ssh=draw(ssh),
        lldp=draw(st.none() | lldp) if announced else None,
        source=draw(st.none() | st.sampled_from(mains)) if mains else None,
        users=draw(several(users, unique=lambda u: u.name)),
        banner=draw(clean),
    )
    try:
        shape.check(config)
    except BadInput:
        assume(False)
    return config

"""Configurations of every shape that Comware holds: the shapes of `strategies` with Comware's names and ranges.

Values beyond a range are drawn too, and thrown away by `check`; what has to fit together (an address and who has it,
a virtual address and its network, a tunnel and its port) is drawn together, or nearly nothing would be left.
"""

import string
from ipaddress import IPv4Address, IPv4Interface
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
    PacketFilter,
    Snmp,
    SnmpUser,
    Ssh,
    SwitchPort,
    Tunnel,
    User,
    Vlan,
    Vrrp,
)
from inventory.platforms import access_lists, h3c_comware
from inventory.platforms.h3c_comware import words
from tests.unit.inventory.platforms import strategies as base
from tests.unit.inventory.platforms.h3c_comware.keys import ECDSA, ECDSA_384, RSA
from tests.unit.inventory.platforms.strategies import several

PORTS = ("GigabitEthernet1/0/1", "GigabitEthernet1/0/2", "Ten-GigabitEthernet1/0/49", "GigabitEthernet0/1",
         "FortyGigE1/0/53:2", "Bridge-Aggregation1", "Route-Aggregation2", "M-GigabitEthernet0/0/0",
         "GigabitEthernet1/0/9.100")  # fmt: skip
SWITCHING = frozenset(name for name in PORTS if words.bridges(name))
named = st.sampled_from([*PORTS, "Vlan-interface10", "LoopBack0"])
clean = st.lists(st.sampled_from([w for w in base.WORDS if "?" not in w and '"' not in w]), max_size=4).map(" ".join)
vlan_names = st.sampled_from(["", "u001", "清岚县", "#", "VLAN 0010", "清岚县政务服务数据管理局二楼机房"])
secrets = st.text(min_size=8, max_size=40, alphabet=[c for c in string.printable if "!" <= c <= "~" and c not in '"?'])


@st.composite
def _routed(draw: st.DrawFn, name: str) -> Interface:
    """Draw an interface with addresses, and virtual addresses inside their networks."""
    kind = {"V": "vlan", "L": "loopback"}.get(name[0], "physical")
    addresses = draw(several(base.interfaces_with_prefix, unique=lambda a: a.split("/")[0]))
    groups = []
    for n in draw(st.lists(st.integers(1, 255), max_size=3, unique=True)) if addresses else ():
        network = IPv4Interface(draw(st.sampled_from(addresses))).network
        virtual = network.network_address + draw(st.integers(0, min(network.num_addresses - 1, 255)))
        priority, length = draw(st.integers(1, 254)), network.prefixlen
        sync = draw(st.sampled_from(["", "zones", "a-b_C"]))
        groups.append(Vrrp(group=n, address=IPv4Interface((virtual, length)), priority=priority, sync=sync))
    return Interface(
        name=name,
        kind=kind,
        proxy_arp=True if kind != "loopback" and draw(st.booleans()) else None,
        vlan=words.vlan(name),
        description=draw(clean),
        enabled=draw(st.booleans()),
        addresses=addresses,
        ospf=draw(st.none() | base.ospf_interfaces),
        vrrp=tuple(groups),
    )


def _switched(name: str) -> st.SearchStrategy[Interface]:
    port = st.one_of(
        st.builds(SwitchPort, mode=st.just("access"), access=base.vlan_ids),
        base.trunks(several(base.vlan_ids | st.integers(1, 9), 12)),
    )
    return st.builds(Interface, name=st.just(name), description=clean, enabled=st.booleans(), switchport=port)


@st.composite
def interfaces(draw: st.DrawFn) -> tuple[Interface, ...]:
    names = draw(st.lists(named | st.sampled_from(["Vlan-interface4094", "LoopBack1023"]), max_size=5, unique=True))
    found = [
        draw(_switched(n) if n in SWITCHING and (n.startswith("B") or draw(st.booleans())) else _routed(n))
        for n in names
    ]
    return draw(base.watching(found))


@st.composite
def filter_rules(draw: st.DrawFn, hook: str, names: list[str]) -> FilterRule:
    rule = draw(base.filter_rules(hook))
    place = several(st.sampled_from(names))
    state = draw(st.sampled_from([None, None, "established", "invalid"]))
    action: Any = {"established": "accept", "invalid": "drop"}.get(state or "", rule.action)
    update = {
        "in_interfaces": tuple(sorted(draw(place))) if hook != "output" else (),
        "out_interfaces": tuple(sorted(draw(place))) if hook != "input" else (),
        "state": state,
        "action": action,
        "source_ports": (),
        "not_sources": (),
        "source_macs": (),
        "not_source_macs": (),
    }
    return rule.model_copy(update=update)


@st.composite
def policies(draw: st.DrawFn, names: list[str]) -> tuple[PacketFilter, ...]:
    hooks = draw(st.lists(st.sampled_from(["input", "forward", "output"]), unique=True))
    return tuple(
        PacketFilter(
            hook=hook,
            default=draw(st.sampled_from(["accept", "drop"])),
            rules=tuple(draw(st.lists(filter_rules(hook, names), max_size=2))),
        )
        for hook in hooks
    )


@st.composite
def entries(draw: st.DrawFn, port: str) -> FilterRule:
    """Draw a rule that is one entry of an access list."""
    rule = draw(base.filter_rules("input"))
    established = rule.protocol == "tcp" and rule.action == "accept" and draw(st.booleans())
    run = st.tuples(st.integers(1, 65535), st.integers(0, 3)).map(
        lambda r: tuple(range(r[0], min(r[0] + r[1], 65535) + 1))
    )
    runs = st.just(()) | run if rule.protocol in ("tcp", "udp") else st.just(())
    network = several(base.networks().filter(lambda n: not n.endswith("/0")), 1)
    fields: dict[str, Any] = {"in_interfaces": (port,), "sources": draw(network), "destinations": draw(network)}
    fields |= {"state": "established" if established else None, "ports": draw(runs), "source_ports": draw(runs)}
    fields |= {"not_sources": (), "source_macs": (), "not_source_macs": (), "name": draw(base.rule_names)}
    assume(fields["name"] != access_lists.REST)
    return FilterRule.model_validate(rule.model_dump() | fields)


@st.composite
def access_list_filters(draw: st.DrawFn, found: tuple[Interface, ...]) -> tuple[PacketFilter, ...]:
    routed = [i.name for i in found if not i.switchport and i.kind != "loopback"]
    chosen = draw(several(st.sampled_from(routed))) if routed else ()
    ends = {port: access_lists.rest(port, log=draw(st.booleans())) for port in chosen}
    lists = {port: (*draw(st.lists(entries(port), max_size=3)), ends[port]) for port in chosen}
    return access_lists.filters(lists)


@st.composite
def tunnels(draw: st.DrawFn, found: tuple[Interface, ...]) -> tuple[Tunnel, ...]:
    own = [a.ip for i in found for a in i.addresses]
    ike = draw(st.sampled_from(["aes128-sha256-ecp256", "aes256-sha256-modp2048"]))
    some = st.builds(
        Tunnel,
        name=st.from_regex(r"[a-z0-9-]{1,15}", fullmatch=True),
        local=st.sampled_from(own) if own else st.nothing(),
        remote=st.none() | base.addresses,
        local_id=base.identities,
        remote_id=base.identities,
        local_prefixes=base.some_networks,
        remote_prefixes=base.some_networks,
        key=secrets.map(SecretStr),
        initiate=st.just(False),
        ike_proposal=st.just(ike),
        esp_proposal=st.sampled_from(["aes128gcm16", "aes256-sha256"]),
        dpd_seconds=st.sampled_from([0, 10, 3600]),
    )
    drawn = draw(several(some, 2, unique=lambda t: t.name)) if own else ()
    return tuple(t.model_copy(update={"initiate": t.remote is not None and draw(st.booleans())}) for t in drawn)


@st.composite
def nat_rules(draw: st.DrawFn, routed: list[str]) -> NatRule:
    rule = draw(base.nat_rules())
    name = draw(st.from_regex(r"[a-z0-9-]{1,40}", fullmatch=True))
    update: dict[str, Any] = {"interface": draw(st.sampled_from(routed)), "name": name}
    if rule.kind == "destination":
        hosts = draw(st.lists(base.addresses, min_size=1, max_size=2, unique=True))
        update |= {"sources": (), "destinations": hosts}
    return NatRule.model_validate(rule.model_dump() | update)


users = st.builds(
    User,
    name=base.names,
    ssh_keys=several(st.sampled_from([RSA, ECDSA, ECDSA_384]), 3),
    locked=st.booleans(),
)
snmp_users = st.builds(
    SnmpUser,
    name=base.names,
    auth=st.sampled_from(["SHA-256", "SHA-512"]),
    auth_key=secrets.map(SecretStr),
    priv_key=secrets.map(SecretStr),
)


@st.composite
def snmps(draw: st.DrawFn) -> Snmp:
    people = draw(several(snmp_users, 2, unique=lambda u: u.name))
    return Snmp(
        listen=IPv4Address(0),
        location=draw(clean),
        contact=draw(clean),
        users=people,
        trap_receivers=draw(several(base.addresses)) if people else (),
    )


@st.composite
def configs(draw: st.DrawFn) -> DeviceConfig:
    """Draw a configuration that `check` lets through."""
    found = draw(interfaces())
    through = draw(tunnels(found))
    names = [*PORTS, "Vlan-interface10", "LoopBack0", "Vlan-interface77"]
    names += ["Tunnel0"] * 6 if any(t.remote is not None for t in through) else []
    mains = [i.addresses[0].ip for i in found if i.addresses]
    routed = [i.name for i in found if not i.switchport and i.kind != "loopback"]
    ports = [i.name for i in found if words.is_port(i.name)]
    people = draw(several(users, unique=lambda u: u.name))
    config = DeviceConfig(
        hostname=draw(base.names),
        routes=draw(several(base.routes, unique=lambda r: (r.prefix, r.next_hop))),
        **draw(base.timed()),
        syslog_servers=draw(several(base.addresses, 2)),
        dns_servers=draw(several(base.addresses, 2)),
        vlans=draw(several(st.builds(Vlan, id=st.integers(2, 4094) | st.integers(2, 9), name=vlan_names), 6,
                           unique=lambda v: v.id)),
        interfaces=found,
        forwarding=len(mains) > 1,
        ospf=draw(base.ospf_processes if any(i.ospf for i in found) else st.none() | base.ospf_processes),
        filters=draw(policies(names) | access_list_filters(found)),
        nat=draw(st.lists(nat_rules(routed), max_size=3)) if routed else (),
        tunnels=through,
        snmp=draw(st.none() | snmps()),
        ssh=draw(st.builds(Ssh, password_login=st.booleans() if people else st.just(False),
                           max_tries=st.integers(1, 5), idle_seconds=st.integers(1, 86400))),
        lldp=draw(st.none() | st.builds(Lldp, ports=several(st.sampled_from(ports)) if ports else st.just(()),
                                        management=base.addresses)),
        source=draw(st.none() | (st.sampled_from(mains) if mains else st.nothing())),
        users=people,
        banner=draw(clean),
    )  # fmt: skip
    try:
        h3c_comware.check(config)
    except BadInput:
        assume(False)
    return config

"""Configurations of every shape that VRP holds: the shapes of `strategies` with VRP's names and ranges.

Values beyond a range are drawn too, and thrown away by `check`; what has to fit together (an address and who has it,
a virtual address and its network) is drawn together, or nearly nothing would be left.
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
from inventory.platforms import huawei_vrp
from inventory.platforms.huawei_vrp import words
from tests.unit.inventory.platforms import strategies as base
from tests.unit.inventory.platforms.strategies import several

PORTS = ("GigabitEthernet0/0/1", "GigabitEthernet0/0/2", "XGigabitEthernet0/0/1", "GE1/0/3", "10GE1/0/1:2",
         "Eth-Trunk1", "MEth0/0/1", "GigabitEthernet0/0/9.100")  # fmt: skip
named = st.sampled_from([*PORTS, "Vlanif10", "LoopBack0"])
clean = st.lists(st.sampled_from([w for w in base.WORDS if "?" not in w and '"' not in w]), max_size=4).map(" ".join)
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
        sync = draw(st.sampled_from(["", "zones"]))
        groups.append(Vrrp(group=n, address=IPv4Interface((virtual, length)), priority=priority, sync=sync))
    return Interface(
        name=name,
        kind=kind,
        proxy_arp=True if kind != "loopback" and draw(st.booleans()) else None,
        vlan=int(name[6:]) if kind == "vlan" else None,
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
    names = draw(st.lists(named | st.sampled_from(["Vlanif4094", "LoopBack1023"]), max_size=5, unique=True))
    can_switch = {n for n in PORTS if "." not in n and not n.startswith("MEth")}
    found = [draw(_switched(name) if name in can_switch and draw(st.booleans()) else _routed(name)) for name in names]
    names_of_sets = {v.sync for i in found for v in i.vrrp} - {""}
    assume(len(names_of_sets) < 2)
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
    }
    return rule.model_copy(update=update)


@st.composite
def filters(draw: st.DrawFn, names: list[str]) -> tuple[PacketFilter, ...]:
    hooks = draw(st.lists(st.sampled_from(["input", "forward", "output"]), unique=True))
    return tuple(
        PacketFilter(
            hook=hook,
            default=draw(st.sampled_from(["accept", "drop"])),
            rules=tuple(draw(st.lists(filter_rules(hook, names), max_size=2))),
        )
        for hook in hooks
    )


tunnels = st.builds(
    Tunnel,
    name=st.from_regex(r"[a-z0-9-]{1,15}", fullmatch=True),
    local=base.addresses,
    remote=st.none() | base.addresses,
    local_id=base.identities,
    remote_id=base.identities,
    local_prefixes=base.some_networks,
    remote_prefixes=base.some_networks,
    key=secrets.map(SecretStr),
    initiate=st.just(False),
    ike_proposal=st.sampled_from(["aes128gcm16-prfsha256-ecp256", "aes256-sha256-modp2048"]),
    esp_proposal=st.sampled_from(["aes128gcm16", "aes256-sha256"]),
    dpd_seconds=st.sampled_from([0, 10, 3600]),
)
keys = st.sampled_from(["ssh-rsa AAAAB3Nz" + "abcdefghij" * 30 + "=", "ecdsa-sha2-nistp256 AAAAE2Vj+/=="])
users = st.builds(
    User,
    name=base.names,
    ssh_keys=several(keys, 2),
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
def nat_rules(draw: st.DrawFn) -> NatRule:
    return draw(base.nat_rules()).model_copy(update={"interface": draw(st.sampled_from(["", *PORTS]))})


@st.composite
def configs(draw: st.DrawFn) -> DeviceConfig:
    """Draw a configuration that `check` lets through."""
    found = draw(interfaces())
    tunnel = draw(several(tunnels, 2, unique=lambda t: t.name))
    tunnel = tuple(t.model_copy(update={"initiate": t.remote is not None and draw(st.booleans())}) for t in tunnel)
    names = [*PORTS, "Vlanif10", "LoopBack0", "Vlanif77", *(["Tunnel0/0/1"] if tunnel else [])]
    mains = [i.addresses[0].ip for i in found if i.addresses]
    address = st.sampled_from(mains) if mains else st.nothing()
    some = st.none() | address
    snmp = None
    if draw(st.booleans()):
        people = draw(several(snmp_users, 2, unique=lambda u: u.name))
        snmp = Snmp(
            listen=draw(address | st.just(IPv4Address(0))),
            location=draw(clean),
            contact=draw(clean),
            users=people,
            trap_receivers=draw(several(base.addresses)) if people else (),
        )
    on_ospf = any(i.ospf for i in found)
    ports = [i.name for i in found if words.is_port(i.name)]
    nat = draw(st.lists(nat_rules(), max_size=2))
    routed = [i.name for i in found if not i.switchport and i.kind != "loopback"]
    as_lists = draw(st.booleans())
    nat = [] if as_lists else nat
    config = DeviceConfig(
        hostname=draw(base.names),
        routes=draw(several(base.routes, unique=lambda r: (r.prefix, r.next_hop))),
        **draw(base.timed()),
        syslog_servers=draw(several(base.addresses, 2)),
        dns_servers=draw(several(base.addresses, 2)),
        vlans=draw(several(st.builds(Vlan, id=base.vlan_ids, name=clean), 6, unique=lambda v: v.id)),
        interfaces=found,
        forwarding=len(mains) > 1,
        ospf=draw(base.ospf_processes if on_ospf else st.none() | base.ospf_processes),
        filters=draw(base.access_list_filters(routed) if as_lists else filters(names)),
        nat=nat,
        tunnels=tunnel,
        snmp=snmp,
        ssh=draw(st.builds(Ssh, listen=some, password_login=st.booleans(), max_tries=st.integers(1, 5),
                           idle_seconds=st.integers(1, 86400))),
        lldp=draw(st.none() | st.builds(Lldp, ports=several(st.sampled_from(ports)) if ports else st.just(()),
                                        management=base.addresses)),
        source=draw(some),
        users=draw(several(users, unique=lambda u: u.name)),
        banner=draw(clean),
    )  # fmt: skip
    try:
        huawei_vrp.check(config)
    except BadInput:
        assume(False)
    return config

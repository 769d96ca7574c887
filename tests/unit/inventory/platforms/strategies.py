"""Configurations of every shape that the Linux platform accepts, for the law `parse(render(c)) == c`."""

import string
from collections.abc import Sequence
from ipaddress import IPv6Address, IPv6Network
from typing import Any

from hypothesis import strategies as st
from pydantic import SecretStr

from inventory.deviceconfig import (
    DeviceConfig,
    FilterRule,
    Interface,
    Lldp,
    MasterRoute,
    NatRule,
    NtpKey,
    Ospf,
    OspfInterface,
    PacketFilter,
    Redistribution,
    Snmp,
    SnmpUser,
    Ssh,
    StaticRoute,
    StaticRoute6,
    SwitchPort,
    Tunnel,
    User,
    Vlan,
    Vrrp,
)
from inventory.platforms import access_lists

addresses = st.ip_addresses(v=4)
names = st.from_regex(r"[a-z][a-z0-9-]{0,30}", fullmatch=True)
rule_names = st.from_regex(r"[a-z0-9-]{1,60}", fullmatch=True)
WORDS = [
    "清岚县",
    "u001",
    "line-001",
    "!",
    "#",
    '"quoted"',
    "back\\slash",
    "exit",
    "shutdown",
    "end",
    "{",
    "}",
    "$HOME",
    "ip",
]
SIX = [
    int(IPv6Address(a)) for a in ("::", "::1", "2001:db8::1", "2001:db8:0:1::a:0", "fe80::1", "ff02::1", "fd00::ffff")
]
clean = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)
ports = st.sampled_from(["wan0", "lan0", "dsl0", "p01", "trunk1", "x-core2", "eth0.5", "Upper_1", "a", "v101", "inet0"])
svi_names = st.sampled_from(["v1", "v91", "v4000"])
vlan_ids = st.integers(1, 4094)
metrics = st.integers(0, 16777214)


@st.composite
def networks(draw: st.DrawFn) -> str:
    length = draw(st.sampled_from([0, 1, 8, 16, 24, 30, 31, 32]))
    number = draw(st.integers(0, 2**32 - 1)) >> (32 - length) << (32 - length) if length else 0
    return f"{number >> 24}.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}/{length}"


@st.composite
def networks6(draw: st.DrawFn) -> IPv6Network:
    length = draw(st.sampled_from([0, 3, 10, 48, 64, 127, 128]))
    return IPv6Network((draw(st.sampled_from(SIX)) >> (128 - length) << (128 - length), length))


def several(items: st.SearchStrategy[Any], size: int = 3, unique: Any = None) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(items, max_size=size, unique_by=unique or str).map(tuple)


addresses6 = st.sampled_from(SIX).map(IPv6Address)
interfaces6 = st.builds(lambda a, n: f"{a}/{n}", addresses6, st.sampled_from([0, 10, 64, 127, 128]))
interfaces_with_prefix = st.builds(lambda a, n: f"{a}/{n}", addresses, st.integers(0, 32))
ospf_interfaces = st.builds(
    OspfInterface,
    area=addresses,
    cost=st.integers(1, 65535),
    point_to_point=st.booleans(),
    passive=st.booleans(),
    hello=st.integers(1, 65535),
    dead=st.integers(1, 65535),
    key=st.none()
    | st.text(alphabet=string.ascii_letters + string.digits + "+/=_-#", min_size=1, max_size=16)
    .filter(lambda text: text not in ("cipher", "simple", "plain", "key", "md5"))
    .map(SecretStr),
)


def keys_hidden(items: Sequence[Interface]) -> tuple[Interface, ...]:
    """Return interfaces as a masked text tells them: with stars in the place of the keys of neighbours."""
    stars = {"key": SecretStr("********")}
    return tuple(
        i.model_copy(update={"ospf": i.ospf.model_copy(update=stars)}) if i.ospf and i.ospf.key else i for i in items
    )


vrrps = st.builds(
    Vrrp,
    group=st.integers(1, 255),
    address=interfaces_with_prefix,
    priority=st.integers(1, 254),
    sync=st.sampled_from(["", "zones", "a-b_C"]),
    track=several(st.sampled_from(["eth0", "core0", "v101"])),
    routes=several(
        st.builds(MasterRoute, prefix=networks(), next_hop=st.none() | addresses), unique=lambda route: route.prefix
    ),
)


@st.composite
def watching(draw: st.DrawFn, found: Sequence[Interface]) -> tuple[Interface, ...]:
    """Let VRRP groups watch interfaces as vendors can: a set of groups the same, and none of its own."""
    names = {item.name for item in found}
    ports: dict[str, set[str]] = {}
    for item in found:
        for group in item.vrrp:
            ports.setdefault(group.sync, set()).add(item.name)
    free = {sync: sorted(names - (own if sync else set())) for sync, own in ports.items()}
    of_set = {sync: draw(several(st.sampled_from(some))) if some and sync else () for sync, some in free.items()}

    def watched(group: Vrrp) -> tuple[str, ...]:
        return tuple(of_set[group.sync]) if group.sync else tuple(draw(several(st.sampled_from(free[""]))))

    groups = [tuple(g.model_copy(update={"track": tuple(sorted(watched(g)))}) for g in i.vrrp) for i in found]
    held = [draw(relaying(i)) for i in found]
    return tuple(i.model_copy(update={"vrrp": some}) for i, some in zip(held, groups, strict=True))


@st.composite
def trunks(draw: st.DrawFn, lists: st.SearchStrategy[tuple[int, ...]]) -> SwitchPort:
    """Draw a trunk, one of its VLANs native, or none."""
    trunk = draw(lists)
    whole = len(trunk) == 4094
    return SwitchPort(
        mode="trunk",
        trunk=trunk,
        native=draw(st.sampled_from([*trunk, *([] if whole else [None])]) | st.just(trunk[0])) if trunk else None,
    )


switch_ports = st.one_of(
    st.builds(SwitchPort, mode=st.just("access"), access=vlan_ids),
    trunks(several(vlan_ids)),
)


def _interface(name: st.SearchStrategy[str], **fields: Any) -> st.SearchStrategy[Interface]:
    return st.builds(Interface, name=name, description=clean, **fields)


_ROUTED = {
    "addresses": several(interfaces_with_prefix),
    "addresses6": several(interfaces6),
    "vrrp": several(vrrps, unique=lambda v: v.group),
    "proxy_arp": st.sampled_from([None, None, True, False]),
}


@st.composite
def relaying(draw: st.DrawFn, item: Interface) -> Interface:
    """Let an interface that has an address relay DHCP, now and then."""
    if not item.addresses or item.kind == "loopback" or draw(st.integers(0, 3)):
        return item
    servers = draw(several(addresses, 2))
    return item.model_copy(update={"dhcp_relays": tuple(sorted(servers))})


routed = _interface(ports, enabled=st.booleans(), ospf=st.none() | ospf_interfaces, **_ROUTED).flatmap(relaying)
switched = _interface(ports, enabled=st.booleans(), switchport=switch_ports)
svis = _interface(
    svi_names,
    kind=st.just("vlan"),
    vlan=vlan_ids,
    enabled=st.booleans(),
    ospf=st.none() | ospf_interfaces,
    **_ROUTED,
)
loopbacks = _interface(
    st.just("lo"),
    kind=st.just("loopback"),
    addresses=several(interfaces_with_prefix),
    addresses6=several(interfaces6),
    ospf=st.none() | ospf_interfaces.map(lambda o: o.model_copy(update={"point_to_point": True})),
)
staging = _interface(st.just("stg0"), enabled=st.booleans())
macs = st.from_regex(r"([0-9a-f]{2}:){5}[0-9a-f]{2}", fullmatch=True)
port_numbers = several(st.integers(1, 65535))


@st.composite
def protocols(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from([None, "tcp", "udp", "icmp", "icmpv6", "esp", "vrrp", "ospf"]))
    fields: dict[str, Any] = {"protocol": kind}
    if kind in ("tcp", "udp"):
        fields["ports"] = draw(port_numbers)
    return fields


@st.composite
def _ends(draw: st.DrawFn, *, four: bool, six: bool) -> dict[str, Any]:
    """Addresses of one family; of a certain one for a rule that asks for what only its packets have."""
    six = six or (not four and draw(st.sampled_from([False, False, True])))
    names = ["sources", "destinations", "not_sources"]
    return {f"{name}6" if six else name: draw(several(networks6() if six else networks())) for name in names}


def time_keys(*kinds: str) -> st.SearchStrategy[NtpKey | None]:
    """Keys of time servers, or none."""
    secrets = st.text(alphabet=string.ascii_letters + string.digits + "+/=_-#", min_size=1, max_size=32)
    keys = st.builds(NtpKey, number=st.integers(1, 65534), kind=st.sampled_from(kinds), secret=secrets.map(SecretStr))
    return st.none() | keys


@st.composite
def timed(draw: st.DrawFn) -> dict[str, Any]:
    """Draw time servers of a vendor's device, and now and then a key for them."""
    servers = draw(several(addresses, 2))
    return {"ntp_servers": servers, "ntp_key": draw(time_keys("MD5")) if servers else None}


@st.composite
def filter_rules(draw: st.DrawFn, hook: str) -> FilterRule:
    fields = draw(protocols())
    if fields["protocol"] == "icmp":
        fields["icmp_echo_only"] = draw(st.booleans())
    if fields["protocol"] == "icmpv6":
        fields |= draw(st.sampled_from([{}, {"icmp_echo_only": True}, {"discovery_only": True}]))
    if fields["protocol"] in ("tcp", "udp"):
        fields["source_ports"] = draw(port_numbers)
    wild = ports | st.just("v*")
    log = draw(st.booleans())
    return FilterRule(
        action=draw(st.sampled_from(["accept", "drop"])),
        name=draw(rule_names),
        state=draw(st.sampled_from([None, "established", "invalid"])),
        in_interfaces=() if hook == "output" else draw(several(wild)),
        out_interfaces=() if hook == "input" else draw(several(wild)),
        **draw(_ends(four=fields.get("icmp_echo_only", False), six=fields["protocol"] == "icmpv6")),
        source_macs=() if hook == "output" else draw(several(macs)),
        not_source_macs=() if hook == "output" else draw(several(macs)),
        log=log,
        log_rate=draw(st.none() | st.integers(1, 1000)) if log else None,
        **fields,
    )


@st.composite
def filters(draw: st.DrawFn) -> tuple[PacketFilter, ...]:
    hooks = draw(st.lists(st.sampled_from(["input", "forward", "output"]), unique=True))
    return tuple(
        PacketFilter(
            hook=hook,
            default=draw(st.sampled_from(["accept", "drop"])),
            rules=tuple(draw(st.lists(filter_rules(hook), max_size=3))),
        )
        for hook in hooks
    )


@st.composite
def nat_rules(draw: st.DrawFn) -> NatRule:
    kind = draw(st.sampled_from(["source", "destination"]))
    fields = draw(protocols().filter(lambda f: f["protocol"] in (None, "tcp", "udp")))
    to = draw(addresses) if kind == "destination" else draw(st.none() | addresses)
    return NatRule(
        kind=kind,
        name=draw(rule_names),
        interface=draw(ports | st.just("")),
        sources=draw(several(networks())),
        destinations=draw(several(networks())),
        to=to,
        **fields,
    )


identities = st.sampled_from(["cpe-025.qinglan.internal", "192.0.2.1", "a@b.example"])
some_networks = st.lists(networks(), min_size=1, max_size=3, unique=True).map(tuple)
tunnels = st.builds(
    Tunnel,
    name=st.from_regex(r"[a-z0-9-]{1,40}", fullmatch=True),
    local=addresses,
    remote=st.none() | addresses,
    local_id=identities,
    remote_id=identities,
    local_prefixes=some_networks,
    remote_prefixes=some_networks,
    key=st.text(min_size=1, max_size=40, alphabet=st.characters(exclude_categories=["Cs"])).map(SecretStr),
    initiate=st.booleans(),
    ike_proposal=st.sampled_from(["aes128gcm16-prfsha256-ecp256", "aes256-sha256-modp2048"]),
    esp_proposal=st.sampled_from(["aes128gcm16", "aes256-sha256"]),
    dpd_seconds=st.integers(0, 3600),
)
snmp_keys = st.text(
    min_size=8, max_size=64, alphabet="".join(c for c in string.printable if "!" <= c <= "~" and c not in '"\\')
).map(SecretStr)
snmp_users = st.builds(
    SnmpUser, name=names, auth=st.sampled_from(["SHA-256", "SHA-512"]), auth_key=snmp_keys, priv_key=snmp_keys
)


@st.composite
def snmps(draw: st.DrawFn) -> Snmp:
    users = draw(several(snmp_users, unique=lambda u: u.name))
    receivers = draw(several(addresses)) if users else ()
    return Snmp(
        listen=draw(addresses), location=draw(clean), contact=draw(clean), users=users, trap_receivers=receivers
    )


keys = st.sampled_from(["ssh-ed25519 AAAAC3Nz", "ecdsa-sha2-nistp256 AAAAE2Vj+/==", "sk-ssh-ed25519@openssh.com AAAA"])
users = st.builds(User, name=names, ssh_keys=several(keys), locked=st.booleans())
routes = st.builds(StaticRoute, prefix=networks(), next_hop=st.none() | addresses, distance=st.integers(1, 255))
routes6 = st.builds(
    StaticRoute6,
    prefix=networks6(),
    next_hop=st.none() | addresses6.filter(lambda a: not a.is_link_local),
    distance=st.integers(1, 255),
) | st.builds(StaticRoute6, prefix=networks6(), next_hop=addresses6, interface=ports, distance=st.integers(1, 255))


def _processes(*sources: str) -> st.SearchStrategy[Ospf]:
    return st.builds(
        Ospf,
        router_id=addresses,
        redistribute=several(
            st.builds(Redistribution, source=st.sampled_from(sources), metric=metrics), unique=lambda r: r.source
        ),
        default_metric=st.none() | metrics,
    )


ospf_processes = _processes("connected", "static")
_configs = st.builds(
    DeviceConfig,
    hostname=names,
    vlans=several(st.builds(Vlan, id=vlan_ids, name=clean), unique=lambda v: v.id),
    interfaces=several(routed | switched | svis | loopbacks | staging, 6, unique=lambda i: i.name),
    forwarding=st.booleans(),
    routes=several(routes, 5, unique=lambda r: (r.prefix, r.next_hop)),
    forwarding6=st.booleans(),
    routes6=several(routes6, 3, unique=lambda r: (r.prefix, r.next_hop, r.interface)),
    ospf=st.none() | _processes("connected", "static", "vrrp"),
    filters=filters(),
    nat=st.lists(nat_rules(), max_size=4).map(tuple),
    tunnels=several(tunnels, unique=lambda t: t.name),
    snmp=st.none() | snmps(),
    ssh=st.builds(
        Ssh,
        listen=st.none() | addresses,
        password_login=st.booleans(),
        max_tries=st.integers(1, 100),
        idle_seconds=st.integers(1, 86400),
    ),
    lldp=st.none() | st.builds(Lldp, ports=several(ports), management=addresses),
    source=st.none() | addresses,
    ntp_servers=several(addresses),
    syslog_servers=several(addresses),
    dns_servers=several(addresses),
    users=several(users, unique=lambda u: u.name),
    banner=clean,
)
configs = st.builds(
    lambda config, key: config.model_copy(update={"ntp_key": key if config.ntp_servers else None}),
    _configs,
    time_keys("MD5", "SHA256"),
)


@st.composite
def access_list_entries(draw: st.DrawFn, interface: str) -> FilterRule:
    """A rule of the access-list form at an interface."""
    protocol = draw(st.sampled_from([None, "tcp", "udp", "icmp", "esp", "vrrp", "ospf"]))
    run = st.tuples(st.integers(1, 65535), st.integers(0, 3)).map(lambda r: tuple(range(r[0], min(sum(r), 65535) + 1)))
    narrow = networks().filter(lambda network: network != access_lists.ANY)
    with_ports = protocol in ("tcp", "udp")
    established = protocol == "tcp" and draw(st.booleans())
    return FilterRule(
        action="accept" if established else draw(st.sampled_from(["accept", "drop"])),
        name=draw(rule_names.filter(lambda name: name != access_lists.REST)),
        state="established" if established else None,
        in_interfaces=(interface,),
        sources=draw(several(narrow, 1)),
        destinations=draw(several(narrow, 1)),
        protocol=protocol,
        ports=draw(st.just(()) | run) if with_ports else (),
        source_ports=draw(st.just(()) | run) if with_ports else (),
        icmp_echo_only=protocol == "icmp" and draw(st.booleans()),
        log=draw(st.booleans()),
    )


@st.composite
def access_list_filters(draw: st.DrawFn, names: list[str]) -> tuple[PacketFilter, ...]:
    """Filters in the access-list form at some of the named interfaces."""
    chosen = draw(st.lists(st.sampled_from(names), unique=True)) if names else []
    return access_lists.filters(
        {
            name: (
                *draw(st.lists(access_list_entries(name), max_size=4)),
                access_lists.rest(name, log=draw(st.booleans())),
            )
            for name in sorted(chosen)
        }
    )

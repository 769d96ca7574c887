"""The heart: one vendor-neutral device configuration.

`inventory.intent` produces it, every platform renders it, every platform parses it back from a running configuration,
the proof reads it and the twin realises it. Law, property-tested per platform: `parse(render(c)) == c`.

Invariants: what is a set in meaning (interfaces, routes, VLANs, users ...) is kept sorted here, so equal meaning
is equal value; filter and NAT rules keep their order because order is their meaning. Secrets are values (they must
reach the device) whose repr is masked. It imports no file, socket, database or clock.
"""

from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, SecretStr

from countynet.frozen import Frozen
from inventory.routeconfig import AreaRange, Bgp, Nssa, PolicyRoute
from inventory.wireguard import WireGuard


def _sorted_by(key: Callable[[Any], Any]) -> AfterValidator:
    def order(items: Iterable[Any]) -> tuple[Any, ...]:
        return tuple(sorted(items, key=key))

    return AfterValidator(order)


def _text(item: Any) -> str:
    return str(item)


class Vlan(Frozen):
    """A VLAN that the device knows."""

    id: Annotated[int, Field(ge=1, le=4094)]
    name: str = ""


class SwitchPort(Frozen):
    """Layer-2 mode of a port. An access port has `access`; a trunk lists the VLANs it carries (empty means none)."""

    mode: Literal["access", "trunk"]
    access: int | None = None
    trunk: Annotated[tuple[int, ...], _sorted_by(int)] = ()
    native: int | None = None
    """the VLAN of a trunk's untagged frames (PVID), one of those that it carries; None: it takes only tagged frames
    (IEEE 802.1Q, 6.9)"""


class OspfInterface(Frozen):
    """OSPFv2 on an interface; timers in seconds; `key`: what the link's neighbours share (RFC 2328, D.3: 1, MD5)."""

    area: IPv4Address = IPv4Address(0)
    cost: int = 10
    point_to_point: bool = True
    passive: bool = False
    hello: int = 1
    dead: int = 4
    key: SecretStr | None = None


class MasterRoute(Frozen):
    """A route that a device has only while it is master of a VRRP group, on the group's interface.

    `next_hop` None: what it leads to is on the link. It goes before static routes of the same prefix.
    """

    prefix: IPv4Network
    next_hop: IPv4Address | None = None


class Vrrp(Frozen):
    """A VRRPv3 group (RFC 5798) on an interface; the higher priority is master."""

    group: Annotated[int, Field(ge=1, le=255)]
    address: IPv4Interface
    priority: Annotated[int, Field(ge=1, le=254)]
    sync: str = ""
    """groups of one non-empty sync name change state together"""
    track: Annotated[tuple[str, ...], _sorted_by(_text)] = ()
    """while one of these interfaces is down, the device gives mastership up: on Linux wholly, elsewhere to any other
    member that stands"""
    routes: Annotated[tuple[MasterRoute, ...], _sorted_by(lambda r: (r.prefix, str(r.next_hop)))] = ()


class Interface(Frozen):
    """An interface. `vlan` kinds are routed VLAN interfaces (SVI) with their VLAN in `vlan`."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    """as the platform prints it, e.g. eth0 or GigabitEthernet0/0/1; Linux itself takes 15 characters"""
    kind: Literal["physical", "loopback", "vlan"] = "physical"
    description: str = ""
    enabled: bool = True
    addresses: Annotated[tuple[IPv4Interface, ...], _sorted_by(lambda a: (int(a.ip), a.network.prefixlen))] = ()
    vlan: int | None = None
    switchport: SwitchPort | None = None
    ospf: OspfInterface | None = None
    vrrp: Annotated[tuple[Vrrp, ...], _sorted_by(lambda v: v.group)] = ()
    proxy_arp: bool | None = None
    """whether it answers for addresses that it would forward to elsewhere (RFC 1027); None: as its platform does by
    itself, IOS and RGOS do"""
    dhcp_relays: Annotated[tuple[IPv4Address, ...], _sorted_by(int)] = ()
    """the DHCP servers to which it carries what computers on its link ask (RFC 1542, relay agent), in the name of its
    first address"""
    addresses6: Annotated[tuple[IPv6Interface, ...], _sorted_by(lambda a: (int(a.ip), a.network.prefixlen))] = ()
    wireguard: WireGuard | None = None
    """what it is told as an interface of WireGuard; read of Linux devices, written nowhere"""
    ipv6: bool = False
    """whether it speaks IPv6 by word (`ipv6 enable`), so that it has a link-local address (RFC 4291, 2.5.6) though no
    other is configured; Linux speaks it on every interface without a word"""
    vrf: str = ""
    """the instance whose routing table it is in (VRF, VPN instance); empty: the device's own; read, written nowhere"""


class StaticRoute(Frozen):
    """A static route; `next_hop` None means discard (blackhole)."""

    prefix: IPv4Network
    next_hop: IPv4Address | None
    distance: Annotated[int, Field(ge=1, le=255)] = 1
    vrf: str = ""
    """the instance whose table it is in, and in which its next hop is asked for; empty: the device's own"""


class StaticRoute6(Frozen):
    """A static route of IPv6; `next_hop` None means discard. A link-local next hop is one of `interface`."""

    prefix: IPv6Network
    next_hop: IPv6Address | None
    interface: str = ""
    """out interface; empty: the one on whose network the next hop lies"""
    distance: Annotated[int, Field(ge=1, le=255)] = 1


class Redistribution(Frozen):
    """What OSPF takes in as external routes, with its metric (type 2); `vrrp`: the routes that masters have."""

    source: Literal["connected", "static", "vrrp"]
    metric: int = 20


class Ospf(Frozen):
    """The OSPFv2 process."""

    router_id: IPv4Address
    redistribute: Annotated[tuple[Redistribution, ...], _sorted_by(lambda r: r.source)] = ()
    default_metric: int | None = None
    """metric of an always originated default route; None: no default is originated"""
    ranges: Annotated[tuple[AreaRange, ...], _sorted_by(lambda r: (r.area, r.prefix))] = ()
    """what a border of areas tells instead of their parts"""
    stubs: Annotated[tuple[IPv4Address, ...], _sorted_by(int)] = ()
    """areas that hear nothing from outside but a default route to their borders (RFC 2328, 3.6)"""
    nssas: Annotated[tuple[Nssa, ...], _sorted_by(lambda one: one.area)] = ()
    closed: Annotated[tuple[IPv4Address, ...], _sorted_by(int)] = ()
    """of stubs and not-so-stubby areas, those that it tells nothing of other areas either, as a border (no summary)"""


Mac = Annotated[str, Field(pattern=r"^([0-9a-f]{2}:){5}[0-9a-f]{2}$")]


class FilterRule(Frozen):
    """One rule of a packet filter; an empty tuple or None means any.

    Addresses are of the packet as filtered: after destination NAT, before source NAT. Hardware addresses are the
    frame's that brought it, so a rule with one speaks of packets from an Ethernet interface only. A rule with an IPv4
    address or an IPv4 echo speaks of IPv4 alone, one with an IPv6 address of IPv6 alone, any other of whatever its
    filter judges.
    """

    action: Literal["accept", "drop"]
    name: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,60}$")]
    """says which policy rule or principle it comes from; shown in counters and evidence"""
    state: Literal["established", "invalid"] | None = None
    in_interfaces: Annotated[tuple[str, ...], _sorted_by(_text)] = ()
    out_interfaces: Annotated[tuple[str, ...], _sorted_by(_text)] = ()
    sources: Annotated[tuple[IPv4Network, ...], _sorted_by(lambda n: n)] = ()
    destinations: Annotated[tuple[IPv4Network, ...], _sorted_by(lambda n: n)] = ()
    not_sources: Annotated[tuple[IPv4Network, ...], _sorted_by(lambda n: n)] = ()
    source_macs: Annotated[tuple[Mac, ...], _sorted_by(_text)] = ()
    not_source_macs: Annotated[tuple[Mac, ...], _sorted_by(_text)] = ()
    sources6: Annotated[tuple[IPv6Network, ...], _sorted_by(lambda n: n)] = ()
    destinations6: Annotated[tuple[IPv6Network, ...], _sorted_by(lambda n: n)] = ()
    not_sources6: Annotated[tuple[IPv6Network, ...], _sorted_by(lambda n: n)] = ()
    protocol: Literal["tcp", "udp", "icmp", "icmpv6", "esp", "vrrp", "ospf"] | None = None
    ports: Annotated[tuple[int, ...], _sorted_by(int)] = ()
    """destination ports, tcp and udp only"""
    source_ports: Annotated[tuple[int, ...], _sorted_by(int)] = ()
    """tcp and udp only; what answers to the device's own questions come from where a filter keeps no state"""
    icmp_echo_only: bool = False
    """of icmp or icmpv6: echo requests"""
    discovery_only: bool = False
    """of icmpv6: neighbour discovery, types 133 to 137 (RFC 4861)"""
    log: bool = False
    log_rate: Annotated[int, Field(ge=1, le=1000)] | None = None
    """at most so many lines a second of one that logs; None: as its platform does by itself, Linux writes every one"""


class PacketFilter(Frozen):
    """A packet filter on one hook with its default action."""

    hook: Literal["input", "forward", "output"]
    default: Literal["accept", "drop"]
    rules: tuple[FilterRule, ...] = ()
    stateless: bool = False
    """each packet is judged alone, as access lists of switches do; `established` then says a TCP segment with ACK or
    RST (`inventory.platforms.access_lists` has the form of such filters)"""


class NatRule(Frozen):
    """One address translation.

    `source` hides behind the out interface's address (masquerade), or behind `to`; `destination` publishes `to` at
    `destinations`.
    """

    kind: Literal["source", "destination"]
    name: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,60}$")]
    interface: str
    """out interface of a source rule, in interface of a destination rule"""
    sources: Annotated[tuple[IPv4Network, ...], _sorted_by(lambda n: n)] = ()
    destinations: Annotated[tuple[IPv4Network, ...], _sorted_by(lambda n: n)] = ()
    protocol: Literal["tcp", "udp"] | None = None
    ports: Annotated[tuple[int, ...], _sorted_by(int)] = ()
    to: IPv4Address | None = None


class Tunnel(Frozen):
    """An IKEv2 IPsec tunnel with a pre-shared key (RFC 7296).

    `remote` None means any peer that proves `remote_id` (a hub).
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    local: IPv4Address
    remote: IPv4Address | None
    local_id: str
    remote_id: str
    local_prefixes: Annotated[tuple[IPv4Network, ...], _sorted_by(lambda n: n)]
    remote_prefixes: Annotated[tuple[IPv4Network, ...], _sorted_by(lambda n: n)]
    key: SecretStr
    initiate: bool
    also: SecretStr | None = None
    """a key beside `key` by which the other end may prove itself, while both ends change theirs"""
    ike_proposal: str = "aes128gcm16-prfsha256-ecp256"
    esp_proposal: str = "aes128gcm16"
    dpd_seconds: int = 5


class SnmpUser(Frozen):
    """An SNMPv3 user at level authPriv, read only (RFC 3414, 7860, 3826)."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")]
    auth: Literal["SHA-256", "SHA-512"] = "SHA-256"
    auth_key: SecretStr
    priv: Literal["AES"] = "AES"
    priv_key: SecretStr


class Snmp(Frozen):
    """The SNMP agent; it listens on `listen` only."""

    listen: IPv4Address
    location: str = ""
    contact: str = ""
    users: Annotated[tuple[SnmpUser, ...], _sorted_by(lambda u: u.name)] = ()
    trap_receivers: Annotated[tuple[IPv4Address, ...], _sorted_by(int)] = ()
    """SNMPv3 traps go there with the first user"""


class NtpKey(Frozen):
    """A key that the time servers share with the device (RFC 5905, 7.3): it believes no answer without its digest."""

    number: Annotated[int, Field(ge=1, le=65534)]
    kind: Literal["MD5", "SHA256"]
    secret: SecretStr


class Ssh(Frozen):
    """The SSH server; times in seconds."""

    listen: IPv4Address | None = None
    """None: all addresses"""
    password_login: bool = False
    max_tries: int = 3
    idle_seconds: int = 600


class Lldp(Frozen):
    """LLDP (IEEE 802.1AB) on the named ports."""

    ports: Annotated[tuple[str, ...], _sorted_by(_text)] = ()
    management: IPv4Address


class User(Frozen):
    """An account on the device. All are administrators here; finer rights come with platforms that have them."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")]
    ssh_keys: Annotated[tuple[str, ...], _sorted_by(_text)] = ()
    """authorized keys as `type base64`, without comment"""
    locked: bool = False
    """a factory account that is kept but cannot sign in"""


class DeviceConfig(Frozen):
    """Everything that one device is told."""

    hostname: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")]
    vlans: Annotated[tuple[Vlan, ...], _sorted_by(lambda v: v.id)] = ()
    interfaces: Annotated[tuple[Interface, ...], _sorted_by(lambda i: i.name)] = ()
    forwarding: bool = False
    """whether it routes IPv4 between interfaces"""
    routes: Annotated[
        tuple[StaticRoute, ...], _sorted_by(lambda r: (r.prefix, r.distance, str(r.next_hop), r.vrf))
    ] = ()
    forwarding6: bool = False
    """whether it routes IPv6 between interfaces"""
    routes6: Annotated[tuple[StaticRoute6, ...], _sorted_by(lambda r: (r.prefix, r.distance, str(r)))] = ()
    ospf: Ospf | None = None
    bgp: Bgp | None = None
    policy_routes: Annotated[tuple[PolicyRoute, ...], _sorted_by(lambda r: (r.interface, r.order))] = ()
    """packets that are routed past the routing table, per in interface"""
    filters: Annotated[tuple[PacketFilter, ...], _sorted_by(lambda f: f.hook)] = ()
    """on Linux they judge both families (nftables' `inet`), on all other platforms IPv4 alone"""
    filters6: Annotated[tuple[PacketFilter, ...], _sorted_by(lambda f: f.hook)] = ()
    """what judges IPv6 alone on platforms with access lists of their own for it; Linux has none"""
    mirrors: IPv4Address | None = None
    """the firewall that this one tells each session at once; two that name each other let pass what is of either"""
    nat: Annotated[tuple[NatRule, ...], _sorted_by(lambda r: r.kind)] = ()
    """destination rules stand before source rules, as a packet meets them; within a kind order is meaning"""
    tunnels: Annotated[tuple[Tunnel, ...], _sorted_by(lambda t: t.name)] = ()
    snmp: Snmp | None = None
    ssh: Ssh = Ssh()
    lldp: Lldp | None = None
    source: IPv4Address | None = None
    """address that the device's own traffic (NTP, syslog, DNS, traps) leaves with; None: the outgoing interface's"""
    ntp_servers: Annotated[tuple[IPv4Address, ...], _sorted_by(int)] = ()
    ntp_key: NtpKey | None = None
    """the key with which all of them are asked; None: they are believed as they are"""
    syslog_servers: Annotated[tuple[IPv4Address, ...], _sorted_by(int)] = ()
    dns_servers: Annotated[tuple[IPv4Address, ...], _sorted_by(int)] = ()
    users: Annotated[tuple[User, ...], _sorted_by(lambda u: u.name)] = ()
    banner: str = ""
    """one line shown before sign-in"""

    @property
    def dhcp_servers(self) -> frozenset[IPv4Address]:
        """The servers to which it carries what computers ask for an address."""
        return frozenset(server for item in self.interfaces for server in item.dhcp_relays)

"""Holes as an intruder or a careless administrator makes them, typed into devices of a twin; and how each is mended.

`HOLES` for the six units of `inventory.subset(example, 6)`: two on fiber (u001, which may browse, and u002), the others
on ADSL (u025, u026 ...).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from topology.confirm.classes.claims import Probe

FIREWALLS, CORES = ("fw-1", "fw-2"), ("core-1", "core-2")
RELOAD = "nft -f /etc/nftables.conf"
DEAF = "nft insert rule inet countynet input meta l4proto 112 counter drop comment planted"
"""makes a standby router a master beside the other: it hears nothing of it"""
SERVERS, ANY = ("10.1.0.0/25", "10.1.0.128/25"), ("0.0.0.0/1", "128.0.0.0/1")
"""what the master of the firewalls tells: networks in halves"""


def any_probe(_probe: Probe) -> bool:
    return True


@dataclass(frozen=True)
class Hole:
    """Commands by device that make a hole from a place to a place, and those that take it back."""

    source: str
    target: str
    plant: Mapping[str, str]
    mend: Mapping[str, str] = field(default_factory=dict)
    """by device; for the others their filters are loaded again"""
    fits: Callable[[Probe], bool] = any_probe
    """which of the packets that the proof finds is the hole's witness"""

    def mended(self) -> dict[str, str]:
        """Return what takes it back, by device."""
        return {device: self.mend.get(device, RELOAD) for device in self.plant}


def let(match: str, chain: str = "forward") -> str:
    """Return the command that lets packets through before any other rule."""
    return f"nft insert rule inet countynet {chain} {match} counter accept comment planted"


def without(name: str, chain: str = "forward") -> str:
    """Return the command that deletes the rules of a name."""
    listed = f"nft -a list chain inet countynet {chain}"
    numbers = f"{listed} | sed -n 's/.*comment \"{name}\".* handle //p'"
    return f"for n in $({numbers}); do nft delete rule inet countynet {chain} handle $n || exit 1; done"


def vtysh(*lines: str) -> str:
    """Return the command that types lines into FRR."""
    return "vtysh -c 'configure terminal' " + " ".join(f"-c '{line}'" for line in lines)


def each(devices: tuple[str, ...], command: str) -> dict[str, str]:
    return dict.fromkeys(devices, command)


def to(address: str) -> Callable[[Probe], bool]:
    return lambda probe: probe.packet.target == IPv4Address(address)


HOLES = {
    "a deny is missing on one device": Hole(
        "zone:internet", "zone:public", {"fw-1": without("internet-spoof")},
    ),
    "an address is translated before the filter looks": Hole(
        "zone:internet", "zone:server",
        each(FIREWALLS, "nft insert rule inet countynet prerouting iifname inet0 ip daddr 203.0.113.2 tcp dport 22 "
                        "counter dnat ip to 10.1.0.10 comment planted && "
                        + let("iifname inet0 ip daddr 10.1.0.10 tcp dport 22")),
        fits=to("203.0.113.2"),
    ),
    "a default route leaks out of the tunnels": Hole(
        "unit:u025", "operator",
        {"vpn-hub": vtysh(*(f"ip route {half} 198.51.100.1" for half in ANY)) + " && "
                    + let("iifname ipsec0 oifname wan0")},
        {"vpn-hub": vtysh(*(f"no ip route {half} 198.51.100.1" for half in ANY)) + f" && {RELOAD}"},
    ),
    "a rule for answers trusts the wrong direction": Hole(
        "zone:server", "unit:u001",
        {**each(FIREWALLS, let("iifname srv0 oifname core0 tcp sport { 80, 443 }")),
         "cpe-001": let("iifname wan0 oifname lan0 tcp sport { 80, 443 }")},
    ),
    "a management address is open to its unit": Hole(
        "unit:u001", "devices", {"cpe-001": let("iifname lan0", "input")},
    ),
    "a unit passes for another": Hole(
        "unit:u001", "zone:server",
        {"cpe-001": let("iifname lan0 oifname wan0"), **each(CORES, without("spoof-u001"))},
    ),
    "an exception stands after its day": Hole(
        "unit:u002", "zone:server",
        each(FIREWALLS, "nft insert rule inet countynet forward iifname core0 oifname srv0 ip saddr 10.21.2.0/24 "
                        "ip daddr 10.1.0.20 tcp dport 22 counter accept comment until-2026-03-01"),
    ),
    "VPN clients reach each other": Hole(
        "unit:u025", "unit:u026",
        {"vpn-hub": let("iifname ipsec0 oifname ipsec0"),
         **each(("cpe-025", "cpe-026"), let("ip saddr 10.21.0.0/16 ip daddr 10.21.0.0/16"))},
    ),
    "units reach each other through the cores": Hole(
        "unit:u001", "unit:u002",
        each((*CORES, "cpe-001", "cpe-002"), let("ip saddr 10.21.0.0/16 ip daddr 10.21.0.0/16")),
    ),
    "a unit speaks with the operator past its tunnel": Hole(
        "unit:u025",
        "operator",
        {"cpe-025": let("iifname lan0 oifname dsl0")},
    ),
    "a unit browses that may not": Hole(
        "unit:u002", "zone:internet", each(FIREWALLS, let("iifname core0 oifname inet0 ip saddr 10.21.2.0/24")),
    ),
    "the city reaches every server": Hole(
        "zone:city", "zone:server", each(FIREWALLS, let("iifname city0 oifname srv0")),
    ),
}  # fmt: skip

FORGED = Hole("devices", "zone:server", each(CORES, without("spoof-u001")))
"""the cores hold the line of a unit's CPE no longer to the addresses of that unit"""
ECMP = Hole(
    "unit:u025", "zone:server",
    {"vpn-hub": vtysh(*(f"ip route {half} 10.254.0.{hop}" for half in SERVERS for hop in (13, 17))),
     "core-2": vtysh(*(f"ip route {half} 10.254.0.10" for half in SERVERS)),
     "fw-2": f"{let('iifname core0 oifname srv0')} && {DEAF}"},
    {"vpn-hub": vtysh(*(f"no ip route {half} 10.254.0.{hop}" for half in SERVERS for hop in (13, 17))),
     "core-2": vtysh(*(f"no ip route {half} 10.254.0.10" for half in SERVERS))},
)  # fmt: skip
FAILOVER = Hole("unit:u025", "zone:server", {"fw-2": let("iifname core0 oifname srv0")})


@dataclass(frozen=True)
class Shared:
    """Two zones that become one broadcast domain, and how a frame is seen to cross."""

    source: str
    target: str
    plant: Mapping[str, str]
    mend: Mapping[str, str]
    sender: tuple[str, str]
    """node and port that a frame leaves from"""
    receiver: tuple[str, str]
    neighbour: tuple[str, str]
    """who is on the receiver's segment anyway: its frame, sent later, ends the wait for one that does not come"""
    ethertype: int
    tag: int | None = None
    """the VLAN that the sender tags its frames with; None: none"""

    def mended(self) -> dict[str, str]:
        """Return what takes it back, by device."""
        return dict(self.mend)


SHARED = {
    "a server of the public zone stands in the servers' VLAN": Shared(
        "zone:public", "zone:server",
        {"sw-dc": "ovs-vsctl set port p14 tag=10"}, {"sw-dc": "ovs-vsctl set port p14 tag=20"},
        ("pub-1", "eth0"), ("srv-infra", "eth0"), ("srv-portal", "eth0"), 0x0800,
    ),
    "the city's IPv6 stands on the Internet's segment": Shared(
        "zone:city", "zone:internet",
        {"sw-dc": "ovs-vsctl set port p16 tag=40"}, {"sw-dc": "ovs-vsctl set port p16 tag=50"},
        ("city-1", "eth0"), ("internet", "eth0"), ("fw-1", "inet0"), 0x86DD,
    ),
    "a native VLAN hides that a web server's port is a trunk": Shared(
        "zone:public", "zone:server",
        {"sw-dc": "ovs-vsctl set port p14 vlan_mode=native-untagged tag=20 trunks=10,20"},
        {"sw-dc": "ovs-vsctl clear port p14 trunks -- set port p14 vlan_mode=access tag=20"},
        ("pub-1", "eth0"), ("srv-infra", "eth0"), ("srv-portal", "eth0"), 0x0800, tag=10,
    ),
    "the native VLAN of a trunk is another one's": Shared(
        "zone:public", "zone:server",
        {"sw-dc": "ovs-vsctl set port p14 vlan_mode=native-untagged tag=10 trunks=10,20"},
        {"sw-dc": "ovs-vsctl clear port p14 trunks -- set port p14 vlan_mode=access tag=20"},
        ("pub-1", "eth0"), ("srv-infra", "eth0"), ("srv-portal", "eth0"), 0x0800,
    ),
}  # fmt: skip


_DISCOVERY = "icmpv6 type { nd-router-solicit, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert, nd-redirect }"


def _six(no: str, unit: int) -> str:
    """Return the command that gives a CPE IPv6 towards its unit and core-1, or (with `no `) takes it back."""
    lines = (
        "interface lan0", f"{no}ipv6 address 2001:db8:{unit}::1/64", "exit",
        "interface wan0", f"{no}ipv6 address 2001:db8:ff{unit}::2/64", "exit",
        f"{no}ipv6 route ::/0 2001:db8:ff{unit}::1", f"{no}ipv6 forwarding",
    )  # fmt: skip
    return vtysh(*lines)


def _six_core(no: str) -> str:
    lines = [
        line
        for unit in (1, 2)
        for line in (
            f"interface v10{unit}", f"{no}ipv6 address 2001:db8:ff{unit}::1/64", "exit",
            f"{no}ipv6 route 2001:db8:{unit}::/64 2001:db8:ff{unit}::2",
        )
    ]  # fmt: skip
    return vtysh(*lines, f"{no}ipv6 forwarding")


_LET_SIX = f"{let('ip6 daddr 2001:db8::/32')} && {let(_DISCOVERY, 'input')}"
SIX = Hole(
    "unit:u001", "unit:u002",
    {"cpe-001": f"{_six('', 1)} && {_LET_SIX}", "cpe-002": f"{_six('', 2)} && {_LET_SIX}",
     "core-1": f"{_six_core('')} && {_LET_SIX}"},
    {"cpe-001": f"{_six('no ', 1)} && {RELOAD}", "cpe-002": f"{_six('no ', 2)} && {RELOAD}",
     "core-1": f"{_six_core('no ')} && {RELOAD}"},
)  # fmt: skip
"""an IPv6 gap: two CPEs and their core route it, past all that the policy says"""

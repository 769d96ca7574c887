"""What each platform's lines are, as far as a patch must know: what replaces itself, what is a list of VLANs.

Views are named by a pattern of their head, the top by "". The tables follow the vendors' command references: a line of
`SINGLE` that is typed over another of the same words takes its place, so nothing need be removed before. Lines that no
table names stand each for itself and go by `undo` or `no` in front.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from inventory.platforms.patch.lines import Path

Words = Mapping[str, tuple[str, ...]]
_BLOCK_INTERFACE = (
    "description",
    "port link-type",
    "port default vlan",
    "port access vlan",
    "port trunk pvid vlan",
    "port link-mode",
    "mtu",
    "speed",
    "duplex",
    "ospf cost",
    "ospf network-type",
    "ospf timer hello",
    "ospf timer dead",
    r"vrrp vrid \d+ priority",
    r"vrrp vrid \d+ preempt-mode",
    r"vrrp vrid \d+ track (?:interface \S+|\d+)",
    r"ip address(?! .* sub$)(?= \d)",
    "ip address unnumbered",
    "source",
    "destination",
)
_BLOCK_TOP = (
    "sysname",
    "header \\S+",
    "info-center loghost source",
    "dns server source-ip",
    "dns source-interface",
    "lldp management-address",
    "ntp-service source-interface",
    r"ntp-service authentication-keyid \d+",
    r"ntp-service unicast-server \d\S+",
    "ssh server-source",
    "ssh server authentication-retries",
    "ssh server timeout",
    "snmp-agent sys-info (?:contact|location)",
    "snmp-agent trap source",
    "snmp-agent protocol source-interface",
    r"snmp-agent usm-user v3 \S+ (?:group|authentication-mode|privacy-mode)",
    r"ssh user \S+ (?:authentication-type|service-type|assign \S+-key)",
    "vrrp version",
    "clock timezone",
    "stp mode",
    r"ip route-static(?= \d) \S+ \S+ (?:[A-Za-z]\S*\d \d+\.\d+\.\d+\.\d+|\S+)",
)
_VTY = ("authentication-mode", "idle-timeout", "protocol inbound", "user privilege level", "acl(?: \\d+)?(?= )")
_IOS_INTERFACE = (
    "description",
    "switchport mode",
    "switchport access vlan",
    "switchport trunk native vlan",
    r"ip address(?! .* secondary$)(?= \d)",
    "ip access-group(?=.* in$)",
    "ip access-group(?=.* out$)",
    "ip mtu",
    "mtu",
    "speed",
    "duplex",
    "bandwidth",
    "encapsulation dot1q",
    "ip ospf cost",
    "ip ospf network",
    "ip ospf hello-interval",
    "ip ospf dead-interval",
    r"(?:standby|vrrp) \d+ priority",
    r"vrrp \d+ track [A-Za-z]+ ?\d[\d/]*(?= \d+$)",
)
_IOS_TOP = (
    "hostname",
    "banner \\S+",
    "snmp-server (?:contact|location|trap-source)",
    "ip domain[ -]name",
    "logging source-interface",
    "ntp source",
    r"ntp authentication-key \d+",
    r"ntp server \d\S+",
    "clock timezone",
    "ip ssh (?:version|time-out|authentication-retries|source-interface)",
    "enable secret",
    r"ip route(?= \d) \S+ \S+ (?:[A-Za-z]\S*\d \d+\.\d+\.\d+\.\d+|\S+)",
    r"username \S+ (?:privilege \d+ )?(?:secret|password)",
)
_IOS_LINE = (
    "exec-timeout",
    "transport input",
    "transport output",
    "access-class(?=.* in$)",
    "login",
    "privilege level",
)
SINGLE: Mapping[str, Words] = {
    "huawei_vrp": {
        "": _BLOCK_TOP,
        "interface": _BLOCK_INTERFACE,
        "aaa": (r"local-user \S+ (?:password|privilege level|service-type|state|idle-timeout)",),
        "user-interface": _VTY,
        "vlan": ("name", "description"),
        "ospf": ("bandwidth-reference", r"import-route \S+", "default-route-advertise"),
        "security-policy": ("default action",),
        "rule name": ("description", "action"),
        "ike peer": ("pre-shared-key", "local-id"),
    },
    "h3c_comware": {
        "": (*_BLOCK_TOP, r"snmp-agent usm-user v3 \S+(?= \S+ (?:simple|cipher) )"),
        "interface": _BLOCK_INTERFACE,
        "local-user": ("password", "authorization-attribute user-role", "state"),
        "line": (*_VTY, "user-role"),
        "user-interface": _VTY,
        "vlan": ("name", "description"),
        "ospf": ("bandwidth-reference", r"import-route \S+", "default-route-advertise"),
        "rule": ("description", "action"),
        "acl": ("description",),
        "peer": ("pre-shared-key",),
        "ikev2 profile": ("identity local",),
    },
    "cisco_ios": {
        "": _IOS_TOP,
        "interface": _IOS_INTERFACE,
        "line": _IOS_LINE,
        "vlan": ("name",),
        "vrrp": (r"track \d+",),
        "peer": (r"pre-shared-key(?: (?:local|remote))?",),
        "crypto ikev2 profile": ("identity local",),
    },
    "ruijie": {"": _IOS_TOP, "interface": _IOS_INTERFACE, "line": _IOS_LINE, "vlan": ("name",)},
}
VLANS: Mapping[str, tuple[str, ...]] = {
    "huawei_vrp": ("port trunk allow-pass vlan", "port hybrid tagged vlan", "port hybrid untagged vlan"),
    "h3c_comware": ("port trunk permit vlan",),
    "cisco_ios": ("switchport trunk allowed vlan",),
    "ruijie": ("switchport trunk allowed vlan",),
}
"""lines of an interface whose rest is a list of VLANs; several such lines are one list"""


_RANKS: Mapping[str, tuple[str, ...]] = {
    "undo": (
        "sysname|clock|irf|license|port split",
        "ip vpn-instance",
        "vlan",
        r"vrrp version|lldp enable|lldp global enable|stp|dhcp enable|dot1x",
        r"(?:rsa|ecc|dsa) peer-public-key|public-key peer|rsa local|ecc local|time-range|pki",
        r"acl|ip (?:ip|ipv6)-prefix|ip prefix-list|address-set|object-group|ip address-set|ip service-set|service-set",
        r"ike proposal|ike keychain|ikev2 (?:proposal|keychain)|ipsec (?:proposal|transform-set)|ike identity",
        r"ike (?:peer|profile)|ikev2 (?:policy|profile)",
        r"ipsec (?:policy-template|policy|profile)",
        r"traffic classifier|traffic behavior|qos|diffserv|drop-profile",
        "traffic policy",
        "radius|radius-server|hwtacacs|hwtacacs-server|domain",
        "aaa|local-user|user-group|role",
        "policy-based-route",
        "interface",
        "ip local policy-based-route",
        "firewall zone|security-zone|zone-pair",
        "ospf|isis|bgp|route-policy",
        "ip route-static|ipv6 route-static",
        "nat address-group|nat",
        "security-policy|firewall",
        "nat-policy",
        "snmp-agent$",
        r"ntp-service authentication|ntp-service authentication-keyid",
        r"ntp-service reliable",
        r"dns|ntp|ntp-service|info-center|snmp-agent (?:sys-info|mib-view|group|local)",
        "snmp-agent usm-user|snmp-agent community|lldp",
        "snmp-agent",
        "ssh user|ssh server|ssh|stelnet|sftp|telnet",
        "user-interface|line",
    ),
    "no": (
        "hostname|clock|service|version",
        "vrf|ip vrf",
        "vlan",
        "spanning-tree|lldp run|vtp|ip routing|ip dhcp",
        "crypto key|ip ssh|key chain|time-range|track",
        "ip access-list|access-list|ip prefix-list|object-group",
        "crypto ikev2 (?:proposal|keyring)|crypto isakmp (?:policy|key)|crypto ipsec",
        "crypto ikev2 policy",
        "crypto ikev2 profile|crypto isakmp profile",
        "crypto map|crypto dynamic-map|class-map|ip nat pool",
        "policy-map",
        "aaa|radius|tacacs|username|enable|parser",
        "interface",
        "router",
        "ip route|ipv6 route|route-map",
        "ip nat|crypto",
        "ntp authentication-key|ntp authenticate",
        "ntp trusted-key",
        "ip name-server|ntp|logging|snmp-server (?:view|group|engineID|location|contact)",
        "snmp-server user|snmp-server community",
        "snmp-server",
        "line",
    ),
}
"""top blocks in the order in which one needs another; they are removed the other way round"""


@cache
def _singles(platform: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    found = SINGLE[platform].items()
    return tuple((view, re.compile(rf"(?:{'|'.join(texts)})(?= |$)|(?!)")) for view, texts in found)


def slot(platform: str, path: Path, line: str) -> str:
    """Return the words of which a view has one line only; "" for a line of which it may have many."""
    for view, pattern in _singles(platform):
        if (view == "" and not path) or (view and path and path[-1].startswith(view)):
            match = pattern.match(line)
            return match[0].strip() if match else ""
    return ""


_PHYSICAL = re.compile(r"(?i)interface ((?!bridge|route|reth|eth-)[a-z0-9-]*(ethernet|gige)|\d*GE|eth)\d[\d/:]*")


def physical(head: str) -> bool:
    """Return whether a block is that of a port of the box, which can be emptied but not removed."""
    return bool(_PHYSICAL.fullmatch(head))


def undo(platform: str) -> str:
    """Return the word that takes a line back."""
    return "undo" if platform in ("huawei_vrp", "h3c_comware") else "no"


def taken_back(platform: str, line: str) -> str:
    """Return what a line takes back; "" if it takes nothing back."""
    word = f"{undo(platform)} "
    return line.removeprefix(word) if line.startswith(word) else ""


@cache
def _ranks(platform: str) -> tuple[re.Pattern[str], ...]:
    return tuple(
        re.compile(rf"(?i)(?:{text})(?![\w-])") for text in _RANKS["undo" if undo(platform) == "undo" else "no"]
    )


def rank(platform: str, head: str) -> int | None:
    """Return the place of a top line or block among others: what it needs stands lower. None: anywhere."""
    return next((n for n, pattern in enumerate(_ranks(platform)) if pattern.match(head)), None)


def numbers(text: str) -> set[int] | None:
    """Return the VLANs of a list, `10 20 to 30` or `10,20-30`; None for what is no list, `all` or `none`."""
    text = re.sub(r"\s*-\s*|\s+to\s+", "-", text.strip())
    parts = [part for part in re.split(r"[\s,]+", text) if part]
    if not parts or not all(re.fullmatch(r"\d{1,4}(-\d{1,4})?", part) for part in parts):
        return None
    return {
        n
        for part in parts
        for first, _, last in [part.partition("-")]
        for n in range(int(first), int(last or first) + 1)
    }


def runs(vlans: set[int]) -> Iterator[tuple[int, int]]:
    """Yield VLANs as runs of first and last."""
    start = None
    for number in sorted(vlans):
        if start is None:
            start = number
        if number + 1 not in vlans:
            yield start, number
            start = None

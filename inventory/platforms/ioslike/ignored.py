"""Lines that are understood and say nothing that the model holds, each with the reason why nothing is lost.

A line may stand here only if no question that we answer (who reaches whom, who may sign in, what is logged) can have
another answer without it. Everything else that we do not read is unparsed. `docs/platforms.md` shows this table.
"""

from typing import Any

from inventory.platforms.blocks import Handler, Inside, Line, Table, known

REASONS: dict[str, tuple[str, ...]] = {
    "a version, a licence, a module or a file name": (
        r"version \S.*",
        r"boot-(start|end)-marker",
        r"boot system .*",
        r"license .*",
        r"install \d+ .*",
        r"sysmac \S+",
        r"mtu forwarding \d+",
        r"memory-size .*",
        r"platform .*",
        r"hw-module .*",
        r"(switch|module) \d+ provision .*",
        r"no platform .*",
        r"system mtu routing \d+",
        r"diagnostic bootup level \S+",
    ),
    "how logs and times are printed, and the clock on the wall": (
        r"service timestamps .*",
        r"service sequence-numbers",
        r"clock (timezone|summer-time) .*",
        r"(no )?service password-encryption",
        r"logging buffered .*",
        r"no logging (console|monitor)",
        r"logging (console|monitor|trap|facility) .*",
        r"login privilege log",
        r"logging rate-limit .*",
    ),
    "a service that is off": (
        r"no service (pad|config|tcp-small-servers|udp-small-servers|call-home)",
        r"no ip (http server|http secure-server|finger|bootp server|source-route|gratuitous-arps)",
        r"no (cdp run|cwmp|ipv6 cef|aaa new-model|mop enabled|ip ips notify log)",
        r"no enable service (telnet|web)-server( \S+)?",
        r"no mmi \S+",
        r"no auto-provision",
        r"no zam",
        r"no ipv6 unicast-routing",
    ),
    "how packets are switched inside, or a default of old versions": (
        r"ip cef",
        r"ip classless",
        r"ip subnet-zero",
        r"ip forward-protocol nd",
        r"ip tcp synwait-time \d+",
        r"no ip icmp rate-limit unreachable",
        r"multilink bundle-name authenticated",
        r"mmi .*",
        r"no cdp log mismatch duplex",
        r"no scheduler allocate",
        r"scheduler .*",
        r"vlan internal allocation policy \S+",
        r"ipv6 ioam timestamp",
        r"ip bgp-community new-format",
        r"subscriber templating",
        r"mls qos( .*)?",
        r"system mtu .*",
        r"mac address-table aging-time \d+",
        r"no vstack",
        r"nfpp",
        r"cwmp",
        r"grtd",
    ),
    "VLANs that are kept in the text itself": (r"vtp mode (transparent|off)", r"vtp domain .*"),
    "how loops are found; no VLAN is carried for it that a port does not carry": (
        r"spanning-tree( .*)?",
        r"errdisable .*",
        r"udld .*",
        r"no errdisable .*",
    ),
    "the device's own domain and keys": (r"ip domain[ -]name \S+", r"ip ssh (time-out|source-interface) .*",
                                         r"ip ssh (key-exchange|cipher-mode|hmac-algorithm) .*"),
    "a password that only somebody who has signed in can use": (r"enable (secret|password) .*",),
    "how good a password must be, and how often it may be wrong": (
        r"(no )?password policy .*",
        r"username \S+ login mode ssh",
        r"snmp-server (enable secret-dictionary-check|authentication attempt .*)",
    ),
    "SNMP's own identity, and its older versions that are off": (
        r"snmp-server (engineID local|logging) \S+",
        r"snmp-server enable version v3",
        r"no snmp-server enable version v(1|2c)",
    ),
}  # fmt: skip
"""reason -> patterns of whole lines at the top"""
BLOCKS: dict[str, tuple[str, ...]] = {
    "the serial console, which is behind a locked door and no network": (r"line (con|console|aux) \d+(?: \d+)?",),
    "redundancy inside one case, and its control plane without a policy": (r"redundancy", r"control-plane"),
    "what the device shows after signing in": (r"banner (exec|incoming) .*",),
    "keys of the device's own web page": (r"crypto pki (trustpoint|certificate chain) TP-self-signed-\d+",
                                          r"crypto pki (trustpoint|certificate chain) SLA-TrustPoint"),
    "a table of routes for a management port": (r"(ip )?vrf (definition )?Mgmt-(intf|vrf)",),
    "who typed what, kept on the device": (r"archive",),
}  # fmt: skip
"""reason -> patterns of heads whose whole block says nothing"""


def _whole(_reading: Any, _line: Line, _match: object) -> Inside:
    return Inside(EVERYTHING)


EVERYTHING: Table[Any] = Table([(r".*", _whole)])
RULES: list[tuple[str, Handler[Any]]] = [
    *((pattern, known) for patterns in REASONS.values() for pattern in patterns),
    *((pattern, _whole) for patterns in BLOCKS.values() for pattern in patterns),
]
INTERFACE: list[tuple[str, Handler[Any]]] = [
    (r"(no )?negotiation auto", known),
    (r"(speed|duplex|media-type|bandwidth|load-interval|delay|carrier-delay|hold-queue|mdix|flowcontrol) \S.*", known),
    (r"no (ip route-cache|ip mroute-cache|cdp enable|mop enabled|mop sysid|keepalive|snmp trap link-status)", known),
    (r"no ip (redirects|unreachables|directed-broadcast|mask-reply)", known),
    (r"spanning-tree .*", known),
    (r"port speed-mode \S+", known),
    (r"ip (virtual-reassembly|route-cache).*", known),
    (r"(mls qos|auto qos|srr-queue|priority-queue|power inline|storm-control) .*", known),
    (r"no logging event .*", known),
    (r"(no )?snmp trap .*", known),
]
"""how bits stand on the wire, how a device forwards inside and what goes first, and what it no longer answers"""

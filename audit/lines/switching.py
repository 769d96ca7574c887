"""Ports of switches: who may plug in, what they may send, and that nobody may pretend to be the network."""

from audit.lines.checks import check
from audit.lines.rules import Rule, each, either, every, forbid, need, never, when
from audit.lines.text import COMWARE, IOS, RGOS, VRP
from countynet.i18n import _
from countynet.vocabulary import Severity

PORT = r"interface (?:\S*Ethernet|XGE|GE|Eth)\S*(?: ?\S+)?"
OFF = r"shutdown"
_ACCESS = {
    VRP: r"port link-type access|port default vlan \d+",
    COMWARE: r"port access vlan \d+",
    IOS: r"switchport mode access|switchport access vlan \d+",
    RGOS: r"switchport access vlan \d+",
}
_TRUNK = {
    VRP: r"port link-type trunk",
    COMWARE: r"port link-type trunk",
    IOS: r"switchport mode trunk",
    RGOS: r"switchport mode trunk",
}


def _on_access(platform: str, wanted: str, pattern: str = "") -> Rule:
    return each(PORT, wanted, pattern, skip=OFF, only=_ACCESS[platform])


def _with_access(platform: str, rule: Rule) -> Rule:
    """Return a rule that applies to a device with at least one access port that is on."""
    has = each(PORT, "", r".*", skip=OFF, only=_ACCESS[platform])
    return lambda text: rule(text) if has(text).applies else has(text)


CHECKS = (
    check(
        "dhcp-snooping",
        _("Switches watch DHCP"),
        _("A home router in an office answers faster than the county's server."),
        ("8.1.3.3 b", "8.1.4.4 b"),
        Severity.MAJOR,
        {
            VRP: _with_access(VRP, need("dhcp snooping enable", r"dhcp snooping enable(?: ipv[46])?")),
            COMWARE: _with_access(
                COMWARE, need("dhcp snooping enable", r"dhcp[ -]snooping enable(?: vlan .*)?|dhcp-snooping")
            ),
            IOS: _with_access(IOS, need("ip dhcp snooping")),
            RGOS: _with_access(RGOS, need("ip dhcp snooping")),
        },
    ),
    check(
        "arp-inspection",
        _("Switches check ARP against what DHCP gave out"),
        _("Forged ARP turns a neighbour's traffic to oneself."),
        ("8.1.3.2 c", "8.1.4.4 b"),
        Severity.MAJOR,
        {
            VRP: _with_access(VRP, need("arp anti-attack check user-bind enable")),
            COMWARE: _with_access(COMWARE, need("arp detection enable")),
            IOS: _with_access(IOS, need("ip arp inspection vlan 1-4094", r"ip arp inspection vlan .*")),
            RGOS: _with_access(RGOS, need("ip arp inspection vlan 1-4094", r"ip arp inspection vlan .*|arp-check")),
        },
    ),
    check(
        "ip-source-guard",
        _("Ports take packets from given addresses only"),
        _("A forged source hides who sent it and opens what is open to another."),
        ("8.1.3.2 c",),
        Severity.MAJOR,
        {
            VRP: _on_access(VRP, "ip source check user-bind enable", r"(?:ip|ipv[46]) source check user-bind enable"),
            COMWARE: _on_access(COMWARE, "ip verify source ip-address mac-address", r"ip verify source\b.*"),
            IOS: _on_access(IOS, "ip verify source", r"ip verify source\b.*"),
            RGOS: either(
                _on_access(RGOS, "ip verify source port-security", r"ip verify source\b.*|arp-check"),
                _with_access(RGOS, need("address-bind install")),
            ),
        },
    ),
    check(
        "port-security",
        _("Ports take a bounded number of hardware addresses"),
        _("A switch whose table overflows sends everything to everybody."),
        ("8.1.3.1 b", "8.1.4.4 b"),
        Severity.MAJOR,
        {
            VRP: _on_access(VRP, "port-security enable", r"port-security enable|mac-limit maximum \d+.*"),
            COMWARE: _on_access(
                COMWARE,
                "port-security port-mode autolearn",
                r"port-security (?:port-mode|max-mac-count)\b.*|mac-address max-mac-count \d+",
            ),
            IOS: _on_access(IOS, "switchport port-security"),
            RGOS: _on_access(RGOS, "switchport port-security", r"switchport port-security(?: maximum \d+)?"),
        },
    ),
    check(
        "port-signs-in",
        _("Ports ask who plugs in (802.1X or MAC)"),
        _("Otherwise a free socket in a corridor is a way in."),
        ("8.1.3.1 b",),
        Severity.MINOR,
        {
            VRP: _on_access(VRP, "authentication-profile ...", r"authentication-profile \S+|dot1x enable|mac-authen"),
            COMWARE: _on_access(COMWARE, "dot1x", r"dot1x|mac-authentication"),
            IOS: _on_access(
                IOS,
                "access-session port-control auto",
                r"(?:access-session|authentication|dot1x) port-control auto|mab",
            ),
            RGOS: _on_access(RGOS, "dot1x port-control auto", r"dot1x port-control auto\b.*"),
        },
    ),
    check(
        "bpdu-guard",
        _("No terminal takes part in spanning tree"),
        _("Who becomes root of the tree sees all of it."),
        ("8.1.3.1 b", "8.1.4.4 b"),
        Severity.MAJOR,
        {
            VRP: _with_access(
                VRP,
                either(
                    need("stp bpdu-protection"), _on_access(VRP, "stp disable", r"stp disable|stp bpdu-filter enable")
                ),
            ),
            COMWARE: _with_access(
                COMWARE,
                either(
                    need("stp bpdu-protection"),
                    _on_access(COMWARE, "undo stp enable", r"undo stp enable|stp port bpdu-protection enable"),
                ),
            ),
            IOS: _with_access(
                IOS,
                either(
                    need(
                        "spanning-tree portfast bpduguard default",
                        r"spanning-tree portfast (?:edge )?bpduguard default",
                    ),
                    _on_access(IOS, "spanning-tree bpduguard enable"),
                ),
            ),
            RGOS: _with_access(
                RGOS,
                either(
                    need("spanning-tree portfast bpduguard default"),
                    _on_access(RGOS, "spanning-tree bpduguard enable", r"spanning-tree bpduguard enabled?"),
                ),
            ),
        },
    ),
    check(
        "storm-control",
        _("Ports bound broadcasts"),
        _("One faulty network card must not stop a building."),
        ("8.1.2.1 a", "8.1.4.4 b"),
        Severity.MINOR,
        {
            VRP: _on_access(VRP, "broadcast-suppression 5", r"(?:storm-control broadcast|broadcast-suppression)\b.*"),
            COMWARE: _on_access(
                COMWARE, "broadcast-suppression 5", r"(?:storm-constrain broadcast|broadcast-suppression)\b.*"
            ),
            IOS: _on_access(IOS, "storm-control broadcast level 5", r"storm-control broadcast\b.*"),
            RGOS: _on_access(RGOS, "storm-control broadcast level 5", r"storm-control broadcast\b.*"),
        },
    ),
    check(
        "loop-detection",
        _("A loop behind a port is found"),
        _("A cable from wall to wall is the commonest accident in an office."),
        ("8.1.2.1 a",),
        Severity.MINOR,
        {
            VRP: _with_access(
                VRP, need("loop-detect enable", r"(?:loopback-detect|loop-detect(?:ion)?|loop-detection) enable\b.*")
            ),
            COMWARE: _with_access(
                COMWARE, need("loopback-detection global enable vlan all", r"loopback-detection (?:global )?enable\b.*")
            ),
            RGOS: _with_access(RGOS, need("rldp enable")),
            IOS: _with_access(IOS, forbid(r"no spanning-tree vlan .*|no keepalive")),
        },
    ),
    check(
        "access-not-vlan-1",
        _("No port serves VLAN 1"),
        _("VLAN 1 is everywhere by itself; what is in it is everywhere too."),
        ("8.1.2.1 c", "8.1.3.1 a"),
        Severity.MAJOR,
        {
            VRP: each(
                PORT, "port default vlan ...", r"port default vlan (?!1$)\d+", skip=OFF, only=r"port link-type access"
            ),
            COMWARE: every(
                never(PORT, r"port access vlan 1", skip=OFF),
                each(
                    PORT,
                    "port access vlan ...",
                    r"port access vlan (?!1$)\d+",
                    skip=r"shutdown|port link-type (?:trunk|hybrid)|port (?:link-aggregation )?group .*",
                    only=r"port link-mode bridge",
                ),
            ),
            IOS: each(
                PORT,
                "switchport access vlan ...",
                r"switchport access vlan (?!1$)\d+",
                skip=OFF,
                only=r"switchport mode access",
            ),
            RGOS: never(PORT, r"switchport access vlan 1", skip=OFF),
        },
    ),
    check(
        "trunk-vlans-named",
        _("Trunks carry named VLANs only"),
        _("A trunk for everything leads every net to every building."),
        ("8.1.2.1 c", "8.1.3.1 a"),
        Severity.MAJOR,
        {
            VRP: never(PORT, r"port trunk allow-pass vlan (?:all|2 to 4094|1 to 4094)", skip=OFF),
            COMWARE: never(PORT, r"port trunk permit vlan (?:all|1 to 4094|2 to 4094)", skip=OFF),
            IOS: each(
                PORT,
                "switchport trunk allowed vlan ...",
                r"switchport trunk allowed vlan (?!all).*",
                skip=OFF,
                only=_TRUNK[IOS],
            ),
            RGOS: each(
                PORT,
                "switchport trunk allowed vlan only ...",
                r"switchport trunk allowed vlan (?!all).*",
                skip=OFF,
                only=_TRUNK[RGOS],
            ),
        },
    ),
    check(
        "trunk-not-vlan-1",
        _("Trunks do not carry VLAN 1"),
        _("A frame without a tag must have nowhere to go."),
        ("8.1.2.1 c", "8.1.3.1 a"),
        Severity.MINOR,
        {
            VRP: each(PORT, "undo port trunk allow-pass vlan 1", skip=OFF, only=_TRUNK[VRP]),
            COMWARE: each(PORT, "undo port trunk permit vlan 1", skip=OFF, only=_TRUNK[COMWARE]),
            IOS: when(
                _TRUNK[IOS],
                either(
                    need("vlan dot1q tag native"),
                    each(
                        PORT,
                        "switchport trunk native vlan 999",
                        r"switchport trunk native vlan (?!1$)\d+",
                        skip=OFF,
                        only=_TRUNK[IOS],
                    ),
                ),
            ),
            RGOS: each(
                PORT,
                "switchport trunk allowed vlan only ...",
                r"switchport trunk (?:native vlan (?!1$)\d+|allowed vlan (?:only (?!1,|1$).*|remove 1(?:[,-].*)?))",
                skip=OFF,
                only=_TRUNK[RGOS],
            ),
        },
    ),
    check(
        "trunk-not-negotiated",
        _("No port negotiates to become a trunk"),
        _("A terminal that negotiates a trunk is in every net."),
        ("8.1.3.1 b",),
        Severity.MAJOR,
        {
            VRP: never(PORT, r"port link-type negotiation-(?:auto|desirable)", skip=OFF),
            IOS: every(
                never(PORT, r"switchport mode dynamic .*", skip=OFF),
                each(PORT, "switchport nonegotiate", skip=OFF, only=r"switchport mode (?:access|trunk)"),
            ),
        },
    ),
    check(
        "vtp-off",
        _("VLANs are not learnt from a neighbour"),
        _("A switch from a cupboard with a higher revision deletes the county's VLANs."),
        ("8.1.4.4 b",),
        Severity.MAJOR,
        {
            IOS: _with_access(IOS, need("vtp mode transparent", r"vtp mode (?:transparent|off)")),
            VRP: forbid(r"vcmp role (?:server|client)"),
        },
    ),
    check(
        "cdp-off",
        _("The device does not tell terminals what it is"),
        _("Model and version are the first thing an attacker wants to know."),
        ("8.1.4.4 b",),
        Severity.MINOR,
        {
            IOS: _with_access(
                IOS, either(need("no cdp run"), each(PORT, "no cdp enable", skip=OFF, only=_ACCESS[IOS]))
            ),
            VRP: never(PORT, r"lldp compliance cdp receive", skip=OFF),
            COMWARE: forbid(r"lldp compliance cdp"),
        },
    ),
    check(
        "ports-isolated",
        _("Terminals of one VLAN do not talk to each other past the router"),
        _("A worm spreads first to the next desk."),
        ("8.1.3.2 a",),
        Severity.MINOR,
        {
            VRP: _on_access(VRP, "port-isolate enable group 1", r"port-isolate enable\b.*"),
            COMWARE: _on_access(COMWARE, "port-isolate enable group 1", r"port-isolate enable\b.*"),
            IOS: _on_access(IOS, "switchport protected"),
            RGOS: _on_access(RGOS, "switchport protected"),
        },
    ),
    check(
        "root-guard",
        _("Nobody below becomes root of the spanning tree"),
        _("A switch that somebody brought along must not move the county's root."),
        ("8.1.2.1 a",),
        Severity.MINOR,
        {
            VRP: either(
                forbid(r"stp enable|stp mode .*"),
                need(
                    "stp root primary",
                    r"stp (?:instance \d+ )?(?:root (?:primary|secondary)|priority \d+)|stp root-protection",
                ),
            ),
            COMWARE: either(
                forbid(r"stp global enable|stp enable"),
                need(
                    "stp root primary",
                    r"stp (?:instance \d+ |vlan \S+ )?(?:root (?:primary|secondary)|priority \d+)|stp root-protection",
                ),
            ),
            IOS: either(
                forbid(r"spanning-tree mode .*"),
                need("spanning-tree guard root", r"spanning-tree (?:guard root|vlan \S+ (?:root|priority) .*)"),
            ),
        },
    ),
)

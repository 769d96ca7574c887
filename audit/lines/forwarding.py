"""Forwarding: that a packet goes only where its sender could, and that the device gives nothing away of itself."""

from audit.lines.checks import check
from audit.lines.rules import both_ios, each, either, every, forbid, need, number, when
from audit.lines.text import COMWARE, IOS, LINUX, RGOS, VRP
from countynet.i18n import _
from countynet.vocabulary import DeviceRole, Severity

ROUTED = (
    r"interface (?:\S*Ethernet|Vlan|VLAN|Vlanif|Vlan-interface|XGE|GE"
    r"|Eth-Trunk|Bridge-Aggregation|Route-Aggregation)\S*(?: ?\S+)?"
)
ADDRESS = r"ip address \d.*"
OFF = r"shutdown"
SYSCTL = "*/sysctl*"
_EDGE = (DeviceRole.CORE, DeviceRole.CPE, DeviceRole.FIREWALL, DeviceRole.VPN_HUB)

CHECKS = (
    check(
        "urpf",
        _("A packet's source must lie where it comes from"),
        _("Forged sources hide the sender and open what is open to others."),
        ("8.1.3.2 c",),
        Severity.MAJOR,
        {
            VRP: either(
                each(
                    ROUTED,
                    "urpf strict",
                    r"(?:ip )?urpf (?:strict|loose)\b.*|traffic-filter inbound\b.*",
                    skip=OFF,
                    only=ADDRESS,
                ),
                each("interface .*", "urpf strict", r"(?:ip )?urpf .*", only=r"(?:ip )?urpf .*"),
            ),
            COMWARE: either(
                each(
                    ROUTED,
                    "ip urpf strict",
                    r"ip urpf (?:strict|loose)\b.*|packet-filter .* inbound",
                    skip=OFF,
                    only=ADDRESS,
                ),
                need("ip urpf strict", r"ip urpf (?:strict|loose)\b.*"),
            ),
            **both_ios(
                each(
                    ROUTED,
                    "ip verify unicast source reachable-via rx",
                    r"ip verify unicast\b.*|ip access-group \S+ in",
                    skip=OFF,
                    only=ADDRESS,
                )
            ),
            LINUX: need(
                "net.ipv4.conf.all.rp_filter = 1", r"net\.ipv4\.conf\.(?:all|default)\.rp_filter ?= ?[12]", SYSCTL
            ),
        },
        _EDGE,
    ),
    check(
        "source-route-off",
        _("Packets may not choose their own way"),
        _("A source route leads around the packet filter."),
        ("8.1.3.2 a", "8.1.4.4 b"),
        Severity.MAJOR,
        {
            **both_ios(need("no ip source-route")),
            COMWARE: forbid(r"ip option source-routing.*"),
            LINUX: need(
                "net.ipv4.conf.all.accept_source_route = 0", r"net\.ipv4\.conf\.all\.accept_source_route ?= ?0", SYSCTL
            ),
        },
    ),
    check(
        "redirects-off",
        _("The device neither sends nor heeds redirects"),
        _("A redirect turns a neighbour's traffic with one packet."),
        ("8.1.4.4 b",),
        Severity.MINOR,
        {
            VRP: forbid(r"icmp (?:host-)?redirect send"),
            COMWARE: forbid(r"ip redirects enable"),
            **both_ios(each(ROUTED, "no ip redirects", skip=OFF, only=ADDRESS)),
            LINUX: every(
                need("net.ipv4.conf.all.accept_redirects = 0", r"net\.ipv4\.conf\.all\.accept_redirects ?= ?0", SYSCTL),
                need("net.ipv4.conf.all.send_redirects = 0", r"net\.ipv4\.conf\.all\.send_redirects ?= ?0", SYSCTL),
            ),
        },
    ),
    check(
        "unreachables-bounded",
        _("The device does not tell scanners what is unreachable"),
        _("Each such answer costs the control plane work and draws a map."),
        ("8.1.4.4 b",),
        Severity.MINOR,
        {
            COMWARE: forbid(r"ip unreachables enable|ip ttl-expires enable"),
            IOS: either(
                need("ip icmp rate-limit unreachable 500", r"ip icmp rate-limit unreachable\b.*"),
                each(ROUTED, "no ip unreachables", skip=OFF, only=ADDRESS),
            ),
            RGOS: either(
                need("ip icmp error-interval 500", r"ip icmp error-interval\b.*"),
                each(ROUTED, "no ip unreachables", skip=OFF, only=ADDRESS),
            ),
        },
    ),
    check(
        "directed-broadcast-off",
        _("No packet from afar becomes a broadcast"),
        _("One packet in, a hundred answers out."),
        ("8.1.4.4 b",),
        Severity.MINOR,
        {
            VRP: forbid(r"ip forward-broadcast\b.*"),
            COMWARE: forbid(r"ip forward-broadcast\b.*"),
            **both_ios(forbid(r"ip directed-broadcast\b.*")),
            LINUX: forbid(r"net\.ipv4\.conf\.\S+\.bc_forwarding ?= ?1", SYSCTL),
        },
    ),
    check(
        "proxy-arp-off",
        _("The device does not answer ARP for others"),
        _("It joins nets that a wrong mask should keep apart."),
        ("8.1.3.1 a", "8.1.4.4 b"),
        Severity.MAJOR,
        {
            VRP: forbid(r"arp-proxy (?:enable|inner-sub-vlan-proxy enable|inter-sub-vlan-proxy enable)"),
            COMWARE: forbid(r"proxy-arp enable|local-proxy-arp enable\b.*"),
            **both_ios(each(ROUTED, "no ip proxy-arp", skip=OFF, only=ADDRESS)),
            LINUX: forbid(r"net\.ipv4\.conf\.\S+\.proxy_arp(?:_pvlan)? ?= ?1", SYSCTL),
        },
    ),
    check(
        "mask-reply-off",
        _("The device tells nobody its mask"),
        _("A map of the network is not given away."),
        ("8.1.4.4 b",),
        Severity.MINOR,
        {
            IOS: forbid(r"ip mask-reply"),
            RGOS: forbid(r"ip mask-reply"),
        },
    ),
    check(
        "icmp-hardened",
        _("Linux devices answer no broadcast pings and log strange sources"),
        _("What should never come in is worth a line in the log."),
        ("8.1.4.4 b", "8.1.4.3 a"),
        Severity.MINOR,
        {
            LINUX: every(
                need(
                    "net.ipv4.icmp_echo_ignore_broadcasts = 1", r"net\.ipv4\.icmp_echo_ignore_broadcasts ?= ?1", SYSCTL
                ),
                need("net.ipv4.conf.all.log_martians = 1", r"net\.ipv4\.conf\.all\.log_martians ?= ?1", SYSCTL),
            )
        },
    ),
    check(
        "syn-cookies",
        _("Half-open connections do not exhaust the device"),
        _("A flood of openings from forged sources costs the sender nothing."),
        ("8.1.4.4 b",),
        Severity.MINOR,
        {
            COMWARE: need("tcp syn-cookie enable"),
            LINUX: need("net.ipv4.tcp_syncookies = 1", r"net\.ipv4\.tcp_syncookies ?= ?1", SYSCTL),
            **both_ios(
                when(
                    r"ip tcp synwait-time .*",
                    number(r"ip tcp synwait-time (\d+)", most=30, fix="ip tcp synwait-time 10"),
                )
            ),
        },
    ),
    check(
        "ipv6-unwanted",
        _("IPv6 is off where nobody planned it, or announced by nobody else"),
        _("A terminal that calls itself the IPv6 router gets the traffic of its neighbours."),
        ("8.1.3.1 a", "8.1.4.4 b"),
        Severity.MAJOR,
        {
            LINUX: either(
                need(
                    "net.ipv6.conf.all.forwarding = 0",
                    r"net\.ipv6\.conf\.all\.(?:forwarding ?= ?0|disable_ipv6 ?= ?1)",
                    SYSCTL,
                ),
                need("net.ipv6.conf.all.accept_ra = 0", r"net\.ipv6\.conf\.all\.accept_ra ?= ?0", SYSCTL),
            ),
            VRP: when(
                r"ipv6",
                each(
                    r"interface .*",
                    "ipv6 nd raguard role host",
                    r"ipv6 nd (?:raguard|ra halt)\b.*|traffic-filter inbound acl6? .*",
                    only=r"ipv6 enable",
                ),
            ),
            COMWARE: when(
                r"ipv6 address .*",
                need("ipv6 nd raguard policy ...", r"ipv6 nd raguard\b.*|packet-filter ipv6 .*|undo ipv6 nd ra halt"),
            ),
            **both_ios(
                when(r"ipv6 unicast-routing", need("ipv6 nd raguard", r"ipv6 (?:nd raguard|traffic-filter)\b.*"))
            ),
        },
    ),
)

"""Routing: that neighbours prove who they are, and are believed only so far."""

from audit.lines.checks import check
from audit.lines.rules import both_ios, forbid, need, when
from audit.lines.text import COMWARE, LINUX, VRP
from countynet.i18n import _
from countynet.vocabulary import Severity

OSPFD, BGPD = "*/ospfd.conf", "*/bgpd.conf"

_BGP_PEER = r"peer \S+ (?:as-number|group) .*"

CHECKS = (
    check(
        "ospf-authenticated",
        _("OSPF neighbours prove who they are"),
        _("Whoever speaks OSPF on a cable can turn all traffic to himself."),
        ("8.1.2.1 c", "8.1.4.4 b"),
        Severity.MAJOR,
        {
            VRP: when(
                r"ospf \d+.*",
                need(
                    "area 0 / authentication-mode hmac-sha256 1 cipher ...",
                    r"(?:ospf )?authentication-mode (?:md5|hmac-md5|hmac-sha256|keychain)\b.*",
                ),
            ),
            COMWARE: when(
                r"ospf \d+.*",
                need(
                    "area 0 / authentication-mode hmac-sha-256 1 cipher ...",
                    r"(?:ospf )?authentication-mode (?:md5|hmac-md5|hmac-sha-256|keychain)\b.*",
                ),
            ),
            **both_ios(
                when(
                    r"router ospf \d+.*",
                    need(
                        "area 0 authentication message-digest",
                        r"(?:area \S+ authentication message-digest"
                        r"|ip ospf authentication (?:message-digest|key-chain)\b.*)",
                    ),
                )
            ),
            LINUX: when(
                r"router ospf",
                need(
                    "ip ospf authentication message-digest",
                    r"(?:area \S+ authentication message-digest"
                    r"|ip ospf authentication (?:message-digest|key-chain \S+))",
                    OSPFD,
                ),
                section=OSPFD,
            ),
        },
    ),
    check(
        "ospf-no-clear-text",
        _("OSPF shows no password"),
        _("A password in clear text in every packet proves nothing."),
        ("8.1.4.1 c",),
        Severity.MAJOR,
        {
            VRP: forbid(r"(?:ospf )?authentication-mode simple\b.*"),
            COMWARE: forbid(r"(?:ospf )?authentication-mode simple\b.*"),
            **both_ios(forbid(r"ip ospf authentication-key\b.*|area \S+ authentication")),
            LINUX: forbid(r"ip ospf authentication-key\b.*|area \S+ authentication", OSPFD),
        },
    ),
    check(
        "ospf-passive",
        _("OSPF is silent where no neighbour is"),
        _("Terminals are no routers."),
        ("8.1.4.4 b",),
        Severity.MAJOR,
        {
            VRP: when(r"ospf \d+.*", need("silent-interface all", r"silent-interface \S+.*")),
            COMWARE: when(r"ospf \d+.*", need("silent-interface all", r"silent-interface \S+.*")),
            **both_ios(when(r"router ospf \d+.*", need("passive-interface default", r"passive-interface \S+.*"))),
            LINUX: when(
                r"router ospf",
                need("ip ospf passive", r"ip ospf passive|passive-interface \S+.*", OSPFD),
                section=OSPFD,
            ),
        },
    ),
    check(
        "ospf-changes-logged",
        _("OSPF logs when a neighbour comes or goes"),
        _("It is the first trace of a fault and of an attack."),
        ("8.1.4.3 a",),
        Severity.MINOR,
        {
            VRP: when(r"ospf \d+.*", forbid(r"undo (?:enable )?log (?:error|state|all).*")),
            **both_ios(when(r"router ospf \d+.*", forbid(r"no log-adj(?:acency)?-changes"))),
            LINUX: when(r"router ospf", need("log syslog informational", r"log syslog\b.*", OSPFD), section=OSPFD),
        },
    ),
    check(
        "bgp-authenticated",
        _("BGP neighbours prove who they are"),
        _("A forged reset or route takes a county off the net."),
        ("8.1.2.1 c", "8.1.4.4 b"),
        Severity.MAJOR,
        {
            VRP: when(
                _BGP_PEER,
                need("peer ... password cipher ...", r"peer \S+ (?:password (?:cipher|simple)|keychain|tcp-ao)\b.*"),
            ),
            COMWARE: when(_BGP_PEER, need("peer ... password cipher ...", r"peer \S+ (?:password|keychain)\b.*")),
            **both_ios(
                when(
                    r"neighbor \S+ remote-as .*", need("neighbor ... password ...", r"neighbor \S+ (?:password|ao)\b.*")
                )
            ),
            LINUX: when(
                r"neighbor \S+ remote-as .*",
                need("neighbor ... password ...", r"neighbor \S+ password\b.*", BGPD),
                section=BGPD,
            ),
        },
    ),
    check(
        "bgp-filtered",
        _("BGP takes what a policy lets in, and so many prefixes"),
        _("A neighbour's mistake must stay the neighbour's."),
        ("8.1.3.2 a",),
        Severity.MAJOR,
        {
            VRP: when(
                _BGP_PEER,
                need(
                    "peer ... route-policy ... import",
                    r"peer \S+ (?:route-policy \S+ import|ip-prefix \S+ import"
                    r"|filter-policy \S+ import|route-limit \d+.*)",
                ),
            ),
            COMWARE: when(
                _BGP_PEER,
                need(
                    "peer ... route-policy ... import",
                    r"peer \S+ (?:route-policy \S+ import|prefix-list \S+ import"
                    r"|filter-policy \S+ import|route-limit \d+.*)",
                ),
            ),
            **both_ios(
                when(
                    r"neighbor \S+ remote-as .*",
                    need(
                        "neighbor ... route-map ... in",
                        r"neighbor \S+ (?:(?:route-map|prefix-list|filter-list"
                        r"|distribute-list) \S+ in|maximum-prefix \d+.*)",
                    ),
                )
            ),
            LINUX: when(
                r"neighbor \S+ remote-as .*",
                need(
                    "neighbor ... route-map ... in",
                    r"neighbor \S+ (?:(?:route-map|prefix-list|filter-list"
                    r"|distribute-list) \S+ in|maximum-prefix \d+.*)",
                    BGPD,
                ),
                section=BGPD,
            ),
        },
    ),
    check(
        "vrrp-not-clear",
        _("VRRP shows no password"),
        _("A password in clear text is worth nothing and is used elsewhere too."),
        ("8.1.4.1 c",),
        Severity.MINOR,
        {
            VRP: forbid(r"vrrp vrid \d+ authentication-mode simple\b.*"),
            COMWARE: forbid(r"vrrp (?:ipv6 )?vrid \d+ authentication-mode simple\b.*"),
            **both_ios(forbid(r"(?:vrrp|standby) \d+ authentication (?!md5)\S+.*")),
        },
    ),
)

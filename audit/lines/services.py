"""What else a device offers, and how it protects its own processor."""

from audit.lines.checks import check
from audit.lines.rules import both_ios, each, either, every, forbid, need, when
from audit.lines.text import COMWARE, IOS, LINUX, RGOS, VRP
from countynet.i18n import _
from countynet.vocabulary import DeviceRole, Severity

LLDPD, NFT = "*/lldpd", "*/nftables.conf"
_ROUTERS = (DeviceRole.CORE, DeviceRole.CPE, DeviceRole.FIREWALL, DeviceRole.VPN_HUB, DeviceRole.AGGREGATION)

CHECKS = (
    check(
        "small-servers-off",
        _("Small services of old times are off"),
        _("Echo, chargen and finger serve attackers only."),
        ("8.1.4.4 b",),
        Severity.MINOR,
        {**both_ios(forbid(r"service (?:tcp-small-servers|udp-small-servers|finger)|ip finger|ip identd|ip rcmd .*"))},
    ),
    check(
        "pad-off",
        _("X.25 terminals cannot sign in"),
        _("A way in that nobody knows of is watched by nobody."),
        ("8.1.4.4 b",),
        Severity.MINOR,
        {IOS: need("no service pad")},
    ),
    check(
        "boot-from-network-off",
        _("The device does not fetch its configuration from the network"),
        _("Who answers first would configure it."),
        ("8.1.4.4 b",),
        Severity.MAJOR,
        {
            IOS: every(
                forbid(r"service config|boot network .*|boot host .*"),
                need("no ip bootp server", r"no ip bootp server|ip dhcp bootp ignore"),
            ),
            RGOS: forbid(r"service config|autoconfig enable"),
            VRP: forbid(r"autoconfig enable|ztp enable"),
            COMWARE: forbid(r"autodeploy udisk enable"),
        },
    ),
    check(
        "install-off",
        _("Smart Install is off"),
        _("It lets anybody replace software and configuration without a password."),
        ("8.1.4.4 b",),
        Severity.CRITICAL,
        {IOS: either(need("no vstack"), forbid(r"vstack\b.*"))},
    ),
    check(
        "keepalives",
        _("Broken sessions to the device end"),
        _("A session whose other end is gone can be taken over and keeps others out."),
        ("8.1.4.1 b",),
        Severity.MINOR,
        {
            **both_ios(need("service tcp-keepalives-in")),
            VRP: forbid(r"undo ssh server keepalive enable"),
            LINUX: need("ClientAliveInterval 60", r"ClientAliveInterval [1-9]\d*", "*/sshd_config*"),
        },
    ),
    check(
        "domain-lookup",
        _("A mistyped command asks no name server"),
        _("What is typed at a router is nobody else's to read."),
        ("8.1.4.4 b",),
        Severity.MINOR,
        {
            IOS: either(
                need("no ip domain lookup", r"no ip domain[ -]lookup"), each(r"line .*", "transport preferred none")
            )
        },
    ),
    check(
        "control-plane",
        _("The processor is protected from floods"),
        _("A device whose processor is busy with rubbish loses its neighbours."),
        ("8.1.2.1 a", "8.1.4.4 b"),
        Severity.MAJOR,
        {
            VRP: need("cpu-defend-policy ...", r"cpu-defend-policy \S+.*|cpu-defend policy \S+"),
            COMWARE: either(
                need("control-plane slot 1", r"control-plane\b.*|qos apply policy .*"),
                need("anti-attack enable", r"anti-attack .*enable.*|attack-defense .*"),
            ),
            IOS: every(
                need("control-plane", r"control-plane.*"),
                each(r"control-plane.*", "service-policy input ...", r"service-policy input .*"),
            ),
            RGOS: need("cpu-protect cpu bandwidth 2000", r"cpu-protect\b.*|nfpp"),
        },
        _ROUTERS,
    ),
    check(
        "arp-bounded",
        _("Floods of ARP are bounded"),
        _("A worm that scans asks for every address in the net."),
        ("8.1.4.4 b",),
        Severity.MINOR,
        {
            VRP: need(
                "arp speed-limit source-ip maximum 30",
                r"arp (?:speed-limit|anti-attack rate-limit|-miss speed-limit)\b.*|arp-miss speed-limit\b.*",
            ),
            COMWARE: need(
                "arp rate-limit 100",
                r"arp (?:rate-limit|source-suppression enable|resolving-route enable|source-mac)\b.*",
            ),
            RGOS: need("nfpp", r"nfpp|arp-guard enable"),
        },
    ),
    check(
        "attack-defence",
        _("The device drops malformed packets and known floods"),
        _("Old attacks still work on what nobody switched on."),
        ("8.1.4.4 b",),
        Severity.MINOR,
        {
            VRP: forbid(r"undo (?:anti-attack|firewall defend).* enable|anti-attack .*disable"),
            COMWARE: when(r"security-zone name .*", need("attack-defense policy 1", r"attack-defense\b.*")),
        },
    ),
    check(
        "usb-off",
        _("A stick in the device changes nothing"),
        _("A cabinet can be opened."),
        ("8.1.4.4 b",),
        Severity.MINOR,
        {
            VRP: forbid(r"(?:set )?(?:usb autorun|usb-deploy|device usb) enable|autoupdate .*usb.*"),
            COMWARE: forbid(r"autodeploy udisk enable|usb enable"),
        },
    ),
    check(
        "http-weak-tls-off",
        _("TLS of management pages is version 1.2 or newer"),
        _("Older versions are broken."),
        ("8.1.4.7 a",),
        Severity.MINOR,
        {
            VRP: when(r"http secure-server enable", forbid(r"ssl minimum version (?:ssl3\.0|tls1\.0|tls1\.1)")),
            COMWARE: when(
                r"ip https enable", need("ssl version ssl3.0 tls1.0 tls1.1 disable", r"ssl version .*tls1\.0.*disable")
            ),
            IOS: when(
                r"ip http secure-server", need("ip http tls-version TLSv1.2", r"ip http tls-version TLSv1\.[23]")
            ),
        },
    ),
    check(
        "lldp-named-ports",
        _("Linux devices speak LLDP on named ports only"),
        _("Who sits behind a port to a unit learns model and address."),
        ("8.1.4.4 b",),
        Severity.MINOR,
        {LINUX: when(r"DAEMON_ARGS=.*", need('DAEMON_ARGS="-I ..."', r"DAEMON_ARGS=.*-I \S+.*", LLDPD), section=LLDPD)},
    ),
    check(
        "drops-logged",
        _("What crosses between units is logged when it is dropped"),
        _("A filter that drops in silence tells nobody of the attempt."),
        ("8.1.3.5 a",),
        Severity.MAJOR,
        {
            LINUX: when(
                r"chain forward \{", need('log prefix "... " drop', r".*\blog\b.*\bdrop\b.*", NFT), section=NFT
            ),
            VRP: when(
                r"acl .*", need("rule ... deny ... logging", r"rule \d+ deny .*\blogging\b.*|.*policy logging.*")
            ),
            COMWARE: when(
                r"(?:acl|security-policy) .*",
                need("rule ... deny ... logging", r"rule \d+ deny .*\blogging\b.*|(?:logging|counting) enable"),
            ),
            **both_ios(
                when(r"ip access-list .*", need("deny ip any any log", r"(?:\d+ )?deny .*\blog(?:-input)?\b.*"))
            ),
        },
    ),
    check(
        "invalid-dropped",
        _("Packets of no session are dropped"),
        _("A packet in the middle of nothing probes for holes in the filter."),
        ("8.1.3.2 d",),
        Severity.MAJOR,
        {
            LINUX: when(
                r"chain forward \{", need("ct state invalid drop", r"ct state invalid .*drop.*", NFT), section=NFT
            )
        },
        (DeviceRole.FIREWALL, DeviceRole.CPE, DeviceRole.VPN_HUB, DeviceRole.CORE),
    ),
    check(
        "time-served-by-no-device",
        _("No device serves time, commands to its clock come from itself"),
        _("A clock that others can set makes every log a story."),
        ("8.1.4.3 b",),
        Severity.MINOR,
        {
            LINUX: every(
                need("port 0", r"port 0", "*/chrony.conf"),
                need("cmdport 0", r"cmdport 0|bindcmdaddress /.*", "*/chrony.conf"),
            )
        },
    ),
)

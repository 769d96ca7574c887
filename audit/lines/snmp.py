"""SNMP on a device: version, rights, addresses, algorithms."""

from audit.lines.checks import check
from audit.lines.rules import both_ios, either, forbid, need, when
from audit.lines.text import COMWARE, LINUX, VRP
from countynet.i18n import _
from countynet.vocabulary import Severity

SNMPD = "*/snmpd.conf"

CHECKS = (
    check(
        "snmp-no-community",
        _("SNMP takes no community"),
        _("A community is a password in clear text in every packet."),
        ("8.1.4.1 c", "8.1.4.4 b"),
        Severity.MAJOR,
        {
            VRP: forbid(r"snmp-agent (?:community\b.*|sys-info version (?:.*\b)?(?:all|v1|v2c)\b.*)"),
            COMWARE: forbid(r"snmp-agent (?:community\b.*|sys-info version (?:.*\b)?(?:all|v1|v2c)\b.*)"),
            **both_ios(forbid(r"snmp-server community\b.*")),
            LINUX: forbid(r"(?:r[ow]community6?|com2sec6?)\b.*", SNMPD),
        },
    ),
    check(
        "snmp-read-only",
        _("Nobody may write by SNMP"),
        _("Who may write by SNMP may copy and replace the configuration."),
        ("8.1.4.2 d", "8.1.4.4 b"),
        Severity.CRITICAL,
        {
            VRP: forbid(r"snmp-agent (?:community write|group v3 \S+ .*\bwrite-view)\b.*"),
            COMWARE: forbid(r"snmp-agent (?:community write|group v3 \S+ .*\bwrite-view)\b.*"),
            **both_ios(forbid(r"snmp-server (?:community \S+ (?:.*\b)?(?:RW|rw)\b.*|group \S+ v3 .*\bwrite\b.*)")),
            LINUX: forbid(r"rw(?:user|community6?)\b.*", SNMPD),
        },
    ),
    check(
        "snmp-encrypted",
        _("SNMPv3 groups demand encryption"),
        _("What a device tells of its neighbours is a map of the network."),
        ("8.1.4.1 c", "8.1.4.7 a"),
        Severity.MAJOR,
        {
            VRP: forbid(r"snmp-agent group v3 .*", unless=r"snmp-agent group v3 \S+ privacy\b.*"),
            COMWARE: forbid(r"snmp-agent group v3 .*", unless=r"snmp-agent group v3 \S+ privacy\b.*"),
            **both_ios(forbid(r"snmp-server group \S+ v3 .*", unless=r"snmp-server group \S+ v3 priv\b.*")),
            LINUX: forbid(
                r"r[ow]user .*", SNMPD, unless=r"r[ow]user (?:(?:-s \S+ )?\S+ (?:authpriv|priv)|agent-itself)\b.*"
            ),
        },
    ),
    check(
        "snmp-algorithms",
        _("SNMPv3 users have SHA-2 and AES"),
        _("MD5 and DES are broken; SHA-1 goes."),
        ("8.1.4.7 a", "8.1.4.8 a"),
        Severity.MINOR,
        {
            VRP: forbid(
                r"snmp-agent (?:remote-engineid \S+ )?usm-user v3 .*\b(?:authentication-mode (?:md5"
                r"|sha)|privacy-mode (?:des56|3des168|3des))\b(?!2).*"
            ),
            COMWARE: forbid(
                r"snmp-agent usm-user v3 .*\b(?:authentication-mode (?:md5|sha)|privacy-mode (?:des56|3des))\b.*"
            ),
            **both_ios(forbid(r"snmp-server user .*\b(?:auth (?:md5|sha)(?! ?-?2)|priv (?:des|des56|3des))\b.*")),
            LINUX: forbid(r"createUser .*\b(?:MD5|SHA|DES)\b(?!-(?:224|256|384|512)).*", SNMPD),
        },
    ),
    check(
        "snmp-addresses",
        _("SNMP is limited to addresses"),
        _("A question that is never heard cannot exhaust the agent."),
        ("8.1.4.4 c", "8.1.5.4 a"),
        Severity.MAJOR,
        {
            VRP: when(
                r"snmp-agent",
                either(
                    need("snmp-agent acl 2000", r"snmp-agent (?:ipv6 )?acl .*"),
                    need("snmp-agent group v3 ... acl 2000", r"snmp-agent (?:group|usm-user) v3 .*\bacl \S+.*"),
                ),
            ),
            COMWARE: when(
                r"snmp-agent",
                need(
                    "snmp-agent usm-user v3 ... acl 2000",
                    r"snmp-agent (?:group|usm-user) v3 .*\bacl (?:ipv4 |ipv6 )?\S+.*",
                ),
            ),
            **both_ios(
                when(
                    r"snmp-server (?:group|user|community)\b.*",
                    need(
                        "snmp-server group ... v3 priv access 1",
                        r"snmp-server (?:group \S+ v3 .*\baccess \S+.*|user .*\baccess \S+.*"
                        r"|community (?:[07] )?\S+ (?:view \S+ )?(?:RO|RW|ro|rw) \S+.*)",
                    ),
                )
            ),
            LINUX: forbid(r"agent[aA]ddress .*", SNMPD, unless=r"agent[aA]ddress .*\d+\.\d+\.\d+\.\d+.*"),
        },
    ),
    check(
        "snmp-traps-encrypted",
        _("Traps are sent by SNMPv3 with encryption"),
        _("A trap tells whoever listens what just broke."),
        ("8.1.4.7 a",),
        Severity.MINOR,
        {
            VRP: forbid(r"snmp-agent target-host trap .*", unless=r".*\bv3 privacy\b.*"),
            COMWARE: forbid(r"snmp-agent target-host trap .*", unless=r".*\bv3 privacy\b.*"),
            **both_ios(forbid(r"snmp-server host .*", unless=r".*\bversion 3 priv\b.*")),
            LINUX: forbid(r"(?:trapsink|trap2sink|informsink)\b.*", SNMPD),
        },
    ),
    check(
        "snmp-view",
        _("SNMP shows a view without the secrets' tables"),
        _("The tables of users and communities are nobody's reading."),
        ("8.1.4.2 d",),
        Severity.MINOR,
        {
            VRP: when(
                r"snmp-agent group v3 .*",
                need("snmp-agent group v3 ... privacy read-view ...", r"snmp-agent group v3 \S+ .*\bread-view \S+.*"),
            ),
            COMWARE: when(
                r"snmp-agent group v3 .*",
                need("snmp-agent group v3 ... privacy read-view ...", r"snmp-agent group v3 \S+ .*\bread-view \S+.*"),
            ),
            **both_ios(
                when(
                    r"snmp-server group .*",
                    need("snmp-server group ... v3 priv read ...", r"snmp-server group \S+ v3 \S+ .*\bread \S+.*"),
                )
            ),
        },
    ),
)

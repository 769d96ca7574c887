"""Tunnels and keys as the lines of each platform write them."""

from audit.lines.checks import check
from audit.lines.rules import both_ios, either, every, forbid, need, never, number, when
from audit.lines.text import COMWARE, IOS, LINUX, VRP
from countynet.i18n import _
from countynet.vocabulary import Severity

SWAN = "*/swanctl/*"
IKE = r"(?:ike proposal|ikev2 proposal|crypto isakmp policy|crypto ikev2 proposal)\b.*"
ESP = r"(?:ipsec proposal|ipsec transform-set|crypto ipsec transform-set)\b.*"

CHECKS = (
    check(
        "ike-ciphers",
        _("Key exchange of tunnels uses strong ciphers"),
        _("A recorded tunnel can be opened in years to come."),
        ("8.1.2.2 b", "8.1.4.7 a"),
        Severity.MAJOR,
        {
            VRP: never(
                IKE, r"encryption-algorithm (?:des|3des)\b.*|encryption-algorithm (?:.*[ -])?(?:des|3des)(?:-cbc)?\b.*"
            ),
            COMWARE: never(IKE, r"encryption(?:-algorithm)? (?:.* )?(?:des|3des)(?:-cbc)?\b.*"),
            **both_ios(never(IKE, r"encr(?:yption)? (?:des|3des)\b.*")),
            LINUX: forbid(r"proposals = .*\b(?:des|3des|null)\b.*", SWAN),
        },
    ),
    check(
        "ike-hashes",
        _("Key exchange of tunnels uses SHA-2"),
        _("MD5 is broken; SHA-1 goes."),
        ("8.1.2.2 a", "8.1.4.7 a"),
        Severity.MAJOR,
        {
            VRP: never(
                IKE,
                r"(?:authentication-algorithm|integrity-algorithm"
                r"|prf) (?:.* )?(?:md5|sha1|hmac-md5|hmac-sha1|aes-xcbc-96)\b.*",
            ),
            COMWARE: never(IKE, r"(?:authentication-algorithm|integrity|prf) (?:.* )?(?:md5|sha|sha1)\b(?!\d).*"),
            **both_ios(never(IKE, r"(?:hash|integrity|prf) (?:.* )?(?:md5|sha|sha1)(?: .*)?")),
            LINUX: forbid(r"proposals = .*\b(?:md5|sha1|prfmd5|prfsha1)\b.*", SWAN),
        },
    ),
    check(
        "ike-groups",
        _("Key exchange of tunnels uses groups of 2048 bits and more"),
        _("Groups of 1024 bits are within reach of states."),
        ("8.1.2.2 b", "8.1.4.7 a"),
        Severity.MAJOR,
        {
            VRP: never(IKE, r"dh group(?:1|2|5)\b.*"),
            COMWARE: never(IKE, r"dh group(?:1|2|5)\b.*"),
            **both_ios(never(IKE, r"group (?:.* )?(?:1|2|5)(?: .*)?")),
            LINUX: forbid(r"proposals = .*\bmodp(?:768|1024|1536)\b.*", SWAN),
        },
    ),
    check(
        "esp-ciphers",
        _("Tunnels encrypt and authenticate strongly"),
        _("A tunnel that only wraps protects nothing."),
        ("8.1.2.2 a", "8.1.2.2 b"),
        Severity.CRITICAL,
        {
            VRP: never(
                ESP,
                r"esp (?:encryption-algorithm (?:des|3des|null)"
                r"|authentication-algorithm (?:md5|sha1))\b.*|undo esp encryption-algorithm",
            ),
            COMWARE: never(
                ESP,
                r"esp (?:encryption-algorithm (?:des|3des|null)|authentication-algorithm (?:md5|sha1))(?:-cbc)?\b.*",
            ),
            **both_ios(
                forbid(
                    r"crypto ipsec transform-set .*\besp-(?:des|3des|null|md5-hmac"
                    r"|sha-hmac)\b.*|crypto ipsec transform-set \S+ ah-\S+"
                )
            ),
            LINUX: forbid(r"esp_proposals = .*\b(?:des|3des|null|md5|sha1)\b.*", SWAN),
        },
    ),
    check(
        "ike-no-aggressive",
        _("Key exchange never runs in aggressive mode"),
        _("It shows the hash of the shared key to whoever asks."),
        ("8.1.2.2 b",),
        Severity.MAJOR,
        {
            VRP: forbid(r"exchange-mode (?:aggressive|auto)"),
            COMWARE: forbid(r"exchange-mode (?:aggressive|gm-main)"),
            IOS: when(r"crypto isakmp (?:policy|key) .*", need("crypto isakmp aggressive-mode disable")),
            LINUX: forbid(r"aggressive = yes|i_dont_care_about_security_and_use_aggressive_mode_psk = yes", SWAN),
        },
    ),
    check(
        "ike-version-2",
        _("Tunnels use IKEv2"),
        _("Version 1 has more ways to be asked wrongly."),
        ("8.1.2.2 b",),
        Severity.MINOR,
        {
            VRP: forbid(r"(?:undo version 2|version 1)"),
            **both_ios(forbid(r"crypto isakmp policy \d+", unless=r"$^")),
            COMWARE: when(r"ipsec policy .*", need("ikev2-profile ...", r"ikev2-profile \S+")),
            LINUX: when(
                r"connections \{",
                every(need("version = 2", r"version = 2", SWAN), forbid(r"version = [01]", SWAN)),
                section=SWAN,
            ),
        },
    ),
    check(
        "ike-any-key",
        _("No pre-shared key is for any peer"),
        _("A key for anybody lets one stolen router be all of them."),
        ("8.1.2.2 a",),
        Severity.MAJOR,
        {
            **both_ios(
                forbid(
                    r"crypto isakmp key \S+ address 0\.0\.0\.0.*"
                    r"|pre-shared-key address 0\.0\.0\.0.*|address 0\.0\.0\.0(?: 0\.0\.0\.0)?"
                )
            ),
            COMWARE: forbid(r"pre-shared-key address (?:ipv4 )?0\.0\.0\.0 .*"),
        },
    ),
    check(
        "tunnels-rekeyed",
        _("Tunnels change keys within a day, with fresh exchange"),
        _("A key that lives long is worth finding."),
        ("8.1.2.2 b",),
        Severity.MINOR,
        {
            VRP: every(
                number(r"sa duration (\d+)", most=86400, fix="sa duration 86400"),
                when(r"ipsec policy .*", need("pfs dh-group14", r"pfs dh-group(?:14|15|16|19|20|21)")),
            ),
            COMWARE: every(
                number(r"sa duration (?:time-based )?(\d+)", most=86400, fix="sa duration 86400"),
                when(r"ipsec policy .*", need("pfs dh-group14", r"pfs dh-group(?:14|19|20|24)")),
            ),
            **both_ios(
                every(
                    number(r"lifetime (?:seconds )?(\d+)", most=86400, fix="lifetime 86400"),
                    when(r"crypto map \S+ \d+ .*", need("set pfs group14", r"set pfs group(?:14|15|16|19|20|21|24)")),
                )
            ),
        },
    ),
    check(
        "peers-watched",
        _("A tunnel whose other end is gone is noticed"),
        _("Without it a line that is dead looks idle."),
        ("8.1.2.1 e",),
        Severity.MINOR,
        {
            VRP: when(r"ike peer .*", need("dpd type periodic", r"(?:ike )?dpd (?:type|idle-time|msg|\d+).*")),
            COMWARE: when(
                r"ike(?:v2)? profile .*", need("dpd interval 10 periodic", r"(?:ike(?:v2)? )?dpd interval \d+.*")
            ),
            **both_ios(
                when(
                    r"crypto (?:isakmp|ikev2) (?:policy|profile) .*",
                    need("dpd 10 3 periodic", r"(?:crypto isakmp keepalive|crypto ikev2 dpd|dpd) \d+.*"),
                )
            ),
            LINUX: when(r"connections \{", need("dpd_delay = 5s", r"dpd_delay = [1-9].*", SWAN), section=SWAN),
        },
    ),
    check(
        "keys-named",
        _("Each peer is known by a name of its own"),
        _("Only then one lost router can be shut out alone."),
        ("8.1.2.2 a",),
        Severity.MINOR,
        {LINUX: when(r"connections \{", either(need("id = ...", r"id = (?!%any).+", SWAN)), section=SWAN)},
    ),
)

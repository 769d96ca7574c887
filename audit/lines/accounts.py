"""Accounts on a device: how passwords are kept and chosen, who checks them, and what is written down."""

from audit.lines.checks import check
from audit.lines.remote import SSHD
from audit.lines.root import root_refused
from audit.lines.rules import both_ios, each, either, every, forbid, need, never, number
from audit.lines.text import COMWARE, IOS, LINUX, RGOS, VRP
from countynet.i18n import _
from countynet.vocabulary import Severity

CHECKS = (
    check(
        "password-kept-hashed",
        _("Passwords of accounts are kept as hashes"),
        _("What can be turned back is known to everybody who ever saw the configuration."),
        ("8.1.4.1 c", "8.1.4.8 b"),
        Severity.CRITICAL,
        {
            VRP: forbid(r"local-user \S+ (?:.*\b)?password (?:simple|cipher)\b.*"),
            COMWARE: never(r"local-user .*", r"password (?:simple|cipher)\b.*"),
            **both_ios(forbid(r"username \S+ (?:.*\b)?password\b.*")),
        },
    ),
    check(
        "password-hash-strong",
        _("Passwords are hashed by a slow function"),
        _("A fast hash is guessed by the million a second."),
        ("8.1.4.1 c", "8.1.4.8 b"),
        Severity.MAJOR,
        {
            IOS: forbid(r"(?:username \S+ (?:.*\b)?|enable )secret (?:[0457] )?\*+", unless=r".*secret [89] .*"),
        },
    ),
    check(
        "enable-secret",
        _("Rising to full rights takes a hashed secret"),
        _("The password of full rights must not be readable in any copy of the configuration."),
        ("8.1.4.1 c", "8.1.4.2 d"),
        Severity.CRITICAL,
        {
            VRP: forbid(r"super password (?:level \d+ )?(?:simple|cipher)\b.*"),
            COMWARE: forbid(r"super password (?:role \S+ )?(?:simple|cipher)\b.*"),
            **both_ios(
                every(
                    need("enable secret 9 ...", r"enable (?:algorithm-type \S+ )?secret\b.*"),
                    forbid(r"enable password\b.*"),
                )
            ),
        },
    ),
    check(
        "password-encryption",
        _("No password stands in clear text in a copy of the configuration"),
        _("Configurations are printed, mailed and kept."),
        ("8.1.4.8 b",),
        Severity.MAJOR,
        {
            **both_ios(need("service password-encryption")),
            VRP: forbid(r".*\b(?:password|key|md5|hmac-md5|shared-key|community (?:read|write)) (?:simple|plain)\b.*"),
            COMWARE: forbid(
                r".*\b(?:password|key|authentication-mode (?:md5|sha\d*)|community (?:read|write)) simple\b.*",
                unless=r"snmp-agent usm-user v3 .*",
            ),
        },
    ),
    check(
        "password-length",
        _("Passwords have at least eight letters"),
        _("Short ones are guessed."),
        ("8.1.4.1 a",),
        Severity.MAJOR,
        {
            VRP: every(
                either(
                    need("set password min-length 8", r"(?:set )?password min-length \d+|user-password min-len \d+"),
                    need(
                        "local-aaa-user password policy administrator", r"local-aaa-user password policy administrator"
                    ),
                ),
                number(r"(?:set )?password min-length (\d+)", least=8, fix="set password min-length 8"),
            ),
            COMWARE: every(
                need("password-control enable", r"password-control enable(?: network-class)?"),
                number(r"password-control length (\d+)", least=8, fix="password-control length 10"),
            ),
            IOS: every(
                need("security passwords min-length 8", r"security passwords min-length \d+"),
                number(r"security passwords min-length (\d+)", least=8, fix="security passwords min-length 8"),
            ),
            RGOS: every(
                need("password policy min-size 8", r"password policy min-size \d+"),
                number(r"password policy min-size (\d+)", least=8, fix="password policy min-size 8"),
            ),
        },
    ),
    check(
        "password-complex",
        _("Passwords mix kinds of letters"),
        _("Words of a dictionary are tried first."),
        ("8.1.4.1 a",),
        Severity.MINOR,
        {
            VRP: forbid(
                r"undo (?:user-password complexity-check|password complexity.*)|user-password complexity-check disable"
            ),
            COMWARE: every(
                need(
                    "password-control composition type-number 3 type-length 1",
                    r"password-control (?:composition .*|enable(?: network-class)?)",
                ),
                forbid(r"undo password-control composition enable"),
            ),
            RGOS: need("password policy strong"),
        },
    ),
    check(
        "password-age",
        _("Passwords are changed within ninety days"),
        _("A password that got away works until it is changed."),
        ("8.1.4.1 a",),
        Severity.MINOR,
        {
            VRP: every(
                need("local-aaa-user password policy administrator"),
                number(r"password expire (\d+)", most=90, least=1, fix="password expire 90"),
            ),
            COMWARE: every(
                need("password-control enable", r"password-control enable(?: network-class)?"),
                forbid(r"undo password-control aging enable"),
                number(r"password-control aging (\d+)", most=90, fix="password-control aging 90"),
            ),
            RGOS: every(
                need("password policy life-cycle 90", r"password policy life-cycle \d+"),
                number(r"password policy life-cycle (\d+)", most=90, fix="password policy life-cycle 90"),
            ),
        },
    ),
    check(
        "lockout",
        _("Wrong passwords lock an account for a while"),
        _("Guessing must cost time."),
        ("8.1.4.1 b",),
        Severity.MAJOR,
        {
            VRP: forbid(r"undo local-aaa-user wrong-password"),
            COMWARE: every(
                need("password-control enable", r"password-control enable(?: network-class)?"),
                forbid(r"password-control login-attempt \d+ exceed unlock"),
            ),
            IOS: either(
                need("login block-for 600 attempts 5 within 60", r"login block-for \d+ attempts \d+ within \d+"),
                need("aaa local authentication attempts max-fail 5", r"aaa local authentication attempts max-fail \d+"),
            ),
            RGOS: forbid(r"no (?:aaa local authentication attempts|login attempts)"),
        },
    ),
    check(
        "no-factory-names",
        _("No account has a maker's well-known name"),
        _("Half of a sign-in that everybody knows is given away."),
        ("8.1.4.2 b",),
        Severity.MAJOR,
        {
            VRP: forbid(r"local-user (?:admin|huawei|root|guest) .*", unless=r".*\bstate block\b.*"),
            COMWARE: forbid(r"local-user (?:admin|h3c|root|guest)(?: class manage)?"),
            **both_ios(forbid(r"username (?:admin|cisco|ruijie|root|guest) .*")),
        },
    ),
    check(
        "account-services",
        _("No account may sign in over clear-text services"),
        _("An account that may use telnet or FTP will, once."),
        ("8.1.4.1 c", "8.1.4.2 d"),
        Severity.MAJOR,
        {
            VRP: forbid(r"local-user \S+ service-type .*\b(?:telnet|ftp|http)\b.*"),
            COMWARE: never(r"local-user .*", r"service-type .*\b(?:telnet|ftp|http)\b.*"),
        },
    ),
    check(
        "sign-in-never-open",
        _("No line and no account signs in without a password"),
        _("An open door is found within minutes."),
        ("8.1.4.1 a",),
        Severity.CRITICAL,
        {
            VRP: forbid(r"(?:authentication-mode none|ssh user \S+ authentication-type (?:all|none).*)"),
            COMWARE: forbid(r"authentication-mode none|ssh user .* authentication-type any\b.*"),
            **both_ios(
                every(
                    forbid(r"username \S+ (?:.*\b)?nopassword\b.*"),
                    never(r"line (?:vty|con|console|aux)\b.*", "no login"),
                )
            ),
            LINUX: forbid(r"PermitEmptyPasswords yes", SSHD),
        },
    ),
    check(
        "central-sign-in",
        _("A central server checks who signs in"),
        _("One place to add and to take away a person beats a hundred and thirty."),
        ("8.1.4.1 a", "8.1.5.1 a"),
        Severity.MINOR,
        {
            VRP: need("hwtacacs-server template ...", r"(?:hwtacacs|radius)-server template \S+"),
            COMWARE: need("hwtacacs scheme ...", r"(?:hwtacacs|radius) scheme (?!system)\S+"),
            **both_ios(
                need(
                    "tacacs server ...",
                    r"(?:(?:tacacs|radius) server|(?:tacacs|radius)-server host"
                    r"|aaa group server (?:tacacs\+|radius)) .*",
                )
            ),
        },
    ),
    check(
        "commands-recorded",
        _("Each command that is entered is recorded with its author"),
        _("After a fault the first question is who changed what."),
        ("8.1.4.3 a", "8.1.5.2 a"),
        Severity.MAJOR,
        {
            VRP: need("recording-scheme ...", r"(?:recording-scheme|accounting-scheme) (?!default)\S+"),
            COMWARE: need(
                "accounting command hwtacacs-scheme ...", r"accounting (?:command|login)\b.*|command accounting"
            ),
            **both_ios(
                either(
                    need(
                        "aaa accounting commands 15 default start-stop group tacacs+",
                        r"aaa accounting (?:commands|exec)\b.*",
                    ),
                    each("archive", "logging enable"),
                )
            ),
        },
    ),
    check(
        "ssh-no-root",
        _("Nobody signs in as root"),
        _("A name that all share names nobody in the log."),
        ("8.1.4.2 b", "8.1.4.2 d"),
        Severity.MAJOR,
        {LINUX: root_refused},
    ),
    check(
        "ssh-named-users",
        _("SSH is open to named accounts or groups only"),
        _("A service's account needs no sign-in."),
        ("8.1.4.2 d",),
        Severity.MINOR,
        {LINUX: need("AllowUsers ...", r"Allow(?:Users|Groups) .*", SSHD)},
    ),
    check(
        "ssh-no-forwarding",
        _("SSH forwards neither ports nor agents nor screens"),
        _("A device must not become a way around the packet filter."),
        ("8.1.3.2 a", "8.1.4.4 b"),
        Severity.MAJOR,
        {
            LINUX: every(
                need("AllowTcpForwarding no", r"(?:AllowTcpForwarding no|DisableForwarding yes)", SSHD),
                need("AllowAgentForwarding no", r"(?:AllowAgentForwarding no|DisableForwarding yes)", SSHD),
                need("X11Forwarding no", r"(?:X11Forwarding no|DisableForwarding yes)", SSHD),
            )
        },
    ),
    check(
        "ssh-log-level",
        _("SSH logs with which key somebody came"),
        _("Without the key's fingerprint a shared account names nobody."),
        ("8.1.4.3 a",),
        Severity.MINOR,
        {LINUX: need("LogLevel VERBOSE", r"LogLevel (?:VERBOSE|INFO|DEBUG\d?)", SSHD)},
    ),
    check(
        "ssh-keys-not-shared",
        _("No user may choose what SSH does by a file of their own"),
        _("Environment and host keys of a user are instructions from outside."),
        ("8.1.4.2 d",),
        Severity.MINOR,
        {LINUX: forbid(r"(?:PermitUserEnvironment yes|HostbasedAuthentication yes|IgnoreRhosts no)", SSHD)},
    ),
)

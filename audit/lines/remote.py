"""How people reach a device: which services it offers, over which lines, from where."""

from audit.lines.checks import check
from audit.lines.rules import Rule, both_ios, each, either, every, forbid, need, never, number, when
from audit.lines.text import COMWARE, IOS, LINUX, RGOS, VRP
from countynet.i18n import _
from countynet.vocabulary import Severity

VTY = r"(?:user-interface|line) vty .*"
CONSOLE = r"(?:user-interface|line) (?:con|console|aux|class (?:console|aux))\b.*"
SSHD = "*/sshd_config*"
_WEAK_CIPHER = r".*\b(?:3des|des|blowfish|arcfour|cast128|\w*[_-]cbc|cbc)\b.*"
CONSOLES = r"(?:user-interface|line) (?:con|console|aux) .*"
CLASSES = r"line class (?:console|aux)"


def _vrp_vty(wanted: str, pattern: str = "") -> Rule:
    """Return a rule about lines; 16 to 20, which every device has for its manager, are shut while they say nothing."""
    managers = r"user-interface vty 16 20"
    lines = each(r"user-interface vty (?!16 20$).*", wanted, pattern)
    return every(lines, each(managers, wanted, pattern, only=r".+"))


def _comware_vty(wanted: str, pattern: str = "") -> Rule:
    """Return a rule about lines; what `line class vty` says counts for each that does not say otherwise."""
    return either(each(VTY, wanted, pattern), each(r"line class vty", wanted, pattern))


CHECKS = (
    check(
        "telnet-off",
        _("Telnet is off"),
        _("Telnet carries passwords in clear text over every line on the way."),
        ("8.1.4.1 c", "8.1.4.4 b"),
        Severity.CRITICAL,
        {
            VRP: forbid(r"telnet (?:ipv6 )?server enable"),
            COMWARE: forbid(r"telnet server enable"),
            IOS: never(VTY, r"transport input (?:.*\b)?(?:telnet|all)\b.*"),
            RGOS: every(
                forbid("enable service telnet-server"), never(VTY, r"transport input (?:.*\b)?(?:telnet|all)\b.*")
            ),
        },
    ),
    check(
        "vty-ssh-only",
        _("Remote lines take SSH only"),
        _("A line that says nothing takes every protocol that the system still has."),
        ("8.1.4.1 c", "8.1.4.4 b"),
        Severity.CRITICAL,
        {
            VRP: _vrp_vty("protocol inbound ssh"),
            COMWARE: _comware_vty("protocol inbound ssh"),
            **both_ios(each(VTY, "transport input ssh", r"transport input (?:ssh|none)")),
        },
    ),
    check(
        "vty-addresses",
        _("Remote lines are limited to addresses"),
        _("Who cannot send a packet to the sign-in cannot guess its password."),
        ("8.1.4.4 c", "8.1.5.4 a"),
        Severity.MAJOR,
        {
            VRP: either(
                _vrp_vty("acl 2000 inbound", r"acl (?!ipv6)\S+ inbound"),
                need("ssh server acl 2000", r"ssh server acl .*"),
            ),
            COMWARE: either(
                need("ssh server acl 2000", r"ssh server acl (?!ipv6 ).*"),
                _comware_vty("acl 2000 inbound", r"acl (?!ipv6)(?:\S+ )?\S+ inbound"),
            ),
            **both_ios(each(VTY, "access-class 1 in", r"(?:ip )?access-class \S+ in(?: vrf-also| vrfname \S+)?")),
        },
    ),
    check(
        "http-off",
        _("Management over HTTP is off"),
        _("The web page of a device carries passwords in clear text and has been broken again and again."),
        ("8.1.4.1 c", "8.1.4.4 b"),
        Severity.CRITICAL,
        {
            VRP: forbid(r"http (?:ipv6 )?server enable"),
            COMWARE: forbid(r"ip http enable"),
            IOS: need("no ip http server"),
            RGOS: forbid(r"enable service web-server(?: http| all)?"),
        },
    ),
    check(
        "https-addresses",
        _("Management over HTTPS is limited to addresses"),
        _("A page that manages the network is nobody's business but the management zone's."),
        ("8.1.4.4 c",),
        Severity.MAJOR,
        {
            VRP: when(r"http secure-server enable", need("http acl 2000", r"http (?:secure-server )?acl .*")),
            COMWARE: when(r"ip https enable", need("ip https acl 2000", r"ip https acl .*")),
            IOS: when(r"ip http secure-server", need("ip http access-class 1", r"ip http access-class .*")),
        },
    ),
    check(
        "ftp-off",
        _("FTP and TFTP servers are off"),
        _("They give configurations and software away in clear text, TFTP without a password."),
        ("8.1.4.4 b",),
        Severity.MAJOR,
        {
            VRP: forbid(r"ftp (?:ipv6 )?server enable|tftp server enable"),
            COMWARE: forbid(r"ftp server enable|tftp-server enable"),
            **both_ios(forbid(r"(?:ftp-server (?:enable|write-enable|topdir)|tftp-server)\b.*")),
        },
    ),
    check(
        "ssh-version-2",
        _("SSH speaks version 2 only"),
        _("Version 1 can be read and altered by whoever sits on the way."),
        ("8.1.4.1 c",),
        Severity.CRITICAL,
        {
            VRP: forbid(r"ssh server compatible-ssh1x enable"),
            COMWARE: forbid(r"ssh server compatible-ssh1x enable"),
            **both_ios(need("ip ssh version 2")),
            LINUX: forbid(r"Protocol .*1.*", SSHD),
        },
    ),
    check(
        "ssh-tries",
        _("SSH ends a connection after few wrong passwords"),
        _("Each further try is one more guess."),
        ("8.1.4.1 b",),
        Severity.MINOR,
        {
            VRP: number(r"ssh server authentication-retries (\d+)", most=5, fix="ssh server authentication-retries 3"),
            COMWARE: number(
                r"ssh server authentication-retries (\d+)", most=5, fix="ssh server authentication-retries 3"
            ),
            **both_ios(number(r"ip ssh authentication-retries (\d+)", most=5, fix="ip ssh authentication-retries 3")),
        },
    ),
    check(
        "ssh-grace",
        _("SSH does not wait long for a sign-in"),
        _("Connections that never sign in keep others out."),
        ("8.1.4.1 b",),
        Severity.MINOR,
        {
            VRP: number(r"ssh server timeout (\d+)", most=120, fix="ssh server timeout 60"),
            COMWARE: number(
                r"ssh server authentication-timeout (\d+)", most=120, fix="ssh server authentication-timeout 60"
            ),
            **both_ios(number(r"ip ssh time-?out (\d+)", most=120, fix="ip ssh time-out 60")),
            LINUX: number(r"LoginGraceTime (\d+)s?", most=120, least=1, fix="LoginGraceTime 60", section=SSHD),
        },
    ),
    check(
        "ssh-ciphers",
        _("SSH offers strong ciphers only"),
        _("Old ciphers let a recorded session be read later."),
        ("8.1.4.1 c", "8.1.4.7 a"),
        Severity.MAJOR,
        {
            VRP: every(
                need("ssh server cipher aes256_ctr aes128_ctr", r"ssh server cipher .*"),
                forbid(r"ssh server cipher " + _WEAK_CIPHER),
            ),
            COMWARE: every(
                need("ssh2 algorithm cipher aes256-gcm aes256-ctr", r"ssh2 algorithm cipher .*"),
                forbid(r"ssh2 algorithm cipher " + _WEAK_CIPHER),
            ),
            IOS: every(
                need(
                    "ip ssh server algorithm encryption aes256-ctr aes128-ctr", r"ip ssh server algorithm encryption .*"
                ),
                forbid(r"ip ssh server algorithm encryption " + _WEAK_CIPHER),
            ),
            RGOS: every(
                need("ip ssh cipher-mode ctr gcm", r"ip ssh cipher-mode .*"), forbid(r"ip ssh cipher-mode .*\bcbc\b.*")
            ),
            LINUX: forbid(r"Ciphers " + _WEAK_CIPHER, SSHD),
        },
    ),
    check(
        "ssh-macs",
        _("SSH offers strong message authentication only"),
        _("MD5 and truncated SHA-1 are not to be relied on."),
        ("8.1.4.1 c", "8.1.4.7 a"),
        Severity.MINOR,
        {
            VRP: every(
                need("ssh server hmac sha2_256", r"ssh server hmac .*"),
                forbid(r"ssh server hmac .*\b(?:md5|md5_96|sha1|sha1_96)\b.*"),
            ),
            COMWARE: every(
                need("ssh2 algorithm mac sha2-256", r"ssh2 algorithm mac .*"),
                forbid(r"ssh2 algorithm mac .*\b(?:md5|md5-96|sha1|sha1-96)\b.*"),
            ),
            IOS: every(
                need("ip ssh server algorithm mac hmac-sha2-256", r"ip ssh server algorithm mac .*"),
                forbid(r"ip ssh server algorithm mac .*\bhmac-(?:md5|sha1)\b.*"),
            ),
            RGOS: every(
                need("ip ssh hmac-algorithm sha2-256", r"ip ssh hmac-algorithm .*"),
                forbid(r"ip ssh hmac-algorithm .*\b(?:md5|md5-96|sha1|sha1-96)\b.*"),
            ),
            LINUX: forbid(r"MACs .*\bhmac-(?:md5|sha1)\b.*", SSHD),
        },
    ),
    check(
        "ssh-key-exchange",
        _("SSH exchanges keys by strong groups"),
        _("A short group can be computed once and for all."),
        ("8.1.4.1 c", "8.1.4.7 a"),
        Severity.MINOR,
        {
            VRP: every(
                need("ssh server key-exchange dh_group16_sha512", r"ssh server key-exchange .*"),
                forbid(r"ssh server key-exchange .*\b(?:dh_group1_sha1|dh_group14_sha1|dh_group_exchange_sha1)\b.*"),
            ),
            COMWARE: every(
                need("ssh2 algorithm key-exchange ecdh-sha2-nistp384", r"ssh2 algorithm key-exchange .*"),
                forbid(r"ssh2 algorithm key-exchange .*\bdh-group(?:1|14|-exchange)-sha1\b.*"),
            ),
            IOS: either(
                need("ip ssh dh min size 2048", r"ip ssh dh min size (?:2048|4096)"),
                need("ip ssh server algorithm kex ecdh-sha2-nistp384", r"ip ssh server algorithm kex (?!.*sha1).*"),
            ),
            RGOS: every(
                need("ip ssh key-exchange ecdh_sha2_nistp384", r"ip ssh key-exchange .*"),
                forbid(r"ip ssh key-exchange .*\bdh_group(?:1|14|_exchange)_sha1\b.*"),
            ),
            LINUX: forbid(r"KexAlgorithms .*\bdiffie-hellman-group(?:1|14|-exchange)-sha1\b.*", SSHD),
        },
    ),
    check(
        "idle-remote",
        _("Idle remote sessions end within ten minutes"),
        _("A session left open at a desk is everybody's."),
        ("8.1.4.1 b",),
        Severity.MAJOR,
        {
            VRP: every(
                never(VTY, r"idle-timeout 0(?: 0)?"),
                number(r"idle-timeout (\d+)(?: \d+)?", most=10, fix="idle-timeout 10 0", head=VTY),
            ),
            COMWARE: every(
                never(VTY, r"idle-timeout 0(?: 0)?"),
                number(r"idle-timeout (\d+)(?: \d+)?", most=10, fix="idle-timeout 10 0", head=VTY),
            ),
            **both_ios(
                every(
                    never(VTY, r"no exec-timeout|exec-timeout 0(?: 0)?"),
                    number(r"exec-timeout (\d+)(?: \d+)?", most=10, fix="exec-timeout 10 0", head=VTY),
                )
            ),
        },
    ),
    check(
        "idle-console",
        _("Idle console sessions end"),
        _("Whoever plugs in after the engineer has left is the engineer."),
        ("8.1.4.1 b",),
        Severity.MINOR,
        {
            VRP: never(CONSOLE, r"idle-timeout 0(?: 0)?"),
            COMWARE: never(CONSOLE, r"idle-timeout 0(?: 0)?"),
            **both_ios(never(CONSOLE, r"no exec-timeout|exec-timeout 0(?: 0)?")),
        },
    ),
    check(
        "console-signs-in",
        _("The console asks who signs in"),
        _("A cabinet can be opened; the port in it should not open the network."),
        ("8.1.4.1 a",),
        Severity.CRITICAL,
        {
            VRP: each(CONSOLE, "authentication-mode aaa", r"authentication-mode (?:aaa|password)"),
            COMWARE: either(
                each(CONSOLES, "authentication-mode scheme", r"authentication-mode (?:scheme|password)"),
                each(CLASSES, "authentication-mode scheme", r"authentication-mode (?:scheme|password)"),
            ),
            **both_ios(
                either(
                    need("aaa new-model"),
                    each(r"line con(?:sole)? .*", "login local", r"login(?: local| authentication .*)?"),
                )
            ),
        },
    ),
    check(
        "vty-signs-in",
        _("Remote lines ask for a name and a password"),
        _("A password that all share names nobody in the log."),
        ("8.1.4.1 a", "8.1.4.2 b"),
        Severity.CRITICAL,
        {
            VRP: _vrp_vty("authentication-mode aaa"),
            COMWARE: _comware_vty("authentication-mode scheme"),
            **both_ios(either(need("aaa new-model"), each(VTY, "login local", r"login (?:local|authentication .*)"))),
        },
    ),
    check(
        "vty-no-privilege",
        _("Remote lines give nobody full rights by themselves"),
        _("Rights belong to a person, not to a line."),
        ("8.1.4.2 d",),
        Severity.MAJOR,
        {
            VRP: never(VTY, r"user privilege level (?:[3-9]|1[0-5])"),
            COMWARE: never(VTY, r"user privilege level 3", skip=r"authentication-mode scheme"),
            **both_ios(never(VTY, r"privilege level (?:[2-9]|1[0-5])")),
        },
    ),
    check(
        "aux-closed",
        _("The auxiliary line is closed"),
        _("Nobody watches a modem's port."),
        ("8.1.4.4 b",),
        Severity.MINOR,
        {**both_ios(each(r"line aux .*", "no exec", r"no exec|transport input none"))},
    ),
    check(
        "banner",
        _("A notice stands before sign-in"),
        _("Who was told that only authorised staff may enter cannot say he did not know."),
        ("8.1.4.1 a",),
        Severity.MINOR,
        {
            VRP: need('header login information "..."', r"header (?:login|shell) .*"),
            COMWARE: need("header login %...%", r"header (?:login|legal|motd|shell|incoming)\b.*"),
            **both_ios(need("banner login ^C...^C", r"banner (?:login|motd|exec)\b.*")),
            LINUX: need("Banner /etc/issue.net", r"Banner (?!none)\S+", SSHD),
        },
    ),
)

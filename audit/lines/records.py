"""Time and logs of a device: that what happened can be told in order, later, elsewhere."""

from audit.lines.checks import check
from audit.lines.rules import both_ios, either, every, forbid, need, when
from audit.lines.text import COMWARE, IOS, LINUX, RGOS, VRP
from countynet.i18n import _
from countynet.vocabulary import Severity

CHRONY, RSYSLOG = "*/chrony.conf", "*/rsyslog*"

CHECKS = (
    check(
        "ntp-two",
        _("Two time servers are asked"),
        _("With one, nobody notices that it is wrong."),
        ("8.1.4.3 b", "8.1.5.4 d"),
        Severity.MINOR,
        {
            VRP: need("ntp-service unicast-server ...", r"ntp-service (?:ipv6 )?unicast-server .*", times=2),
            COMWARE: need("ntp-service unicast-server ...", r"ntp-service (?:ipv6 )?unicast-server .*", times=2),
            **both_ios(need("ntp server ...", r"ntp (?:server|peer) .*", times=2)),
            LINUX: need("server ...", r"(?:server|pool|peer) .*", CHRONY, times=2),
        },
    ),
    check(
        "ntp-authenticated",
        _("Time comes with authentication"),
        _("Who sets the clock sets when a certificate ends and in which order things happened."),
        ("8.1.4.3 b", "8.1.4.1 c"),
        Severity.MINOR,
        {
            VRP: every(
                need("ntp-service authentication enable"),
                forbid(r"ntp-service unicast-server .*", unless=r".*\bauthentication-keyid \d+.*"),
            ),
            COMWARE: every(
                need("ntp-service authentication enable"),
                forbid(r"ntp-service unicast-server .*", unless=r".*\bauthentication-keyid \d+.*"),
            ),
            **both_ios(
                every(
                    need("ntp authenticate"),
                    need("ntp trusted-key 1", r"ntp trusted-key .*"),
                    forbid(r"ntp server .*", unless=r".*\bkey \d+.*"),
                )
            ),
            LINUX: forbid(r"(?:server|pool|peer) .*", CHRONY, unless=r".*\b(?:key \d+|nts)\b.*"),
        },
    ),
    check(
        "ntp-not-given",
        _("The device gives time to nobody who did not get it from us"),
        _("An open time server is a mirror for attacks."),
        ("8.1.4.4 b",),
        Severity.MINOR,
        {
            VRP: when(
                r"ntp-service .*",
                either(
                    need("ntp-service server disable"), need("ntp-service access peer 2000", r"ntp-service access .*")
                ),
            ),
            COMWARE: when(
                r"ntp-service .*",
                either(
                    need("ntp-service peer acl 2000", r"ntp-service (?:peer|server|synchronization|query) acl .*"),
                    need("ntp-service inbound enable", r"undo ntp-service inbound enable"),
                ),
            ),
            **both_ios(
                when(
                    r"(?:no )?ntp .*",
                    either(
                        need("ntp access-group peer 1", r"ntp access-group .*"),
                        need("ntp allow mode control 3", r"no ntp (?:allow mode|service|server).*"),
                    ),
                )
            ),
            LINUX: forbid(r"allow\b.*", CHRONY),
        },
    ),
    check(
        "timezone",
        _("The time zone is set"),
        _("Logs of two devices in two zones do not make one story."),
        ("8.1.4.3 b",),
        Severity.MINOR,
        {
            VRP: need("clock timezone BJ add 08:00:00", r"clock timezone .*"),
            COMWARE: need("clock timezone BJ add 08:00:00", r"clock timezone .*"),
            **both_ios(need("clock timezone BJ 8", r"clock timezone .*")),
        },
    ),
    check(
        "syslog-two",
        _("Logs go to two places"),
        _("Who breaks into one log server still leaves traces in the other."),
        ("8.1.4.3 c", "8.1.5.4 d"),
        Severity.MAJOR,
        {
            VRP: need("info-center loghost ...", r"info-center loghost (?!source)\S+.*", times=2),
            COMWARE: need("info-center loghost ...", r"info-center loghost (?!source)\S+.*", times=2),
            IOS: need("logging host ...", r"logging (?:host )?\d\S+.*", times=2),
            RGOS: need("logging server ...", r"logging (?:server |host )?\d\S+.*", times=2),
            LINUX: need('*.* action(type="omfwd" target="...")', r".*(?:\btarget=\"|@@?)\d.*", RSYSLOG, times=2),
        },
    ),
    check(
        "syslog-stamped",
        _("Log lines carry date and time"),
        _("Seconds since start say nothing after a restart."),
        ("8.1.4.3 b",),
        Severity.MINOR,
        {
            VRP: forbid(r"(?:info-center timestamp log (?:boot|none|short-date).*|undo info-center timestamp log.*)"),
            COMWARE: forbid(
                r"info-center timestamp (?:loghost )?(?:boot|none)\b.*|info-center timestamp loghost no-year-date"
            ),
            **both_ios(
                need(
                    "service timestamps log datetime msec localtime show-timezone",
                    r"service timestamps log datetime\b.*",
                )
            ),
        },
    ),
    check(
        "syslog-on",
        _("Logging is on"),
        _("A silent device hides its own misuse."),
        ("8.1.4.3 a",),
        Severity.MAJOR,
        {
            VRP: forbid(r"undo info-center enable|info-center disable"),
            COMWARE: forbid(r"undo info-center enable|info-center disable"),
            **both_ios(forbid(r"no logging (?:on|server|trap|buffered)\b.*")),
        },
    ),
    check(
        "syslog-kept",
        _("The device keeps its latest log lines itself"),
        _("When the way to the log server is what broke, these are all there is."),
        ("8.1.4.3 a",),
        Severity.MINOR,
        {
            VRP: forbid(r"undo info-center logbuffer\b.*"),
            COMWARE: forbid(r"undo info-center logbuffer\b.*"),
            **both_ios(need("logging buffered 65536", r"logging buffered\b.*")),
        },
    ),
    check(
        "syslog-source",
        _("Logs leave with the device's own address"),
        _("A device that logs from three addresses is three devices to the log server."),
        ("8.1.4.3 b",),
        Severity.MINOR,
        {
            VRP: when(
                r"info-center loghost .*",
                either(
                    need("info-center loghost source LoopBack0", r"info-center loghost source .*"),
                    need("info-center loghost ... source-ip ...", r"info-center loghost .*\bsource-ip \S+.*"),
                ),
            ),
            COMWARE: when(
                r"info-center loghost .*",
                need("info-center loghost source LoopBack0", r"info-center loghost source .*"),
            ),
            **both_ios(
                when(
                    r"logging (?:host|server)? ?\d.*",
                    need("logging source-interface Loopback0", r"logging source[- ](?:interface|ip)\b.*"),
                )
            ),
        },
    ),
    check(
        "sign-ins-logged",
        _("Failed and successful sign-ins are logged"),
        _("A hundred failures and then a success is a break-in."),
        ("8.1.4.3 a",),
        Severity.MAJOR,
        {
            IOS: every(
                need("login on-failure log", r"login on-failure(?: log)?\b.*"),
                need("login on-success log", r"login on-success(?: log)?\b.*"),
            ),
        },
    ),
    check(
        "console-quiet",
        _("The console is not flooded by logs"),
        _("At 9,600 baud a storm of messages stops the device that prints them."),
        ("8.1.4.4 b",),
        Severity.MINOR,
        {
            IOS: need(
                "logging console critical", r"no logging console|logging console (?:critical|alerts|emergencies|errors)"
            )
        },
    ),
    check(
        "configuration-kept",
        _("The device keeps older configurations"),
        _("The way back after a change must not depend on the network that it broke."),
        ("8.1.10.8",),
        Severity.MINOR,
        {
            VRP: need("set save-configuration interval 720", r"set save-configuration\b.*"),
            COMWARE: need(
                "archive configuration location flash:/ filename-prefix county",
                r"archive configuration (?:location|interval|max)\b.*",
            ),
            **both_ios(need("archive / path flash:county", r"path \S+:.*")),
        },
    ),
    check(
        "logs-forwarded-safely",
        _("Logs are forwarded over TCP and kept while the server is away"),
        _("What UDP loses nobody misses."),
        ("8.1.4.3 c",),
        Severity.MINOR,
        {
            LINUX: either(
                need('queue.type="LinkedList" queue.filename="..."', r".*queue\.(?:filename|type)=.*", RSYSLOG),
                need("@@...", r".*(?:protocol=\"tcp\"|@@\d).*", RSYSLOG),
            )
        },
    ),
)

"""What IOS and RGOS show: `show` commands, what stands behind a `|`, log messages; after references and recordings."""

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from topology.twin.vendor.device import SYSTEM, Actor, Device
from topology.twin.vendor.grammar import Refused
from topology.twin.vendor.ios_words import INCOMPLETE, INVALID

if TYPE_CHECKING:
    from topology.twin.vendor.ios import IosShell

REVERT, RELOAD = "revert", "reload"
"""the names of the timers, and of what is kept of them"""
NVRAM = 262144
PERSON = "snmp-server user "
_PERSON = re.compile(
    r"snmp-server user (?P<name>\S+) (?P<group>\S+) v3 "
    r"auth (?P<auth>sha-2 \d+|sha\d*|md5) \S+ priv (?P<priv>aes \d+|\S+) \S+"
)
_SECRET = re.compile(r"\b(secret|password|key|pre-shared-key|auth (?:sha-2 )?\S+|priv (?:aes )?\S+)((?: \d)?) \S+")


def filtered(lines: list[str], words: list[str]) -> list[str]:
    """Return what `| include TEXT`, `| exclude`, `| begin` or `| section` leaves of lines. Raises Refused."""
    if "|" not in words:
        return lines
    at = words.index("|")
    how, what = (words[at + 1 : at + 2] or [""])[0].lower(), " ".join(words[at + 2 :])
    if not how or not what:
        raise Refused(INCOMPLETE)
    try:
        pattern = re.compile(what)
    except re.error:
        raise Refused(f"% Failed to compile regular expression.\n\n% Bad pattern: {what}") from None
    for name, act in (("include", _include), ("exclude", _exclude), ("begin", _begin), ("section", _section)):
        if name.startswith(how):
            return act(lines, pattern)
    raise Refused(INVALID, 0)


def _include(lines: list[str], pattern: re.Pattern[str]) -> list[str]:
    return [line for line in lines if pattern.search(line)]


def _exclude(lines: list[str], pattern: re.Pattern[str]) -> list[str]:
    return [line for line in lines if not pattern.search(line)]


def _begin(lines: list[str], pattern: re.Pattern[str]) -> list[str]:
    start = next((n for n, line in enumerate(lines) if pattern.search(line)), len(lines))
    return lines[start:]


def _section(lines: list[str], pattern: re.Pattern[str]) -> list[str]:
    found, depth = list[str](), -1
    for line in lines:
        mine = len(line) - len(line.lstrip())
        if depth >= 0 and mine > depth:
            found.append(line)
            continue
        depth = -1
        if pattern.search(line) and line.strip() != "!":
            found.append(line)
            depth = mine
    return found


def is_saved(device: Device) -> bool:
    """Whether what runs is what would be loaded at power-on."""
    return device.startup is not None and device.grammar.load(device.startup).same(
        device.grammar.load("\n".join(device.grammar.shown(device.running, secrets=True)))
    )


def who(actor: Actor) -> str:
    """Return who somebody is, as log messages say it."""
    return f"{actor.user} on {actor.line} ({actor.address})"


def configured(device: Device, actor: Actor) -> None:
    """Write the log message that somebody has left configuration."""
    if actor is not SYSTEM:
        device.write(f"%SYS-5-CONFIG_I: Configured from console by {who(actor)}")


def record(device: Device, actor: Actor, line: str) -> None:
    """Write the log message that a command was given, where `archive` is told to."""
    logs = device.running.below(("archive", "log config"))
    if any(e.text.startswith("notify syslog") for e in logs) and any(e.text == "logging enable" for e in logs):
        masked = _SECRET.sub(r"\1\2 *****", line)
        device.write(f"%PARSER-5-CFGLOG_LOGGEDCMD: User:{actor.user}  logged command:{masked}")


def running(device: Device) -> list[str]:
    """Return what runs as it is printed, with its head."""
    lines = device.grammar.shown(device.running)
    size = sum(len(line.encode()) + 1 for line in lines)
    changed = device.store.get("changed")
    if changed:
        lines = ["!", f"! Last configuration change at {changed}", *lines]
    return ["Building configuration...", "", f"Current configuration : {size} bytes", *lines]


def show_running_config(shell: "IosShell", words: list[str]) -> list[str]:
    """`show running-config [interface NAME]`."""
    asked = words[: words.index("|")] if "|" in words else words
    lines = seen(shell, running(shell.device))
    if not asked or asked[0] in ("all", "brief", "full"):
        return lines
    if not "interface".startswith(asked[0]) or len(asked) < 2:
        raise Refused(INVALID, len("show running-config "))
    head = shell.device.grammar.normal((), f"interface {' '.join(asked[1:])}")  # type: ignore[attr-defined]
    if head not in lines:
        raise Refused(INVALID, len("show running-config interface "))
    start = lines.index(head)
    end = next(n for n in range(start, len(lines)) if lines[n] == "!")
    block = lines[start:end]
    size = sum(len(line.encode()) + 1 for line in block)
    return ["Building configuration...", "", f"Current configuration : {size} bytes", "!", *block, "end", ""]


def show_startup_config(shell: "IosShell", words: list[str]) -> list[str]:
    """`show startup-config`."""
    if shell.device.startup is None:
        return ["startup-config is not present"]
    text = shell.device.startup.rstrip("\n").split("\n")
    return [f"Using {len(shell.device.startup.encode())} out of {NVRAM} bytes", *seen(shell, text)]


def seen(shell: "IosShell", lines: list[str]) -> list[str]:
    """Return the lines of a configuration that are printed: IOS keeps the users of SNMPv3 to itself."""
    return [line for line in lines if not (shell.KEEPS_PEOPLE and line.startswith(PERSON))]


def show_snmp_user(shell: "IosShell", words: list[str]) -> list[str]:
    """`show snmp user [NAME]`: who there is and how they are asked, never with which keys."""
    found: list[str] = []
    for entry in shell.device.running.roots:
        match = _PERSON.fullmatch(entry.text)
        if match and (not words or words[0] in ("|", match["name"])):
            auth, priv = match["auth"].replace("sha-2 ", "SHA").upper(), match["priv"].replace(" ", "").upper()
            found += [
                f"User name: {match['name']}",
                "Engine ID: 800000090300525400000001",
                "storage-type: nonvolatile\t active",
                f"Authentication Protocol: {auth}",
                f"Privacy Protocol: {priv}",
                f"Group-name: {match['group']}",
                "",
            ]
    return found


def _uptime(booted: datetime) -> str:
    up = datetime.now(UTC) - booted
    parts = {"week": up.days // 7, "day": up.days % 7, "hour": up.seconds // 3600, "minute": up.seconds // 60 % 60}
    said = [f"{n} {unit}{'' if n == 1 else 's'}" for unit, n in parts.items() if n]
    return ", ".join(said) or "0 minutes"


def show_version(shell: "IosShell", words: list[str]) -> list[str]:
    """`show version`."""
    about, software, booted = shell.device.about.model, shell.device.software, shell.device.booted
    image = software.current[-1] if software.current else shell.grammar.image
    kind = image.partition("-")[0].upper()
    known = f"{kind} Software ({kind}-UNIVERSALK9-M), Version {software.version}, RELEASE SOFTWARE"
    major, *rest = software.version.split(".")
    return [
        *([] if shell.grammar.switches else [f"Cisco IOS XE Software, Version {'.'.join([major, *_padded(rest)])}"]),
        f"Cisco IOS Software, {known} (fc3)",
        "Technical Support: http://www.cisco.com/techsupport",
        "Copyright (c) 1986-2018 by Cisco Systems, Inc.",
        "",
        "ROM: Bootstrap program is simulated",
        "",
        f"{shell.name} uptime is {_uptime(booted)}",
        "System returned to ROM by reload",
        f"System restarted at {booted:%H:%M:%S UTC %a %b} {booted.day} {booted.year}",
        f'System image file is "{shell.grammar.flash}{image}"',
        "Last reload reason: Reload Command",
        "",
        f"cisco {about} (simulated) processor with 524288K bytes of memory.",
        "Processor board ID SIMULATED",
        "",
        "Configuration register is 0xF" if shell.grammar.switches else "Configuration register is 0x2102",
        "",
    ]


def _padded(parts: list[str]) -> list[str]:
    return [part.zfill(2) for part in parts]


def show_clock(shell: "IosShell", words: list[str]) -> list[str]:
    """`show clock`."""
    now = datetime.now(UTC)
    return [f"*{now:%H:%M:%S}.{now.microsecond // 1000:03} UTC {now:%a %b} {now.day} {now.year}"]


def show_users(shell: "IosShell", words: list[str]) -> list[str]:
    """`show users`."""
    lines = ["    Line       User       Host(s)              Idle       Location"]
    for number, session in sorted(shell.device.sessions.items()):
        mark = "*" if session.actor is shell.actor else " "
        line = f"{number + 1} vty {number}"
        lines.append(
            f"{mark}{line:>8}     {session.actor.user:<10} idle                 00:00:00 {session.actor.address}"
        )
    return [*lines, "", "  Interface    User               Mode         Idle     Peer Address"]


def show_logging(shell: "IosShell", words: list[str]) -> list[str]:
    """`show logging`."""
    log = shell.device.log
    return [
        "Syslog logging: enabled (0 messages dropped, 0 messages rate-limited, 0 flushes, 0 overruns, xml disabled)",
        "",
        "    Console logging: disabled",
        f"    Monitor logging: level debugging, {len(log)} messages logged, xml disabled,",
        f"    Buffer logging:  level debugging, {len(log)} messages logged, xml disabled,",
        "",
        "Log Buffer (8192 bytes):",
        "",
        *(f"*{moment:%b %e %H:%M:%S}.{moment.microsecond // 1000:03}: {message}" for moment, message in log),
    ]


def show_reload(shell: "IosShell", words: list[str]) -> list[str]:
    """`show reload`."""
    left, plan = shell.device.remaining(RELOAD), shell.device.store.get(RELOAD)
    if left is None or plan is None:
        return ["No reload is scheduled."]
    return [planned(plan["at"], left, plan["actor"]), "Reload reason: Reload Command"]


def planned(at: datetime, seconds: float, actor: Actor) -> str:
    """Return how a planned restart is told."""
    minutes = round(seconds / 60)
    left = f"{minutes // 60} hours and {minutes % 60} minutes" if minutes >= 60 else f"{minutes} minutes"
    return f"Reload scheduled for {at:%H:%M:%S UTC %a %b} {at.day} {at.year} (in {left}) by {who(actor)}"


def archive_path(device: Device) -> str:
    """Return where configurations are archived, or nothing."""
    return next((e.text.split()[1] for e in device.running.below(("archive",)) if e.text.startswith("path ")), "")


def show_archive(shell: "IosShell", words: list[str]) -> list[str]:
    """`show archive`."""
    path = archive_path(shell.device)
    if not path:
        return [" Archive feature not enabled"]
    count = shell.device.store.get("archives", 0)
    return [
        "The maximum archive configurations allowed is 10.",
        f"There are currently {count} archive configurations saved.",
        f"The next archive file will be named {path}-{count}",
        " Archive #  Name",
        *(f"   {n + 1}       {path}-{n}{' <- Most Recent' if n + 1 == count else ''}" for n in range(count)),
    ]


def show_rollback(shell: "IosShell", words: list[str]) -> list[str]:
    """`show archive config rollback timer`."""
    plan, left = shell.device.store.get(REVERT), shell.device.remaining(REVERT)
    if plan is None or left is None:
        return ["%No Rollback Confirmed Change pending"]
    since: datetime = plan["since"]
    return [
        f"Time configured(or reconfigured): {since:%H:%M:%S UTC %a %b} {since.day} {since.year}",
        f"Timer type: {plan['kind']} timer",
        f"Timer value: {plan['minutes']} min",
        f"User: {plan['actor'].user}",
    ]

"""What VRP shows: `display` commands, greetings, log messages; forms after its references and recorded outputs."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from topology.twin.vendor.device import SYSTEM, Actor, Device
from topology.twin.vendor.grammar import Refused
from topology.twin.vendor.vrp_words import two_phase

if TYPE_CHECKING:
    from topology.twin.vendor.vrp import VrpShell


def greeting(device: Device) -> str:
    """Return the notice after signing in."""
    users = len(device.sessions)
    lines = [
        f"Info: The max number of VTY users is 21, the number of current VTY users online is {users}, and total "
        "number of terminal users online is 1."
        if two_phase(device.about.model)
        else f"Info: The max number of VTY users is 5, and the number\n      of current VTY users on line is {users}.",
        f"      The current login time is {datetime.now(UTC):%Y-%m-%d %H:%M:%S}+00:00.",
    ]
    return "\n".join(lines)


def save_question(device: Device) -> str:
    """Return what `save` asks."""
    if two_phase(device.about.model):
        return "Warning: The current configuration will be written to the device. Continue? [Y/N]:"
    if device.about.model.upper().startswith("AR"):
        return (
            "  Warning: The current configuration will be written to the device.\r\n  Are you sure to continue?[Y/N]:"
        )
    return "The current configuration will be written to the device.\r\nAre you sure to continue?[Y/N]:"


def saved(device: Device) -> str:
    """Return what `save` says when it is done."""
    if two_phase(device.about.model):
        return "Now saving the current configuration to the slot 1 .\nInfo: Save the configuration successfully."
    if device.about.model.upper().startswith("AR"):
        return (
            "  It will take several minutes to save configuration file, please wait.......\n"
            "  Configuration file had been saved successfully\n"
            "  Note: The configuration file will take effect after being activated"
        )
    return "Now saving the current configuration to the slot 0.\nSave the configuration successfully."


def is_saved(device: Device) -> bool:
    """Whether what runs is what would be loaded at power-on."""
    return device.startup is not None and device.grammar.load(device.startup).same(
        device.grammar.load("\n".join(device.grammar.shown(device.running, secrets=True)))
    )


def record(device: Device, actor: Actor, line: str) -> None:
    """Write the log message that a command was given, by whom and from where."""
    if actor is SYSTEM:
        return
    masked = re.sub(r"(cipher|simple|pre-shared-key) \S+$", r"\1 ******", line)
    device.write(
        f"SHELL/5/CMDRECORD(s)[{len(device.log)}]:Recorded command information. (Task={actor.line.upper()}, "
        f'Ip={actor.address}, VpnName=, User={actor.user}, AuthenticationMethod="Local-user", Command="{masked}")'
    )


def changed(device: Device, actor: Actor) -> None:
    """Write that the configuration is another, a moment later and once for what changes meanwhile."""
    if device.remaining("changed") is not None:
        return
    if two_phase(device.about.model):
        words = (
            "CONFIGURATION/6/NETCONF_CONFIG_CHANGE_EVENT(l):The configuration changed. (Internal change =0, "
            f"User name ={actor.user}, Session ID =0, Command source address ={actor.address}, Storage type =1, "
            "Terminal type =0)"
        )
    else:
        number = device.store["number"] = device.store.get("number", 0) + 1
        words = (
            "DS/4/DATASYNC_CFGCHANGE(l):OID 1.3.6.1.4.1.2011.5.25.191.3.1 configurations have been changed. The "
            f"current change number is {number}, the change loop count is 0, and the maximum number of records is 4095."
        )
    device.after("changed", 1, lambda: device.write(words))


def filtered(lines: list[str], words: list[str]) -> list[str]:
    """Return the lines that `| include TEXT`, `| exclude` or `| begin` leave."""
    if "|" not in words:
        return lines
    at = words.index("|")
    how, what = (words[at + 1 : at + 2] or [""])[0], " ".join(words[at + 2 :])
    if not what:
        raise Refused("Incomplete command", 0)
    if "begin".startswith(how):
        start = next((n for n, line in enumerate(lines) if re.search(what, line)), len(lines))
        return lines[start:]
    wanted = "include".startswith(how)
    return [line for line in lines if bool(re.search(what, line)) is wanted]


def show_current(shell: "VrpShell", words: list[str]) -> list[str]:
    """`display current-configuration [interface NAME | configuration NAME]`."""
    lines = shell.device.grammar.shown(shell.device.running)
    asked = words[: words.index("|")] if "|" in words else words
    if not asked:
        return lines
    sort = {"interface": "interface", "configuration": ""}.get(asked[0])
    if sort is None:
        raise Refused("Unrecognized command", len("display current-configuration "))
    wanted = " ".join(filter(None, [sort, "".join(asked[1:])])).lower()
    return [*_sections(lines, wanted), "return"]


def _sections(lines: list[str], wanted: str) -> Iterator[str]:
    section: list[str] = []
    for line in [*lines, "#"]:
        if line == "#":
            if section and section[0].lower().startswith(wanted):
                yield from ["#", *section]
            section = []
        else:
            section.append(line)
    yield "#"


def show_this(shell: "VrpShell", words: list[str]) -> list[str]:
    """`display this`: the view's own lines as they run."""
    if not shell.path:
        return ["#", "return"]
    grammar = shell.device.grammar
    lines = grammar.shown(shell.device.running)
    found = list(_sections(lines, shell.path[0].lower()))
    return [*(found if len(found) > 1 else ["#"]), "return"]


def show_saved(shell: "VrpShell", words: list[str]) -> list[str]:
    """`display saved-configuration`."""
    if shell.device.startup is None:
        return ["Info: There is no configuration file."]
    return shell.device.startup.rstrip("\n").split("\n")


def show_candidate(shell: "VrpShell", words: list[str]) -> list[str]:
    """`display configuration candidate [merge]`: lines that wait, or all as it would be."""
    if shell.immediate:
        raise Refused("Unrecognized command", len("display "))
    if words[:1] == ["merge"]:
        return shell.device.grammar.shown(shell.target())
    return [line for _path, line in shell.waiting]


def show_trial_status(shell: "VrpShell", words: list[str]) -> list[str]:
    """`display configuration trial status`."""
    trial = shell.device.store.get("trial")
    if not trial:
        return ["Info: No configuration trial is running."]
    left = shell.device.remaining("trial") or 0
    return [
        "Trial status   : ACTIVE",
        f"Trial user     : {trial['actor'].user}",
        f"Trial time     : {trial['seconds']}(s)",
        f"Time remaining : {left:.0f}(s)",
        f"Persist ID     : {trial['persist'] or '-'}",
    ]


def show_commits(shell: "VrpShell", words: list[str]) -> list[str]:
    """`display configuration commit list`."""
    lines = ["-" * 70, "No.  CommitId    Label           User            TimeStamp", "-" * 70]
    history = shell.device.store.get("history", [])
    for n, (number, actor, moment) in enumerate(reversed(history), 1):
        lines.append(f"{n:<5}{number:<12}{'-':<16}{actor.user:<16}{moment:%Y-%m-%d %H:%M:%S}")
    return [*lines, "-" * 70]


def show_version(shell: "VrpShell", words: list[str]) -> list[str]:
    """`display version`."""
    model = shell.device.about.model
    main = "8.191" if two_phase(model) else "5.170"
    up = datetime.now(UTC) - shell.device.booted
    hours, minutes = up.seconds // 3600, up.seconds // 60 % 60
    uptime = f"{up.days // 7} weeks, {up.days % 7} days, {hours} hours, {minutes} minutes"
    sort = "Router" if model.startswith(("AR", "NE")) else "Firewall" if model.startswith("USG") else "Routing Switch"
    return [
        "Huawei Versatile Routing Platform Software",
        f"VRP (R) software, Version {main} ({model} {shell.device.software.version})",
        "Copyright (C) 2000-2021 HUAWEI TECH Co., Ltd.",
        f"HUAWEI {model} {sort} uptime is {uptime}",
    ]


def show_users(shell: "VrpShell", words: list[str]) -> list[str]:
    """`display users`."""
    lines = ["  User-Intf    Delay    Type   Network Address     AuthenStatus    AuthorcmdFlag"]
    for number, session in sorted(shell.device.sessions.items()):
        mark = "+" if session.actor is shell.actor else " "
        lines.append(f"{mark} {34 + number} VTY {number}   00:00:00  SSH    {session.actor.address:<20}pass")
        lines.append(f"  Username : {session.actor.user}")
    return lines


def show_hardware(shell: "VrpShell", words: list[str]) -> list[str]:
    """`display device`."""
    model = shell.device.about.model
    return [
        f"{model}'s Device status:",
        "Slot Sub Type                 Online    Power      Register       Alarm      Primary",
        "-" * 78,
        f"0    -   {model:<21}Present   PowerOn    Registered     Normal     Master",
    ]


def show_logbuffer(shell: "VrpShell", words: list[str]) -> list[str]:
    """`display logbuffer`: the newest first."""
    lines = [
        "Logging buffer configuration and contents: enabled",
        f"Allowed max buffer size: {shell.device.log.maxlen}",
        f"Actual buffer size: {shell.device.log.maxlen}",
        f"Current messages: {len(shell.device.log)}",
        "",
    ]
    for moment, message in reversed(shell.device.log):
        lines.append(f"{moment:%b %d %Y %H:%M:%S}+00:00 {shell.name} %%01{message}")
    return lines


def show_clock(shell: "VrpShell", words: list[str]) -> list[str]:
    """`display clock`."""
    now = datetime.now(UTC)
    return [f"{now:%Y-%m-%d %H:%M:%S}+00:00", f"{now:%A}", "Time Zone(Default Zone Name) : UTC+00:00"]


def show_scheduled(shell: "VrpShell", words: list[str]) -> list[str]:
    """`display schedule reboot`."""
    left, at = shell.device.remaining("reload"), shell.device.store.get("reload")
    if left is None or at is None:
        return ["Info: No scheduled reboot is configured."]
    rest = timedelta(seconds=left)
    hours, minutes = int(rest.total_seconds()) // 3600, int(rest.total_seconds()) // 60 % 60
    return [f"Info: System will reboot at {at:%H:%M:%S %Y/%m/%d} UTC (in {hours} hours and {minutes} minutes)."]

"""What Comware shows: `display` commands, the notice at sign-in, log messages; after its references and recordings."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from topology.twin.vendor.device import SYSTEM, Actor, Device
from topology.twin.vendor.grammar import Refused

if TYPE_CHECKING:
    from topology.twin.vendor.comware import ComwareShell

_RULE = "*" * 78
GREETING = "\n".join(
    [
        "",
        _RULE,
        "* Copyright (c) 2004-2021 New H3C Technologies Co., Ltd. All rights reserved.*",
        "* Without the owner's prior written consent,                                 *",
        "* no decompiling or reverse-engineering shall be allowed.                    *",
        _RULE,
        "",
    ]
)


def is_saved(device: Device) -> bool:
    """Whether what runs is what would be loaded at power-on."""
    return device.startup is not None and device.grammar.load(device.startup).same(
        device.grammar.load("\n".join(device.grammar.shown(device.running, secrets=True)))
    )


def record(device: Device, actor: Actor, line: str) -> None:
    """Write the log messages that a command was given, by whom and from where, and that the configuration changed."""
    if actor is SYSTEM:
        return
    pattern = r"\b(authentication-mode \S+|privacy-mode \S+|password \S+|pre-shared-key \S+) \S+"
    masked = re.sub(pattern, r"\1 ******", line)
    device.write(f"SHELL/6/SHELL_CMD: -Line={actor.line}-IPAddr={actor.address}-User={actor.user}; Command is {masked}")
    if device.remaining("changed") is None and device.changes != device.store.get("told"):
        device.store["told"] = device.changes
        device.after("changed", 1, lambda: device.write(
            f"CFGMAN/5/CFGMAN_CFGCHANGED: -EventIndex={device.changes}-CommandSource=2-ConfigSource=4-"
            "ConfigDestination=2; Configuration changed."
        ))  # fmt: skip


def show_current(shell: "ComwareShell", words: list[str]) -> list[str]:
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
        if line != "#":
            section.append(line)
            continue
        if section and section[0].lower().startswith(wanted):
            yield from ["#", *section]
        section = []
    yield "#"


def show_this(shell: "ComwareShell", words: list[str]) -> list[str]:
    """`display this`: the view's own lines as they run."""
    if not shell.path:
        return ["#", "return"]
    found = list(_sections(shell.device.grammar.shown(shell.device.running), shell.path[0].lower()))
    return [*found, "return"]


def show_saved(shell: "ComwareShell", words: list[str]) -> list[str]:
    """`display saved-configuration`."""
    if shell.device.startup is None:
        return []
    return shell.device.startup.rstrip("\n").split("\n")


def show_commit_status(shell: "ComwareShell", words: list[str]) -> list[str]:
    """`display configuration commit delay`: how long until the device goes back by itself."""
    left = shell.device.remaining("mark")
    if left is None:
        return ["The delay timer for committing the configuration is not started."]
    return [f"The configuration will be rolled back in {left:.0f} seconds."]


def show_version(shell: "ComwareShell", words: list[str]) -> list[str]:
    """`display version`."""
    model = shell.device.about.model
    up = datetime.now(UTC) - shell.device.booted
    return [
        f"H3C Comware Software, Version {shell.device.software.version}",
        "Copyright (c) 2004-2021 New H3C Technologies Co., Ltd. All rights reserved.",
        f"H3C {model} uptime is {up.days // 7} weeks, {up.days % 7} days, {up.seconds // 3600} hours, "
        f"{up.seconds // 60 % 60} minutes",
        "Last reboot reason : User reboot",
    ]


def show_startup(shell: "ComwareShell", words: list[str]) -> list[str]:
    """`display startup`."""
    held = "flash:/startup.cfg" if shell.device.startup is not None else "NULL"
    return [
        "MainBoard:",
        f"  Current startup saved-configuration file: {held}",
        f"  Next main startup saved-configuration file: {held}",
        "  Next backup startup saved-configuration file: NULL",
    ]


def show_users(shell: "ComwareShell", words: list[str]) -> list[str]:
    """`display users`."""
    lines = ["  Idx  Line     Idle       Time              Pid     Type"]
    following = ["", "Following are more details."]
    for number, session in sorted(shell.device.sessions.items()):
        mark = "+" if session.actor is shell.actor else " "
        now = datetime.now(UTC)
        lines.append(f"{mark} {10 + number:<5}VTY {number}    00:00:00   {now:%b %d %H:%M:%S}   {600 + number}     SSH")
        following += [f"VTY {number}   :", f"        User name: {session.actor.user}",
                      f"        Location: {session.actor.address}"]  # fmt: skip
    return [*lines, *following, " +    : Current operation user."]


def show_hardware(shell: "ComwareShell", words: list[str]) -> list[str]:
    """`display device`."""
    model = shell.device.about.model
    return ["Slot  Type                State    Subslot  Soft Ver             Patch Ver",
            f"1     {model:<20}Master   0        {shell.device.software.version.split(',')[0]:<21}None"]  # fmt: skip


def show_logbuffer(shell: "ComwareShell", words: list[str]) -> list[str]:
    """`display logbuffer`."""
    lines = [
        "Log buffer: Enabled",
        f"Max buffer size: {shell.device.log.maxlen}",
        f"Actual buffer size: {shell.device.log.maxlen}",
        "Dropped messages: 0",
        "Overwritten messages: 0",
        f"Current messages: {len(shell.device.log)}",
    ]
    return [
        *lines,
        *(f"%{moment:%b %e %H:%M:%S:000 %Y} {shell.name} {message}" for moment, message in shell.device.log),
    ]


def show_clock(shell: "ComwareShell", words: list[str]) -> list[str]:
    """`display clock`."""
    return [f"{datetime.now(UTC):%H:%M:%S.000 UTC %a %m/%d/%Y}"]


def show_scheduled(shell: "ComwareShell", words: list[str]) -> list[str]:
    """`display scheduler reboot`."""
    left, at = shell.device.remaining("reload"), shell.device.store.get("reload")
    if left is None or at is None:
        return ["No reboot is scheduled."]
    rest = int(timedelta(seconds=left).total_seconds())
    return [
        f"System will reboot at {at:%H:%M:%S %m/%d/%Y} UTC (in {rest // 3600} hours and {rest // 60 % 60} minutes)."
    ]

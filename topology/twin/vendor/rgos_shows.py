"""What RGOS shows in its own way; the rest is IOS's (`ios_shows`)."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from topology.twin.vendor.ios_shows import RELOAD

if TYPE_CHECKING:
    from topology.twin.vendor.rgos import RgosShell


def show_version(shell: "RgosShell", words: list[str]) -> list[str]:
    """`show version`."""
    model, up = shell.device.about.model, datetime.now(UTC) - shell.device.booted
    kind = "Switch" if shell.grammar.switches else "Gateway"
    return [
        f"System description      : Ruijie Gigabit Ethernet {kind}({model}) By Ruijie Networks",
        f"System start time       : {shell.device.booted:%Y-%m-%d %H:%M:%S}",
        f"System uptime           : {up.days}:{up.seconds // 3600:02}:{up.seconds // 60 % 60:02}:{up.seconds % 60:02}",
        "System hardware version : 1.00",
        f"System software version : RGOS {shell.device.software.version}",
        "System patch number     : NA",
        "System serial number    : SIMULATED",
        "System boot version     : 1.2.8",
    ]


def show_clock(shell: "RgosShell", words: list[str]) -> list[str]:
    """`show clock`."""
    return [f"{datetime.now(UTC):%H:%M:%S UTC %a, %b %d, %Y}"]


def show_startup_config(shell: "RgosShell", words: list[str]) -> list[str]:
    """`show startup-config`."""
    if shell.device.startup is None:
        return ["%Error: startup config file does not exist."]
    return shell.device.startup.rstrip("\n").split("\n")


def show_reload(shell: "RgosShell", words: list[str]) -> list[str]:
    """`show reload`."""
    left, plan = shell.device.remaining(RELOAD), shell.device.store.get(RELOAD)
    if left is None or plan is None:
        return ["No reload is scheduled."]
    return [f"Reload scheduled in {left:.0f} seconds.", f"At {plan['at']:%Y-%m-%d %H:%M:%S}", "Reload reason: none."]

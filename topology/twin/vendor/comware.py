"""The dialogue of H3C Comware 7, after H3C's fundamentals command references and recorded sessions.

A line takes effect as it is typed. `configuration commit delay MINUTES` marks what runs: unless `configuration commit`
follows in time, the device goes back to the mark by itself. `save` asks for a file name, `save force` does not.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from topology.twin.vendor import comware_files, comware_shows
from topology.twin.vendor.comware_lines import ComwareLines, host_name
from topology.twin.vendor.device import SYSTEM, Actor, Device
from topology.twin.vendor.grammar import Refused
from topology.twin.vendor.shell import Command, Shell
from topology.twin.vendor.terminal import Closed, Terminal
from topology.twin.vendor.vrp_shows import filtered

ANYWHERE: tuple[Command, ...] = (
    ("display current-configuration", "current"),
    ("display this", "this"),
    ("display saved-configuration", "saved"),
    ("display version", "version"),
    ("display startup", "startup"),
    ("display users", "users"),
    ("display device", "hardware"),
    ("display logbuffer", "logbuffer"),
    ("display boot-loader", "boot_loader"),
    ("display lldp neighbor-information list", "neighbours"),
    ("display clock", "clock"),
    ("display scheduler reboot", "scheduled"),
    ("display configuration commit", "commit_status"),
    ("quit", "quit"),
    ("save", "save"),
)
USER: tuple[Command, ...] = (
    ("system-view", "system_view"),
    ("screen-length disable", "no_paging"),
    ("undo screen-length disable", "paging"),
    ("dir", "dir"),
    ("sha256sum", "digest"),
    ("boot-loader file", "set_boot"),
    ("reboot", "reboot"),
    ("scheduler reboot delay", "schedule"),
    ("undo scheduler reboot", "unschedule"),
    ("reset saved-configuration", "reset"),
    ("reset ikev2 sa", "meet_anew"),
    ("terminal", "nothing"),
    ("undo terminal", "nothing"),
)
SYSTEM_VIEW: tuple[Command, ...] = (
    ("return", "to_user"),
    ("configuration commit delay", "commit_delay"),
    ("configuration commit", "commit"),
)
VIEWS: tuple[tuple[str, str], ...] = (
    (r"interface (\S+).*", r"\1"),
    (r"vlan (\d+)", r"vlan\1"),
    (r"acl (advanced|basic) name (\S+)", r"acl-ipv4-\1-\2"),
    (r"acl (advanced|basic) (\d+)", r"acl-ipv4-\1-\2"),
    (r"ospf (\d+).*", r"ospf-\1"),
    (r"area (\S+)", r"area-\1"),
    (r"line vty (\d+)(?: (\d+))?", r"line-vty\1-\2"),
    (r"line .*", "line"),
    (r"security-zone name (\S+)", r"security-zone-\1"),
    (r"security-policy ip", r"security-policy-ip"),
    (r"rule (\d+) name (.+)", r"\1-\2"),
    (r"object-group ip address (\S+)", r"obj-grp-ip-\1"),
    (r"object-group service (\S+)", r"obj-grp-service-\1"),
    (r"policy-based-route (\S+) .*", r"pbr-\1"),
    (r"ipsec transform-set (\S+)", r"ipsec-transform-set-\1"),
    (r"ipsec profile (\S+).*", r"ipsec-profile-\1"),
    (r"ikev2 (\S+) (\S+)", r"ikev2-\1-\2"),
    (r"public-key peer (\S+)", r"pkey-public-key-\1"),
    (r"public-key-code begin", r"pkey-key-code"),
    (r"local-user (\S+).*", r"luser-manage-\1"),
    (r"nat address-group (\S+)", r"address-group-\1"),
    (r"([a-z-]+)( .*)?", r"\1"),
)
"""head of a view, how the prompt calls it"""
MARK, RELOAD = "mark", "reload"
_CARET = {"Unrecognized command", "Wrong parameter", "Incomplete command", "Too many parameters", "Ambiguous command"}


class ComwareShell(Shell):
    """A session at a Comware device."""

    GRAMMAR: ClassVar[type] = ComwareLines

    @property
    def name(self) -> str:
        """The device's name as its prompt says it."""
        return host_name(self.device.running)

    def prompt(self) -> str:
        """Return `<NAME>` or `[NAME-view]`."""
        if self.path is None:
            return f"<{self.name}>"
        inner = self.path[-1:] if self.path else ()
        return f"[{'-'.join([self.name, *(_called(head) for head in inner)])}]"

    def __init__(self, device: Device, actor: Actor, terminal: Terminal) -> None:
        super().__init__(device, actor, terminal)
        self._length = terminal.paging.length

    def greeting(self) -> str:
        """Return the notice about rights."""
        return comware_shows.GREETING

    def commands(self) -> Iterable[Command]:
        """Return the commands of the view."""
        return (*ANYWHERE, *(USER if self.path is None else SYSTEM_VIEW))

    def unknown(self, line: str) -> Refused:
        """Return the refusal of a line that is no command here."""
        return Refused("Unrecognized command", 0)

    def wrong(self, line: str, error: Refused) -> str:
        """Return the words, with a caret below the place where the line goes wrong."""
        if error.words not in _CARET:
            return error.words
        at = len(self.prompt()) + (error.at or 0)
        return f"{' ' * at}^\n % {error.words} found at '^' position."

    # views

    async def leave(self) -> None:
        """Go one view up."""
        self.path = self.path[:-1] if self.path else None

    async def quit(self, words: list[str]) -> None:
        """`quit`: one view up, or the end of the session."""
        if self.path is None:
            self.over = True
        else:
            await self.leave()

    async def to_user(self, words: list[str]) -> None:
        """`return`: to the user view at once."""
        self.path = None

    async def system_view(self, words: list[str]) -> None:
        """`system-view`."""
        self.path = ()
        await self.say("System View: return to User View with Ctrl+Z.")

    async def nothing(self, words: list[str]) -> None:
        """`undo terminal monitor` and its kind."""
        await self.say("The current terminal is disabled to display logs.")

    async def no_paging(self, words: list[str]) -> None:
        """`screen-length disable`."""
        self.terminal.paging.length = 0

    async def paging(self, words: list[str]) -> None:
        """`undo screen-length disable`."""
        self.terminal.paging.length = self._length

    async def act(self, typed: str, line: str) -> None:
        """Do a command; inside a public key, everything but its end is key."""
        if self.path and self.path[-1] == "public-key-code begin":
            if line != "public-key-code end":
                await self.configure(line)
                return
            self.path = self.path[:-1]
            await self.configure(line)
            return
        if line == "peer-public-key end" and self.path and self.path[-1].startswith("public-key peer "):
            await self.configure(line)
            self.path = ()
            return
        await super().act(typed, line)

    @staticmethod
    def told(device: Device, actor: Actor, lines: Sequence[str]) -> None:
        """Write who gave which line, and that the configuration is another."""
        for line in lines:
            comware_shows.record(device, actor, line)

    async def configure(self, line: str) -> None:
        """Take a line, and write down who gave it."""
        await super().configure(line)
        comware_shows.record(self.device, self.actor, line)

    # the mark to go back to

    async def commit_delay(self, words: list[str]) -> None:
        """`configuration commit delay MINUTES`: go back to what runs now unless it is committed in time."""
        if not words or not words[0].isdigit() or not 1 <= int(words[0]) <= 65535:
            raise Refused("Wrong parameter" if words else "Incomplete command", len("configuration commit delay "))
        minutes = int(words[0])
        base = self.device.store.get(MARK, {}).get("base") or self.device.running.copy()
        self.device.store[MARK] = {"base": base, "actor": self.actor, "minutes": minutes}
        self.device.after(MARK, minutes * 60, lambda: roll_back(self.device))

    async def commit(self, words: list[str]) -> None:
        """`configuration commit`: keep what runs."""
        if words:
            raise Refused("Unrecognized command", len("configuration commit "))
        if not self.device.cancel(MARK):
            raise Refused("The delay timer for committing the configuration is not started.")
        self.device.store.pop(MARK, None)

    # what user view does

    async def save(self, words: list[str]) -> None:
        """`save [force]`: asks whether, where, and whether to overwrite; writes to the flash."""
        if "force" not in words and not await self._save_asked():
            return
        await self.say("Validating file. Please wait...")
        done = self.device.save()
        comware_shows.record(self.device, self.actor, "save")
        await self.say(
            "Configuration is saved to device successfully."
            if done
            else "Failed to save the configuration: not enough space on the flash."
        )

    async def _save_asked(self) -> bool:
        if not await self.confirm("The current configuration will be written to the device. Are you sure? [Y/N]:"):
            return False
        await self.ask(
            "Please input the file name(*.cfg)[flash:/startup.cfg]\r\n"
            "(To leave the existing filename unchanged, press the enter key):"
        )
        if self.device.startup is None:
            return True
        return await self.confirm("flash:/startup.cfg exists, overwrite? [Y/N]:")

    async def reset(self, words: list[str]) -> None:
        """`reset saved-configuration`."""
        if await self.confirm("The saved configuration file will be erased. Are you sure? [Y/N]:"):
            self.device.forget()
            await self.say("Configuration file in flash: is being cleared.\nPlease wait ...\n.")

    async def reboot(self, words: list[str]) -> None:
        """`reboot [force]`: offers to save, asks, and goes."""
        await self.say("Start to check configuration with next startup configuration file, please wait.........DONE!")
        unsaved = "force" not in words and not comware_shows.is_saved(self.device)
        if unsaved and await self.confirm(
            "Current configuration may be lost after the reboot, save current configuration? [Y/N]:"
        ):
            self.device.save()
        if await self.confirm("This command will reboot the device. Continue? [Y/N]:"):
            await self.say("Now rebooting, please wait...")
            self.device.reboot()
            raise Closed

    async def set_boot(self, words: list[str]) -> None:
        """`boot-loader file`."""
        await comware_files.set_boot(self, words)

    async def schedule(self, words: list[str]) -> None:
        """`scheduler reboot delay MINUTES|HH:MM`."""
        match = re.fullmatch(r"(?:(\d+):)?(\d{1,5})", words[0]) if words else None
        if match is None:
            raise Refused("Wrong parameter" if words else "Incomplete command", len("scheduler reboot delay "))
        minutes = int(match[1] or 0) * 60 + int(match[2])
        at = datetime.now(UTC) + timedelta(minutes=minutes)
        question = (
            f"Reboot system at {at:%H:%M:%S %m/%d/%Y} UTC (in {minutes // 60} hours and {minutes % 60} minutes). "
        )
        if await self.confirm(f"{question}Confirm? [Y/N]:"):
            self.device.store[RELOAD] = at
            self.device.after(RELOAD, minutes * 60, self.device.reboot)

    async def unschedule(self, words: list[str]) -> None:
        """`undo scheduler reboot`."""
        self.device.cancel(RELOAD)
        self.device.store.pop(RELOAD, None)

    # what it shows

    def __getattr__(self, name: str) -> Any:
        show = getattr(comware_shows, f"show_{name}", None) or getattr(comware_files, f"show_{name}", None)
        if show is None:
            raise AttributeError(name)

        async def handler(words: list[str]) -> None:
            await self.show(filtered(show(self, words), words))

        return handler


def roll_back(device: Device) -> None:
    """Go back to the marked configuration: the commit did not come in time."""
    device.cancel(MARK)
    mark = device.store.pop(MARK, None)
    if mark:
        device.write("CFGMAN/5/CFGMAN_CFGCHANGED: -EventIndex=0-CommandSource=2-ConfigSource=4-ConfigDestination=2; "
                     "Configuration changed.")  # fmt: skip
        device.change(mark["base"], SYSTEM)


def _called(head: str) -> str:
    for pattern, name in VIEWS:
        if match := re.fullmatch(pattern, head):
            return match.expand(name)
    return head

"""The dialogue of Huawei VRP, VRP5 and VRP8, after its command references and recorded sessions.

VRP5 (S-series, AR, USG): a line takes effect as it is typed. VRP8 (CE, NE): lines go to a candidate (`[~HUAWEI]`
without, `[*HUAWEI]` with changes that wait) until `commit`; `commit trial` takes effect and is rolled back by itself
unless a `commit` follows in time; leaving with changes asks. `system-view immediately` is VRP8 in the old way.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from topology.twin.vendor import vrp_files, vrp_shows
from topology.twin.vendor.grammar import Refused
from topology.twin.vendor.shell import Command
from topology.twin.vendor.terminal import Closed
from topology.twin.vendor.vrp_commit import Phases
from topology.twin.vendor.vrp_lines import VrpLines
from topology.twin.vendor.vrp_words import host_name

ANYWHERE: tuple[Command, ...] = (
    ("display current-configuration", "current"),
    ("display this", "this"),
    ("display saved-configuration", "saved"),
    ("display version", "version"),
    ("display startup", "startup"),
    ("display users", "users"),
    ("display device", "hardware"),
    ("display logbuffer", "logbuffer"),
    ("display lldp neighbor brief", "neighbours"),
    ("display clock", "clock"),
    ("display schedule reboot", "scheduled"),
    ("display configuration candidate", "candidate"),
    ("display configuration commit list", "commits"),
    ("display configuration trial status", "trial_status"),
    ("quit", "quit"),
)
USER: tuple[Command, ...] = (
    ("system-view immediately", "immediate_view"),
    ("system-view", "system_view"),
    ("screen-length", "screen_length"),
    ("screen-width", "screen_width"),
    ("save", "save"),
    ("dir", "dir"),
    ("startup system-software", "start_from"),
    ("reboot fast", "reboot_fast"),
    ("reboot", "reboot"),
    ("schedule reboot delay", "schedule"),
    ("undo schedule reboot", "unschedule"),
    ("reset saved-configuration", "reset"),
    ("reset ike sa", "meet_anew"),
    ("terminal", "nothing"),
    ("undo terminal", "nothing"),
)
SYSTEM_VIEW: tuple[Command, ...] = (
    ("return", "to_user"),
    ("commit trial", "commit_trial"),
    ("commit", "commit"),
    ("abort trial", "abort_trial"),
    ("clear configuration candidate", "discard"),
    ("save", "save"),
)
VIEWS: tuple[tuple[str, str], ...] = (
    (r"interface (\S+)", r"\1"),
    (r"vlan (\d+)", r"vlan\1"),
    (r"acl number (2\d+)", r"acl-basic-\1"),
    (r"acl number (\d+)", r"acl-adv-\1"),
    (r"acl name (\S+) 2\d+", r"acl-basic-\1"),
    (r"acl name (\S+).*", r"acl-adv-\1"),
    (r"ospf (\d+).*", r"ospf-\1"),
    (r"area (\S+)", r"area-\1"),
    (r"user-interface vty (\d+) (\d+)", r"ui-vty\1-\2"),
    (r"user-interface con.*", r"ui-console0"),
    (r"firewall zone (?:name )?(\S+).*", r"zone-\1"),
    (r"security-policy", r"policy-security"),
    (r"nat-policy", r"policy-nat"),
    (r"rule name (.+)", r"rule-\1"),
    (r"ike proposal (\d+)", r"ike-proposal-\1"),
    (r"ike peer (\S+).*", r"ike-peer-\1"),
    (r"ipsec proposal (\S+)", r"ipsec-proposal-\1"),
    (r"ipsec policy-template (\S+) (\d+)", r"ipsec-policy-templet-\1-\2"),
    (r"ipsec policy (\S+) (\d+).*", r"ipsec-policy-isakmp-\1-\2"),
    (r"ip (address|service)-set (\S+).*", r"object-\1-set-\2"),
    (r"(rsa|ecc) peer-public-key .*", r"\1-public-key"),
    (r"public-key-code begin", r"key-code"),
    (r"nat address-group (\S+).*", r"address-group-\1"),
    (r"([a-z-]+)( .*)?", r"\1"),
)
"""head of a view, how the prompt calls it"""
RELOAD = "reload"
_CARET = {"Unrecognized command", "Wrong parameter", "Incomplete command", "Too many parameters", "Ambiguous command"}


class VrpShell(Phases):
    """A session at a VRP device."""

    GRAMMAR: ClassVar[type] = VrpLines
    SOFTWARE: ClassVar[str] = "HUAWEI-1.5"

    # how it looks

    @property
    def name(self) -> str:
        """The device's name as its prompt says it; VRP8 shows a candidate's new name only after the commit."""
        return host_name(self.device.running)

    def prompt(self) -> str:
        """Return `<NAME>` or `[NAME-view]`."""
        if self.path is None:
            return f"<{self.name}>"
        mark = "" if self.immediate else "*" if self.waiting or self.trying() else "~"
        return f"[{mark}{'-'.join([self.name, *(_called(head) for head in self.path)])}]"

    def greeting(self) -> str:
        """Return the notice about users and time."""
        return vrp_shows.greeting(self.device)

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
        return f"{' ' * at}^\nError: {error.words} found at '^' position."

    # views

    async def leave(self) -> None:
        """Go one view up; from the system view to the user view, after asking what becomes of a candidate."""
        if self.path:
            self.path = self.path[:-1]
        elif await self.settled():
            self.path = None

    async def quit(self, words: list[str]) -> None:
        """`quit`: one view up, or the end of the session."""
        if self.path is None:
            self.over = True
        else:
            await self.leave()

    async def to_user(self, words: list[str]) -> None:
        """`return`: to the user view at once."""
        if await self.settled():
            self.path = None

    async def system_view(self, words: list[str]) -> None:
        """`system-view`."""
        self.immediate = not self.phases
        self.path = ()
        await self.say(f"Enter system view, return user view with {'return command' if self.phases else 'Ctrl+Z'}.")

    async def immediate_view(self, words: list[str]) -> None:
        """`system-view immediately`, VRP8 only."""
        if not self.phases:
            raise Refused("Unrecognized command", len("system-view "))
        await self.system_view(words)
        self.immediate = True

    async def nothing(self, words: list[str]) -> None:
        """Take a command that changes nothing here."""

    async def act(self, typed: str, line: str) -> None:
        """Do a command; inside a public key, everything but its end is key."""
        if self.path and self.path[-1] == "public-key-code begin" and not line.startswith("public-key-code"):
            await self.configure(line)
            return
        if self.path and line in ("public-key-code end", "peer-public-key end"):
            await self._end_key(line)
            return
        await super().act(typed, line)

    async def _end_key(self, end: str) -> None:
        """Leave the key's code for the key, or the key for the system view."""
        assert self.path
        if end == "public-key-code end" and self.path[-1] == "public-key-code begin":
            self.path = self.path[:-1]
        await self.configure(end)
        if end == "peer-public-key end":
            self.path = ()

    # what user view does

    async def screen_length(self, words: list[str]) -> None:
        """`screen-length N temporary` or `disable`."""
        if not words or not words[0].isdigit() or words[1:] not in (["temporary"], []):
            raise Refused("Wrong parameter" if words else "Incomplete command", len("screen-length "))
        self.terminal.paging.length = int(words[0])
        await self.say("Info: The configuration takes effect on the current user terminal interface only.")

    async def screen_width(self, words: list[str]) -> None:
        """`screen-width N`: takes it; lines are never folded here."""
        if await self.confirm("Warning: This command will change the default screen width. Continue? [Y/N]:"):
            await self.say("Info: Change screen width successfully.")

    async def save(self, words: list[str]) -> None:
        """`save`: asks, and writes to the flash."""
        if "force" not in words and not await self.confirm(vrp_shows.save_question(self.device)):
            return
        done = self.device.save()
        vrp_shows.record(self.device, self.actor, "save")
        await self.say(vrp_shows.saved(self.device) if done else "Error: The flash space is not enough.")

    async def reset(self, words: list[str]) -> None:
        """`reset saved-configuration`."""
        question = (
            "Warning: The action will delete the saved configuration in the device.\n"
            "The configuration will be erased to reconfigure. Continue? [Y/N]:"
        )
        if await self.confirm(question.replace("\n", "\r\n")):
            self.device.forget()
            await self.say("Warning: Now clearing the configuration in the device.")

    async def reboot(self, words: list[str]) -> None:
        """`reboot`: offers to save what is not saved, asks, and goes."""
        await self.say("Info: The system is now comparing the configuration, please wait.")
        if not vrp_shows.is_saved(self.device):
            question = (
                "Warning: All the configuration will be saved to the configuration file for the next startup:"
                "flash:/vrpcfg.zip, Continue?[Y/N]:"
            )
            if await self.confirm(question):
                self.device.save()
        await self.reboot_fast(words)

    async def reboot_fast(self, words: list[str]) -> None:
        """`reboot fast`: asks, and goes without saving."""
        if await self.confirm("System will reboot! Continue?[Y/N]:"):
            await self.say("Info: system is rebooting, please wait...")
            self.device.reboot()
            raise Closed

    async def schedule(self, words: list[str]) -> None:
        """`schedule reboot delay MINUTES|HH:MM [force]`."""
        match = re.fullmatch(r"(?:(\d+):)?(\d{1,5})", words[0]) if words else None
        if match is None:
            raise Refused("Wrong parameter" if words else "Incomplete command", len("schedule reboot delay "))
        minutes = int(match[1] or 0) * 60 + int(match[2])
        at = datetime.now(UTC) + timedelta(minutes=minutes)
        await self.say(
            f"Info: Reboot system at {at:%H:%M:%S %Y/%m/%d} UTC (in {minutes // 60} hours and {minutes % 60} minutes)"
        )
        if await self.confirm("confirm?[Y/N]:"):
            self.device.store[RELOAD] = at
            self.device.after(RELOAD, minutes * 60, self.device.reboot)

    async def unschedule(self, words: list[str]) -> None:
        """`undo schedule reboot`."""
        if not self.device.cancel(RELOAD):
            raise Refused("Info: No scheduled reboot is configured.")
        self.device.store.pop(RELOAD, None)
        await self.say("Info: Succeeded in canceling the scheduled reboot.")

    # what it shows

    def __getattr__(self, name: str) -> Any:
        show = getattr(vrp_shows, f"show_{name}", None) or getattr(vrp_files, f"show_{name}", None)
        if show is None:
            raise AttributeError(name)

        async def handler(words: list[str]) -> None:
            await self.show(vrp_shows.filtered(show(self, words), words))

        return handler


def _called(head: str) -> str:
    for pattern, name in VIEWS:
        if match := re.fullmatch(pattern, head):
            return match.expand(name)
    return head

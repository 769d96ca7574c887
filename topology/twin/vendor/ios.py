"""The dialogue of Cisco IOS and IOS XE, after Cisco's command references and recorded sessions; RGOS derives from it.

A line takes effect as it is typed. `configure terminal revert timer MINUTES` archives what runs and puts it back unless
`configure confirm` follows in time; `reload in MINUTES` comes up with what was saved. A line that a view does not have
is tried as a line of global configuration, as IOS does. A prompt of configuration has at most 20 letters of the name.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, cast

from topology.twin.vendor import ios_shows as shows
from topology.twin.vendor.device import SYSTEM, Actor, Device
from topology.twin.vendor.grammar import Outcome, Refused
from topology.twin.vendor.ios_lines import BANNER, IosLines, host_name
from topology.twin.vendor.ios_shows import RELOAD, REVERT
from topology.twin.vendor.ios_words import INCOMPLETE, INVALID
from topology.twin.vendor.shell import Command, Shell
from topology.twin.vendor.terminal import CTRL_C, CTRL_Z, Closed, Terminal
from topology.twin.vendor.tree import Path, Tree

SHOWS: tuple[Command, ...] = (
    ("show version", "version"),
    ("show clock", "clock"),
    ("show users", "users"),
    ("show logging", "logging"),
)
PRIVILEGED: tuple[Command, ...] = (
    ("show running-config", "running_config"),
    ("show startup-config", "startup_config"),
    ("show reload", "reload"),
    ("show archive", "archive"),
    ("show archive config rollback timer", "rollback"),
    ("configure terminal", "configure_terminal"),
    ("configure terminal revert", "configure_revert"),
    ("configure confirm", "configure_confirm"),
    ("configure revert", "configure_reverted"),
    ("write", "write"),
    ("write memory", "write"),
    ("write erase", "erase"),
    ("erase startup-config", "erase"),
    ("erase nvram:", "erase"),
    ("copy running-config startup-config", "copy"),
    ("reload", "restart"),
    ("reload in", "restart_in"),
    ("reload cancel", "restart_cancel"),
    ("archive config", "archive_now"),
    ("disable", "disable"),
    ("clear logging", "clear_logging"),
)
ANYBODY: tuple[Command, ...] = (
    ("enable", "enable"),
    ("terminal length", "length"),
    ("terminal width", "width"),
    ("terminal monitor", "monitor"),
    ("terminal no monitor", "no_monitor"),
    ("exit", "leave_session"),
    ("logout", "leave_session"),
    ("quit", "leave_session"),
)
CONFIG: tuple[Command, ...] = (
    ("do", "do"),
    ("exit", "exit"),
    ("end", "end"),
    ("exit-vrrp", "exit"),
    ("exit-address-family", "exit"),
)
VIEWS: tuple[tuple[str, str], ...] = (
    (r"interface \S+ ?\S*\.\d+", "config-subif"),
    (r"interface .*", "config-if"),
    (r"vlan .*", "config-vlan"),
    (r"router .*", "config-router"),
    (r"ip access-list extended .*", "config-ext-nacl"),
    (r"ip access-list standard .*", "config-std-nacl"),
    (r"line .*", "config-line"),
    (r"crypto ikev2 (proposal|policy|keyring|profile) .*", r"config-ikev2-\1"),
    (r"crypto ipsec transform-set .*", "cfg-crypto-trans"),
    (r"crypto (map|dynamic-map) .*", "config-crypto-map"),
    (r"peer .*", "config-ikev2-keyring-peer"),
    (r"ip ssh pubkey-chain", "conf-ssh-pubkey"),
    (r"username .*", "conf-ssh-pubkey-user"),
    (r"key-string", "conf-ssh-pubkey-data"),
    (r"vrrp .*", "config-if-vrrp"),
    (r"archive", "config-archive"),
    (r"log config", "config-archive-log-cfg"),
    (r"redundancy", "config-red"),
    (r"(ip )?vrf .*", "config-vrf"),
)
"""head of a view, how the prompt calls it"""
NAME_LETTERS = 20
LONGEST_REVERT = 120


class IosShell(Shell):
    """A session at an IOS device."""

    GRAMMAR: ClassVar[type] = IosLines
    SOFTWARE: ClassVar[str] = "Cisco-1.25"
    MORE: ClassVar[tuple[str, str]] = (" --More-- ", "\x08" * 9 + " " * 8 + "\x08" * 9)
    CARETS: ClassVar[frozenset[str]] = frozenset({INVALID})

    def __init__(self, device: Device, actor: Actor, terminal: Terminal) -> None:
        super().__init__(device, actor, terminal)
        terminal.paging.mark, terminal.paging.wipe = self.MORE
        self.privileged = self._level() == 15
        self.monitored = False
        self._told = 0

    @property
    def grammar(self) -> IosLines:
        """The device's grammar."""
        return cast(IosLines, self.device.grammar)

    def _level(self) -> int:
        pattern = rf"username {re.escape(self.actor.user)}(?: privilege (\d+))?(?: .*)?"
        held = next((m for e in self.device.running.roots if (m := re.fullmatch(pattern, e.text))), None)
        return int(held[1] or 1) if held else 15

    @property
    def name(self) -> str:
        """The device's name."""
        return host_name(self.device.running, self.grammar.name)

    def prompt(self) -> str:
        """Return `NAME>`, `NAME#` or `NAME(config-view)#`."""
        if self.path is None:
            return f"{self.name}{'#' if self.privileged else '>'}"
        return f"{self.name[:NAME_LETTERS]}({self.called()})#"

    def called(self) -> str:
        """Return what the prompt calls the view."""
        if not self.path:
            return "config"
        for pattern, name in VIEWS:
            if match := re.fullmatch(pattern, self.path[-1]):
                return match.expand(name)
        return "config"

    def commands(self) -> Iterable[Command]:
        """Return the commands of the view."""
        if self.path is not None:
            return CONFIG
        return (*SHOWS, *ANYBODY, *(PRIVILEGED if self.privileged else ()))

    def wrong(self, line: str, error: Refused) -> str:
        """Return the words, with a caret below the place where the line goes wrong."""
        if error.words not in self.CARETS:
            return f"{error.words}\n" if error.words.startswith("% I") else error.words
        return f"{' ' * (len(self.prompt()) + (error.at or 0))}^\n{error.words}\n"

    # lines

    async def take(self, typed: str) -> None:
        """Do what a typed line says; Ctrl+C ends configuration too."""
        if typed == CTRL_C and self.path is not None:
            await self.end([])
            return
        await super().take(typed)
        await self._tell()

    async def _tell(self) -> None:
        """Show what was logged meanwhile to one who watches."""
        log = list(self.device.log)
        if self.monitored:
            for moment, message in log[self._told :]:
                await self.say(f"*{moment:%b %e %H:%M:%S}.{moment.microsecond // 1000:03}: {message}")
        self._told = len(log)

    async def top(self) -> None:
        """Leave all views of configuration."""
        await self.end([])

    async def act(self, typed: str, line: str) -> None:
        """Do a command, or take a line of configuration. Raises Refused."""
        if self.path and self.path[-1] == "key-string" and line not in ("exit", "end"):
            await self.configure(line)
            return
        if self.path == () and (match := BANNER.fullmatch(line)) and match[2] not in match[3]:
            await self.configure(await self._banner(*match.groups()))
            return
        line = line.split("!", 1)[0].strip() if line.startswith("!") else line
        if line:
            self._clear(line)
            await super().act(typed, line)

    def _clear(self, line: str) -> None:
        """Raise Refused for a command whose first word could be several."""
        if self.path is not None:
            return
        first = line.split()[0].lower()
        could = {pattern.split()[0] for pattern, _m in self.commands() if pattern.startswith(first)}
        if len(could) > 1 and first not in could:
            raise Refused(f'% Ambiguous command:  "{line}"')

    async def _banner(self, kind: str, until: str, first: str) -> str:
        await self.say(f"Enter TEXT message.  End with the character '{until}'.")
        lines = [first]
        while until not in lines[-1]:
            more = await self.terminal.line("")
            if more in (CTRL_C, CTRL_Z):
                raise Refused(INCOMPLETE)
            lines.append(more)
        text = " ".join(part.strip() for part in lines).partition(until)[0].strip()
        return f"banner {kind} {until}{text}{until}"

    def unknown(self, line: str) -> Refused:
        """Return the refusal of a line that is no command here."""
        given = line.split()
        names = [pattern.split() for pattern, _m in self.commands()]
        good = 0
        while good < len(given) and any(_same(given[: good + 1], name) for name in names):
            good += 1
        if good == len(given):
            return Refused(INCOMPLETE)
        if good == 0 and len(given) == 1:
            return Refused(
                f'Translating "{line}"\n\n% Unknown command or computer name, or unable to find computer address'
            )
        return Refused(INVALID, [m.start() for m in re.finditer(r"\S+", line)][good])

    async def configure(self, line: str) -> None:
        """Take a line, and write down who gave it."""
        await super().configure(line)
        now = datetime.now(UTC)
        self.device.store["changed"] = f"{now:%H:%M:%S UTC %a %b} {now.day} {now.year} by {self.actor.user}"
        shows.record(self.device, self.actor, line)

    async def _apply(self, tree: Tree, path: Path, line: str) -> Outcome | None:
        """Take a line here, or else as one of global configuration."""
        try:
            return await super()._apply(tree, path, line)
        except Refused as error:
            if not path or error.words not in (INVALID, INCOMPLETE):
                raise
            try:
                outcome = await super()._apply(tree, (), line)
            except Refused as other:
                told = other.words not in (INVALID, INCOMPLETE) or (other.at or 0) > (error.at or 0)
                raise (other if told else error) from None
            if outcome is not None and outcome.enter is None:
                outcome.enter = ()
            return outcome

    async def confirm(self, question: str) -> bool:
        """Show a question; `[confirm]` takes one key, others a yes or no."""
        if not question.rstrip().endswith("[confirm]"):
            while True:
                answer = (await self.ask(question)).lower()
                if answer in ("yes", "y", "no", "n"):
                    return answer.startswith("y")
                if answer in (CTRL_C, CTRL_Z):
                    return False
                await self.say("% Please answer 'yes' or 'no'.")
        await self.terminal.put(question)
        key = await self.terminal.key()
        await self.terminal.put("\r\n")
        return key in "\r\nyY"

    # views

    async def leave(self) -> None:
        """Go one view up."""
        if self.path:
            self.path = self.path[:-1]
        elif self.path is not None:
            await self.end([])

    async def exit(self, words: list[str]) -> None:
        """`exit`: one view up."""
        await self.leave()

    async def end(self, words: list[str]) -> None:
        """`end`: out of configuration at once."""
        self.path = None
        shows.configured(self.device, self.actor)

    async def leave_session(self, words: list[str]) -> None:
        """`exit` where no configuration is: the end of the session."""
        self.over = True

    async def do(self, words: list[str]) -> None:
        """`do COMMAND`: as if no configuration were open."""
        here, self.path = self.path, None
        try:
            line = " ".join(words)
            if not line:
                raise Refused(INCOMPLETE)
            if line.startswith(("conf", "exit", "logout", "quit")):
                raise Refused(INVALID, 3)
            await self.act(line, line)
        finally:
            self.path = here

    async def enable(self, words: list[str]) -> None:
        """`enable`: asks for the password, if there is one."""
        if self.privileged:
            return
        held = next((e.text.split()[-1] for e in self.device.running.roots if e.text.startswith("enable secret")), "")
        if not held:
            raise Refused("% No password set")
        for _try in range(3):
            if await self.terminal.line("Password: ", echo=False) == held:
                self.privileged = True
                return
        raise Refused("% Bad secrets")

    async def disable(self, words: list[str]) -> None:
        """`disable`."""
        self.privileged = False

    async def length(self, words: list[str]) -> None:
        """`terminal length N`; 0 pages never."""
        if not words or not words[0].isdecimal():
            raise Refused(INVALID if words else INCOMPLETE, len("terminal length "))
        self.terminal.paging.length = int(words[0])

    async def width(self, words: list[str]) -> None:
        """`terminal width N`."""
        if not words or not words[0].isdecimal() or int(words[0]) > 512:
            raise Refused(INVALID if words else INCOMPLETE, len("terminal width "))

    async def monitor(self, words: list[str]) -> None:
        """`terminal monitor`."""
        self.monitored = True

    async def no_monitor(self, words: list[str]) -> None:
        """`terminal no monitor`."""
        self.monitored = False

    async def clear_logging(self, words: list[str]) -> None:
        """`clear logging`."""
        if await self.confirm("Clear logging buffer [confirm]"):
            self.device.log.clear()

    async def configure_terminal(self, words: list[str]) -> None:
        """`configure terminal`."""
        if words:
            raise Refused(INVALID, len("configure terminal "))
        await self._open()

    async def _open(self) -> None:
        await self.say("Enter configuration commands, one per line.  End with CNTL/Z.")
        self.path = ()

    # a change that has to be confirmed

    async def configure_revert(self, words: list[str]) -> None:
        """`configure terminal revert timer [idle] MINUTES`: go back to what runs now unless it is confirmed."""
        at = len("configure terminal revert ")
        kind = "idle" if words[1:2] == ["idle"] else "absolute"
        given = words[2:] if kind == "idle" else words[1:]
        if not words or not "timer".startswith(words[0]) or not given:
            raise Refused(INVALID if words and not "timer".startswith(words[0]) else INCOMPLETE, at)
        if not given[0].isdecimal() or not 1 <= int(given[0]) <= LONGEST_REVERT:
            raise Refused(INVALID, at + len("timer "))
        await self._arm(int(given[0]), kind)
        await self._open()

    async def _arm(self, minutes: int, kind: str) -> None:
        path = shows.archive_path(self.device)
        if not path:
            raise Refused("%Turn config archive on before using Rollback Confirmed Change")
        if self.device.remaining(REVERT) is not None:
            raise Refused('%Rollback Confirmed Change is pending: enter "configure confirm" or "configure revert"')
        number = self.device.store.get("archives", 0)
        self.device.store["archives"] = number + 1
        await self.say(f"Rollback Confirmed Change: Backing up current running config to {path}-{number}")
        self.device.store[REVERT] = {
            "base": self.device.running.copy(),
            "actor": self.actor,
            "minutes": minutes,
            "since": datetime.now(UTC),
            "kind": kind,
            "file": f"{path}-{number}",
        }
        self.device.after(REVERT, minutes * 60, lambda: roll_back(self.device))

    async def configure_confirm(self, words: list[str]) -> None:
        """`configure confirm`: keep what runs."""
        if words:
            raise Refused(INVALID, len("configure confirm "))
        if not self.device.cancel(REVERT):
            raise Refused("%No Rollback Confirmed Change pending")
        self.device.store.pop(REVERT, None)

    async def configure_reverted(self, words: list[str]) -> None:
        """`configure revert now` or `configure revert timer MINUTES`."""
        at = len("configure revert ")
        if not words:
            raise Refused(INCOMPLETE)
        plan = self.device.store.get(REVERT)
        if words[0] not in ("now", "timer"):
            raise Refused(INVALID, at)
        if plan is None or self.device.remaining(REVERT) is None:
            raise Refused("%No Rollback Confirmed Change pending")
        if words[0] == "timer":
            given = words[2:] if words[1:2] == ["idle"] else words[1:]
            if not given or not given[0].isdecimal() or not 1 <= int(given[0]) <= LONGEST_REVERT:
                raise Refused(INVALID if given else INCOMPLETE, at + len("timer "))
            plan |= {"minutes": int(given[0]), "since": datetime.now(UTC)}
            self.device.after(REVERT, int(given[0]) * 60, lambda: roll_back(self.device))
            return
        await self.say(f"Rollback Confirmed Change: Rolling to:{plan['file']}\n")
        roll_back(self.device)
        await self.say("Total number of passes: 1\nRollback Done\n")

    async def archive_now(self, words: list[str]) -> None:
        """`archive config`."""
        if not shows.archive_path(self.device):
            raise Refused(" Archive feature not enabled")
        self.device.store["archives"] = self.device.store.get("archives", 0) + 1

    # what is kept, and restarts

    async def write(self, words: list[str]) -> None:
        """`write [memory]`."""
        if words:
            raise Refused(INVALID, len("write "))
        await self.say("Building configuration...")
        if not self.device.save():
            raise Refused("startup-config file open failed (Not enough space)")
        await self.say("[OK]")

    async def copy(self, words: list[str]) -> None:
        """`copy running-config startup-config`: asks for the name of the file."""
        await self.ask("Destination filename [startup-config]? ")
        await self.write([])

    async def erase(self, words: list[str]) -> None:
        """`write erase`, `erase startup-config`."""
        question = "Erasing the nvram filesystem will remove all configuration files! Continue? [confirm]"
        if await self.confirm(question):
            self.device.forget()
            self.device.write("%SYS-7-NV_BLOCK_INIT: Initialized the geometry of nvram")
            await self.say("[OK]\nErase of nvram: complete")

    async def _modified(self) -> None:
        if not shows.is_saved(self.device) and await self.confirm(
            "System configuration has been modified. Save? [yes/no]: "
        ):
            await self.write([])

    async def restart(self, words: list[str]) -> None:
        """`reload`: offers to save, asks, and goes."""
        if words:
            raise Refused(INVALID, len("reload "))
        await self._modified()
        if await self.confirm("Proceed with reload? [confirm]"):
            self.device.reboot()
            raise Closed

    async def restart_in(self, words: list[str]) -> None:
        """`reload in MINUTES|HH:MM`."""
        match = re.fullmatch(r"(?:(\d+):)?(\d{1,5})", words[0]) if words else None
        if match is None:
            raise Refused(INVALID if words else INCOMPLETE, len("reload in "))
        minutes = int(match[1] or 0) * 60 + int(match[2])
        await self._modified()
        at = datetime.now(UTC) + timedelta(minutes=minutes)
        await self.say(f"{shows.planned(at, minutes * 60, self.actor)}\nReload reason: Reload Command")
        if await self.confirm("Proceed with reload? [confirm]"):
            self.device.store[RELOAD] = {"at": at, "actor": self.actor}
            self.device.after(RELOAD, minutes * 60, self.device.reboot)
            self.device.write(
                f"%SYS-5-SCHEDULED_RELOAD: Reload requested for {at:%H:%M:%S UTC %a %b} {at.day} {at.year} "
                f"by {shows.who(self.actor)}. Reload Reason: Reload Command."
            )
            await self.say(f"\n\n***\n*** --- SHUTDOWN in {minutes // 60}:{minutes % 60:02}:00 ---\n***\n")

    async def restart_cancel(self, words: list[str]) -> None:
        """`reload cancel`."""
        if not self.device.cancel(RELOAD):
            raise Refused("No reload is scheduled.")
        self.device.store.pop(RELOAD, None)
        self.device.write("%SYS-5-SCHEDULED_RELOAD_CANCELLED: Scheduled reload cancelled")
        await self.say("\n\n***\n*** --- SHUTDOWN ABORTED ---\n***\n")

    # what it shows

    def __getattr__(self, name: str) -> Any:
        show = getattr(shows, f"show_{name}", None)
        if show is None:
            raise AttributeError(name)

        async def handler(words: list[str]) -> None:
            await self.show(shows.filtered(show(self, words), words))

        return handler


def _same(given: list[str], name: list[str]) -> bool:
    return len(given) <= len(name) and all(n.startswith(g.lower()) for g, n in zip(given, name, strict=False))


def roll_back(device: Device) -> None:
    """Go back to the archived configuration: it was not confirmed in time."""
    device.cancel(REVERT)
    plan = device.store.pop(REVERT, None)
    if plan:
        device.write(f"%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_ROLLBACK_START: Start rolling to: {plan['file']}")
        device.change(plan["base"], SYSTEM)

"""The dialogue of Cisco IOS and IOS XE, after Cisco's command references and recorded sessions; RGOS derives from it.

A line takes effect as it is typed. `configure terminal revert timer MINUTES` archives what runs and puts it back unless
`configure confirm` follows in time; `reload in MINUTES` comes up with what was saved. A line that a view does not have
is tried as a line of global configuration, as IOS does. A prompt of configuration has at most 20 letters of the name.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar, cast

from topology.twin.vendor import ios_files as files
from topology.twin.vendor import ios_shows as shows
from topology.twin.vendor.device import Actor, Device
from topology.twin.vendor.grammar import Outcome, Refused
from topology.twin.vendor.ios_commands import ANYBODY, CONFIG, PRIVILEGED, SHOWS, VIEWS
from topology.twin.vendor.ios_files import Flashing
from topology.twin.vendor.ios_keeping import Keeping
from topology.twin.vendor.ios_lines import IosLines
from topology.twin.vendor.ios_print import host_name
from topology.twin.vendor.ios_revert import Reverting
from topology.twin.vendor.ios_tables import BANNER
from topology.twin.vendor.ios_words import INCOMPLETE, INVALID
from topology.twin.vendor.shell import Command
from topology.twin.vendor.terminal import CTRL_C, CTRL_Z, Terminal
from topology.twin.vendor.tree import Path, Tree

NAME_LETTERS = 20


class IosShell(Reverting, Keeping, Flashing):
    """A session at an IOS device."""

    GRAMMAR: ClassVar[type] = IosLines
    SOFTWARE: ClassVar[str] = "Cisco-1.25"
    MORE: ClassVar[tuple[str, str]] = (" --More-- ", "\x08" * 9 + " " * 8 + "\x08" * 9)
    CARETS: ClassVar[frozenset[str]] = frozenset({INVALID})
    KEEPS_PEOPLE: ClassVar[bool] = True
    """whether users of SNMPv3 are kept beside the configuration and never printed"""

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

    @staticmethod
    def told(device: Device, actor: Actor, lines: Sequence[str]) -> None:
        """Write who gave which line, where that is recorded, and who has left configuration."""
        for line in lines:
            shows.record(device, actor, line)
        shows.configured(device, actor)

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

    # what it shows

    def __getattr__(self, name: str) -> Any:
        show = getattr(shows, f"show_{name}", None) or getattr(files, f"show_{name}", None)
        if show is None:
            raise AttributeError(name)

        async def handler(words: list[str]) -> None:
            await self.show(shows.filtered(show(self, words), words))

        return handler


def _same(given: list[str], name: list[str]) -> bool:
    return len(given) <= len(name) and all(n.startswith(g.lower()) for g, n in zip(given, name, strict=False))

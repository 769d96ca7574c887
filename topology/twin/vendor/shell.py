"""What the shells of network devices have in common: a stack of views, tables of commands, lines of configuration.

A platform derives a class: `views` says which tables of commands a view has, `PROMPT` and the like say how it looks. A
command is a tuple of words and the name of a method; typed words may be shortened as long as the table's first match is
meant. What no table has is a line of configuration, wherever the platform's grammar takes one.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import ClassVar

from topology.twin.vendor.device import Actor, Device
from topology.twin.vendor.grammar import Outcome, Question, Refused
from topology.twin.vendor.terminal import CTRL_C, CTRL_Z, Closed, Terminal
from topology.twin.vendor.tree import Path, Tree

Command = tuple[str, str]
"""words as `display current-configuration`, and the name of the method that takes the rest of the line's words"""
Handler = Callable[[list[str]], Awaitable[None]]


class Shell:
    """A session's dialogue; derive one for a platform."""

    GRAMMAR: ClassVar[type]
    """the platform's grammar, made once for each device"""
    SOFTWARE: ClassVar[str] = "-"
    """what its SSH server calls itself"""
    MOVES: ClassVar[frozenset[str]] = frozenset({"quit", "exit"})
    """methods that only go to another view: they do not wait until what was typed is real"""
    YES: ClassVar[tuple[str, ...]] = ("y", "yes")

    def __init__(self, device: Device, actor: Actor, terminal: Terminal) -> None:
        self.device = device
        self.actor = actor
        self.terminal = terminal
        self.path: Path | None = None
        """None: where a session begins; else the path of the view of configuration"""
        self.over = False

    # what a platform says

    def prompt(self) -> str:
        """Return the prompt, without an end of line before it."""
        raise NotImplementedError

    def greeting(self) -> str:
        """Return what is shown after signing in, or nothing."""
        return ""

    def commands(self) -> Iterable[Command]:
        """Return the commands of the view the session is in."""
        raise NotImplementedError

    def wrong(self, line: str, error: Refused) -> str:
        """Return what is shown for a line that is refused."""
        return error.words

    async def leave(self) -> None:
        """Go one view up (a typed Ctrl+Z goes to the top at once); the platform says how."""
        raise NotImplementedError

    def target(self) -> Tree:
        """Return the tree that lines of configuration change: the running one, or a candidate."""
        return self.device.running

    def changed(self, tree: Tree) -> None:
        """Keep what a line has made of the target."""
        self.device.change(tree, self.actor)

    # the session

    async def run(self) -> None:
        """Talk until the session ends. Raises Closed when it ends from outside."""
        if greeting := self.greeting():
            await self.say(greeting)
        while not self.over:
            line = await self.terminal.line(self.prompt())
            await self.take(line)
            if self.device.faults.count("drop_after"):
                raise Closed

    async def take(self, typed: str) -> None:
        """Do what a typed line says."""
        if typed == CTRL_C:
            return
        if typed == CTRL_Z:
            if self.path is not None:
                await self.top()
            return
        line = typed.strip()
        if not line:
            return
        try:
            await self.act(typed, line)
        except Refused as error:
            await self.say(self.wrong(typed, error))

    async def top(self) -> None:
        """Leave all views of configuration."""
        while self.path is not None and not self.over:
            before = self.path
            await self.leave()
            if self.path == before:
                return

    async def act(self, typed: str, line: str) -> None:
        """Do a command, or take a line of configuration. Raises Refused."""
        found = self.match(line.split(), self.commands())
        if found is not None and not self._shadowed(line):
            handler, rest = found
            moves = handler.__name__ in self.MOVES
            if not moves:
                await self.device.settled()
            await handler(rest)
            if not moves or self.path is None:
                await self.device.settled()
        elif self.path is not None:
            await self.configure(line)
        else:
            raise self.unknown(line)

    def _shadowed(self, line: str) -> bool:
        """Whether a line only looks like a shortened command: a view's own lines come before those (`sa`, `save`)."""
        first = line.split()[0]
        if not self.path or any(pattern.split()[0] == first for pattern, _method in self.commands()):
            return False
        known: tuple[bool, bool] = self.device.grammar.known(self.path, line)  # type: ignore[attr-defined]
        return known[0]

    def unknown(self, line: str) -> Refused:
        """Return the refusal of a line that is no command here."""
        return Refused("Unrecognized command", 0)

    def match(self, words: Sequence[str], commands: Iterable[Command]) -> tuple[Handler, list[str]] | None:
        """Return the handler of the longest command whose words, perhaps shortened, begin the line, and the rest."""
        best: tuple[int, bool, str] | None = None
        for pattern, method in commands:
            names = pattern.split()
            if len(words) < len(names) or not all(_short(w, n) for w, n in zip(words, names, strict=False)):
                continue
            exact = all(w == n for w, n in zip(words, names, strict=False))
            if best is None or (len(names), exact) > best[:2]:
                best = (len(names), exact, method)
        return (getattr(self, best[2]), list(words[best[0] :])) if best else None

    async def configure(self, line: str) -> None:
        """Take a line of configuration in the view the session is in. Raises Refused."""
        assert self.path is not None
        if self.device.faults.refuses(line):
            raise self.device.grammar.unrecognized(line, 0)
        target, alone = self.target(), self.device.grammar.ALONE
        tree = target.draft(self.path[0]) if self.path and re.match(alone, self.path[0]) else target.copy()
        outcome = await self._apply(tree, self.path, line)
        if outcome is None:
            return
        changed = not tree.same(target)
        if changed and self.device.faults.lies(line):
            changed = False
        if outcome.words:
            await self.say(outcome.words)
        if changed:
            self.changed(tree)
            if self.device.faults.count("reboot_after"):
                self.device.reboot()
                raise Closed
        if outcome.enter is not None:
            self.path = outcome.enter

    async def _apply(self, tree: Tree, path: Path, line: str) -> Outcome | None:
        try:
            return self.device.grammar.apply(tree, path, line)
        except Question as question:
            if not await self.confirm(question.words):
                return None
            return self.device.grammar.apply(tree, path, line, sure=True)

    @staticmethod
    def told(device: Device, actor: Actor, lines: Sequence[str]) -> None:
        """Write the log messages of lines that somebody typed elsewhere than in a session; the platform says which."""

    async def meet_anew(self, _rest: list[str]) -> None:
        """Break the tunnels off that the device begins; it begins them anew by itself, and the session goes on."""
        self.device.meet()

    async def ended(self) -> None:
        """Clean up after a session; the terminal is gone."""

    # talking

    async def say(self, text: str) -> None:
        """Show text, each line ended."""
        await self.terminal.say(text)

    async def show(self, lines: Iterable[str]) -> None:
        """Show lines page by page."""
        await self.terminal.page(list(lines))

    async def ask(self, question: str) -> str:
        """Show a question and return what is typed."""
        answer = await self.terminal.line(question)
        return answer.strip()

    async def confirm(self, question: str) -> bool:
        """Show a question that wants yes or no and return whether it was yes; ask again at anything else."""
        while True:
            answer = (await self.ask(question)).lower()
            if answer in self.YES:
                return True
            if answer in ("n", "no", CTRL_C, CTRL_Z, ""):
                return False


def _short(typed: str, name: str) -> bool:
    return bool(typed) and name.startswith(typed.lower())

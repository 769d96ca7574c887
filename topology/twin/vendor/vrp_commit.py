"""VRP8's two phases: lines wait in a candidate until `commit`; a trial takes effect and takes itself back.

After the command references of CloudEngine and NetEngine. A candidate is its session's own and is brought to what
runs at the commit, whoever changed that meanwhile. A trial belongs to its session, or to whoever knows its `persist`
name; nobody else commits while it runs. It goes on when its session ends.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from topology.twin.vendor import vrp_shows
from topology.twin.vendor.device import SYSTEM, Actor, Device
from topology.twin.vendor.grammar import Question, Refused
from topology.twin.vendor.shell import Shell
from topology.twin.vendor.terminal import Terminal
from topology.twin.vendor.tree import Path, Tree
from topology.twin.vendor.vrp_lines import VrpLines
from topology.twin.vendor.vrp_words import two_phase

TRIAL = "trial"


class Phases(Shell):
    """A session whose lines take effect at once, or at the commit."""

    def __init__(self, device: Device, actor: Actor, terminal: Terminal) -> None:
        super().__init__(device, actor, terminal)
        self.phases = two_phase(device.about.model)
        self.immediate = not self.phases
        self.waiting: list[tuple[Path, str]] = []
        """lines of VRP8's candidate, in the order typed"""
        self.draft: Tree | None = None

    def trying(self) -> bool:
        """Whether a trial runs that this session began."""
        trial = self.device.store.get(TRIAL)
        return bool(trial and trial["actor"] is self.actor)

    async def settled(self) -> bool:
        """Ask what becomes of lines that wait; False if the session is to stay."""
        while self.waiting:
            answer = await self.ask(
                "Warning: Uncommitted configurations found. Are you sure to commit them before exiting? "
                "[Y(yes)/N(no)/C(cancel)]:"
            )
            if answer.lower() in ("y", "yes"):
                return self._commit()
            if answer.lower() in ("n", "no"):
                self._forget()
            elif answer.lower() in ("c", "cancel", "\x03"):
                return False
        return True

    def target(self) -> Tree:
        """Return the running tree, or the candidate."""
        if self.immediate:
            return self.device.running
        return self.draft if self.draft is not None else self.device.running

    async def configure(self, line: str) -> None:
        """Take a line, noting it for the commit where there is one."""
        assert self.path is not None
        path = self.path
        before = self.target()
        if self.immediate and self.device.store.get(TRIAL) and not self.trying():
            raise Refused("Error: The system is in the trial configuration mode.")
        try:
            await super().configure(line)
        except Refused as error:
            if not path or error.words != "Unrecognized command" or not self._opens(line):
                raise
            self.path = path = ()
            await super().configure(line)
        if not self.immediate and self.target() is not before:
            self.waiting.append((path, line))
        if self.immediate:
            vrp_shows.record(self.device, self.actor, line)

    def _opens(self, line: str) -> bool:
        """Whether a line opens a view of the system view, which VRP does from any view below it."""
        grammar = self.device.grammar
        assert isinstance(grammar, VrpLines)
        return grammar.known((), grammar.normal((), line))[1]

    def changed(self, tree: Tree) -> None:
        """Keep the tree: as the candidate, or as what runs."""
        if self.immediate:
            super().changed(tree)
            vrp_shows.changed(self.device, self.actor)
        else:
            self.draft = tree

    def _forget(self) -> None:
        self.waiting, self.draft = [], None

    async def discard(self, words: list[str]) -> None:
        """`clear configuration candidate`."""
        self._two_phase("clear configuration candidate")
        self._forget()

    def _two_phase(self, line: str) -> None:
        if self.immediate:
            raise Refused("Unrecognized command", 0)

    def _commit(self) -> bool:
        """Bring the lines that wait to what runs now, whoever changed it meanwhile."""
        trial = self.device.store.get(TRIAL)
        if trial and not self.trying():
            raise Refused("Error: The trial configuration of another user is running.")
        tree = self.device.running.copy()
        for path, line in self.waiting:
            try:
                self.device.grammar.apply(tree, path, line, sure=True)
            except (Refused, Question):
                self._forget()
                raise Refused(f"Error: Failed to generate committed configuration at line: {line}") from None
        lines = [line for _path, line in self.waiting]
        changed = bool(self.waiting)
        self._forget()
        if changed:
            self.device.change(tree, self.actor)
            vrp_shows.changed(self.device, self.actor)
            number = self.device.store["commits"] = self.device.store.get("commits", 1000000000) + 1
            history = self.device.store.setdefault("history", [])
            history.append((number, self.actor, datetime.now(UTC)))
            for line in lines:
                vrp_shows.record(self.device, self.actor, line)
        return True

    async def commit(self, words: list[str]) -> None:
        """`commit [persist ID | description TEXT | label LABEL]`; it also confirms a trial."""
        self._two_phase("commit")
        given = _options(words, ("persist", "description", "label"))
        if given is None:
            raise Refused("Unrecognized command", len("commit "))
        trial = self.device.store.get(TRIAL)
        persist = given.get("persist", "")
        if trial and trial["persist"] and trial["persist"] != persist:
            raise Refused("Error: The persist ID is incorrect.")
        if persist and not (trial and trial["persist"] == persist):
            raise Refused("Error: The persist ID does not exist.")
        if trial and (self.trying() or persist):
            trial["actor"] = self.actor
            self._commit()
            self.device.cancel(TRIAL)
            self.device.store.pop(TRIAL, None)
        else:
            self._commit()

    async def commit_trial(self, words: list[str]) -> None:
        """`commit trial [SECONDS] [persist ID]`: run the candidate for a while."""
        self._two_phase("commit trial")
        seconds = int(words.pop(0)) if words and words[0].isdigit() else 600
        given = _options(words, ("persist", "description", "label"))
        if given is None or not 60 <= seconds <= 65535:
            raise Refused("Wrong parameter", len("commit trial "))
        if not self.waiting:
            raise Refused("Error: No configuration to be committed.")
        if self.device.store.get(TRIAL) and not self.trying():
            raise Refused("Error: The trial configuration of another user is running.")
        base = self.device.store.get(TRIAL, {}).get("base") or self.device.running
        self._commit()
        trial = {"base": base, "actor": self.actor, "persist": given.get("persist", ""), "seconds": seconds}
        self.device.store[TRIAL] = trial
        self.device.after(TRIAL, seconds, lambda: roll_back(self.device, SYSTEM))
        await self.say(
            "Committing..done.\nInfo: The system enters the trial configuration mode. The system will revert to "
            f"previous configuration if the trial configuration is not confirmed in {seconds} seconds."
        )

    async def abort_trial(self, words: list[str]) -> None:
        """`abort trial [persist ID]`: back to what ran before the trial."""
        self._two_phase("abort trial")
        given = _options(words, ("persist", "session"))
        trial = self.device.store.get(TRIAL)
        if given is None:
            raise Refused("Wrong parameter", len("abort trial "))
        if not trial:
            raise Refused("Error: No trial configuration is running.")
        if trial["persist"] and trial["persist"] != given.get("persist"):
            raise Refused("Error: The persist ID is incorrect.")
        if not await self.confirm("Warning: The trial configuration will be rolled back. Continue? [Y/N]:"):
            return
        roll_back(self.device, self.actor)
        await self.say("Info: The trial configuration has been rolled back.")

    @staticmethod
    def told(device: Device, actor: Actor, lines: Sequence[str]) -> None:
        """Write who gave which line, and that the configuration is another."""
        for line in lines:
            vrp_shows.record(device, actor, line)
        vrp_shows.changed(device, actor)

    async def ended(self) -> None:
        """Forget the candidate; a trial goes on until its time is over."""
        self._forget()


def roll_back(device: Device, actor: Actor) -> None:
    """Put back what ran before a trial."""
    device.cancel(TRIAL)
    trial = device.store.pop(TRIAL, None)
    if trial:
        device.change(trial["base"], actor)
        vrp_shows.changed(device, actor)


def _options(words: list[str], names: tuple[str, ...]) -> dict[str, str] | None:
    """Return pairs of a name and a value; None if the words are no such pairs."""
    pairs = dict(zip(words[::2], words[1::2], strict=False))
    return pairs if len(words) % 2 == 0 and set(pairs) <= set(names) else None

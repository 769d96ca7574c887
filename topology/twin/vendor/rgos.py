"""The dialogue of Ruijie RGOS, as far as it is not IOS's; after Ruijie's configuration guides and recorded sessions.

Views of interfaces are called with the interface's name; a reload is asked for with `(Y/N)` and saves nothing by
itself; there is no archive and no change that has to be confirmed; `delete config.text` forgets what was saved.
The words of a planned reload and of a full flash are guesses: no recording of them was found.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from topology.twin.vendor import ios_shows as shows
from topology.twin.vendor import rgos_files, rgos_shows
from topology.twin.vendor.grammar import Refused
from topology.twin.vendor.ios import IosShell
from topology.twin.vendor.ios_commands import ANYBODY, CONFIG, PRIVILEGED, SHOWS
from topology.twin.vendor.ios_shows import RELOAD
from topology.twin.vendor.ios_words import INCOMPLETE, INVALID
from topology.twin.vendor.rgos_files import Upgrading
from topology.twin.vendor.rgos_lines import RgosLines
from topology.twin.vendor.shell import Command
from topology.twin.vendor.terminal import CTRL_C, CTRL_Z, Closed

_LACKS = ("show archive", "configure terminal revert", "configure confirm", "configure revert", "archive", "erase",
          "write erase", "show boot", "verify")  # fmt: skip
OWN: tuple[Command, ...] = (
    *(command for command in PRIVILEGED if not command[0].startswith(_LACKS) and command[0] != "copy"),
    ("delete config.text", "erase"),
    ("delete flash:config.text", "erase"),
    ("upgrade", "upgrade"),
)
UNKNOWN = "% Unknown command."


class RgosShell(Upgrading, IosShell):
    """A session at an RGOS device."""

    GRAMMAR: ClassVar[type] = RgosLines
    SOFTWARE: ClassVar[str] = "RGOS_SSH"
    KEEPS_PEOPLE: ClassVar[bool] = False
    MORE: ClassVar[tuple[str, str]] = (" --More-- ", "\x08" * 10 + " " * 10 + "\x08" * 10)

    def commands(self) -> Iterable[Command]:
        """Return the commands of the view; RGOS has `show` in configuration too."""
        known = (*SHOWS, *ANYBODY, *(OWN if self.privileged else ()))
        if self.path is None:
            return known
        return (*CONFIG, *(command for command in known if command[0].startswith("show ")))

    def called(self) -> str:
        """Return what the prompt calls the view: an interface by its name."""
        found = super().called()
        if found in ("config-if", "config-subif") and self.path:
            return f"config-if-{self.path[-1].removeprefix('interface ')}"
        return found

    def unknown(self, line: str) -> Refused:
        """Return the refusal of a line that is no command here."""
        refused = super().unknown(line)
        if refused.words not in (INVALID, INCOMPLETE):
            return Refused(UNKNOWN)
        return refused

    async def confirm(self, question: str) -> bool:
        """Show a question and return whether it was answered with yes, typed out or by its letter."""
        if "(Y/N)" not in question and "[Y/N]" not in question:
            return await super().confirm(question)
        while True:
            answer = (await self.ask(question)).lower()
            if answer in ("y", "yes"):
                return True
            if answer in ("n", "no", CTRL_C, CTRL_Z, ""):
                return False

    async def write(self, words: list[str]) -> None:
        """`write [memory]`."""
        if words:
            raise Refused(INVALID, len("write "))
        await self.say("Building configuration...")
        if not self.device.save():
            raise Refused("%Error: failed to write config.text: no space left on device")
        await self.say("[OK]")

    async def erase(self, words: list[str]) -> None:
        """`delete config.text`."""
        if await self.confirm("Do you want to delete [flash:/config.text]? [Y/N]:"):
            self.device.forget()
            await self.say("Delete success.")

    async def restart(self, words: list[str]) -> None:
        """`reload`: asks, and goes."""
        if words:
            raise Refused(INVALID, len("reload "))
        if await self.confirm("Reload system?(Y/N)"):
            self.device.reboot()
            raise Closed

    async def restart_in(self, words: list[str]) -> None:
        """`reload in MINUTES`: asks, and tells when."""
        if not words or not words[0].isdecimal():
            raise Refused(INVALID if words else INCOMPLETE, len("reload in "))
        minutes = int(words[0])
        at = datetime.now(UTC) + timedelta(minutes=minutes)
        if await self.confirm("Reload system?(Y/N)"):
            self.device.store[RELOAD] = {"at": at, "actor": self.actor}
            self.device.after(RELOAD, minutes * 60, self.device.reboot)
            await self.say(f"System will reload in {minutes * 60} seconds.")

    async def restart_cancel(self, words: list[str]) -> None:
        """`reload cancel`."""
        if not self.device.cancel(RELOAD):
            raise Refused("% No reload is scheduled.")
        self.device.store.pop(RELOAD, None)
        await self.say("Reload cancelled.")

    def __getattr__(self, name: str) -> Any:
        show = getattr(rgos_shows, f"show_{name}", None) or getattr(rgos_files, f"show_{name}", None)
        if show is None:
            return super().__getattr__(name)

        async def handler(words: list[str]) -> None:
            await self.show(shows.filtered(show(self, words), words))

        return handler

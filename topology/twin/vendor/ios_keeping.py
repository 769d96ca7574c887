"""What IOS keeps for its next start, and restarts: at once, planned, called off; after references and recordings."""

import asyncio
import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from topology.twin.vendor import ios_shows as shows
from topology.twin.vendor.grammar import Refused
from topology.twin.vendor.ios_shows import RELOAD
from topology.twin.vendor.ios_words import INCOMPLETE, INVALID
from topology.twin.vendor.shell import Shell
from topology.twin.vendor.terminal import Closed

BEHIND_SECONDS = 0.02
OTHER_VERSION = (
    "Warning: Attempting to overwrite an NVRAM configuration previously written\nby a different version of the system "
    "image.\nOverwrite the previous NVRAM configuration?[confirm]"
)


class Keeping(Shell):
    """What a session does with the saved configuration and with restarts."""

    _telling: ClassVar[set[asyncio.Future[None]]] = set()
    """kept until they are told"""

    async def write(self, words: list[str]) -> None:
        """`write [memory]`."""
        if words:
            raise Refused(INVALID, len("write "))
        held, mine = (_version(text) for text in (self.device.startup or "", "\n".join(shows.running(self.device))))
        if held and held != mine and not await self.confirm(OTHER_VERSION):
            return
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

    def told_later(self, words: str) -> None:
        """Tell everybody of a restart: it comes behind the prompt, and no prompt comes again by itself."""
        told = asyncio.ensure_future(self._behind(f"\n\n***\n*** --- {words} ---\n***\n"))
        self._telling.add(told)
        told.add_done_callback(self._telling.discard)

    async def _behind(self, words: str) -> None:
        await asyncio.sleep(BEHIND_SECONDS)
        with suppress(Closed):
            await self.say(words)

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
            self.told_later(f"SHUTDOWN in {minutes // 60}:{minutes % 60:02}:00")

    async def restart_cancel(self, words: list[str]) -> None:
        """`reload cancel`."""
        if not self.device.cancel(RELOAD):
            raise Refused("No reload is scheduled.")
        self.device.store.pop(RELOAD, None)
        self.device.write("%SYS-5-SCHEDULED_RELOAD_CANCELLED: Scheduled reload cancelled")
        self.told_later("SHUTDOWN ABORTED")


def _version(text: str) -> str:
    found = re.search(r"(?m)^version (\S+)", text)
    return found[1] if found else ""

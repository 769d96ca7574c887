"""IOS's change that has to be confirmed: `configure terminal revert timer` and what belongs to it.

Source: the Configuration Rollback Confirmed Change feature guide and recorded sessions. What runs is archived, and put
back when the time is over, on `configure revert now`, or never once `configure confirm` was typed.
"""

from datetime import UTC, datetime

from topology.twin.vendor import ios_shows as shows
from topology.twin.vendor.device import SYSTEM, Device
from topology.twin.vendor.grammar import Refused
from topology.twin.vendor.ios_shows import REVERT
from topology.twin.vendor.ios_words import INCOMPLETE, INVALID
from topology.twin.vendor.shell import Shell

LONGEST_REVERT = 120
"""minutes"""


class Reverting(Shell):
    """What a session does with a change that has to be confirmed."""

    async def _open(self) -> None:
        await self.say("Enter configuration commands, one per line.  End with CNTL/Z.")
        self.path = ()

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


def roll_back(device: Device) -> None:
    """Go back to the archived configuration: it was not confirmed in time."""
    device.cancel(REVERT)
    plan = device.store.pop(REVERT, None)
    if plan:
        device.write(f"%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_ROLLBACK_START: Start rolling to: {plan['file']}")
        device.change(plan["base"], SYSTEM)

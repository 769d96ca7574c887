"""Making a simulated device's running configuration true in its namespace, with the Linux platform's real daemons.

Runs as root inside the device's own root (topology.twin.inner.roots). A change is realised when the device has been
quiet for a moment, at the latest after a second; `settled` waits for it, so that a device shows nothing before what was
typed has taken effect. What the daemons refuse is written to the console and named by `trouble`; what ran before runs
on. `ip`, `nft` and the rest are run as a device's own administrator would run them: nothing here reaches out of it.
"""

import asyncio
import contextlib
import os
import signal
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

from countynet.errors import BadInput, CountyError
from inventory.deviceconfig import Tunnel
from inventory.platforms import linux
from inventory.platforms.linux.activation import MEET_ANEW
from topology.twin.vendor import agent
from topology.twin.vendor.device import SYSTEM, Actor, Device
from topology.twin.vendor.kernelform import SESSIONS, is_stateless, kernel_config, linux_text
from topology.twin.vendor.ports import kernel_name

QUIET_SECONDS = 0.1
LONGEST_SECONDS = 1.0
COMMAND_SECONDS = 120.0


class Realiser:
    """Keeps a namespace's data plane as the device's running configuration says."""

    def __init__(self, device: Device, say: Callable[[str], None]) -> None:
        self._device = device
        self._say = say
        self._applied: str | None = None
        self._changed = asyncio.Event()
        self._rest = asyncio.Event()
        self._rest.set()
        self._turn = asyncio.Lock()
        self.starting = 0
        """how many processes of its own are being started, whose numbers are not known yet"""
        self.waits_for: set[int] = set()
        """the processes of its own that it waits for: nobody else may take them in"""
        self.trouble: tuple[str, ...] = ()
        """what of the running configuration is not real, in words for a person"""
        self._agreed: dict[str, Tunnel] = {}
        """the tunnels that it has begun: they go on by the name and key that they met with, whatever is typed"""
        self._booted = device.booted
        self._meets = False
        self._meeting: asyncio.Future[None] | None = None
        device.listeners.append(self._heard)

    def _heard(self, _actor: Actor) -> None:
        self._rest.clear()
        self._changed.set()

    async def settled(self, seconds: float = 60.0) -> None:
        """Return when what runs is real, or after a time that no device takes."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._rest.wait(), seconds)

    async def run(self) -> None:
        """Realise changes for ever."""
        while True:
            await self._changed.wait()
            await self._quiet()
            self._changed.clear()
            at = self._device.changes
            try:
                async with self._turn:
                    await self._realise_all()
            except Exception as error:  # whatever it is, the device lives on and its console says it
                self._applied = None
                self.trouble = (str(error),)
                self._say(f"cannot realise: {error}" if isinstance(error, CountyError) else traceback.format_exc())
            if self._device.changes == at:
                self._rest.set()

    async def _quiet(self) -> None:
        loop = asyncio.get_running_loop()
        end, seen = loop.time() + LONGEST_SECONDS, -1
        while seen != self._device.changes and loop.time() < end:
            seen = self._device.changes
            await asyncio.sleep(QUIET_SECONDS)

    async def _realise_all(self) -> None:
        """Realise, and once more where that has made interfaces, whose numbers the agent has to know."""
        if self._applied is None and self._device.bare:
            await self._shell(f"nft -f - <<'END'\n{SESSIONS.content}END\n")
            return
        before = _indexes()
        await self._realise()
        if _indexes() != before:
            await self._realise()

    async def _realise(self) -> None:
        about, config = self._device.about, self._device.accounts.config()
        kernel, left = kernel_config(config, about.management)
        if self._booted != self._device.booted:
            self._booted, self._agreed, self._meets = self._device.booted, {}, True
        kernel = kernel.model_copy(update={"tunnels": tuple(map(self._as_met, kernel.tunnels))})
        ports = {kernel_name(i.name): i.name for i in config.interfaces if i.name != about.management}
        if about.management:
            ports["stg0"] = about.management
        lines = agent.lines(about, ports, _indexes())
        try:
            wanted = linux_text(kernel, is_stateless(config.filters), ports, lines)
        except BadInput as bad:
            self.trouble = tuple(str(problem) for problem in bad.problems)
            self._say("cannot realise: " + "; ".join(self.trouble))
            return
        self.trouble = tuple(f"{name}: the kernel has one loopback" for name in left)
        if self._applied is None:
            self._applied = _own(linux.normalise(await self._shell(linux.FETCH)))
        plan = linux.activation(self._applied, wanted)
        if wanted != self._applied:
            self._write(plan)
            commands = [c for c in (*plan.commands, *plan.closing) if not _is_left_out(c)]
            for command in commands:
                await self._shell(command)
            self._applied = wanted
        self._agreed = {tunnel.name: tunnel for tunnel in kernel.tunnels if tunnel.initiate}
        if self._meets:
            self._meets = False
            self._meeting = asyncio.ensure_future(self._meet(*self._agreed))

    def _as_met(self, tunnel: Tunnel) -> Tunnel:
        met = self._agreed.get(tunnel.name)
        return tunnel.model_copy(update={"local_id": met.local_id, "key": met.key}) if met else tunnel

    def meet(self) -> None:
        """Break off the tunnels that the device begins, and begin them anew as it is told now."""
        self._agreed, self._meets = {}, True
        self._heard(SYSTEM)

    async def _meet(self, *names: str) -> None:
        for name in names:
            try:
                await self._shell(MEET_ANEW.format(name=name))
            except CountyError as error:
                self._say(f"a tunnel does not come up: {error}")

    async def _shell(self, command: str) -> str:
        """Run a command of the device's own. Raises CountyError with its words, and where it does not end.

        What the command kills has to be taken in while it runs: it waits until the dead are gone.
        """
        self.starting += 1
        try:
            process = await _start(command)
            self.waits_for.add(process.pid)
        finally:
            self.starting -= 1
            os.kill(os.getpid(), signal.SIGCHLD)
        try:
            return await _finish(process, command)
        finally:
            self.waits_for.discard(process.pid)

    @contextlib.asynccontextmanager
    async def dark(self) -> AsyncIterator[None]:
        """Have all ports without light for a while, as those of a device that starts."""
        async with self._turn:
            lines = (await self._shell("ip -o link show up")).splitlines()
            ports = [line.split(": ")[1].partition("@")[0] for line in lines]
            ports = [port for port in ports if Path(f"/sys/class/net/{port}/ifindex").exists() and port != "lo"]
            await self._shell("; ".join(f"ip link set {port} down" for port in ports) or ":")
            try:
                yield
            finally:
                await self._shell("; ".join(f"ip link set {port} up" for port in ports) or ":")

    def _write(self, plan: linux.Activation) -> None:
        for path, (mode, content) in plan.files.items():
            fresh = Path(f"{path}.new")
            fresh.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_text(content)
            fresh.chmod(int(mode, 8))
            fresh.rename(path)
        for path in plan.delete:
            Path(path).unlink(missing_ok=True)


def _is_left_out(command: str) -> bool:
    """Whether a command is not for such a device: its own SSH server; and a tunnel goes on as agreed upon."""
    return command.startswith(("systemctl reload ssh", MEET_ANEW.partition("{")[0]))


def _own(text: str) -> str:
    """Return what runs without the sections that are not the realiser's."""
    from inventory.platforms.linux.text import join, split

    files = split(text)
    return join({p: f for p, f in files.items() if not p.startswith(("/etc/ssh", "/etc/countynet"))})


def _indexes() -> dict[str, int]:
    """Return the kernel's index of each interface, by its name."""
    folder = Path("/sys/class/net")
    return {entry.name: int((entry / "ifindex").read_text()) for entry in folder.iterdir() if entry.is_dir()}


async def _start(command: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        "/bin/sh",
        "-c",
        command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ},
        start_new_session=True,
    )


async def _finish(process: asyncio.subprocess.Process, command: str) -> str:
    try:
        out, words = await asyncio.wait_for(process.communicate(), COMMAND_SECONDS)
    except TimeoutError:
        process.kill()
        raise CountyError(f"{command[:80]}: no end after {COMMAND_SECONDS:.0f} s") from None
    if process.returncode:
        raise CountyError(f"{command[:200]}: {(words or out).decode(errors='replace')[-400:]}")
    return out.decode(errors="replace")

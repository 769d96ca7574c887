"""A simulated device's life in its namespace: power-on, SSH at port 22, realising, logs, until it is switched off.

It is PID 1 of its device: it takes in the daemons that lose their parents. Its flash is `/var/lib/flash`, which
outlives its power as every device's `/var` does (topology.twin.power).
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import asyncssh

from countynet.errors import CountyError
from topology.twin.vendor import control, lldp, realise, sending
from topology.twin.vendor.device import Actor, Description, Device
from topology.twin.vendor.dialogues import dialogue
from topology.twin.vendor.server import listen

FLASH = Path("/var/lib/flash")
CONTROL = Path("/run/vendor.sock")
PORT = 22
BOOT_SECONDS = 3.0
"""how long a reboot takes; real ones take minutes"""


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _device(about: dict[str, Any], flash: Path | None) -> Device:
    given = {**about, "ports": tuple(about.get("ports", ())), "keys": tuple(about.get("keys", ()))}
    description = Description(**given, flash=flash)
    return Device(description, dialogue(description.platform).GRAMMAR(description))


def _host_key(place: Path) -> asyncssh.SSHKey:
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        asyncssh.generate_private_key("ecdsa-sha2-nistp256").write_private_key(place)
        place.chmod(0o600)
    return asyncssh.read_private_key(place)


class Door:
    """The SSH server, at the address that the configuration names; a new address is listened on before the old ends."""

    def __init__(self, device: Device, key: asyncssh.SSHKey) -> None:
        self._device, self._key = device, key
        self._server: asyncssh.SSHAcceptor | None = None
        self._at = ""

    def close(self) -> None:
        """Listen no longer."""
        if self._server is not None:
            self._server.close()
        self._server, self._at = None, ""

    async def open(self) -> None:
        """Listen where the running configuration says. Raises OSError."""
        wanted = str(self._device.accounts.config().ssh.listen or "0.0.0.0")  # noqa: S104 - as the device is told
        if wanted == self._at:
            return
        old = self._server
        if old is not None:
            old.close()
        self._server = await listen(self._device, wanted, PORT, [self._key])
        self._at = wanted


def _reap(realiser: realise.Realiser) -> None:
    """Take in whoever has died, but none that the realiser waits for; a signal comes again once it has started one."""
    for pid in () if realiser.starting else _dead():
        if pid not in realiser.waits_for:
            with suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)


def _dead() -> Iterator[int]:
    """Yield the children that have ended and are not taken in."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            if state == "Z" and int(parent) == os.getpid():
                yield int(folder.name)


class Power:
    """A reboot as others see it: sessions end, links go down, nobody answers for a while, then the flash counts."""

    def __init__(self, device: Device, realiser: realise.Realiser, door: Door) -> None:
        self._device, self._realiser, self._door = device, realiser, door
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._door.close()
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self._start())

    async def _start(self) -> None:
        try:
            async with self._realiser.dark():
                await asyncio.sleep(BOOT_SECONDS * self._device.about.second)
                while self._device.faults.stay_down:
                    await asyncio.sleep(0.2)
        except CountyError as error:
            _say(f"a port does not come back: {error}")
        self._device.power_on()


async def _live(node: dict[str, Any], started: Callable[[], None]) -> None:
    device = _device(node["vendor"], FLASH / "startup.cfg")
    realiser = realise.Realiser(device, _say)
    sending.Sender(device)
    device.settle, device.meet = realiser.settled, realiser.meet
    device.neighbours = lldp.neighbours
    door = Door(device, _host_key(FLASH / "hostkey"))
    device.start = Power(device, realiser, door).start
    device.power_on()
    asyncio.get_running_loop().add_signal_handler(signal.SIGCHLD, _reap, realiser)
    task = asyncio.create_task(realiser.run())
    await door.open()
    await control.listen(device, CONTROL)
    started()

    async def heard() -> None:
        await realiser.settled()
        with suppress(OSError):
            await door.open()

    pending: set[asyncio.Task[None]] = set()

    def changed(_actor: Actor) -> None:
        again = asyncio.ensure_future(heard())
        pending.add(again)
        again.add_done_callback(pending.discard)

    device.listeners.append(changed)
    await task


def live(node: dict[str, Any], started: Callable[[], None]) -> None:
    """Live until killed; `started` is called when the device listens."""
    asyncio.run(_live(node, started))


NOBODY = "nobody"


async def rehearse(platform: str, model: str) -> None:
    """Do once, on loopback and without touching the machine, what a device does: so that it is loaded."""
    from topology.twin.vendor.kernelform import kernel_config, linux_text

    device = _device({"platform": platform, "model": model, "user": NOBODY, "password": NOBODY}, None)
    device.power_on()
    config, _left = kernel_config(device.accounts.config(), "")
    linux_text(config, stateless=False, ports={})
    key = asyncssh.generate_private_key("ecdsa-sha2-nistp256")
    server = await listen(device, "127.0.0.1", 0, [key])
    async with asyncssh.connect(
        "127.0.0.1",
        server.get_port(),
        username=NOBODY,
        password=NOBODY,
        known_hosts=None,
        config=None,
        client_keys=None,
    ) as connection:
        await connection.run("display version", check=False)
    server.close()
    await server.wait_closed()

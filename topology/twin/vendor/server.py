"""The SSH server of a simulated device: who may sign in, and a shell for each session.

An account signs in with a key that the running configuration assigns to it, or with its password where the
configuration lets passwords in; until the configuration says anything of the factory's account, the factory's keys and
password do. Channels other than a shell, one command, or SFTP or SCP where the configuration has it on, are refused.
"""

import asyncio
import traceback
from contextlib import suppress

import asyncssh

from topology.twin.vendor.device import Actor, Device
from topology.twin.vendor.dialogues import dialogue
from topology.twin.vendor.software import Door
from topology.twin.vendor.terminal import Closed, Terminal

LINES = 21
SHUT = "\x01Administratively disabled.\n"
"""what IOS answers a client of SCP, in SCP's own form, while its server is off"""
_CHUNK = 4096


class _Server(asyncssh.SSHServer):
    """One connection."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._link: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._link = conn
        self._device.links.add(conn)

    def connection_lost(self, exc: Exception | None) -> None:
        self._device.links.discard(self._link)

    def begin_auth(self, username: str) -> bool:
        return True

    def public_key_auth_supported(self) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        if self._device.faults.locked:
            return False
        offered = " ".join(key.export_public_key("openssh").decode().split()[:2])
        return self._device.accounts.holds(username, offered)

    def validate_password(self, username: str, password: str) -> bool:
        known = self._device.accounts.password(username)
        return not self._device.faults.locked and bool(known) and known == password


class _Wire:
    """A session's channel as a terminal uses it."""

    def __init__(self, process: "asyncssh.SSHServerProcess[bytes]") -> None:
        self._process = process

    async def read(self) -> bytes:
        try:
            return await self._process.stdin.read(_CHUNK)
        except (asyncssh.BreakReceived, asyncssh.SignalReceived):
            return b"\x03"
        except asyncssh.TerminalSizeChanged:
            return b"\x00"
        except (asyncssh.Error, OSError):
            return b""

    async def write(self, data: bytes) -> None:
        self._process.stdout.write(data)
        await self._process.stdout.drain()


class Session:
    """A session at one of the device's lines."""

    def __init__(self, device: Device, process: "asyncssh.SSHServerProcess[bytes]", line: int) -> None:
        peer = process.get_extra_info("peername") or ("**",)
        self.actor = Actor(process.get_extra_info("username"), str(peer[0]), f"vty{line}")
        self._device = device
        self._process = process
        self.terminal = Terminal(_Wire(process), lambda: device.faults.rate)
        self.shell = dialogue(device.about.platform)(device, self.actor, self.terminal)

    async def run(self) -> None:
        """Talk until it is over."""
        feed = asyncio.create_task(self.terminal.feed())
        try:
            command = self._process.command
            if command and command.startswith("scp ") and self._device.grammar.BY_SCP:
                await self.terminal.put(SHUT)
            elif command:
                self.terminal.paging.length = 0
                await self.shell.take(command)
            elif self._device.faults.silent:
                await asyncio.Event().wait()
            else:
                await self.shell.run()
        except (Closed, asyncssh.Error, OSError):
            pass
        except Exception:
            traceback.print_exc()  # a fault of the simulator's own: the console says it, the device lives on
        finally:
            feed.cancel()
            await self.shell.ended()

    def close(self) -> None:
        """End the session from outside, at once."""
        with suppress(AssertionError):  # asyncssh's word for a channel that is closed already
            self._process.channel.get_connection().abort()


async def _serve(device: Device, process: "asyncssh.SSHServerProcess[bytes]") -> None:
    line = next((n for n in range(LINES) if n not in device.sessions), None)
    if line is None:
        process.stdout.write(b"\r\nAll user interfaces are used, please try later!\r\n")
        process.exit(1)
        return
    session = Session(device, process, line)
    device.sessions[line] = session
    try:
        await session.run()
    finally:
        if device.sessions.get(line) is session:
            del device.sessions[line]
        with suppress(OSError, asyncssh.Error):
            process.exit(0)
            process.close()
            await process.wait_closed()
            process.channel.get_connection().close()


async def listen(device: Device, host: str, port: int, host_keys: list[asyncssh.SSHKey]) -> asyncssh.SSHAcceptor:
    """Listen on an address; port 0 takes a free one. Raises OSError."""

    async def serve(process: "asyncssh.SSHServerProcess[bytes]") -> None:
        await _serve(device, process)

    return await asyncssh.create_server(
        lambda: _Server(device),
        host,
        port,
        server_host_keys=host_keys,
        process_factory=serve,
        encoding=None,
        line_editor=False,
        allow_scp=device.grammar.BY_SCP,
        sftp_factory=Door(device),
        agent_forwarding=False,
        x11_forwarding=False,
        login_timeout=60,
        server_version=dialogue(device.about.platform).SOFTWARE,
    )

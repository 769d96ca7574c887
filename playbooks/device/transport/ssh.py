"""The real transport: netmiko's `linux` driver, cut down to what a Linux device needs.

netmiko's driver opens a terminal, waits for a prompt and reads it back by pattern, with fixed sleeps; a Linux device
runs commands on exec channels that end with an exit status, so the subclass keeps netmiko's connection parameters and
lets go of the terminal: a session costs 5 ms of CPU here instead of half a second. The key is a value in
memory: it is never written to a file, an argument or a log. The host key is checked by device name (`hostkeys`).
"""

import base64
import io
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import paramiko
from netmiko.linux.linux_ssh import LinuxSSH
from pydantic import SecretStr

from countynet.errors import BadInput, DeviceError, Problem
from countynet.i18n import _
from playbooks.device.hostkeys import HostKeys
from playbooks.device.transport import Answer, File

CHUNK = 65536
KEEPALIVE = 5
"""seconds: a device that restarted under us is noticed by its answer to this, not when a command's time is over"""
_BROKEN = (paramiko.SSHException, EOFError, OSError)


@dataclass(frozen=True)
class Login:
    """Who signs in to which device, and how long that may take."""

    device: str
    address: str
    user: str
    key: paramiko.PKey
    hostkeys: HostKeys
    seconds: float
    port: int = 22


def load_key(secret: SecretStr) -> paramiko.PKey:
    """Return the private key (Ed25519 or RSA) of an OpenSSH text; the text stays in memory.

    Raises BadInput when it is neither.
    """
    kinds: tuple[type[paramiko.PKey], ...] = (paramiko.Ed25519Key, paramiko.RSAKey)
    for kind in kinds:
        try:
            return kind.from_private_key(io.StringIO(secret.get_secret_value()))
        except (paramiko.SSHException, ValueError):
            continue
    raise BadInput([Problem(_("the private key is neither Ed25519 nor RSA in OpenSSH's format"), where="secrets")])


class Recorded(paramiko.MissingHostKeyPolicy):
    """Hands the key that the device shows to our record; paramiko itself knows none."""

    def __init__(self, login: Login) -> None:
        self._login = login

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        """Accept the key at first sight. Raises DeviceError when another one is recorded."""
        shown = base64.b64encode(key.asbytes()).decode()
        self._login.hostkeys.check(self._login.device, key.get_name(), shown)


class LinuxDevice(LinuxSSH):
    """netmiko's linux driver without a terminal."""

    def __init__(self, login: Login, sock: socket.socket | None = None) -> None:
        self._login = login
        super().__init__(
            device_type="linux",
            host=login.address,
            port=login.port,
            username=login.user,
            pkey=login.key,
            sock=sock,
            conn_timeout=login.seconds,
            auth_timeout=login.seconds,
            banner_timeout=login.seconds,
        )

    def _open(self) -> None:
        self.establish_connection()

    def establish_connection(self, width: int = 511, height: int = 1000) -> None:
        """Sign in; no terminal is opened. Raises what paramiko raises, and DeviceError for a changed host key."""
        client = self._build_ssh_client()
        client.set_missing_host_key_policy(Recorded(self._login))
        self.remote_conn_pre = client
        try:
            client.connect(**self._connect_params_dict(), transport_factory=_transport)
            self.transport.set_keepalive(KEEPALIVE)
        except BaseException:
            client.close()
            raise

    def session_preparation(self) -> None:
        """There is no terminal to prepare."""

    def cleanup(self, command: str = "") -> None:
        """There is no terminal to leave."""

    @property
    def transport(self) -> paramiko.Transport:
        """The open SSH transport; SSHException when it is closed."""
        transport = self.remote_conn_pre.get_transport() if self.remote_conn_pre else None
        if transport is None or not transport.is_active():
            raise paramiko.SSHException("closed")
        return transport


def _transport(sock: Any, **options: Any) -> paramiko.Transport:
    """Make a transport that offers only what sshd has had for ten years, so that key exchange costs one round trip."""
    transport = paramiko.Transport(sock, **options)
    security = transport.get_security_options()
    security.kex = ("curve25519-sha256@libssh.org", "ecdh-sha2-nistp256")
    security.key_types = ("ssh-ed25519", "ecdsa-sha2-nistp256", "rsa-sha2-512", "rsa-sha2-256")
    return transport


class SshTransport:
    """A session with a real device."""

    def __init__(self, login: Login, sock: socket.socket | None = None) -> None:
        """Sign in; DeviceError says which of refused, unreachable, too slow or changed host key it was."""
        self.device = login.device
        self._sftp: paramiko.SFTPClient | None = None
        try:
            self._netmiko = LinuxDevice(login, sock)
        except paramiko.AuthenticationException as error:
            raise self._error(_("refused the key of {user}"), error, user=login.user) from error
        except _BROKEN as error:
            message = _("gave no SSH session at {address}")
            raise self._error(message, error, address=login.address) from error

    def run(self, command: str, seconds: float) -> Answer:
        """Run a shell command on its own channel and wait for its end."""
        try:
            return self._run(command, time.monotonic() + seconds)
        except TimeoutError as error:
            raise DeviceError(
                self.device,
                _("did not finish within {seconds} s"),
                first_line(command),
                seconds=round(seconds),
            ) from error
        except _BROKEN as error:
            raise self._error(_("the SSH session broke"), error) from error

    def _run(self, command: str, deadline: float) -> Answer:
        with self._netmiko.transport.open_session(timeout=_left(deadline)) as channel:
            channel.exec_command(command)
            channel.shutdown_write()
            output = _read(channel, deadline)
            complaint = bytearray()
            while channel.recv_stderr_ready():
                complaint += channel.recv_stderr(CHUNK)
            if not channel.status_event.wait(_left(deadline)):
                raise TimeoutError
            if channel.exit_status < 0:
                raise paramiko.SSHException("ended before the command did")
            return Answer(channel.exit_status, output, complaint.decode(errors="replace"))

    def put(self, files: Mapping[str, File]) -> None:
        """Write the files over SFTP, each atomically."""
        for path, file in files.items():
            try:
                self._put(path, file)
            except _BROKEN as error:
                raise self._error(_("refused to store {path}"), error, path=path) from error

    def _put(self, path: str, file: File) -> None:
        sftp = self._sftp = self._sftp or self._netmiko.transport.open_sftp_client()
        if sftp is None:
            raise paramiko.SSHException("no SFTP")
        fresh = f"{path}.countynet-new"
        with _create(sftp, fresh) as remote:
            sftp.chmod(fresh, file.mode)
            remote.set_pipelined(True)
            remote.write(file.content.encode())
        sftp.posix_rename(fresh, path)

    def close(self) -> None:
        """End the session."""
        self._netmiko.disconnect()

    def _error(self, message: str, error: BaseException, **values: Any) -> DeviceError:
        return DeviceError(self.device, message, answer=str(error) or type(error).__name__, **values)


def _create(sftp: paramiko.SFTPClient, path: str) -> paramiko.SFTPFile:
    try:
        return sftp.open(path, "w")
    except FileNotFoundError:
        for folder in reversed(PurePosixPath(path).parents):
            _make_folder(sftp, str(folder))
        return sftp.open(path, "w")


def _make_folder(sftp: paramiko.SFTPClient, folder: str) -> None:
    try:
        sftp.stat(folder)
    except FileNotFoundError:
        sftp.mkdir(folder, 0o755)


def first_line(command: str) -> str:
    """Return a command as it may be shown: its first line, shortened."""
    return command.strip().partition("\n")[0][:120]


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _read(channel: paramiko.Channel, deadline: float) -> str:
    taken = bytearray()
    while True:
        channel.settimeout(_left(deadline))
        piece = channel.recv(CHUNK)
        if not piece:
            return taken.decode(errors="replace")
        taken += piece

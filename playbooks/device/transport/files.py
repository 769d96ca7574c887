"""Files on a vendor's device over SFTP or SCP, in a connection of its own: its terminal carries nothing else.

The host key is checked by device name, as everywhere. What is written is whole only when `digest` says so: a device may
close the connection in the middle, and keep what had come until then.
"""

import hashlib
import socket
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import paramiko
from scp import SCPClient, SCPException

from countynet.errors import DeviceError
from countynet.i18n import _
from playbooks.device.transport.ssh import CHUNK, KEEPALIVE, Login, Recorded

_BROKEN = (paramiko.SSHException, SCPException, EOFError, OSError)
STALLED = 60.0
"""seconds without a byte after which a copy is given up"""


class Files(Protocol):
    """An open connection that copies files; everything raises DeviceError."""

    def put(self, source: Path, name: str, told: Callable[[int], None], cancelled: threading.Event) -> None:
        """Write a file of ours; `told` gets how many of a hundred parts are there."""
        ...

    def digest(self, name: str, cancelled: threading.Event) -> str:
        """Read a file back and return its SHA-256."""
        ...

    def remove(self, name: str) -> None:
        """Delete a file."""
        ...

    def close(self) -> None:
        """End it."""
        ...


class _Link:
    """A connection of its own to a device."""

    def __init__(self, login: Login, sock: socket.socket | None = None) -> None:
        """Sign in, and open what copies. Raises DeviceError when the device refuses either."""
        self.device = login.device
        self._client = paramiko.SSHClient()
        self._client.set_missing_host_key_policy(Recorded(login))
        try:
            self._client.connect(
                login.address,
                login.port,
                login.user,
                pkey=login.key,
                sock=sock,
                look_for_keys=False,
                allow_agent=False,
                timeout=login.seconds,
                banner_timeout=login.seconds,
                auth_timeout=login.seconds,
            )
            transport = self._client.get_transport()
            assert transport is not None
            transport.set_keepalive(KEEPALIVE)
            self._open(transport)
        except _BROKEN as error:
            self._client.close()
            raise self._error(_("does not let files be copied to it"), error) from error

    def _open(self, transport: paramiko.Transport) -> None:
        raise NotImplementedError

    def close(self) -> None:
        """End it."""
        self._client.close()

    def _told(self, told: Callable[[int], None], cancelled: threading.Event) -> Callable[[int, int], None]:
        """Return what takes how many bytes of how many are there, and says so every ten seconds."""
        last = time.monotonic()

        def heard(sent: int, size: int) -> None:
            nonlocal last
            if cancelled.is_set():
                raise DeviceError(self.device, _("was cancelled"))
            if time.monotonic() - last > 10:
                last = time.monotonic()
                told(sent * 100 // max(1, size))

        return heard

    def _error(self, message: str, error: BaseException, **values: Any) -> DeviceError:
        return DeviceError(self.device, message, answer=str(error).strip() or type(error).__name__, **values)


class SftpFiles(_Link):
    """An open SFTP session with a device."""

    def _open(self, transport: paramiko.Transport) -> None:
        self._sftp = self._client.open_sftp()
        channel = self._sftp.get_channel()
        assert channel is not None
        channel.settimeout(STALLED)

    def put(self, source: Path, name: str, told: Callable[[int], None], cancelled: threading.Event) -> None:
        """Write a file of ours; `told` gets how many of a hundred parts are there. Raises DeviceError."""
        size, sent, heard = source.stat().st_size, 0, self._told(told, cancelled)
        try:
            with source.open("rb") as file, self._sftp.open(name, "wb") as remote:
                remote.set_pipelined(True)
                while piece := file.read(CHUNK // 2):
                    heard(sent, size)
                    remote.write(piece)
                    sent += len(piece)
            if self._sftp.stat(name).st_size != size:
                raise DeviceError(self.device, _("has kept another length of {name} than was sent"), name=name)
        except _BROKEN as error:
            raise self._error(_("broke off while {name} was copied to it"), error, name=name) from error

    def digest(self, name: str, cancelled: threading.Event) -> str:
        """Read a file back and return its SHA-256. Raises DeviceError."""
        found = hashlib.sha256()
        try:
            with self._sftp.open(name, "rb") as remote:
                remote.prefetch()
                while piece := remote.read(CHUNK // 2):
                    if cancelled.is_set():
                        raise DeviceError(self.device, _("was cancelled"))
                    found.update(piece)
        except _BROKEN as error:
            raise self._error(_("broke off while {name} was read back"), error, name=name) from error
        return found.hexdigest()

    def remove(self, name: str) -> None:
        """Delete a file. Raises DeviceError."""
        try:
            self._sftp.remove(name)
        except _BROKEN as error:
            raise self._error(_("does not let {name} be deleted"), error, name=name) from error


class ScpFiles(_Link):
    """A device that SCP copies to and from; each file is a channel of its own."""

    def _open(self, transport: paramiko.Transport) -> None:
        self._transport = transport

    def put(self, source: Path, name: str, told: Callable[[int], None], cancelled: threading.Event) -> None:
        """Write a file of ours; `told` gets how many of a hundred parts are there. Raises DeviceError."""
        try:
            with source.open("rb") as file:
                self._copier(told, cancelled).putfo(file, name)
        except _BROKEN as error:
            raise self._error(_("broke off while {name} was copied to it"), error, name=name) from error

    def digest(self, name: str, cancelled: threading.Event) -> str:
        """Read a file back and return its SHA-256. Raises DeviceError."""
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder) / "back"
            try:
                self._copier(lambda _part: None, cancelled).get(name, str(place))
                with place.open("rb") as file:
                    return hashlib.file_digest(file, "sha256").hexdigest()
            except _BROKEN as error:
                raise self._error(_("broke off while {name} was read back"), error, name=name) from error

    def _copier(self, told: Callable[[int], None], cancelled: threading.Event) -> SCPClient:
        heard = self._told(told, cancelled)
        return SCPClient(self._transport, CHUNK // 2, STALLED, lambda _name, size, sent: heard(sent, size))

    def remove(self, name: str) -> None:
        """SCP cannot: the device's command does."""
        raise DeviceError(self.device, _("does not let {name} be deleted"), name=name)

"""Files on a vendor's device over SFTP, in a connection of its own: its terminal carries nothing else.

The host key is checked by device name, as everywhere. What is written is whole only when `digest` says so: a device may
close the connection in the middle, and keep what had come until then.
"""

import hashlib
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import paramiko

from countynet.errors import DeviceError
from countynet.i18n import _
from playbooks.device.transport.ssh import CHUNK, KEEPALIVE, Login, Recorded

_BROKEN = (paramiko.SSHException, EOFError, OSError)
STALLED = 60.0
"""seconds without a byte after which a copy is given up"""


class Files:
    """An open SFTP session with a device."""

    def __init__(self, login: Login, sock: socket.socket | None = None) -> None:
        """Sign in and open SFTP. Raises DeviceError when it refuses either."""
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
            self._sftp = self._client.open_sftp()
        except _BROKEN as error:
            self._client.close()
            raise self._error(_("does not let files be copied to it"), error) from error
        transport, channel = self._client.get_transport(), self._sftp.get_channel()
        assert transport is not None
        assert channel is not None
        transport.set_keepalive(KEEPALIVE)
        channel.settimeout(STALLED)

    def put(self, source: Path, name: str, told: Callable[[int], None], cancelled: threading.Event) -> None:
        """Write a file of ours; `told` gets how many of a hundred parts are there. Raises DeviceError."""
        size, sent, last = source.stat().st_size, 0, time.monotonic()
        try:
            with source.open("rb") as file, self._sftp.open(name, "wb") as remote:
                remote.set_pipelined(True)
                while piece := file.read(CHUNK // 2):
                    if cancelled.is_set():
                        raise DeviceError(self.device, _("was cancelled"))
                    remote.write(piece)
                    sent += len(piece)
                    if time.monotonic() - last > 10:
                        last = time.monotonic()
                        told(sent * 100 // max(1, size))
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

    def close(self) -> None:
        """End it."""
        self._client.close()

    def _error(self, message: str, error: BaseException, **values: Any) -> DeviceError:
        return DeviceError(self.device, message, answer=str(error) or type(error).__name__, **values)

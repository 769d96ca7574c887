"""The stage of `benchmarks.faults`: a county's folder, and the real web process on a socket that outlives it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import TracebackType

import inventory
from countynet.settings import Settings
from dashboard.serve.listener import listen


def county_folder(folder: Path) -> Path:
    """Fill a folder with the county of 120 units and return it."""
    shutil.copytree(Path(inventory.__file__).parent / "example", folder, dirs_exist_ok=True)
    return folder


class Web:
    """The web process as `countynet serve` starts it; killed, it is started again on the same socket."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._socket = listen("127.0.0.1", 0)
        self.port: int = self._socket.getsockname()[1]
        self._process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        descriptor = self._socket.fileno()
        names = {"COUNTYNET_COUNTY": str(self._settings.county), "COUNTYNET_LANGUAGE": self._settings.language}
        command = [sys.executable, "-m", "dashboard.serve.children", "web", str(os.getpid()), str(descriptor), ""]
        return subprocess.Popen(command, pass_fds=[descriptor], env={**os.environ, **names})

    def __enter__(self) -> "Web":
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as link:
            link.sendall(b"GET /help HTTP/1.0\r\n\r\n")
            link.recv(1)
        return self

    def kill(self) -> None:
        """End the process as a power cut would end it, and start another one."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self._process = self._start()

    def cpu(self) -> float:
        """Return the CPU seconds that the process has used."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(10)
        self._socket.close()

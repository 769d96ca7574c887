"""A person at a simulated vendor device on loopback: types lines and reads what comes, knowing no driver of ours."""

import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import paramiko

ROOT = Path(__file__).parents[2]
PROMPT = re.compile(r"(?:^|[\r\nD])(<[^<>\s]+>|\[[~*]?[^\[\]\s]+\])$")
ASKS = re.compile(r"(\[Y/N\]:?|\[Y\(yes\)/N\(no\)/C\(cancel\)\]:)$")
MORE = "---- More ----"
PATIENCE_SECONDS = 20.0


@dataclass
class Reached:
    """A device that somebody else started."""

    address: str
    key: Path
    port: int = 22


class Simulator:
    """A simulated device as a process of its own."""

    address = "127.0.0.1"

    def __init__(self, folder: Path, model: str, *words: str, platform: str = "huawei_vrp") -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.key = folder / "key"
        if not self.key.exists():
            subprocess.run(["ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", str(self.key)], check=True)
        argv = [sys.executable, "-m", "topology.twin.vendor", "--platform", platform, "--model", model]
        argv += ["--key", f"{self.key}.pub", "--control", str(folder / "control"), *words]
        self.process = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert self.process.stdout is not None
        said = self.process.stdout.readline().split()
        assert said[:1] == ["listening"], said
        self.port = int(said[2])

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()


class Person:
    """A session."""

    def __init__(self, device: "Simulator | Reached", user: str = "netadmin", key: Path | None = None) -> None:
        self.client = paramiko.SSHClient()
        self.client.set_missing_host_key_policy(paramiko.AutoAddPolicy())  # noqa: S507 - a fresh device on loopback
        self.client.connect(
            device.address,
            device.port,
            username=user,
            key_filename=str(key or device.key),
            allow_agent=False,
            look_for_keys=False,
            timeout=10,
        )
        self.channel = self.client.invoke_shell(width=200, height=24)
        self.greeting = self.read()

    def read(self, until: re.Pattern[str] = re.compile(f"(?:{PROMPT.pattern})|(?:{ASKS.pattern})")) -> str:
        """Return what comes up to a prompt or a question."""
        got, deadline = "", time.monotonic() + PATIENCE_SECONDS
        while not until.search(got):
            left = deadline - time.monotonic()
            assert left > 0, f"no prompt in {got!r}"
            self.channel.settimeout(left)
            piece = self.channel.recv(65536)
            if not piece:
                return got
            got += piece.decode()
        return got

    def send(self, keys: str) -> None:
        self.channel.sendall(keys.encode())

    def type(self, *lines: str) -> str:
        """Type lines one after the other; return what the last one brought, without its echo."""
        got = ""
        for line in lines:
            self.send(f"{line}\n")
            got = self.read()
            assert got.startswith(line), got
            got = got[len(line) :].lstrip("\r\n")
        return got.replace("\r\n", "\n")

    def shows(self, line: str) -> list[str]:
        """Type a line and return the lines it shows, without the prompt."""
        return self.type(line).split("\n")[:-1]

    def close(self) -> None:
        self.client.close()

"""A real sshd in a network namespace of its own, for tests of what speaks SSH."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from paramiko import Ed25519Key

from countynet import vantage
from playbooks.device.hostkeys import HostKeys
from playbooks.device.transport.ssh import Login

PORT = 2022


@dataclass
class Sshd:
    """The server: its namespace, its files, and how to sign in."""

    netns: Path
    folder: Path
    process: "subprocess.Popen[bytes]"

    def login(self, key: str = "user", seconds: float = 5.0, address: str = "127.0.0.1") -> Login:
        hostkeys = HostKeys(self.folder / "known_hosts")
        loaded = Ed25519Key.from_private_key_file(str(self.folder / key))
        return Login("cpe-001", address, "root", loaded, hostkeys, seconds, PORT)


def make_key(file: Path) -> None:
    file.unlink(missing_ok=True)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(file)], check=True)


@contextmanager
def sshd(folder: Path) -> Iterator[Sshd]:
    """Run a server in a fresh namespace with a loopback; ends with it."""
    name = f"h5-{os.getpid()}-{folder.name[-8:]}"
    for key in ("host", "user", "stranger"):
        make_key(folder / key)
    (folder / "sshd_config").write_text(
        f"Port {PORT}\nHostKey {folder}/host\nPidFile none\nUsePAM no\nUseDNS no\nStrictModes no\n"
        f"AuthorizedKeysFile {folder}/user.pub\nPermitRootLogin yes\nSubsystem sftp internal-sftp\n"
    )
    Path("/run/sshd").mkdir(exist_ok=True)
    subprocess.run(["ip", "netns", "add", name], check=True)
    try:
        subprocess.run(["ip", "-n", name, "link", "set", "lo", "up"], check=True)
        words = ["ip", "netns", "exec", name, "/usr/sbin/sshd", "-D", "-f", str(folder / "sshd_config")]
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        netns = Path("/run/netns") / name
        await_listening(netns)
        yield Sshd(netns, folder, process)
        process.terminate()
        process.wait()
    finally:
        subprocess.run(["ip", "netns", "delete", name], check=True)


def await_listening(netns: Path) -> None:
    with vantage.within(netns):
        for _attempt in range(100):
            listening = subprocess.run(["ss", "-Hltn", f"sport = :{PORT}"], capture_output=True, check=True)
            if listening.stdout:
                return
            time.sleep(0.05)
    raise AssertionError("sshd does not listen")

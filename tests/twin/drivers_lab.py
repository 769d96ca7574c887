"""A simulated vendor's device on loopback as our driver meets it: its orders, and one guarded change of it."""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import paramiko

from countynet.errors import DeviceError
from countynet.vocabulary import DeviceRole
from inventory.model import Device
from playbooks.device import drivers
from playbooks.device.drivers.vendor import VendorDriver
from playbooks.device.hostkeys import HostKeys
from playbooks.device.reach import Way
from playbooks.device.results import Limits
from playbooks.device.session import Session
from playbooks.device.transport.ssh import Login
from playbooks.device.vendor import Console, texts
from playbooks.device.vouched import Due
from playbooks.plan import model
from playbooks.plan.checks import Before
from playbooks.plan.guarded import Guard, Outcome
from playbooks.plan.guards import Method, choose
from playbooks.plan.model import Steps

ROOT = Path(__file__).parents[2]
LIMITS = Limits(sign_in=20, command=60, settle=0.6, device=180)
NAME = "box-1"
RESET = {
    "huawei_vrp": "reset saved-configuration",
    "h3c_comware": "reset saved-configuration",
    "ruijie": "delete config.text",
    "cisco_ios": "write erase",
}


@dataclass
class Nothing:
    """Checks that find nothing, or what they are told to find."""

    error: DeviceError | None = None
    meanwhile: Callable[[], None] = lambda: None

    def before(self, address: str, behind: Mapping[str, str]) -> Before:
        return Before()

    def after(self, device: str, address: str, before: Before, patience: float) -> None:
        self.meanwhile()
        if self.error:
            raise self.error


@dataclass
class Box:
    """The device, and everything that is done to it here."""

    folder: Path
    platform: str
    model: str
    user: str = "netadmin"
    known_as: Device | None = None
    told: list[str] = field(default_factory=list)
    opens: int = 0
    cut: Callable[[int], bool] = lambda opens: False
    """whether the n-th session is not to be had"""

    def start(self, *words: str) -> "Box":
        self.key = self.folder / "key"
        if not self.key.exists():
            subprocess.run(["ssh-keygen", "-q", "-t", "rsa", "-b", "3072", "-N", "", "-f", str(self.key)], check=True)
        argv = [sys.executable, "-m", "topology.twin.vendor", "--platform", self.platform, "--model", self.model]
        argv += ["--key", f"{self.key}.pub", "--control", str(self.folder / "control")]
        argv += ["--startup", str(self.folder / "flash"), *words]
        self.process = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert self.process.stdout
        said = self.process.stdout.readline().split()
        assert said[:1] == ["listening"], said
        self.port = int(said[2])
        self.private = paramiko.RSAKey.from_private_key_file(str(self.key))
        return self

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()

    def renew(self) -> None:
        """Have the device as it left the factory, without faults."""
        self.told, self.opens, self.cut = [], 0, lambda opens: False
        self.fault(lie="", refuse_save=False, rate=0, drop_after=0, locked=False, reboot_after=0, silent=False)
        session = self.open()
        session.transport.ask(RESET[self.platform], 10, ((r"(?i)[\[(](y/n|confirm|yes/no)[\])]", "y"),))
        session.close()
        self.order(do="reboot")

    @property
    def about(self) -> Device:
        return self.known_as or Device(
            name=NAME,
            role=DeviceRole.BUILDING,
            platform=self.platform,
            make="m",
            model=self.model,
            serial="s",
            building="b",
            management=IPv4Address("127.0.0.1"),
            staging=IPv4Address("127.0.1.1"),
            ports=(),
        )

    def order(self, **order: Any) -> dict[str, Any]:
        with socket.socket(socket.AF_UNIX) as sock:
            sock.connect(str(self.folder / "control"))
            sock.sendall(json.dumps(order).encode() + b"\n")
            answer: dict[str, Any] = json.loads(sock.makefile().readline())
        assert answer["ok"], answer
        return answer

    def ring(self) -> None:
        """Have the device's time be over: what counts down takes the change back now, not in a minute."""
        self.order(do="ring")

    def fault(self, **faults: Any) -> None:
        self.order(faults=faults)

    def open(self, way: Way = "in-band", seconds: float = 10) -> Session[Console]:
        login = Login(
            self.about.name, "127.0.0.1", self.user, self.private, HostKeys(self.folder / "known"), seconds, self.port
        )
        driver = drivers.of(self.about)
        assert isinstance(driver, VendorDriver)
        return Session(driver.open(self.about, login, None), way)

    def reopen(self, _name: str) -> Session[Console]:
        self.opens += 1
        if self.cut(self.opens):
            raise DeviceError(NAME, "answers SSH neither")
        return self.open()

    def read(self) -> str:
        session = self.open()
        try:
            return drivers.of(self.about).read(session, self.about, LIMITS)
        finally:
            session.close()

    def steps(self, change: Callable[[str], str]) -> Steps:
        running = self.read()
        found = choose(self.about, running).steps(self.about, running, change(running), Due())
        assert found
        return found

    def method(self, steps: Steps) -> Method:
        return choose(self.about, steps.running)

    def guarded(
        self, steps: Steps, checks: Nothing | None = None, cancelled: threading.Event | None = None, seconds: int = 60
    ) -> Outcome:
        method, driver = self.method(steps), drivers.of(self.about)
        session = self.open()
        try:
            return Guard(
                self.about, driver, method, "127.0.0.1", steps, "plan 7 abc 0f0f", method.granted(seconds), Before(),
                checks or Nothing(), self.reopen, LIMITS, lambda _name, text: self.told.append(text), lambda _n: None,
                cancelled or threading.Event(),
            ).run(session)  # fmt: skip
        finally:
            session.close()

    def same(self, one: str, other: str) -> bool:
        return texts.canonical(one, self.platform) == texts.canonical(other, self.platform)

    def runs(self, text: str) -> bool:
        return self.same(self.read(), text)

    def keeps(self, text: str) -> bool:
        """Whether the device would start with a text."""
        return self.same(self.order(ask="startup")["text"] or "", text)

    def await_text(self, text: str, seconds: float = 30.0) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                if self.runs(text):
                    return True
            except DeviceError:
                pass
            time.sleep(0.1)
        return False


def typed(steps: Steps, *lines: str) -> Steps:
    """Return steps that type other lines."""
    return steps.model_copy(update={"do": model.Way(lines=lines)})

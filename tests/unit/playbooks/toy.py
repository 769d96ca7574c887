"""A platform small enough to see through: the configuration is one file, activating it is one command."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from countynet.vocabulary import DeviceRole
from inventory.model import Device
from playbooks.device.transport import Answer
from playbooks.device.transport.fake import FakeDevice

PATH = "/etc/toy.conf"


@dataclass(frozen=True)
class Activation:
    files: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    delete: Sequence[str] = ()
    commands: Sequence[str] = ()
    closing: Sequence[str] = ()


class Toy:
    FETCH = "fetch"

    def normalise(self, fetched: str) -> str:
        return fetched.strip()

    def diff(self, running: str, intended: str) -> str:
        return "" if running == intended else f"-{running}\n+{intended}\n"

    def is_staged(self, running: str, intended: str) -> bool:
        return running == f"{intended}, staging open"

    def activation(self, running: str, intended: str) -> Activation:
        if running == intended:
            return Activation()
        closing = ("ip link set stg0 down",) if running.endswith("staging open") or running == "bare" else ()
        return Activation(
            {PATH: ("0600", intended)}, ("/etc/old file",), ("systemctl restart toy", "check 'it'"), closing
        )


@dataclass
class ToyDevice:
    """Answers FETCH with what was activated; `rejects` names a step number and its words."""

    rejects: tuple[int, int, str] | None = None
    deaf: bool = False
    running: str = ""
    staging_open: bool = False

    def __call__(self, device: FakeDevice, command: str) -> Answer:
        if command == "fetch":
            return Answer(0, self.running)
        if self.rejects:
            number, status, words = self.rejects
            return Answer(1, f"{number} {status}\n{words}")
        if "ip link set stg0 down" in command:
            self.staging_open = False
        if not self.deaf and PATH in device.files:
            self.running = device.files[PATH].content + (", staging open" if self.staging_open else "")
        return Answer(0, "")


def device(name: str, role: DeviceRole = DeviceRole.CPE, number: int = 1) -> Device:
    return Device(
        name=name,
        role=role,
        platform="linux",
        make="m",
        model="m",
        serial="s",
        building="b",
        management=IPv4Address("127.0.0.1") + number,
        staging=IPv4Address("127.0.1.0") + number,
        ports=(),
    )

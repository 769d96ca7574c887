"""A person at a simulated IOS or RGOS device on loopback, who knows how such a prompt and such questions look."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.twin.test_vendor_vrp import control
from tests.twin.vendor_session import Person, Simulator

MORE = "--More--"
PROMPT = re.compile(r"(?:^|[\r\n\x08])[A-Za-z][\w-]*(?:\([\w /-]+\))?[#>]$")
ASKS = re.compile(r"(?:\[confirm\]|\[yes/no\]: ?|\]\? |\(Y/N\)|\[Y/N\]:? ?|Password: ?| --More-- )$")
EITHER = re.compile(f"(?:{PROMPT.pattern})|(?:{ASKS.pattern})")


class IosPerson(Person):
    """A session."""

    def read(self, until: re.Pattern[str] = EITHER) -> str:
        return super().read(until)

    def key(self, key: str) -> str:
        """Press one key and return what comes."""
        self.send(key)
        return self.read().replace("\r\n", "\n")


def simulator(folder: Path, platform: str, model: str, ports: list[str], *words: str) -> Iterator[Simulator]:
    """Yield a device until the tests are done."""
    named = [word for port in ports for word in ("--port", port)]
    found = Simulator(folder, model, "--second", "0.01", "--startup", str(folder / "flash"), *named, *words,
                      platform=platform)  # fmt: skip
    yield found
    found.close()


def renewed(device: Simulator) -> Simulator:
    """Return a device as it left the factory."""
    control(device, do="factory")
    return device

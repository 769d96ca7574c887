"""What a platform is: one package that renders a DeviceConfig to what its devices read, and parses it back.

Law, property-tested per platform: `parse(render(c)).config == c` and nothing is unparsed, for every `c` that `check`
lets through. A line that `parse` does not understand is listed with its number, never dropped; a proof that depends on
the device then says `unknown`. Pure: no file, socket or clock.
"""

from typing import Protocol

from countynet.frozen import Frozen
from inventory.deviceconfig import DeviceConfig


class UnparsedLine(Frozen):
    """A line that the parser does not understand; `line` counts from 1 within the section, 0 means a lacking line."""

    section: str
    line: int
    text: str


class Parsed(Frozen):
    """What a text says, and what of it nobody understood; with any such line a proof must say `unknown`."""

    config: DeviceConfig
    unparsed: tuple[UnparsedLine, ...] = ()


class Platform(Protocol):
    """The functions that every package `inventory.platforms.<name>` exports."""

    def check(self, config: DeviceConfig) -> None:
        """Raise BadInput with everything that this platform cannot hold."""
        ...

    def render(self, config: DeviceConfig) -> str:
        """Return the configuration as the platform's own `display` or `show` prints it. Raises BadInput as `check`."""
        ...

    def parse(self, text: str) -> Parsed:
        """Return what a configuration says; never raises."""
        ...

    def mask(self, text: str) -> str:
        """Return the text without secrets."""
        ...

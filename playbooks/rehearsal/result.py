"""What a rehearsal found: per device what became of it, per check what deviated, before and after. Pure."""

from typing import Literal

from countynet.canonical import JSON
from countynet.frozen import Frozen


class DeviceOutcome(Frozen):
    """What a device had in the end, as the plan's states."""

    device: str
    state: str
    error: str = ""


class Probe(Frozen):
    """One probe of the isolation test that did not go as policy says."""

    source: str
    target: str
    service: str
    expected: bool
    new: bool
    """whether it went well before the plan"""


class Rehearsal(Frozen):
    """A whole rehearsal."""

    plan: int
    hash: str
    state: Literal["done", "stopped", "failed"]
    """how the plan ended; failed: the rehearsal itself could not be carried out"""
    error: str = ""
    devices: tuple[DeviceOutcome, ...] = ()
    left_out: tuple[str, ...] = ()
    """the plan's devices that were not rehearsed, because their units did not fit"""
    units: int = 0
    probes: int = 0
    deviations: tuple[Probe, ...] = ()
    mended: int = 0
    """probes that deviated before the plan and do not any more"""
    seconds: float = 0.0

    @property
    def good(self) -> bool:
        """Whether every rehearsed device has the plan and no probe deviates that did not before."""
        return self.state == "done" and not any(probe.new for probe in self.deviations)

    def document(self) -> dict[str, JSON]:
        """Return it as JSON."""
        found: dict[str, JSON] = self.model_dump(mode="json")
        return {**found, "good": self.good}

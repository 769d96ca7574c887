"""What a rehearsal found: per device what became of it, per check what deviated, before and after. Pure."""

from typing import Literal

from countynet.canonical import JSON
from countynet.frozen import Frozen
from countynet.i18n import _, translate


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
    cut: tuple[str, ...] = ()
    """units that the plan shuts off on purpose: nothing from or to them was to pass; it was taken back at the end"""
    back: bool = True
    """of a plan that shuts units off: whether everything passed as before when it was taken back"""

    @property
    def good(self) -> bool:
        """Whether every rehearsed device has the plan and no probe deviates that did not before."""
        return self.state == "done" and self.back and not any(probe.new for probe in self.deviations)

    @property
    def words(self) -> str:
        """What packets showed, in a sentence."""
        new = sum(probe.new for probe in self.deviations)
        values = {"units": self.units, "probes": self.probes, "new": new, "cut": ", ".join(self.cut)}
        if self.state != "done":
            return translate(_("rehearsed on a twin: the plan stopped there"))
        if not self.plan:
            message = _(
                "built anew on a twin as the inventory says: {devices} devices, {probes} probes, {new} deviations"
            )
            return translate(message, **values, devices=len(self.devices))
        if self.cut and self.good:
            message = _(
                "rehearsed on a twin, {units} units, {probes} probes: {cut} was cut off, the others were as before, "
                "and it was back when the ports were open again"
            )
            return translate(message, **values)
        return translate(_("rehearsed on a twin, {units} units, {probes} probes: {new} new deviations"), **values)

    def document(self) -> dict[str, JSON]:
        """Return it as JSON."""
        found: dict[str, JSON] = self.model_dump(mode="json")
        return {**found, "good": self.good}

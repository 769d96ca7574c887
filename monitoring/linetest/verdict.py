"""From what was measured of one unit's line to sentences that a clerk understands, and what to do. Pure.

Bounds: one lost packet of a test happens on a good line, two do not; a fiber or leased line within the county answers
within 60 ms, an ADSL line within 150; a line with four fifths of its rate in use is felt as slow. What was not measured
is said not to be known.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from countynet.canonical import JSON
from countynet.i18n import _, translate
from countynet.vocabulary import Access
from inventory.model import Circuit

LOST = 1
USUAL: dict[Access, int] = {Access.FIBER: 60, Access.LEASED: 60, Access.ADSL: 150}
"""milliseconds there and back, on average"""
FULL = 0.8
DAMAGED = 1.0
"""damaged packets a second"""


@dataclass(frozen=True)
class Port:
    """The access device's port into the line, as two readings of its counters say."""

    name: str
    up: bool
    bits_in: float | None
    """per second, towards the unit; None: not known"""
    bits_out: float | None
    errors: float | None
    """damaged packets a second, both ways"""


@dataclass(frozen=True)
class Measured:
    """What was measured of one line."""

    device: str
    sent: int
    trips: tuple[float, ...]
    """milliseconds of each test packet that came back"""
    port: Port | None
    """None: the device's counters could not be read"""

    @property
    def lost(self) -> int:
        """How many test packets did not come back."""
        return self.sent - len(self.trips)

    @property
    def milliseconds(self) -> float | None:
        """The mean there and back; None when none came back."""
        return sum(self.trips) / len(self.trips) if self.trips else None


@dataclass(frozen=True)
class Sentence:
    """One thing to say, and whether it is well."""

    good: bool
    text: str
    """a message id"""
    values: dict[str, JSON]

    def said(self) -> str:
        """Return it in the language of the context."""
        return translate(self.text, **self.values)


def verdict(found: Measured, circuit: Circuit) -> Sequence[Sentence]:
    """Return what is to be said of a line, what is wrong first."""
    if not found.trips and found.port is None:
        silent = _(
            "Access device {device} does not answer. See whether it has power and is switched on; "
            "if it is, report a fault: the line or the device is broken."
        )
        return (Sentence(False, silent, {"device": found.device}),)
    said = (*_way(found, circuit), *_port(found.port, circuit))
    return tuple(sorted(said, key=lambda sentence: sentence.good))


def _way(found: Measured, circuit: Circuit) -> Iterator[Sentence]:
    usual, mean = USUAL[circuit.access], found.milliseconds
    counts: dict[str, JSON] = {"sent": found.sent, "answered": len(found.trips), "lost": found.lost}
    if found.lost > LOST or mean is None:
        text = _("The line loses packets: {lost} of {sent} test packets did not come back. Report a fault.")
        yield Sentence(False, text, counts)
    elif mean <= usual:
        text = _("The line answers: {answered} of {sent} test packets came back, after {milliseconds} ms on average.")
        yield Sentence(True, text, {**counts, "milliseconds": round(mean, 1)})
    if mean is not None and mean > usual:
        text = _("The line is slow to answer: {milliseconds} ms on average, where {usual} ms at most are usual.")
        yield Sentence(False, text, {"milliseconds": round(mean, 1), "usual": usual})


def _port(port: Port | None, circuit: Circuit) -> Iterator[Sentence]:
    if port is None:
        yield Sentence(True, _("The access device's counters cannot be read: how full the line is is not known."), {})
        return
    if not port.up:
        yield Sentence(False, _("Port {port} into the line is down. Report a fault."), {"port": port.name})
    if port.errors is not None and port.errors >= DAMAGED:
        text = _("The line damages packets: {errors} a second. Report a fault.")
        yield Sentence(False, text, {"errors": round(port.errors, 1)})
    yield from _use(port, circuit)


def _use(port: Port, circuit: Circuit) -> Iterator[Sentence]:
    if port.bits_in is None or port.bits_out is None:
        yield Sentence(True, _("How full the line is could not be measured this time."), {})
        return
    down, up = port.bits_in / 1000, port.bits_out / 1000
    full = down >= FULL * circuit.down_kbps or up >= FULL * circuit.up_kbps
    text = _("In use now: {down} of {down_of} Mbit/s to the unit, {up} of {up_of} Mbit/s from it.")
    slow = _(
        "The line is full, so everything is slow: {down} of {down_of} Mbit/s to the unit, "
        "{up} of {up_of} Mbit/s from it are in use. See who loads much."
    )
    values: dict[str, JSON] = {
        "down": _mega(down), "down_of": _mega(circuit.down_kbps), "up": _mega(up), "up_of": _mega(circuit.up_kbps),
    }  # fmt: skip
    yield Sentence(not full, slow if full else text, values)


def _mega(kilobits: float) -> str:
    return f"{kilobits / 1000:.3g}" if kilobits >= 10 else f"{kilobits / 1000:.2f}"

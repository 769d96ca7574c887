"""What a work order says: unit, place, contact, symptom, verdict, readings, what to bring. Pure, but for `order`.

Screen, print and PDF show the same document. Telephone numbers stand on it, so it is for center and operator alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from countynet import clock
from countynet.canonical import JSON
from countynet.db import reading
from countynet.errors import NotAllowed
from countynet.i18n import CHINESE, _, language, translate
from countynet.moments import shown
from countynet.people import Actor
from countynet.vocabulary import Access, FaultDomain, Role
from inventory.model import County
from monitoring.cause.verdict import DOMAINS
from monitoring.evaluation.show import kind
from monitoring.faults.clocks import ClockKind
from monitoring.faults.desk.readings import Value, readings
from monitoring.faults.desk.service import Desk, Item
from monitoring.faults.reports.store import of_fault
from monitoring.faults.show import CLOCKS

READERS = (Role.CENTER, Role.OPERATOR)
_ALWAYS = (_("laptop with console cable"), _("spare patch cables"), _("this order, and the staff card"))
BRING: dict[Access, tuple[str, ...]] = {
    Access.FIBER: (_("optical power meter"), _("cleaning pen and spare fiber patch cords"), _("spare optical module")),
    Access.LEASED: (_("optical power meter"), _("cleaning pen and spare fiber patch cords"), _("spare optical module")),
    Access.ADSL: (_("DSL line tester"), _("spare splitter and telephone cable"), _("spare modem")),
}
_FOR: dict[FaultDomain, tuple[str, ...]] = {
    FaultDomain.OPERATOR: (_("splicing set, when the fiber is cut"),),
    FaultDomain.UNIT_POWER: (_("multimeter and spare power supply"),),
    FaultDomain.UNIT_LAN: (_("cable tester"),),
}


@dataclass(frozen=True)
class Line:
    """One line of the order: what, and what it says."""

    name: str
    """a message id"""
    text: str


@dataclass(frozen=True)
class Order:
    """A work order in the language of the context."""

    number: int
    made: datetime
    lines: tuple[Line, ...]
    readings: tuple[Value, ...]
    bring: tuple[str, ...]
    blanks: tuple[str, ...] = (
        _("Arrived at"),
        _("Cause found"),
        _("What was done, parts used"),
        _("Restored at"),
        _("Signature of who repaired"),
        _("Signature of the unit, satisfied (1 to 5)"),
    )

    @property
    def title(self) -> str:
        """The heading."""
        return translate(_("Repair order {number}"), number=self.number)

    def document(self) -> dict[str, JSON]:
        """Return it as JSON."""
        return {
            "fault": self.number,
            "made": self.made.isoformat(),
            "lines": {translate(line.name): line.text for line in self.lines},
            "readings": [value.document() for value in self.readings],
            "bring": [translate(thing) for thing in self.bring],
        }


def order(desk: Desk, county: County, fault: int, who: Actor) -> Order:
    """Return the work order of a fault. Raises BadInput when there is none, NotAllowed for others than its readers."""
    if who.role not in READERS:
        raise NotAllowed(_("{actor} may not see work orders: they are for the center and the operator"), actor=who.name)
    item, now = desk.one(county, fault, who), clock.now()
    with reading(desk.engine) as session:
        values = readings(session, county, item.fault.unit, now)
        contacts = list(dict.fromkeys(report.contact for report in of_fault(session, fault) if report.contact))
    return Order(fault, now, tuple(_lines(county, item, contacts)), values, bring(county, item))


def bring(county: County, item: Item) -> tuple[str, ...]:
    """Return what to bring, as message ids and one text: by the kind of line, the verdict, the router's model."""
    circuit, router = county.circuit_by_unit.get(item.fault.unit), county.cpe_by_unit.get(item.fault.unit)
    found = [*(BRING.get(circuit.access, ()) if circuit else ())]
    found += _FOR.get(item.verdict.domain, ()) if item.verdict else ()
    if router is not None:
        found.append(translate(_("spare router {make} {model}"), make=router.make, model=router.model))
    return (*found, *_ALWAYS)


def _lines(county: County, item: Item, contacts: Sequence[str]) -> Iterator[Line]:
    fault = item.fault
    yield Line(_("Reported"), shown(fault.opened))
    for one in item.clocks:
        if one.due is not None and one.kind is not ClockKind.RESPOND:
            yield Line(CLOCKS[one.kind], shown(one.due))
    if item.hand is not None:
        yield Line(_("Given to"), item.hand.name)
    yield from _place(county, fault.unit)
    for contact in contacts or ([fault.contact] if fault.contact else []):
        yield Line(_("Reporter's telephone"), contact)
    yield Line(_("Symptom"), "\n".join(filter(None, (item.title, fault.description))))
    if item.verdict is not None:
        yield Line(_("Whose it is"), translate(DOMAINS[item.verdict.domain]))
        yield Line(_("Likely cause"), item.verdict.cause.text())
        if item.verdict.evidence:
            yield Line(_("Evidence"), "; ".join(said.text() for said in item.verdict.evidence))
    if item.known is not None:
        yield Line(_("What helped before"), item.known.text.remedy)
    yield from _network(county, fault.unit)


def _place(county: County, unit: str) -> Iterator[Line]:
    known = county.unit_by_id.get(unit)
    if known is None:
        yield Line(_("Unit"), unit)
        return
    chinese = language() == CHINESE
    building = county.building_by_id[known.building]
    yield Line(_("Unit"), f"{unit} {known.name if chinese else known.name_en}")
    yield Line(
        _("Address"), ", ".join(filter(None, (building.name if chinese else building.name_en, building.address)))
    )
    for person, what in ((known.officer, _("Information officer")), (known.leader, _("Leader in charge"))):
        if person is not None:
            yield Line(what, f"{person.name} {person.telephone}")


def _network(county: County, unit: str) -> Iterator[Line]:
    circuit, router = county.circuit_by_unit.get(unit), county.cpe_by_unit.get(unit)
    if circuit is not None:
        yield Line(_("Line"), f"{circuit.id} {kind(circuit.access.value)} {circuit.contract}")
    if router is not None:
        yield Line(_("Router"), f"{router.name} {router.make} {router.model} {router.serial}")

"""Who is called: every unit has its officer, and a telephone rings at one person's desk. Pure."""

from collections.abc import Iterator

from countynet.i18n import _
from inventory.model import County, Person, Unit
from inventory.validate.finding import Finding, Place, twice, wrong
from inventory.validate.rule import advice, warning


def no_officer(county: County) -> Iterator[Finding]:
    """Every unit has an information officer: somebody has to report its faults and confirm its repairs."""
    for i, unit in enumerate(county.units):
        if unit.officer is None:
            yield wrong(("units", i), _("{unit} has no information officer"), about=[unit.id], unit=unit.id)


def _people(county: County) -> Iterator[tuple[Place, Unit, Person]]:
    for i, unit in enumerate(county.units):
        yield ("units", i, "leader"), unit, unit.leader
        if unit.officer is not None:
            yield ("units", i, "officer"), unit, unit.officer


def shared_telephone(county: County) -> Iterator[Finding]:
    """A telephone is one person's, among leaders, officers and contacts."""
    names = dict[str, str]()
    called = [(place, person.name, person.telephone) for place, _unit, person in _people(county)]
    called += [(("contacts", i), contact.name, contact.telephone) for i, contact in enumerate(county.contacts)]
    for place, name, telephone in called:
        other = names.setdefault(telephone, name)
        if other != name:
            message = _("{telephone} is the number of {name} and of {other}")
            yield wrong((*place, "telephone"), message, telephone=telephone, name=name, other=other)


def two_units(county: County) -> Iterator[Finding]:
    """A person stands for one unit."""
    units = dict[tuple[str, str], str]()
    for place, unit, person in _people(county):
        other = units.setdefault((person.name, person.telephone), unit.id)
        if other != unit.id:
            message = _("{name} stands for {unit} and for {other}")
            yield wrong((*place, "name"), message, name=person.name, unit=unit.id, other=other)


def one_person(county: County) -> Iterator[Finding]:
    """Leader and officer are two people: the one answers for the other's absence."""
    for i, unit in enumerate(county.units):
        if unit.officer is not None and unit.officer.name == unit.leader.name:
            message = _("{name} is leader and information officer of {unit}")
            yield wrong(("units", i, "officer"), message, name=unit.leader.name, unit=unit.id)


def contacts_twice(county: County) -> Iterator[Finding]:
    """A contact stands in the list once."""
    message = _("{value} is among the contacts twice, first in {other}")
    yield from twice(
        ((("contacts", i), f"{c.name}, {c.organisation}") for i, c in enumerate(county.contacts)),
        message,
    )


RULES = (
    warning("officer-missing", no_officer, _("an officer with name and telephone")),
    advice("telephone-shared", shared_telephone, _("each person's own number")),
    advice("person-two-units", two_units, _("one person for one unit, if there are enough")),
    advice("leader-is-officer", one_person, _("two people")),
    warning("contact-twice", contacts_twice, _("one entry for one contact")),
)

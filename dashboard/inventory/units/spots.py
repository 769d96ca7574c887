"""Which fields of a unit and its line a form shows, what stands in them, and what edits the typed ones make.

A form knows the commit that its values came from. Only what differs from that commit becomes an edit, so that an old
form never takes back what others did in fields that its owner did not touch.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from countynet.i18n import _, translate
from countynet.vocabulary import UnitKind
from dashboard.inventory.fields import Input, typed
from dashboard.inventory.rights import may_change
from dashboard.inventory.units.join import mac, parent_input
from dashboard.language import named
from dashboard.users.model import Person
from dashboard.words import word
from inventory.model import County
from inventory.record import Edit, Plain, Set
from inventory.record.changes import Key, State, at
from inventory.record.splice import Items
from inventory.survey.text import name as tidy

TRUE = ("true", "yes", "on", "1", "y", "t")


@dataclass(frozen=True)
class Spot:
    """One field that a form shows; `path` may lead into a list: `terminals.0.mac`."""

    name: str
    key: Key
    path: str
    label: str
    group: str
    kind: str = "text"
    required: bool = False

    def value(self, state: State) -> str:
        """Return what stands there, as the form writes it."""
        found: object = state.get(self.key)
        for part in self.path.split("."):
            if isinstance(found, list):
                found = found[int(part)] if int(part) < len(found) else None
            else:
                found = found.get(part) if isinstance(found, dict) else None
        text = "" if found is None else str(found)
        return ("true" if text.lower() in TRUE else "") if self.kind == "check" else text


UNIT, LEADER, OFFICER, TERMINALS, LINE = (
    _("The unit"),
    _("Leader in charge"),
    _("Information officer"),
    _("Terminals"),
    _("Line and contract"),
)
_UNIT: tuple[tuple[str, str, str, bool], ...] = (
    ("name", _("Name"), "name", True),
    ("name_en", _("Name in English"), "text", True),
    ("kind", _("Kind of unit"), "choice", True),
    ("parent", _("Belongs to (villages and branch offices)"), "parent", False),
    ("building", _("Building"), "choice", True),
    ("connected_on", _("Connected on"), "date", False),
    ("may_browse", _("May browse the Internet"), "check", False),
)
_PERSON: tuple[tuple[str, str, str], ...] = (
    ("name", _("Name of the person"), "name"),
    ("title", _("Position"), "text"),
    ("telephone", _("Telephone"), "tel"),
)
_LINE: tuple[tuple[str, str, str, bool], ...] = (
    ("contract", _("Contract number"), "text", True),
    ("rent", _("Rent in yuan per month"), "number", True),
    ("down_kbps", _("Rate down in kbit/s"), "number", True),
    ("up_kbps", _("Rate up in kbit/s"), "number", True),
    ("availability", _("Promised availability in percent"), "number", True),
    ("repair_hours", _("Repair within hours"), "number", True),
    ("begins", _("Rent begins"), "date", False),
    ("ends", _("Rent ends"), "date", False),
)


def spots(state: State, unit: str, person: Person) -> tuple[Spot, ...]:
    """Return the fields of a unit and its line that a person may change or propose."""
    key = ("units", unit)
    found = [*_unit(key), *_terminals(key, state), *_line(state, unit)]
    return tuple(s for s in found if may_change(person, *s.key, s.path))


def _unit(key: Key) -> Iterator[Spot]:
    for path, label, kind, required in _UNIT:
        yield Spot(f"unit.{path}", key, path, label, UNIT, kind, required)
    for who, group in (("leader", LEADER), ("officer", OFFICER)):
        for part, label, kind in _PERSON:
            required = who == "leader" and part != "title"
            yield Spot(f"unit.{who}.{part}", key, f"{who}.{part}", label, group, kind, required)


def _terminals(key: Key, state: State) -> Iterator[Spot]:
    terminals = state[key].get("terminals")
    for place in range(len(terminals) if isinstance(terminals, list) else 0):
        path = f"terminals.{place}.mac"
        yield Spot(f"unit.{path}", key, path, _("MAC address of {terminal}"), TERMINALS, "mac")


def _line(state: State, unit: str) -> Iterator[Spot]:
    key = next((k for k, item in state.items() if k[0] == "circuits" and item.get("unit") == unit), None)
    for path, label, kind, required in _LINE if key else ():
        assert key is not None
        yield Spot(f"line.{path}", key, path, label, LINE, kind, required)


def inputs(found: tuple[Spot, ...], values: Mapping[str, str], county: County, state: State) -> tuple[Input, ...]:
    """Return the inputs of spots with these values."""
    return tuple(_input(spot, values[spot.name], county, state) for spot in found)


def _input(spot: Spot, value: str, county: County, state: State) -> Input:
    if spot.kind == "parent":
        return parent_input(spot.name, county, value)
    kind = {"name": "text", "mac": "text"}.get(spot.kind, spot.kind)
    choices = tuple((k.value, word(k)) for k in UnitKind) if spot.path == "kind" else ()
    if spot.path == "building":
        choices = tuple((b.id, named(b)) for b in county.buildings)
    label = translate(spot.label)
    if spot.kind == "mac":
        label = translate(spot.label, terminal=Spot("", spot.key, spot.path[:-3] + "name", "", "").value(state))
    return Input(spot.name, label, value, kind, choices, spot.required)


def given(found: tuple[Spot, ...], form: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    """Return what a form says of each spot; what the form does not have stays as it was."""
    return {s.name: _read(s, form) if s.name in form or s.kind == "check" else before[s.name] for s in found}


def _read(spot: Spot, form: Mapping[str, str]) -> str:
    text = typed(form, spot.name)
    if spot.kind == "check":
        return "true" if text else ""
    return mac(text) if spot.kind == "mac" else tidy(text) if spot.kind == "name" else text


def edits(found: tuple[Spot, ...], values: Mapping[str, str], state: State) -> tuple[Edit, ...]:
    """Return an edit for each spot whose value is not what the state says; a list is changed as a whole."""
    made: list[Edit] = []
    lists: dict[tuple[Key, str], Plain] = {}
    for spot in found:
        value = values[spot.name]
        if value == spot.value(state):
            continue
        if spot.path.startswith("terminals."):
            _change_list(spot, value, state, lists)
        else:
            made.append(Set(*spot.key, spot.path, value or None))
    return (*made, *(Set(*key, path, value) for (key, path), value in lists.items()))


def _change_list(spot: Spot, value: str, state: State, lists: dict[tuple[Key, str], Plain]) -> None:
    name, place, field = spot.path.split(".")
    old = at(state[spot.key], name)
    whole = lists.setdefault((spot.key, name), [_copy(i) for i in old] if isinstance(old, list) else [])
    if isinstance(whole, list) and isinstance(item := whole[int(place)], dict):
        item[field] = value or None


def _copy(item: object) -> Plain:
    return dict(item) if isinstance(item, dict) else str(item)


def found_item(state: State, unit: str) -> Items | None:
    """Return a unit's item."""
    return state.get(("units", unit))

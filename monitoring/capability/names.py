"""What rows are about: ifIndex to interface, entPhysicalIndex to a name and to the interface that it belongs to. Pure.

An entity belongs to the interface that its entAliasMappingTable names, or that it or what it is plugged into is named
as (RFC 6933; makers fill one or the other: Huawei and H3C the aliases, Cisco the names). An interface is called by
ifName, and by ifDescr where the agent has no ifXTable. What has no name is called by its number.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from monitoring.snmp.ber import Malformed, subidentifiers
from monitoring.snmp.questions import IF_NAME
from monitoring.snmp.seam import Answer, Value

IF_DESCR = "1.3.6.1.2.1.2.2.1.2"
_ENTITY = "1.3.6.1.2.1.47.1.1.1.1"
ENTITY_DESCR, ENTITY_WITHIN, ENTITY_NAME = f"{_ENTITY}.2", f"{_ENTITY}.4", f"{_ENTITY}.7"
ENTITY_ALIAS = "1.3.6.1.2.1.47.1.3.2.1.2"
_IF_INDEX = "1.3.6.1.2.1.2.2.1.1."
_DEEP = 12
LONGEST = 96
"""characters of a name that are kept; ifDescr may have 255 (RFC 2863), no device's ports need them"""


@dataclass(frozen=True)
class Entity:
    """A physical part of a device."""

    name: str
    interface: str = ""
    """empty when it belongs to none"""


@dataclass(frozen=True)
class Names:
    """What a device calls its parts."""

    interfaces: Mapping[int, str] = field(default_factory=dict)
    entities: Mapping[int, Entity] = field(default_factory=dict)

    def interface(self, index: int) -> str:
        """Return an interface's name, its number when it has none."""
        return self.interfaces.get(index) or f"#{index}"

    def entity(self, index: int) -> Entity:
        """Return a part of the device."""
        return self.entities.get(index) or Entity(f"#{index}")


def numbers(row: bytes) -> tuple[int, ...]:
    """Return the numbers of a row's encoded index, none when it is cut."""
    try:
        return subidentifiers(row)
    except Malformed:
        return ()


def text(value: Value | None) -> str:
    """Return a text as people read it: UTF-8, else GB 18030 (Chinese makers), without padding."""
    if not isinstance(value, bytes):
        return "" if value is None else str(value)
    for encoding in ("utf-8", "gb18030"):
        try:
            return " ".join(value.decode(encoding).replace("\0", " ").split())
        except UnicodeDecodeError:
            continue
    return value.decode("latin-1").strip()


def interfaces(answer: Answer) -> dict[int, str]:
    """Return interfaces by ifIndex from an answer with ifName or ifDescr."""
    found: dict[int, str] = {}
    for column in (IF_DESCR, IF_NAME):
        for row, value in answer.columns.get(column, {}).items():
            index = numbers(row)
            if len(index) == 1 and text(value):
                found[index[0]] = text(value)[:LONGEST]
    return found


def entities(answer: Answer, known: Mapping[int, str]) -> dict[int, Entity]:
    """Return the physical parts of a device from its ENTITY-MIB; `known` is its interfaces."""
    names, within = _column(answer, ENTITY_NAME), _column(answer, ENTITY_WITHIN)
    descriptions, aliases = _column(answer, ENTITY_DESCR), _aliases(answer, known)
    by_name = {name: name for name in known.values()}
    by_name |= {text(v): known[i] for i, v in _column(answer, IF_DESCR).items() if i in known}
    found = {}
    for index in sorted({*names, *descriptions}):
        name = text(names.get(index)) or text(descriptions.get(index)) or f"#{index}"
        found[index] = Entity(name[:LONGEST], _interface(index, names, within, aliases, by_name))
    return found


def _interface(
    index: int,
    names: Mapping[int, Value],
    within: Mapping[int, Value],
    aliases: Mapping[int, str],
    by_name: Mapping[str, str],
) -> str:
    """Look from a part outwards for an interface."""
    for _step in range(_DEEP):
        if index in aliases:
            return aliases[index]
        if (name := text(names.get(index))) in by_name:
            return by_name[name]
        outer = within.get(index)
        if not isinstance(outer, int) or outer == 0:
            return ""
        index = outer
    return ""


def _column(answer: Answer, column: str) -> dict[int, Value]:
    rows = ((numbers(row), value) for row, value in answer.columns.get(column, {}).items())
    return {index[0]: value for index, value in rows if len(index) == 1}


def _aliases(answer: Answer, known: Mapping[int, str]) -> dict[int, str]:
    """Return interfaces by entity: entAliasMappingIdentifier points at an ifIndex, for all or one logical entity."""
    found: dict[int, str] = {}
    for row, value in answer.columns.get(ENTITY_ALIAS, {}).items():
        index = numbers(row)
        if len(index) == 2 and isinstance(value, bytes):
            target = dotted(value)
            if target.startswith(_IF_INDEX) and target[len(_IF_INDEX) :].isdigit():
                name = known.get(int(target[len(_IF_INDEX) :]))
                if name:
                    found[index[0]] = name
    return found


def dotted(value: bytes) -> str:
    """Return an encoded object identifier with dots; empty when it is none."""
    first, *rest = numbers(value) or (None,)
    if first is None:
        return ""
    head = (first // 40, first % 40) if first < 80 else (2, first - 80)
    return ".".join(str(number) for number in (*head, *rest))

"""From an agent's answer to readings, by the platform's tables. Pure.

A value that means "none", or that cannot be, is no reading: nobody is served by a receiver at 21474836 dBm. A source
whose rows all say "none" gives way to the next one of its quantity; a source marked `beside` never gives way.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import log10

from monitoring.capability.names import LONGEST, Names, dotted, numbers, text
from monitoring.capability.quantity import UNIT, Condition, Quantity
from monitoring.capability.table import LIMIT, Source, State, Where
from monitoring.snmp.seam import Answer, Value

DARK = -40.0
"""dBm: what is shown of a receiver without any light, as Huawei does itself"""
AMPERE = 1000
"""mA: more than any laser takes, so that a number from here on is in uA"""


@dataclass(frozen=True)
class Reading:
    """One quantity of one part of a device, now."""

    device: str
    quantity: Quantity
    name: str
    """which part: an interface, a board, a neighbour; stable over reboots as far as the device's names are"""
    value: float
    """in the quantity's unit; of a state its number in the MIB"""
    interface: str = ""
    """the interface that it belongs to, if any"""
    condition: Condition | None = None
    """of a state"""
    word: str = ""
    """of a state, as its MIB calls it"""
    object: str = ""
    """the MIB object that said so"""

    @property
    def unit(self) -> str:
        """The unit of its value; empty for a state."""
        return UNIT[self.quantity]


def readings(answer: Answer, sources: Iterable[Source], names: Names) -> list[Reading]:
    """Return everything that an answer says by some sources; a part is named once per quantity."""
    found: dict[tuple[Quantity, str], Reading] = {}
    done: set[Quantity] = set()
    for source in sources:
        if source.quantity in done and not source.beside:
            continue
        taken = list(_rows(answer, source, names))
        if taken and not source.beside:
            done.add(source.quantity)
        for reading in taken:
            _keep(found, reading)
    return list(found.values())


def _keep(found: dict[tuple[Quantity, str], Reading], reading: Reading) -> None:
    """Keep a reading under a name of its own: agents give two boards one name, and two sources may read one part."""
    name, number = reading.name, 1
    while (before := found.get((reading.quantity, name))) is not None:
        if before.object != reading.object:
            return
        number += 1
        name = f"{reading.name} ({number})"
    found[reading.quantity, name] = replace(reading, name=name)


def telling(answer: Answer, sources: Iterable[Source], names: Names) -> tuple[Source, ...]:
    """Return which sources are to be asked again: those that are read, and those that have rows but no value yet.

    A switch without a single optical module still has the table of them, and tomorrow it has a module.
    """
    chosen: list[tuple[Source, bool]] = []
    settled: set[Quantity] = set()
    for source in sources:
        if not answer.columns.get(source.column) or (source.quantity in settled and not source.beside):
            continue
        speaks = next(_rows(answer, source, names), None) is not None
        chosen.append((source, speaks))
        if speaks and not source.beside:
            settled.add(source.quantity)
    return tuple(s for s, speaks in chosen if speaks or not (s.beside or s.quantity in settled))


def _rows(answer: Answer, source: Source, names: Names) -> Iterator[Reading]:
    for number, (row, raw) in enumerate(answer.columns.get(source.column, {}).items(), 1):
        if not _wanted(answer, source, row):
            continue
        part = _part(answer, source, row, names, number)
        said = _value(answer, source, row, raw)
        if part is None or said is None:
            continue
        value, state = said
        name, interface = part
        condition, word = (state.condition, state.word) if state else (None, "")
        device = answer.target.device
        yield Reading(device, source.quantity, name[:LONGEST], value, interface, condition, word, source.object)


def _wanted(answer: Answer, source: Source, row: bytes) -> bool:
    if source.last and str((numbers(row) or (-1,))[-1]) != source.last:
        return False
    return all(_met(where, answer.columns.get(where.column, {}).get(row)) for where in source.where)


def _met(where: Where, value: Value | None) -> bool:
    if value is None:
        return False
    if where.above is not None and not (isinstance(value, int) and where.above < value < LIMIT):
        return False
    said = text(value)
    if where.begins and not said.lower().startswith(where.begins):
        return False
    return not where.equals or said in where.equals or (isinstance(value, bytes) and dotted(value) in where.equals)


def _part(answer: Answer, source: Source, row: bytes, names: Names, number: int) -> tuple[str, str] | None:
    """Return what a row is called and which interface it belongs to; None for a row that is not of this source."""
    index = numbers(row)
    if not index:
        return None
    if source.index == "interface":
        name = names.interface(index[0])
        return name, name
    if source.index == "entity":
        entity = names.entity(index[0])
        if source.named and not any(word in f" {entity.name.lower()} " for word in source.named):
            return None
        return (entity.interface or entity.name) if source.named else entity.name, entity.interface
    if source.index == "address":
        return ".".join(str(number) for number in index[:4]), ""
    if source.index == "scalar":
        return source.name, ""
    label = text(answer.columns.get(source.label, {}).get(row)) if source.label else ""
    fallback = source.name.replace("{row}", ".".join(str(n) for n in index)).replace("{n}", str(number))
    return label or fallback or f"#{index[-1]}", ""


def _value(answer: Answer, source: Source, row: bytes, raw: Value) -> tuple[float, State | None] | None:
    number = _number(source, raw)
    if number is None or number >= LIMIT or number in source.ignore:
        return None
    if source.states:
        return float(number), source.states.get(int(number)) or State(
            condition=Condition.UNKNOWN, word=str(int(number))
        )
    scaled = _scaled(answer, source, row, number)
    if scaled is None or not _plausible(source, scaled):
        return None
    return scaled, None


def _number(source: Source, raw: Value) -> float | None:
    if source.form == "bits":
        return _first_bit(raw)
    if source.form == "text":
        return _written(raw)
    return raw if isinstance(raw, int) else None


def _scaled(answer: Answer, source: Source, row: bytes, number: float) -> float | None:
    for column in source.too:
        more = answer.columns.get(column, {}).get(row)
        number += more if isinstance(more, int) else 0
    if source.ratio is not None and source.second is not None:
        return _percent(source, number, answer.columns.get(source.second, {}).get(row))
    if source.form in ("uw", "uw-or-cdbm"):
        return number / 100 if number < 0 else _dbm(number)
    if source.form == "ma-or-ua" and number >= AMPERE:
        number /= AMPERE
    if source.scale or source.precision:
        number *= 10.0 ** _exponent(answer, source, row)
    return round(number * source.times + source.plus, 6)


def _percent(source: Source, number: float, second: Value | None) -> float | None:
    if not isinstance(second, int):
        return None
    whole = number + second if source.ratio == "used-and-free" else second
    if whole <= 0:
        return None
    part = 1 - number / whole if source.ratio == "free-of" else number / whole
    return round(100 * part, 2)


def _dbm(microwatts: float) -> float:
    return max(DARK, round(10 * log10(microwatts / 1000), 2)) if microwatts > 0 else DARK


def _exponent(answer: Answer, source: Source, row: bytes) -> int:
    """Return a sensor's power of ten: EntitySensorDataScale counts thousands from units(9), less its precision."""
    scale = answer.columns.get(source.scale, {}).get(row) if source.scale else 9
    precision = answer.columns.get(source.precision, {}).get(row) if source.precision else 0
    thousands = scale - 9 if isinstance(scale, int) and 1 <= scale <= 17 else 0
    places = precision if isinstance(precision, int) and -8 <= precision <= 9 else 0
    return 3 * thousands - places


def _plausible(source: Source, value: float) -> bool:
    return (source.least is None or value >= source.least) and (source.most is None or value <= source.most)


def _first_bit(raw: Value) -> int | None:
    """Return the number of the first set bit of BITS (RFC 2578: bit 0 is the highest of the first octet)."""
    if not isinstance(raw, bytes):
        return None
    return next((8 * n + bit for n, octet in enumerate(raw) for bit in range(8) if octet & (0x80 >> bit)), None)


def _written(raw: Value) -> float | None:
    try:
        return float(raw) if isinstance(raw, int) else float(text(raw))
    except ValueError:
        return None

"""The questions: who are you, which of these tables do you have, and what do they say. Pure.

The probe asks for the first row of each table only (GETNEXT, as non-repeaters of one GETBULK), in small parts, so that
it costs a weak device a few datagrams a day. A reading asks for the columns of one table side by side.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from monitoring.capability.names import ENTITY_ALIAS, ENTITY_DESCR, ENTITY_NAME, ENTITY_WITHIN, IF_DESCR
from monitoring.capability.quantity import Subject
from monitoring.capability.table import Source
from monitoring.snmp.questions import IF_NAME, SYS_UPTIME
from monitoring.snmp.seam import Question

SYS_DESCR, SYS_OBJECT, SYS_NAME = "1.3.6.1.2.1.1.1", "1.3.6.1.2.1.1.2", "1.3.6.1.2.1.1.5"
PART = 12
"""tables asked for at once"""
IF_OPER = "1.3.6.1.2.1.2.2.1.8"
TABLES: Mapping[Subject, tuple[str, ...]] = {
    Subject.INTERFACES: (IF_OPER,),
    Subject.LLDP: ("1.0.8802.1.1.2.1.3.7.1.3", "1.0.8802.1.1.2.1.4.1.1.5"),
    Subject.FDB: ("1.3.6.1.2.1.17.7.1.2.2.1.2", "1.3.6.1.2.1.17.4.3.1.2"),
    Subject.ARP: ("1.3.6.1.2.1.4.22.1.2", "1.3.6.1.2.1.4.35.1.4"),
}
"""tables that are no sensors, any of which serves: ifTable; LLDP-MIB (its own ports: it may see nobody yet);
Q-BRIDGE-MIB, BRIDGE-MIB; ipNetToMediaTable, ipNetToPhysicalTable"""
IDENTITY = Question((SYS_UPTIME, SYS_OBJECT, SYS_DESCR), ((SYS_NAME,),))
INTERFACE_NAMES = Question((SYS_UPTIME,), ((IF_NAME,), (IF_DESCR,)))
ENTITIES = Question(
    (SYS_UPTIME,),
    ((IF_NAME,), (IF_DESCR,), (ENTITY_NAME, ENTITY_DESCR, ENTITY_WITHIN), (ENTITY_ALIAS,)),
)


def probed(sources: Iterable[Source]) -> tuple[str, ...]:
    """Return every table that a device is asked for: those of some sources, those that are no sensors, its parts."""
    others = [column for columns in TABLES.values() for column in columns]
    return tuple(dict.fromkeys((*others, ENTITY_NAME, *(source.column for source in sources))))


def parts(columns: Sequence[str], size: int = PART) -> Iterator[tuple[str, ...]]:
    """Yield columns in parts."""
    for start in range(0, len(columns), size):
        yield tuple(columns[start : start + size])


def probe(columns: Sequence[str]) -> Question:
    """Return the question which of some columns have a row."""
    return Question((SYS_UPTIME, *columns), ((SYS_OBJECT,),))


def reading(sources: Iterable[Source]) -> Question:
    """Return the question that reads some sources; sysObjectID comes along, so that another device is noticed."""
    tables: dict[str, dict[str, None]] = {}
    for source in sources:
        for column in source.columns:
            tables.setdefault(column.rpartition(".")[0], {})[column] = None
    return Question((SYS_UPTIME, SYS_OBJECT), tuple(tuple(columns) for columns in tables.values()))

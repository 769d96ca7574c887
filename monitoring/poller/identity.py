"""What an interface is called for ever: its ifName, else its ifDescr, else its number. Pure.

The number (ifIndex) changes with a reboot, a renumbering or a moved line card; names do not (RFC 2863, 3.1.5). So a
name counts wherever an agent gives one that is its own: not empty, not longer than `LONGEST`, of no other interface.
An interface without any is called by its number, "#7": better a series that a renumbering may break than none.
"""

from collections import Counter
from collections.abc import Mapping

from monitoring.capability.names import text
from monitoring.snmp import questions as q
from monitoring.snmp.ber import Malformed, subidentifiers
from monitoring.snmp.seam import Answer

LONGEST = 96


def identities(answer: Answer) -> dict[bytes, str]:
    """Return what each interface of an answer is called, by row."""
    rows = {**answer.columns.get(q.IF_NAME, {}), **answer.columns.get(q.IF_OPER, {})}
    found: dict[bytes, str] = {}
    for column in (q.IF_NAME, q.IF_DESCR):
        names = {row: text(name) for row, name in answer.columns.get(column, {}).items()}
        own = _own(names, set(found.values()))
        found |= {row: name for row, name in own.items() if row not in found}
    return {row: found.get(row) or f"#{number(row)}" for row in rows}


def _own(names: Mapping[bytes, str], taken: set[str]) -> dict[bytes, str]:
    """Return the names that are one interface's alone."""
    times = Counter(names.values())
    return {
        row: name
        for row, name in names.items()
        if name and len(name) <= LONGEST and times[name] == 1 and name not in taken and not name.startswith("#")
    }


def number(row: bytes) -> int:
    """Return the last number of a row, 0 when it is none."""
    try:
        return (subidentifiers(row) or (0,))[-1]
    except Malformed:
        return 0

"""The ledger as documents and tables: JSON for programs, CSV for spreadsheets, words for people.

Times in documents are UTC, seconds are seconds, availability is percent with three decimals, null when nothing counts.
"""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from countynet.clock import CHINA
from countynet.events import JSON
from countynet.i18n import _, translate
from countynet.vocabulary import LedgerState
from inventory.month import Month
from monitoring.columns import moment_of
from monitoring.ledger.read import Ledger
from monitoring.ledger.stretches import Stretch, Sums

STATES = {
    LedgerState.UP: _("up"),
    LedgerState.DOWN: _("down"),
    LedgerState.SHADOWED: _("cut off upstream"),
    LedgerState.UNKNOWN: _("unknown"),
    LedgerState.PLANNED: _("planned work"),
}
COLUMNS = (
    _("availability"),
    _("line alone"),
    _("outages"),
    _("down"),
    _("cut off upstream"),
    _("unknown"),
    _("planned work"),
)


def document(month: Month, kind: str, ledgers: Iterable[Ledger], *, stretches: bool) -> JSON:
    """Return a month as a document; `kind` is unit or device. Stretches only where asked: a year of them is long."""
    return {"month": str(month), kind + "s": [_document(kind, one, stretches) for one in ledgers]}


def _document(kind: str, one: Ledger, stretches: bool) -> JSON:
    found: dict[str, JSON] = {
        kind: one.name,
        "start": one.start.isoformat(),
        "end": one.end.isoformat(),
        "availability": _rounded(one.sums.availability),
        "line_availability": _rounded(one.sums.line_availability),
        "outages": one.sums.outages,
        "seconds": {state.value: getattr(one.sums, state.value) / 1000 for state in LedgerState},
    }
    if stretches:
        found["stretches"] = [_stretch(stretch) for stretch in one.stretches]
    return found


def _stretch(one: Stretch) -> JSON:
    return {
        "start": moment_of(one.start).isoformat(),
        "end": moment_of(one.end).isoformat(),
        "state": one.state.value,
        "cause": one.cause,
        "measured": one.measured.value if one.measured else None,
        "seconds": one.length / 1000,
    }


def _rounded(percent: float | None) -> float | None:
    return None if percent is None else round(percent, 3)


def percent(value: float | None) -> str:
    """Return a percentage for people: 100% only when it is, a dash when nothing counts. Cut, never rounded up."""
    if value is None:
        return "-"
    return f"{int(value * 1000) / 1000:.3f}%"


def lasting(milliseconds: int) -> str:
    """Return a length as hours, minutes and seconds, e.g. 1:02:03; days as hours."""
    seconds = milliseconds // 1000
    return f"{seconds // 3600}:{seconds % 3600 // 60:02}:{seconds % 60:02}"


def cells(sums: Sums) -> tuple[str, ...]:
    """Return the row of a table under COLUMNS."""
    return (
        percent(sums.availability),
        percent(sums.line_availability),
        str(sums.outages),
        *(lasting(length) for length in (sums.down, sums.shadowed, sums.unknown, sums.planned)),
    )


def local(milliseconds: int) -> str:
    """Return a moment on the county's clock to the second."""
    return f"{moment_of(milliseconds).astimezone(CHINA):%Y-%m-%d %H:%M:%S}"


def rows_of(one: Ledger) -> list[Sequence[str]]:
    """Return a ledger's stretches that are not up, as rows: from, to, how long, state, cause."""
    return [
        (local(s.start), local(s.end), lasting(s.length), translate(STATES[s.state]), s.cause)
        for s in one.stretches
        if s.state is not LedgerState.UP
    ]


def csv_of(month: Month, ledgers: Iterable[Ledger]) -> str:
    """Return a month as CSV, as spreadsheets read it (byte order mark, CRLF): one line a unit or device, in seconds.

    Availability is percent with three decimals, empty when nothing counts.
    """
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    seconds = [translate(_("{state}, seconds"), state=translate(STATES[state])) for state in LedgerState]
    writer.writerow((*(translate(c) for c in (_("month"), _("name"), *COLUMNS[:3])), *seconds))
    for one in ledgers:
        figures = (_rounded(one.sums.availability), _rounded(one.sums.line_availability))
        lengths = [getattr(one.sums, state.value) / 1000 for state in LedgerState]
        writer.writerow((month, one.name, *("" if f is None else f for f in figures), one.sums.outages, *lengths))
    return "\ufeff" + text.getvalue()

"""What `benchmarks.poll` asks: twenty columns of ifTable and ifXTable, with the BER tag of their values."""

from monitoring.snmp.seam import Question

UPTIME = "1.3.6.1.2.1.1.3"
_IF, _IFX = "1.3.6.1.2.1.2.2.1.", "1.3.6.1.2.1.31.1.1.1."
_INTEGER, _TEXT, _COUNTER32, _GAUGE, _TICKS, _COUNTER64 = 0x02, 0x04, 0x41, 0x42, 0x43, 0x46
COLUMNS: tuple[tuple[str, int], ...] = (
    *((f"{_IFX}{n}", _COUNTER64) for n in (6, 10, 7, 11, 8, 12, 9, 13)),
    *((f"{_IF}{n}", _COUNTER32) for n in (13, 14, 19, 20, 15)),
    *((f"{_IF}{n}", _INTEGER) for n in (7, 8)),
    (f"{_IF}9", _TICKS),
    (f"{_IFX}15", _GAUGE),
    (f"{_IFX}19", _TICKS),
    (f"{_IFX}1", _TEXT),
    (f"{_IFX}18", _TEXT),
)
"""octets, packets of three kinds; discards, errors, unknown protocols; states; last change, speed, discontinuity,
names"""
QUESTION = Question((UPTIME,), (tuple(column for column, _kind in COLUMNS),))

"""What looking for intrusions costs a line of the log, ordinary and telling, and what a storm leaves in the database.

`python -m benchmarks.intrusions`: the same lines are read as the receiver reads them (`parse`), then looked at for
intrusions; then 20,000 alerts of 5,000 forged sources come in ten seconds. CPU seconds are the process's own.
"""

import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.figure import HEADING, Figure
from countynet.db import open_database, reading
from countynet.settings import Settings
from inventory import create
from inventory.load import load_county
from monitoring.intrusions.collect import Collector
from monitoring.intrusions.formats import read
from monitoring.intrusions.part import IntrusionPart
from monitoring.intrusions.store import Intrusion
from monitoring.intrusions.whose import Whose
from monitoring.receive.syslog.keep import Line
from monitoring.receive.syslog.parse import parse

LINES, ALERTS, SOURCES = 20_000, 20_000, 5_000
AT = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
ORDINARY = (
    b"<190>Nov 26 2026 17:00:00 core-1 %%01SHELL/5/CMDRECORD(l)[7]:Recorded command information. (Task=VT0, "
    b"Ip=10.0.0.9, User=netadmin, Command=display interface brief)"
)
FLOW = (
    b'<142>Nov 26 17:00:00 ids suricata[5]: {"timestamp":"2026-11-26T17:00:00.000000+0800","event_type":"flow",'
    b'"src_ip":"10.21.1.10","src_port":50096,"dest_ip":"203.0.113.5","dest_port":443,"proto":"TCP","flow":{"pkts":9}}'
)
ALERT = (
    b'<142>Nov 26 17:00:00 ids suricata[5]: {"timestamp":"2026-11-26T17:00:00.000000+0800","event_type":"alert",'
    b'"src_ip":"%s","src_port":50096,"dest_ip":"203.0.113.5","dest_port":445,"proto":"TCP","alert":{"action":"allowed",'
    b'"gid":1,"signature_id":2001219,"rev":20,"signature":"ET SCAN Potential SSH Scan","category":"Leak","severity":2}}'
)


def each(name: str, data: bytes) -> Sequence[Figure]:
    """Return what a line costs to be read, and to be looked at, in microseconds."""
    said = parse(data, AT)
    began = time.process_time()
    for _turn in range(LINES):
        parse(data, AT)
    parsed = time.process_time() - began
    began = time.process_time()
    for _turn in range(LINES):
        read(said.text, said.app)
    looked = time.process_time() - began
    return (
        Figure(f"{name}: read as before", parsed / LINES * 1e6, "us", cpu=parsed),
        Figure(f"{name}: looked at", looked / LINES * 1e6, "us", cpu=looked),
    )


def storm(part: IntrusionPart) -> float:
    """Let a storm come in portions of half a second; return the CPU seconds it cost."""
    began = time.process_time()
    for portion in range(20):
        lines = [_line(portion * 1000 + n) for n in range(ALERTS // 20)]
        part.take(lines, at_once=portion % 4 == 3)
    return time.process_time() - began


def _line(number: int) -> Line:
    source = f"198.{18 + number % SOURCES // 250}.0.{number % 250}".encode()
    said = parse(ALERT % source, AT)
    at = AT + timedelta(milliseconds=number / 2)
    return Line(at, "core-1", "10.0.0.9", "udp", 17, 6, at, "ids", said.app, said.text, said.whole)


def main() -> int:
    """Measure, print the table; return the exit code."""
    figures = [
        *each("an ordinary line", ORDINARY),
        *each("a flow of Suricata", FLOW),
        *each("an alert", ALERT % b"10.21.1.10"),
    ]
    with tempfile.TemporaryDirectory(prefix="intrusions-") as folder:
        settings = Settings(county=Path(folder) / "county", language="en")
        create.create_folder(settings)
        database, collector = open_database(settings), Collector()
        part = IntrusionPart(database, Whose(load_county(settings.county)), 180, collector)
        cpu = storm(part)
        with reading(database) as session:
            rows, counted = session.execute(select(func.count(Intrusion.id), func.sum(Intrusion.count))).one()
        database.dispose()
    figures.append(Figure(f"a storm: {ALERTS} alerts of {SOURCES} forged sources", cpu, "s", cpu=cpu))
    figures.append(Figure("findings that it left", rows, ""))
    print(HEADING)
    for figure in figures:
        print(figure.row())
    return 0 if counted == ALERTS and rows <= 601 else 1


if __name__ == "__main__":
    raise SystemExit(main())

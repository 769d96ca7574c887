"""One scan: gather, judge, keep, and record its events in the same transaction."""

import json
from dataclasses import dataclass

from sqlalchemy import Engine

from audit.service import present
from audit.terminals import store
from audit.terminals.allow import holding
from audit.terminals.gather import LISTEN, Say, gather, looked
from audit.terminals.judge import Facts, judge
from audit.terminals.makers import makers
from audit.terminals.model import Finding
from audit.terminals.store import Scan, Told
from audit.terminals.tags import ScanTag
from countynet import clock
from countynet.canonical import JSON
from countynet.db import reading, transaction
from countynet.events import record
from countynet.i18n import translate
from countynet.settings import Settings
from inventory import load_county


@dataclass(frozen=True)
class Outcome:
    """How a scan came out."""

    scan: Scan
    told: Told

    @property
    def found(self) -> tuple[Finding, ...]:
        """What this scan saw."""
        return self.told.new + self.told.standing

    def document(self) -> dict[str, JSON]:
        """Return it for programs."""
        return {
            "scan": self.scan.number,
            "started": self.scan.started.isoformat(),
            "seconds": round((self.scan.finished - self.scan.started).total_seconds(), 2),
            "devices": self.scan.devices,
            "silent": dict(self.scan.silent),
            "notes": [translate(message, **values) for message, values in self.scan.notes],
            "new": [one.number for one in self.told.new],
            "gone": [one.number for one in self.told.gone],
            "findings": [one.document() for one in self.found],
        }


def scan(settings: Settings, engine: Engine, actor: str, say: Say, seconds: float = LISTEN) -> Outcome:
    """Scan, keep what is found and return it; `seconds`: so long terminals' ports are listened to, 0: not.

    Raises BadInput (inventory, vault), Conflict if the twin is gone.
    """
    started = clock.now()
    county = present(load_county(settings.county), settings)
    gathered = gather(county, settings, engine, say, seconds)
    with reading(engine) as session:
        allowed = tuple(one.allowance() for one in holding(session, clock.today()))
    facts = Facts(county, gathered.around, clock.now(), makers(), allowed, gathered.answers)
    found = judge(facts)
    devices = len({device for device, _table in gathered.around.asked})
    with transaction(engine) as session:
        row = store.begin(session, started, actor)
        told = store.keep(session, row.id, found, clock.now(), looked(gathered))
        row.finished, row.devices, row.silent = clock.now(), devices, json.dumps(dict(gathered.around.silent))
        row.new, row.standing, row.gone = len(told.new), len(told.standing), len(told.gone)
        row.notes = json.dumps([[message, dict(values)] for message, values in gathered.notes], ensure_ascii=False)
        for tag, findings in ((ScanTag.FOUND, told.new), (ScanTag.GONE, told.gone)):
            for one in findings:
                record(session, tag, actor, f"terminal-finding:{one.number}", _said(one))
        counts: dict[str, JSON] = {"new": row.new, "standing": row.standing, "gone": row.gone, "devices": devices}
        record(session, ScanTag.SCANNED, actor, f"terminal-scan:{row.id}", counts)
        kept = store.scan_of(row)
    return Outcome(kept, told)


def _said(one: Finding) -> dict[str, JSON]:
    names = ("unit", "device", "port", "mac", "address", "terminal")
    said: dict[str, JSON] = {name: getattr(one, name) for name in names}
    return {"kind": one.kind.value, "severity": one.severity.value, "confidence": one.confidence.value, **said}

"""The last proofs out of the state folder, and their jobs out of the foundation's tables."""

from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Engine, select

from countynet.db import reading, transaction
from countynet.i18n import _, language, translate
from countynet.jobs import Job, submit
from countynet.settings import Settings
from countynet.vocabulary import ZoneName
from dashboard.services.isolation import CellView, ConfirmedView, FindingView, MatrixView, PairView, RowView
from dashboard.services.model import JobView
from dashboard.services.protocols import CountySource
from dashboard.services.real import job_logs
from dashboard.users.model import Person
from dashboard.words import word
from inventory.model import County
from topology.confirm.classes.kept import latest as last_confirmed
from topology.reach.allowed import rules_between
from topology.reach.certified import certificate_file, last_certificate
from topology.reach.kept import Kept, latest
from topology.reach.matrix import WORST, Matrix, Row, matrix
from topology.reach.network import DEVICES, OPERATOR
from topology.reach.service import Of
from topology.reach.show import VERDICTS, note, step
from topology.reach.verdict import Finding, Verdict

KIND = "prove"
SHOWN = 5
"""findings of a cell"""
NAMED = 3
"""units of a row that its title names"""
TONES = {
    Verdict.ISOLATED: "pass",
    Verdict.ALLOWED: "up",
    Verdict.OPEN: "fail",
    Verdict.BLOCKED: "shadowed",
    Verdict.UNKNOWN: "unknown",
}
WHOLE = RowView("", "", ())


@dataclass(frozen=True)
class RealIsolation:
    """The `Isolation` protocol."""

    settings: Settings
    engine: Engine
    source: CountySource

    def matrix(self, of: str) -> MatrixView | None:
        """Return the last proof."""
        found = _last(self.settings, Of(of))
        if found is None:
            return None
        kept, seen = found
        county, pairs = self.source.county(), len(kept.proof.verdicts)
        titled = {row.key: _row(county, row) for row in seen.rows}
        counts = tuple(_cell(WHOLE, v, kept.proof.count(v), pairs) for v in WORST)
        rows = tuple(
            (titled[one.key], tuple(_of(seen, one.key, titled[other.key]) for other in seen.rows)) for one in seen.rows
        )
        return MatrixView(kept.at, of, counts, rows, certificate_file(self.settings, Of(of), kept.at).exists())

    def certificate(self, of: str) -> bytes | None:
        """Return the certificate of the last proof."""
        file = last_certificate(self.settings, Of(of))
        return file.read_bytes() if file else None

    def pair(self, of: str, source: str, target: str) -> PairView | None:
        """Return a cell."""
        found = _last(self.settings, Of(of))
        if found is None or found[1].worst(source, target) is None:
            return None
        kept, seen = found
        county, rows = self.source.county(), {row.key: row for row in seen.rows}
        inside = [f for f in kept.proof.findings if f.source in rows[source].places and f.target in rows[target].places]
        first = next((p for p in rows[target].places if p != source), target)
        rules = tuple(
            (r.id, r.reason if language() == "zh_CN" else r.reason_en) for r in rules_between(county, source, first)
        )
        return PairView(
            source=_row(county, rows[source]),
            cell=_of(seen, source, _row(county, rows[target])),
            findings=tuple(map(_finding, inside[:SHOWN])),
            more=max(0, len(inside) - SHOWN),
            rules=rules,
        )

    def confirmed(self, of: str) -> ConfirmedView | None:
        """Return the last result of `countynet confirm --classes`."""
        found = last_confirmed(self.settings)
        if found is None or found.of != of:
            return None
        packets = tuple(f"{one.node} > {one.via}: {one.packet}" for one in found.disagreements[:SHOWN])
        tone = "pass" if found.good else "fail"
        return ConfirmedView(found.at, found.classes, found.probes, found.agreed, found.disagreed, tone, packets)

    def start(self, person: Person, of: str) -> int:
        """Queue a proof."""
        with transaction(self.engine) as session:
            busy = session.scalar(select(Job.id).where(Job.kind == KIND, Job.state.in_(job_logs.BUSY)))
            return submit(session, KIND, {"of": Of(of).value}, person.login) if busy is None else busy

    def job(self) -> JobView | None:
        """Return the last job."""
        with reading(self.engine) as session:
            job = session.scalar(select(Job).where(Job.kind == KIND).order_by(Job.id.desc()).limit(1))
            if job is None:
                return None
            return job_logs.view(session, job)


def _last(settings: Settings, of: Of) -> tuple[Kept, Matrix] | None:
    """Return the last proof and its matrix; read again only when it is another."""
    try:
        stamp = (settings.state / f"proof-{of.value}.json").stat().st_mtime_ns
    except FileNotFoundError:
        return None
    return _read(settings, of, stamp)


@lru_cache(maxsize=4)
def _read(settings: Settings, of: Of, _stamp: int) -> tuple[Kept, Matrix] | None:
    kept = latest(settings, of)
    return None if kept is None else (kept, matrix(kept.proof))


def _row(county: County, row: Row) -> RowView:
    titles = tuple(place(county, one) for one in row.places)
    if len(titles) == 1:
        return RowView(row.key, titles[0], ())
    if len(titles) <= NAMED:
        return RowView(row.key, ", ".join(one.partition(":")[2] for one in row.places), titles)
    return RowView(row.key, translate(_("{count} units"), count=len(titles)), titles)


def place(county: County, name: str) -> str:
    """Return a place in words; one that the inventory does not have any more by its name."""
    kind, _colon, value = name.partition(":")
    if kind == "unit" and value in county.unit_by_id:
        unit = county.unit_by_id[value]
        return f"{value} {unit.name if language() == 'zh_CN' else unit.name_en}"
    if kind == "zone" and value in list(ZoneName):
        return word(ZoneName(value))
    return translate({DEVICES: _("devices themselves"), OPERATOR: _("operator's net")}.get(name, name))


def _of(seen: Matrix, source: str, target: RowView) -> CellView:
    pairs = seen.cells.get((source, target.key), {})
    worst = seen.worst(source, target.key)
    return _cell(target, worst, pairs[worst] if worst else 0, sum(pairs.values()))


def _cell(target: RowView, verdict: Verdict | None, count: int, of: int) -> CellView:
    if verdict is None:
        return CellView(target, "", "", "", 0, 0)
    return CellView(target, verdict.value, translate(VERDICTS[verdict]), TONES[verdict], count, of)


def _finding(found: Finding) -> FindingView:
    six = " (IPv6)" if found.family == "ipv6" else ""
    title = f"{found.source} > {found.target}: {translate(VERDICTS[found.verdict])}{six}"
    packet = translate(_("both lie in one broadcast domain: everything passes, IPv6 too")) if found.shared else ""
    packet = packet or " ".join(filter(None, (note(found), found.packet)))
    return FindingView(title, TONES[found.verdict], packet, tuple(map(step, found.path)), found.lines)

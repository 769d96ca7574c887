"""How monitoring does, out of its files and tables."""

from dataclasses import dataclass

from sqlalchemy import Engine

from countynet.db import reading
from countynet.errors import BadInput
from countynet.i18n import translate, translate_error
from countynet.settings import Settings
from dashboard.services.health import HealthView, ProbeView, RuleView, TrapView
from dashboard.services.protocols import CountySource
from monitoring.metrics.look import look
from monitoring.metrics.prometheus import text
from monitoring.probes.model import Target
from monitoring.probes.plan import usable
from monitoring.probes.store import ProbeRow, all_
from monitoring.receive.show import said
from monitoring.receive.store import recent
from monitoring.receive.traps.kinds import kinds
from monitoring.rules.load import SOURCES, Loaded, load
from monitoring.rules.status import RulesStatus, sentence

_TRAPS = 30


@dataclass(frozen=True)
class RealHealth:
    """The `Health` protocol."""

    settings: Settings
    engine: Engine
    source: CountySource

    def look(self) -> HealthView:
        """Return everything at one moment."""
        with reading(self.engine) as session:
            own = look(self.settings, session)
            traps = recent(session, _TRAPS)
        rules, wrong = self._rules()
        try:
            known = kinds(self.settings.county)
        except BadInput:  # the receiver says what is wrong with it
            known = kinds()
        return HealthView(
            own,
            [TrapView(r.device, r.name or r.trap, r.part, said(known.get(r.trap)), r.count, r.last) for r in traps],
            [_rule(one, own.rules) for one in rules],
            self._probes(),
            wrong,
        )

    def metrics(self) -> bytes:
        """Return the same as Prometheus reads it."""
        with reading(self.engine) as session:
            return text(look(self.settings, session), session)

    def token(self) -> str | None:
        """Return the token of the settings' file."""
        file = self.settings.metrics_token_file
        return file.read_text(encoding="utf-8").strip() if file else None

    def _rules(self) -> tuple[tuple[Loaded, ...], str]:
        county = self.source.whole()
        try:
            return load(county, self.settings.county), ""
        except BadInput as error:
            return load(county), translate_error(error)

    def _probes(self) -> list[ProbeView]:
        planned, _wrong = usable(self.source.whole(), self.settings.county)
        with reading(self.engine) as session:
            rows = {row.name: row for row in all_(session)}
        return [_probe(target, rows.get(target.probe.name)) for target in planned.targets]


def _probe(target: Target, row: ProbeRow | None) -> ProbeView:
    probe = target.probe
    if row is None:
        return ProbeView(probe.name, probe.kind, probe.host, None, "", None, None)
    said = translate(row.message, **row.values)
    return ProbeView(probe.name, probe.kind, probe.host, row.ok, said, row.milliseconds, row.at, row.days)


def _rule(one: Loaded, status: RulesStatus | None) -> RuleView:
    name = one.rule.name
    counts = [found.get(name, 0) for found in (status.watched, status.open, status.too_few)] if status else [0, 0, 0]
    return RuleView(name, sentence(one), translate(SOURCES[one.source]), one.rule.reading, one.rule.off, *counts)

"""Evaluation as a service over a county's folder and database: a period's report, a month's rent, experts' scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Engine

from countynet import clock
from countynet.settings import Settings
from countynet.unitfindings import Looked, sources
from inventory.model import County
from inventory.month import Month
from monitoring.evaluation import rules
from monitoring.evaluation.assess import Assessment
from monitoring.evaluation.charges.model import Charges
from monitoring.evaluation.charges.read import month_charges
from monitoring.evaluation.experts.service import Experts
from monitoring.evaluation.gather import evaluate, reported
from monitoring.evaluation.own.model import Ranking
from monitoring.evaluation.period import Period
from monitoring.evaluation.report import Report
from monitoring.evaluation.served.model import Applications


@dataclass(frozen=True)
class Evaluations:
    """The service. Everything is judged by the county's rules as they are now; bad ones raise BadInput."""

    settings: Settings
    engine: Engine

    @cached_property
    def experts(self) -> Experts:
        """What experts give."""
        return Experts(self.engine)

    def assessment(self, county: County, period: Period) -> Assessment:
        """Return a period's assessment."""
        return evaluate(self.engine, county, period, self._rules(county))

    def report(self, county: County, period: Period) -> Report:
        """Return everything about a period."""
        looked = self._looked(period)
        return reported(self.engine, county, period, self._rules(county), looked, clock.now())

    def ranking(self, county: County, period: Period) -> Ranking:
        """Return the ranking of units' own network work."""
        return self.report(county, period).ranking

    def applications(self, county: County, period: Period) -> Applications:
        """Return how applications answered."""
        return self.report(county, period).served

    def charges(self, county: County, month: Month, unit: str = "") -> Charges:
        """Return what a month's lines cost, with deductions; of one unit or of all."""
        return month_charges(self.engine, county, month, self._rules(county), unit=unit)

    def pdf(self, county: County, period: Period) -> bytes:
        """Return a period as a PDF. Raises MissingCapability without the font."""
        return self.report(county, period).pdf()

    def xlsx(self, county: County, period: Period) -> bytes:
        """Return a period as a workbook."""
        return self.report(county, period).xlsx()

    def _rules(self, county: County) -> rules.Rules:
        return rules.load(self.settings.county, [contract.number for contract in county.contracts])

    def _looked(self, period: Period) -> Sequence[Looked]:
        first, last = period.begins, period.ends
        return [source(self.settings, self.engine, first, last) for source in sources()]

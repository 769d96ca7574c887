"""Evaluation as a service over a county's folder and database: a period's report, a month's rent, experts' scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
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
from monitoring.evaluation.gather import Bases, evaluate, reported
from monitoring.evaluation.period import Period
from monitoring.evaluation.report import Report
from monitoring.evaluation.settled import basis


@dataclass(frozen=True)
class Evaluations:
    """The service. Everything is judged by the county's rules as they are now; bad ones raise BadInput.

    `county` is the one of the present; what a settled period is judged by is found from it.
    """

    settings: Settings
    engine: Engine

    @cached_property
    def experts(self) -> Experts:
        """What experts give."""
        return Experts(self.engine)

    def assessment(self, county: County, period: Period) -> Assessment:
        """Return a period's assessment."""
        rules_, at = self._rules(county), clock.now()
        return evaluate(self.engine, county, period, rules_, at, self._bases(county, period, rules_, at))

    def report(self, county: County, period: Period) -> Report:
        """Return everything about a period."""
        rules_, at = self._rules(county), clock.now()
        bases = self._bases(county, period, rules_, at)
        return reported(self.engine, period, rules_, self._looked(period), at, bases)

    def charges(self, county: County, month: Month, unit: str = "") -> Charges:
        """Return what a month's lines cost, with deductions; of one unit or of all."""
        rules_, at = self._rules(county), clock.now()
        judged = basis(self.settings, county, Period(month, 1), rules_.closing, at)
        return month_charges(self.engine, judged.county, month, rules_, at, unit, judged.said)

    def pdf(self, county: County, period: Period) -> bytes:
        """Return a period as a PDF. Raises MissingCapability without the font."""
        return self.report(county, period).pdf()

    def xlsx(self, county: County, period: Period) -> bytes:
        """Return a period as a workbook."""
        return self.report(county, period).xlsx()

    def _rules(self, county: County) -> rules.Rules:
        return rules.load(self.settings.county, [contract.number for contract in county.contracts])

    def _bases(self, county: County, period: Period, given: rules.Rules, at: datetime) -> Bases:
        whole = basis(self.settings, county, period, given.closing, at)
        months = {m: basis(self.settings, county, Period(m, 1), given.closing, at) for m in period}
        return Bases(whole, months)

    def _looked(self, period: Period) -> Sequence[Looked]:
        first, last = period.begins, period.ends
        return [source(self.settings, self.engine, first, last) for source in sources()]

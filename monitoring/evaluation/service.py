"""Evaluation as a service over a county's folder and database: the assessment, and its paper."""

from dataclasses import dataclass

from sqlalchemy import Engine

from countynet.settings import Settings
from inventory.model import County
from monitoring.evaluation import rules
from monitoring.evaluation.assess import Assessment
from monitoring.evaluation.gather import evaluate
from monitoring.evaluation.period import Period
from monitoring.evaluation.printed import printed
from monitoring.evaluation.workbook import workbook


@dataclass(frozen=True)
class Evaluations:
    """The service."""

    settings: Settings
    engine: Engine

    def assessment(self, county: County, period: Period) -> Assessment:
        """Return a period's assessment by the county's rules as they are now. Raises BadInput for bad rules."""
        return evaluate(self.engine, county, period, rules.load(self.settings.county))

    def pdf(self, county: County, period: Period) -> bytes:
        """Return it as a PDF. Raises BadInput, MissingCapability."""
        return printed(county, self.assessment(county, period))

    def xlsx(self, county: County, period: Period) -> bytes:
        """Return it as a workbook. Raises BadInput."""
        return workbook(county, self.assessment(county, period))

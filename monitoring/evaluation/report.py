"""Everything that an evaluation says of a period, in one value: figures, rent, ranking, applications; and its files."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from countynet.canonical import JSON
from countynet.i18n import _, language, translate
from countynet.paper import paper, signatures
from countynet.sheets import book, content
from inventory.model import County
from monitoring.evaluation import printed, show, workbook
from monitoring.evaluation.assess import Assessment
from monitoring.evaluation.charges import files as charge_files
from monitoring.evaluation.charges.model import Charges, operators
from monitoring.evaluation.charges.show import SIGN
from monitoring.evaluation.charges.show import document as charges_document
from monitoring.evaluation.own import files as own_files
from monitoring.evaluation.own.model import Ranking
from monitoring.evaluation.own.show import document as ranking_document
from monitoring.evaluation.served import files as served_files
from monitoring.evaluation.served.model import Applications
from monitoring.evaluation.served.show import document as served_document


@dataclass(frozen=True)
class Report:
    """A period of a county."""

    county: County
    found: Assessment
    charges: Sequence[Charges]
    """by month"""
    ranking: Ranking
    served: Applications

    def of_operator(self) -> "Report":
        """Return it as the operator sees it: without the rent of contracts with other suppliers."""
        numbers = operators(self.county)
        return replace(self, charges=[month.of_contracts(numbers) for month in self.charges])

    def xlsx(self) -> bytes:
        """Return it as a workbook: the whole, units, ranking, applications, rent, contracts, outages."""
        made, first = book()
        workbook.fill_in(made, first, self.county, self.found)
        own_files.sheet(made, self.county, self.ranking)
        served_files.sheet(made, self.served)
        charge_files.sheets(made, self.county, self.charges)
        return content(made)

    def pdf(self) -> bytes:
        """Return it as a PDF to be signed. Raises MissingCapability without the font."""
        report = paper(self.found.period.ends)
        name = self.county.plan.name if language() == "zh_CN" else self.county.plan.name_en
        title = _("Operations evaluation of {county}, {period}")
        report.set_title(translate(title, county=name, period=self.found.period))
        printed.pages(report, self.county, self.found)
        served_files.pages(report, self.served)
        own_files.pages(report, self.county, self.ranking)
        for month in self.charges:
            charge_files.pages(report, self.county, month, only_deducted=True)
        signatures(report, *map(translate, SIGN))
        return bytes(report.output())

    def document(self) -> JSON:
        """Return it as a document."""
        assessed = show.document(self.found)
        assert isinstance(assessed, dict)
        return {
            **assessed,
            "ranking": ranking_document(self.ranking),
            "applications": served_document(self.served),
            "rent": [charges_document(month) for month in self.charges],
        }

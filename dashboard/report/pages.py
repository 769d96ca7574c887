"""The contexts of the public pages: they know a receipt and how far it is, and nothing of a unit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from countynet.pictures import MOST
from countynet.vocabulary import FaultState
from monitoring.faults.reports.public import Receipt, Standing
from monitoring.faults.rules import STATES
from monitoring.faults.show import WORDS
from monitoring.tags import FaultTag


@dataclass(frozen=True)
class ReportPage:
    """The form: code, telephone, what does not work. What was typed comes back, but for the code."""

    template: ClassVar[str] = "report/report.html"
    telephone: str = ""
    title: str = ""
    description: str = ""
    problem: str = ""


@dataclass(frozen=True)
class ReceiptPage:
    """The receipt and how far the report is; without a receipt, the form for its number and secret."""

    template: ClassVar[str] = "report/receipt.html"
    receipt: Receipt | None = None
    standing: Standing | None = None
    problem: str = ""
    most: ClassVar[int] = MOST
    states: ClassVar[Mapping[FaultState, str]] = STATES
    words: ClassVar[Mapping[FaultTag, str]] = WORDS

"""What an alarm rule may be: six kinds, each a frozen value; everything wrong with a file is told at once. Pure.

A rule watches one metric (`reading.METRICS`) of the devices that it selects. `text` and `text_zh` are its sentence in
both languages; what may stand in braces is in `PLACES`.
"""

from collections.abc import Iterator
from string import Formatter
from typing import Annotated, Literal

from pydantic import Field

from countynet.errors import Problem
from countynet.frozen import Frozen
from countynet.i18n import _
from countynet.vocabulary import Severity
from inventory.model.base import Name
from monitoring.rules.reading import METRICS

PLACES = frozenset({"device", "part", "value", "unit", "limit", "seconds", "changes", "usual", "weeks"})
DAY = 86_400
Seconds = Annotated[int, Field(ge=0, le=7 * DAY)]


class Rule(Frozen):
    """What all kinds have."""

    name: Name
    kind: str
    reading: str
    severity: Severity
    text: str = Field(min_length=1, max_length=200)
    text_zh: str = Field(min_length=1, max_length=200)
    devices: tuple[str, ...] = ()
    """as `--only` takes it, e.g. `role=core`; empty: all"""
    parts: tuple[str, ...] = ()
    """patterns such as `x-*`; empty: all"""
    lasting: Seconds = 0
    """so long it must hold before the alarm opens"""
    clearing: Seconds = 60
    """so long it must be well before the alarm closes"""
    off: bool = False

    def judge(self) -> Iterator[tuple[str, Problem]]:
        """Yield what is wrong with it, by field."""
        if self.reading not in METRICS:
            message = _("nothing is measured under this name")
            yield "reading", Problem(message, found=self.reading, wanted=", ".join(sorted(METRICS)))
        for field in ("text", "text_zh"):
            yield from ((field, problem) for problem in _of_text(getattr(self, field)))


class Threshold(Rule):
    """A reading is above or below a limit; it is well again only past `clear` (hysteresis)."""

    kind: Literal["threshold"]
    above: float | None = None
    below: float | None = None
    clear: float | None = None

    @property
    def limit(self) -> float:
        """The limit."""
        return self.above if self.above is not None else self.below or 0.0

    def judge(self) -> Iterator[tuple[str, Problem]]:
        """Yield what is wrong with it, by field."""
        yield from super().judge()
        if (self.above is None) == (self.below is None):
            yield "above", Problem(_("a threshold has either `above` or `below`"))
        elif self.clear is not None and (
            self.clear > self.limit if self.above is not None else self.clear < self.limit
        ):
            yield "clear", Problem(_("`clear` lies on the side where all is well"), found=f"{self.clear:g}")


class Rate(Rule):
    """A reading that counts rises by more than `above` within so many seconds."""

    kind: Literal["rate"]
    above: float
    within: Annotated[int, Field(ge=10, le=DAY)]


class Absence(Rule):
    """A reading that was there is not there any more for `lasting` seconds."""

    kind: Literal["absence"]
    lasting: Annotated[int, Field(ge=30, le=7 * DAY)]


class Flap(Rule):
    """A reading changes so many times within so many seconds. One alarm, on which further changes are counted."""

    kind: Literal["flap"]
    changes: Annotated[int, Field(ge=2, le=1000)]
    within: Annotated[int, Field(ge=10, le=DAY)]


class Baseline(Rule):
    """The last hour's mean is far from what the same hour of past weeks had: median and median absolute deviation."""

    kind: Literal["baseline"]
    weeks: Annotated[int, Field(ge=3, le=26)] = 6
    least: Annotated[int, Field(ge=3, le=26)] = 3
    """so many weeks must be known; with fewer it says so and decides nothing"""
    deviations: Annotated[float, Field(ge=1, le=100)] = 6.0
    """so many times the deviation"""
    floor: float = 0.0
    """a difference below it is nothing, however quiet the past was"""
    side: Literal["above", "below", "both"] = "both"

    def judge(self) -> Iterator[tuple[str, Problem]]:
        """Yield what is wrong with it, by field."""
        yield from super().judge()
        if self.least > self.weeks:
            yield "least", Problem(_("more weeks are asked for than looked at"), found=str(self.least))
        if self.reading not in HISTORIES:
            message = _("nothing is kept long enough of this reading")
            yield "reading", Problem(message, found=self.reading, wanted=", ".join(sorted(HISTORIES)))


HISTORIES = frozenset({"port.bits-in", "port.bits-out"} | {m for m in METRICS if m.startswith("sensor.")})
"""what the series store has weeks of"""
KINDS: dict[str, type[Rule]] = {
    "threshold": Threshold,
    "rate": Rate,
    "absence": Absence,
    "flap": Flap,
    "baseline": Baseline,
}


def _of_text(text: str) -> Iterator[Problem]:
    try:
        places = {name for _text, name, spec, _conversion in Formatter().parse(text) if name is not None}
    except ValueError:
        yield Problem(_("the braces of the sentence do not pair"), found=text)
        return
    if unknown := places - PLACES:
        message = _("the sentence has places that nothing fills")
        yield Problem(message, found=", ".join(sorted(unknown)), wanted=", ".join(sorted(PLACES)))

"""The Gantt chart as numbers for SVG: everything across is a percentage of the strip, so it fits any width. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from countynet.i18n import _, translate
from inventory.month import Month
from inventory.rollout import Gantt, Row, Span

MONTHS = (
    _("Jan"), _("Feb"), _("Mar"), _("Apr"), _("May"), _("Jun"),
    _("Jul"), _("Aug"), _("Sep"), _("Oct"), _("Nov"), _("Dec"),
)  # fmt: skip
LABELS = 13
"""more months than these are labelled every second, third ..."""


@dataclass(frozen=True)
class Bar:
    """A bar: where it begins and how wide it is, in percent of the strip."""

    x: float
    width: float

    @property
    def end(self) -> float:
        """Where it ends."""
        return round(self.x + self.width, 2)


@dataclass(frozen=True)
class Tick:
    """The first day of a month; without a label it is a line only."""

    x: float
    label: str


@dataclass(frozen=True)
class Strip:
    """One row's bars. `over` is the part of the actual bar after the planned end."""

    row: Row
    planned: Bar | None
    actual: Bar | None
    over: Bar | None


@dataclass(frozen=True)
class Picture:
    """The whole chart: its months, today, and its strips by batch (the first group is the county's)."""

    ticks: tuple[Tick, ...]
    today: float
    groups: tuple[tuple[Strip, ...], ...]

    @property
    def anchor(self) -> str:
        """On which side of its line the word today has room."""
        return "end" if self.today > 85 else "start" if self.today < 15 else "middle"


def picture(gantt: Gantt) -> Picture:
    """Return the chart of a model."""
    groups: dict[str, list[Strip]] = {}
    for row in gantt.rows:
        groups.setdefault(row.batch.id if row.batch else "", []).append(_strip(gantt, row))
    today = _percent(gantt, gantt.today) + 50 / max(1, (gantt.ends - gantt.begins).days + 1)
    return Picture(tuple(_ticks(gantt)), round(today, 2), tuple(tuple(strips) for strips in groups.values()))


def _strip(gantt: Gantt, row: Row) -> Strip:
    over = None
    if row.planned and row.actual and row.actual.ends > row.planned.ends:
        over = Span(max(row.actual.begins, row.planned.ends + timedelta(days=1)), row.actual.ends)
    return Strip(row, _bar(gantt, row.planned), _bar(gantt, row.actual), _bar(gantt, over))


def _bar(gantt: Gantt, span: Span | None) -> Bar | None:
    if span is None:
        return None
    x, end = _percent(gantt, span.begins), _percent(gantt, span.ends + timedelta(days=1))
    return Bar(round(x, 2), round(max(end - x, 0.4), 2))


def _percent(gantt: Gantt, day: date) -> float:
    return 100 * gantt.part(day)


def _ticks(gantt: Gantt) -> Iterator[Tick]:
    """Yield each month's first day; the first one labelled, and January, say the year."""
    months = []
    month = Month.of(gantt.begins)
    while month.first <= gantt.ends:
        if month.first >= gantt.begins:
            months.append(month)
        month = month.after
    every = -(-len(months) // LABELS) if months else 1
    for n, month in enumerate(months):
        label = _label(month, n == 0 or month.number <= every) if n % every == 0 else ""
        yield Tick(round(_percent(gantt, month.first), 2), label)


def _label(month: Month, with_year: bool) -> str:
    name = translate(MONTHS[month.number - 1])
    return translate(_("{month} {year}"), month=name, year=month.year) if with_year else name

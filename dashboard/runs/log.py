"""A run's log as people read it: folded by task or by host, counted, searched. Pure.

A run on 120 hosts with 40 tasks says 4,840 things. A fold has its counts always; what was said at length is shown
up to `WORDS` characters a page, and as many more of failures alone; the rest when a fold is opened by its own address.
Hosts that came out as intended and had nothing to say are one line of names.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from playbooks.runner.run import Line

WORDS = 120_000
"""characters of words that a page of folds shows of failures, and of all else"""
SHORT = 600
"""characters of one line's words on such a page"""
BAD = ("failed", "unreachable")
ORDER = (*BAD, "changed", "ok", "skipped")
"""outcomes, the worst first"""


@dataclass(frozen=True)
class Asked:
    """What somebody wants to see of a log."""

    words: str = ""
    """only lines in which these stand, whatever their case"""
    by: str = "task"
    """task or host"""
    only: str = ""
    """one outcome; `bad` is failed or unreachable"""
    fold: int | None = None
    """the number of the one fold that is shown whole"""

    def fits(self, line: Line) -> bool:
        """Whether a line is wanted."""
        if self.only and line.outcome not in (BAD if self.only == "bad" else (self.only,)):
            return False
        wanted = self.words.casefold()
        return not wanted or any(wanted in text.casefold() for text in (line.host, line.task, line.words))

    @property
    def chooses(self) -> bool:
        """Whether it leaves lines out."""
        return bool(self.words or self.only)


@dataclass(frozen=True)
class Row:
    """One line of a fold; `title` is its host where folds are tasks, its task where they are hosts."""

    title: str
    outcome: str
    words: str
    cut: bool = False
    """whether there is more than is shown"""


@dataclass(frozen=True)
class Fold:
    """Lines that belong together: one task, one host, or words of the run itself (no title)."""

    number: int
    title: str
    rows: tuple[Row, ...]
    quiet: Mapping[str, tuple[str, ...]]
    """by outcome: the titles of lines that had nothing more to say"""
    counts: tuple[tuple[str, int], ...]
    """outcomes, the worst first, and how many lines had it"""
    cut: bool = False
    """whether more was said than is shown"""

    @property
    def bad(self) -> bool:
        """Whether something failed in it."""
        return any(outcome in BAD for outcome, _count in self.counts)


@dataclass
class _Group:
    title: str
    lines: list[Line] = field(default_factory=list)


def folded(lines: Sequence[Line], asked: Asked) -> tuple[Fold, ...]:
    """Fold a run's lines as asked for; folds without a wanted line are left out, the others keep their numbers."""
    groups = _by_host(lines) if asked.by == "host" else _by_task(lines)
    left, found = {True: WORDS, False: WORDS}, list[Fold]()
    for number, group in enumerate(groups, 1):
        wanted = [line for line in group.lines if asked.fits(line)]
        if wanted and asked.fold in (None, number):
            found.append(_fold(number, group.title, wanted, asked, left))
    return tuple(found)


def _by_task(lines: Sequence[Line]) -> list[_Group]:
    """Group by task: one that is announced twice is two; words that belong to no task stand between them."""
    spoke = {line.task for line in lines if line.outcome}
    groups, latest = list[_Group](), dict[str, _Group]()
    for line in lines:
        if not line.outcome and (line.host or line.task not in spoke):
            _plain(groups).lines.append(line)
            continue
        if not line.outcome or line.task not in latest:
            latest[line.task] = _Group(line.task)
            groups.append(latest[line.task])
        if line.outcome:
            latest[line.task].lines.append(line)
    return groups


def _plain(groups: list[_Group]) -> _Group:
    if not groups or groups[-1].title:
        groups.append(_Group(""))
    return groups[-1]


def _by_host(lines: Sequence[Line]) -> list[_Group]:
    groups = dict[str, _Group]()
    spoke = {line.task for line in lines if line.outcome}
    for line in lines:
        if line.host or line.task not in spoke:
            groups.setdefault(line.host, _Group(line.host)).lines.append(line)
    return [groups[host] for host in sorted(groups)]


def _fold(number: int, title: str, lines: Sequence[Line], asked: Asked, left: dict[bool, int]) -> Fold:
    ordered = sorted(lines, key=lambda line: line.outcome not in BAD) if title else lines
    rows, quiet, cut = list[Row](), dict[str, list[str]](), False
    for line in ordered:
        bad = line.outcome in BAD
        shown = line.words if asked.fold else line.words[: min(SHORT, left[bad])]
        left[bad] -= 0 if asked.fold else len(shown)
        cut = cut or len(shown) < len(line.words)
        if line.outcome and not shown and not bad:
            quiet.setdefault(line.outcome, []).append(_name(line, title, asked))
        else:
            rows.append(Row(_name(line, title, asked), line.outcome, shown, len(shown) < len(line.words)))
    if asked.by == "host" and not asked.fold:
        quiet = {}  # the counts say it; names of tasks are long
    tally = Counter(line.outcome for line in lines if line.outcome)
    return Fold(number, title, tuple(rows), {o: tuple(names) for o, names in quiet.items()}, counted(tally), cut)


def _name(line: Line, title: str, asked: Asked) -> str:
    if not title and line.host:
        return f"{line.host}: {line.task}"
    return line.task if asked.by == "host" or not title else line.host


def counted(tally: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Return outcomes and how many had each, the worst first."""
    order = (*ORDER, *sorted(set(tally) - set(ORDER)))
    return tuple((outcome, tally[outcome]) for outcome in order if tally.get(outcome))

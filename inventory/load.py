"""Loads a county folder into a `County`, or says everything that is wrong with it.

Promise: a `County` returned here has passed the schema and every rule of `inventory.validate` that refuses; otherwise
`BadInput` carries all errors, each with file, line, field, what was found and what would be right. Rules run on the
items that could be read, and do not complain about what refers to an item that could not.

What refuses depends on the files alone; `examine` also returns what only reports or informs, which may depend on the
day. So a county that loads today loads tomorrow.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from countynet.errors import BadInput, Problem
from countynet.frozen import Frozen
from countynet.i18n import _
from countynet.vocabulary import Strength
from inventory import model
from inventory.schema import parse
from inventory.source import Place, Source, contents, read, read_texts, where, without_collecting
from inventory.source import forget as forget_trees
from inventory.validate import Finding, findings
from inventory.validate.finding import wrong

LISTS: dict[str, type[Frozen]] = {
    "buildings": model.Building,
    "units": model.Unit,
    "devices": model.Device,
    "cables": model.Cable,
    "circuits": model.Circuit,
    "zones": model.Zone,
    "hosts": model.Host,
    "services": model.Service,
    "policy": model.PolicyRule,
}
"""sections that a county must have"""
MORE: dict[str, type[Frozen]] = {
    "sites": model.Site,
    "racks": model.Rack,
    "device_types": model.DeviceType,
    "security_equipment": model.SecurityEquipment,
    "contracts": model.Contract,
    "backup_lines": model.BackupLine,
    "seals": model.Seal,
    "certificates": model.Certificate,
    "contacts": model.Contact,
    "applications": model.Application,
    "backup_jobs": model.BackupJob,
    "phases": model.Phase,
    "batches": model.Batch,
    "trainings": model.Training,
    "quarantine": model.Freed,
    "held_ports": model.HeldPort,
}
"""sections that it may have"""
SECTIONS = LISTS | MORE


@dataclass(frozen=True)
class Examination:
    """A county with all that its rules say; `county` is None when something refuses it."""

    county: model.County | None
    problems: tuple[Problem, ...]
    """by file and line"""

    def of(self, strength: Strength) -> tuple[Problem, ...]:
        """Return the problems of one strength."""
        return tuple(problem for problem in self.problems if problem.strength is strength)


def load_county(folder: Path) -> model.County:
    """Return the county that a folder describes. Raises BadInput with every error at once."""
    files, problems = contents(folder) if folder.is_dir() else ({}, [])
    return assemble(_source(folder)) if problems or not files else county_of(files)


def county_of(files: Mapping[str, bytes]) -> model.County:
    """Return the county that files say, content by name. Raises BadInput with every error at once.

    What refuses depends on the files alone and a county is frozen, so the last few are remembered: a change judges the
    same files as its preview, its commit and its next reader do.
    """
    return _remembered(tuple(sorted(files.items())))


@lru_cache(maxsize=4)
def _remembered(files: tuple[tuple[str, bytes], ...]) -> model.County:
    return assemble(read_texts(dict(files)))


def forget() -> None:
    """Let go of what is remembered of counties: who loads one seldom and lives for months needs none of it."""
    _remembered.cache_clear()
    forget_trees()


def examine(folder: Path, today: date) -> Examination:
    """Return the county that a folder describes with errors, warnings and advice. Raises BadInput without a folder."""
    return inspect(_source(folder), today)


def _source(folder: Path) -> Source:
    if not folder.is_dir():
        message = _("there is no county folder {folder}")
        raise BadInput([Problem(message, {"folder": str(folder)}, wanted=_("make one: countynet inventory init"))])
    return read(folder)


def assemble(source: Source) -> model.County:
    """Return the county that the read files say. Raises BadInput with every error at once."""
    examined = inspect(source, None)
    if examined.county is None:
        raise BadInput(examined.of(Strength.ERROR))
    return examined.county


def inspect(source: Source, today: date | None) -> Examination:
    """Return the county that the read files say with what its rules say; without a day, what refuses only."""
    with without_collecting():
        return _inspect(source, today)


def _inspect(source: Source, today: date | None) -> Examination:
    draft = _Draft(source)
    county = draft.county()
    problems = [*source.problems, *draft.problems]
    if county is not None and draft.whole:
        problems += [draft.located(finding) for finding in findings(county, today) if not draft.shadowed(finding)]
    refused = any(problem.strength is Strength.ERROR for problem in problems)
    problems.sort(key=lambda p: (p.file, p.line, p.column))
    return Examination(None if refused else county, tuple(problems))


class _Draft:
    """The items of a county that could be read, where each stood, and what was wrong with the others."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.broken: set[str] = set()
        """every text in an item that could not be read: what refers to it is not complained about"""
        self.kept: dict[str, list[int]] = {}
        self.whole = True
        """no section is missing; otherwise nearly every cross check would only say that again"""
        self.plan = self._plan()
        self.items = {section: self._list(section, kind) for section, kind in SECTIONS.items()}
        self._unknown_sections()

    def county(self) -> model.County | None:
        """Return the county of what could be read; None without a plan."""
        if self.plan is None:
            return None
        return model.County(plan=self.plan, **{name: tuple(items) for name, items in self.items.items()})

    def _note(self, *found: Finding) -> None:
        self.problems += [self._placed(finding.problem, finding.place) for finding in found]

    def _placed(self, problem: Problem, place: Place) -> Problem:
        spot = self.source.spot(place)
        return replace(problem, file=spot.file, line=spot.line, column=spot.column, where=where(place))

    def _plan(self) -> model.Plan | None:
        if "plan" not in self.source.sections:
            self._absent("plan")
            return None
        result = parse(model.Plan, self.source.sections["plan"], ("plan",))
        if isinstance(result, model.Plan):
            return result
        self._note(*result)
        return None

    def _absent(self, section: str) -> None:
        self.whole = False
        self._note(wrong((section,), _("the section {section} is missing"), section=section))

    def _list(self, section: str, kind: type[Frozen]) -> list[Frozen]:
        value = self.source.sections.get(section)
        if section not in self.source.sections:
            if section in LISTS:
                self._absent(section)
        elif not isinstance(value, list):
            self.whole = False
            self._note(wrong((section,), _("{field} must be a list"), field=section))
        return list(self._items(section, kind, value if isinstance(value, list) else []))

    def _items(self, section: str, kind: type[Frozen], values: list[object]) -> Iterator[Frozen]:
        self.kept[section] = []
        for index, value in enumerate(values):
            result = parse(kind, value, (section, index))
            if isinstance(result, Frozen):
                self.kept[section].append(index)
                yield result
            else:
                self.broken.update(_texts(value))
                self._note(*result)

    def _unknown_sections(self) -> None:
        for section in self.source.sections:
            if section != "plan" and section not in SECTIONS:
                choices = ", ".join(["plan", *SECTIONS])
                message = _("no section is named {section}; there are: {choices}")
                self._note(wrong((section,), message, section=section, choices=choices))

    def shadowed(self, finding: Finding) -> bool:
        """Whether a finding only follows from an item that could not be read."""
        return not self.broken.isdisjoint(finding.about)

    def located(self, finding: Finding) -> Problem:
        """Return a finding as a problem with file and line."""
        section, *rest = finding.place
        if rest and isinstance(rest[0], int):
            rest[0] = self.kept[str(section)][rest[0]]
        return self._placed(finding.problem, (section, *rest))


def _texts(value: object) -> Iterator[str]:
    """Yield every text inside a value."""
    if isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, str):
        yield value

"""The kinds of applications: those shipped (a folder each, here) and a county's own.

A county's own stand in `<county>/playbooks/applications/<kind>/`: `application.yml`, the lock of its wheels, and its
Ansible role in `role/`. A kind of the same name takes the place of one shipped. Every mistake of every description is
told at once, with its line; nothing is run to read them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import applications
from countynet.errors import BadInput, Problem
from countynet.i18n import _
from inventory.schema import parse
from inventory.source import Place, Source, read_texts, where
from playbooks.applications import containers
from playbooks.applications.model import Kind

OWN = "playbooks/applications"
FILE = "application.yml"
SHIPPED = Path(__file__).parent
ROLES = SHIPPED.parent / "ansible" / "roles"
PROGRAMS = Path(applications.__file__).parent


@dataclass(frozen=True)
class Found:
    """A kind with where it stands."""

    kind: Kind
    folder: Path

    @property
    def lock(self) -> Path | None:
        """The lock of its wheels."""
        return self.folder / self.kind.wheels if self.kind.wheels else None

    @property
    def role(self) -> str:
        """Its role as Ansible includes it: a name for those shipped, a path for a county's own."""
        own = self.folder / "role"
        return str(own) if own.is_dir() else self._shipped

    @property
    def tasks(self) -> Path:
        """The folder of its role's tasks."""
        return (self.folder / "role" if (self.folder / "role").is_dir() else ROLES / self._shipped) / "tasks"

    @property
    def _shipped(self) -> str:
        """The role of this house: what runs from an image needs none of its own."""
        return self.kind.role if self.kind.image is None or (ROLES / self.kind.role).is_dir() else containers.ROLE

    @property
    def programs(self) -> tuple[Path, ...]:
        """The folders with its own programs."""
        return tuple(PROGRAMS / name for name in self.kind.code)


def kinds(county: Path) -> dict[str, Found]:
    """Return every kind by name. Raises BadInput with everything that is wrong with any description."""
    found, problems = readable(county)
    if problems:
        raise BadInput(problems)
    return found


def readable(county: Path) -> tuple[dict[str, Found], tuple[Problem, ...]]:
    """Return the kinds whose descriptions are good, and all that is wrong with the others."""
    problems, found = list[Problem](), dict[str, Found]()
    for base in (SHIPPED, county / OWN):
        for file in sorted(base.glob(f"*/{FILE}")):
            one, wrong = _read(file, county)
            problems += wrong
            if one is not None and not wrong:
                found[one.kind.kind] = one
    return found, tuple(problems)


def _read(file: Path, county: Path) -> tuple[Found | None, list[Problem]]:
    shown = str(file.relative_to(county)) if file.is_relative_to(county) else f"{file.parent.name}/{FILE}"
    source = read_texts({shown: file.read_bytes()})
    result = parse(Kind, source.sections, ())
    if isinstance(result, tuple):
        found, wrong = None, [(finding.place, finding.problem) for finding in result]
    else:
        found = Found(result, file.parent)
        wrong = list(_judge(found))
    return found, source.problems or [_placed(source, shown, place, problem) for place, problem in wrong]


def _placed(source: Source, file: str, place: Place, problem: Problem) -> Problem:
    spot = source.spot(place)
    return replace(problem, file=file, line=spot.line or 1, column=spot.column or 1, where=where(place))


def _judge(found: Found) -> Iterator[tuple[Place, Problem]]:
    kind = found.kind
    if kind.kind != found.folder.name:
        yield ("kind",), Problem(_("the kind is named as its folder"), found=kind.kind, wanted=found.folder.name)
    if found.lock and not found.lock.is_file():
        yield ("wheels",), Problem(_("there is no such file beside the description"), found=kind.wheels)
    for index, name in enumerate(kind.code):
        if not (PROGRAMS / name).is_dir():
            yield ("code", index), Problem(_("there is no such folder of programs"), found=name, wanted=_programs())
    if not (found.tasks / "main.yml").is_file():
        yield (
            ("kind",),
            Problem(_("the kind has no Ansible role"), found=kind.kind, wanted=f"{kind.role}/tasks/main.yml"),
        )
    yield from containers.judge_kind(kind)
    for name in kind.ports:
        if name not in kind.services:
            yield ("ports", name), Problem(_("this service is not one that it offers"), found=name)


def _programs() -> str:
    return ", ".join(sorted(path.name for path in PROGRAMS.iterdir() if path.is_dir() and path.name.isidentifier()))

"""Loads the platform tables of `tables/*.yml`, checks them, and tells which of them concern a device.

Every mistake is told at once with its file and line; a table with a mistake is never half used. Which platform a
device is of, its sysObjectID alone decides (the longest prefix): descriptions are written by people.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from inventory.datafile import DataFile
from monitoring.capability.quantity import is_state
from monitoring.capability.table import Platform, Source

GENERIC = "generic"
FOLDER = Path(__file__).with_name("tables")


@dataclass(frozen=True)
class Library:
    """All platforms and the sources of each, in the order in which they are to be preferred."""

    platforms: tuple[Platform, ...]
    sources: Mapping[str, tuple[Source, ...]] = field(repr=False)

    def platform_of(self, object_id: str) -> str:
        """Return the platform of a sysObjectID, empty when no table knows it."""
        fitting = [found for found in self._prefixes if f"{object_id}.".startswith(f"{found[0]}.")]
        return max(fitting, key=lambda found: len(found[0]), default=("", ""))[1]

    def of(self, platform: str) -> tuple[Source, ...]:
        """Return the sources that a device of a platform may answer, its own first. An unknown one has the generic."""
        own = self.sources.get(platform, ()) if platform != GENERIC else ()
        return (*own, *self.sources.get(GENERIC, ()))

    def title(self, platform: str) -> str:
        """Return what a platform is called."""
        return next((p.title for p in self.platforms if p.name == platform), platform)

    @cached_property
    def _prefixes(self) -> tuple[tuple[str, str], ...]:
        return tuple((prefix, platform.name) for platform in self.platforms for prefix in platform.objects)


@cache
def library() -> Library:
    """Return the product's own tables. Raises BadInput when one of them is wrong."""
    return load({path.name: path.read_bytes() for path in sorted(FOLDER.glob("*.yml"))})


def load(files: Mapping[str, bytes]) -> Library:
    """Return the library of some files, by name. Raises BadInput with every problem."""
    platforms: list[Platform] = []
    sources: dict[str, tuple[Source, ...]] = {}
    problems: list[Problem] = []
    for name, content in files.items():
        file = DataFile(name, content, ("platforms", "readings"))
        said, read = file.placed("platforms", Platform), file.placed("readings", Source)
        _check(file, said, platforms)
        for index, source in read:
            _check_source(file, index, source)
        problems += file.problems
        platforms += [platform for _index, platform in said]
        sources |= {platform.name: tuple(source for _index, source in read) for _place, platform in said}
    if problems:
        raise BadInput(problems)
    return Library(tuple(platforms), sources)


def _check(file: DataFile, said: Iterable[tuple[int, Platform]], before: Iterable[Platform]) -> None:
    names = {platform.name for platform in before}
    objects = {prefix for platform in before for prefix in platform.objects}
    for index, platform in said:
        if platform.name in names:
            file.wrong(("platforms", index), _("the platform {name} is described twice"), name=platform.name)
        for prefix in platform.objects:
            if prefix in objects:
                file.wrong(("platforms", index, "objects"), _("{value} is given twice"), value=prefix)
            objects.add(prefix)
        names.add(platform.name)


def _check_source(file: DataFile, index: int, source: Source) -> None:
    place = ("readings", index, "quantity")
    if is_state(source.quantity) and not source.states:
        file.wrong(place, _("{quantity} is a state: say what its values mean"), quantity=source.quantity.value)
    if source.states and not is_state(source.quantity):
        file.wrong(place, _("{quantity} is a number and has no states"), quantity=source.quantity.value)
    if (source.ratio is None) != (source.second is None):
        file.wrong(("readings", index), _("ratio and second go together"))
    if source.index in ("own", "scalar") and not source.name and not source.label:
        file.wrong(("readings", index), _("a reading needs a name or a label"))
    if source.least is not None and source.most is not None and source.least > source.most:
        file.wrong(("readings", index, "least"), _("least is above most"), found=str(source.least))

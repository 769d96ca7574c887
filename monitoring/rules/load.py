"""Reads the rules: `defaults.yml` beside this file, then `<county>/monitoring/rules.yml` over them.

A county's rule with a default's name changes only the fields that it gives; `off: true` switches one off. Every mistake
of the file is told at once, with its line; nothing of a file with a mistake is used.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from countynet.errors import BadInput
from countynet.i18n import _
from inventory.datafile import DataFile
from inventory.model import County
from inventory.select import select_devices
from monitoring.rules.model import KINDS, Rule

COUNTY = Path("monitoring") / "rules.yml"
"""within the county folder"""
SECTION = "rules"
DEFAULT, OWN, CHANGED = "default", "county", "changed"
SOURCES = {
    DEFAULT: _("comes with this version"),
    OWN: _("the county's own"),
    CHANGED: _("comes with this version, changed by the county"),
}
Raw = Mapping[str, object]


@dataclass(frozen=True)
class Loaded:
    """A rule, where it comes from, and whom it is about."""

    rule: Rule
    source: str
    """a key of SOURCES"""
    devices: frozenset[str] | None = None
    """None: all"""


def load(county: County, folder: Path | None = None) -> tuple[Loaded, ...]:
    """Return the rules of a county, in the order of the files. Raises BadInput."""
    file = folder / COUNTY if folder else None
    return read(county, file.read_bytes() if file and file.exists() else b"")


def read(county: County, own: bytes) -> tuple[Loaded, ...]:
    """Return the default rules with a county's own file over them. Raises BadInput with all that is wrong with it."""
    shipped = _defaults()
    reader = _Reader(DataFile(COUNTY.as_posix(), own, (SECTION,)), county)
    changed = reader.rules(shipped)
    reader.file.refuse()
    first = _Reader(DataFile("defaults.yml", b"", (SECTION,)), county)
    found = {name: first.rule(number, raw, DEFAULT) for number, (name, raw) in enumerate(shipped.items())}
    first.file.refuse()
    found.update(changed)
    return tuple(loaded for loaded in found.values() if loaded is not None)


@cache
def _defaults() -> Mapping[str, Raw]:
    """Return the rules that come with this version, as they stand in the file, by name."""
    file = Path(__file__).with_name("defaults.yml")
    data = DataFile(file.name, file.read_bytes(), (SECTION,))
    data.refuse()
    return {str(raw["name"]): raw for raw in data.maps(SECTION)}


@dataclass
class _Reader:
    """Reads rules out of one file."""

    file: DataFile
    county: County

    def rules(self, shipped: Mapping[str, Raw]) -> dict[str, Loaded]:
        """Return the file's rules by name, over those that come with this version."""
        found: dict[str, Loaded] = {}
        names: set[str] = set()
        for number, raw in enumerate(self.file.maps(SECTION)):
            name = str(raw.get("name", ""))
            loaded = self.rule(number, {**shipped.get(name, {}), **raw}, CHANGED if name in shipped else OWN)
            if name in names:
                self.file.wrong((SECTION, number, "name"), _("this name stands twice"), found=name)
            names.add(name)
            if loaded is not None:
                found[name] = loaded
        return found

    def rule(self, number: int, raw: Raw, source: str) -> Loaded | None:
        """Return one rule; None when it is wrong, which is noted."""
        place = (SECTION, number)
        kind = KINDS.get(str(raw.get("kind", "")))
        if kind is None:
            message = _("there is no such kind of rule")
            self.file.wrong((*place, "kind"), message, found=str(raw.get("kind", "")), wanted=", ".join(KINDS))
            return None
        rule = self.file.take(kind, dict(raw), place)
        if rule is None:
            return None
        for field, problem in rule.judge():
            self.file.note((*place, field), problem)
        return self._chosen(Loaded(rule, source), (*place, "devices"))

    def _chosen(self, loaded: Loaded, place: tuple[str | int, ...]) -> Loaded:
        if not loaded.rule.devices:
            return loaded
        try:
            devices = select_devices(self.county, loaded.rule.devices)
        except BadInput as error:
            for problem in error.problems:
                self.file.note(place, problem)
            return loaded
        return replace(loaded, devices=frozenset(device.name for device in devices))

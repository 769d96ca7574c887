"""Which unit or place of the county a name means, and which it only looks like. Pure.

A unit is meant by its very name, its English name or its id, whatever the spaces and width. Everything else is a guess
and only proposed: with or without the county in front, 乡 for 镇, 政府 left out, 发改局 for 发展和改革局, one character
wrong. Names of two different townships, or that differ in a numeral, are never taken for each other.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from typing import Generic, TypeVar

from inventory.model import Building, County, Unit
from inventory.survey.text import name as name_of

T = TypeVar("T", Unit, Building)
_ALIKE = 0.8
_TOWN = re.compile(r"^(.{1,4}?)(?:乡|镇|街道)")
_NUMERALS = re.compile(r"[一二三四五六七八九十\d]+")
_SHORTER = (
    ("中国共产党", ""),
    ("中共", ""),
    ("人民政府", ""),
    ("政府", ""),
    ("委员会", "委"),
    ("办公室", "办"),
    ("管理局", "局"),
    ("联合会", "联"),
    ("乡", "镇"),
)


@dataclass(frozen=True)
class Names(Generic[T]):
    """The names of one kind of thing in the county."""

    things: tuple[T, ...]
    county: str
    """the county's own name, which many names begin with"""

    @cached_property
    def _exact(self) -> Mapping[str, T]:
        found: dict[str, T] = {}
        for thing in self.things:
            for name in (thing.name_en, thing.id, thing.name):
                found[key(name)] = thing
        return found

    @cached_property
    def _cores(self) -> tuple[tuple[str, T], ...]:
        return tuple((core(thing.name, self.county), thing) for thing in self.things)

    def named(self, name: str) -> T | None:
        """Return what has exactly this name."""
        return self._exact.get(key(name))

    def like(self, name: str) -> T | None:
        """Return what a name that nothing has most likely means; None when nothing is near enough."""
        wanted = core(name, self.county)
        if not wanted:
            return None
        scored = [(_likeness(wanted, other), thing) for other, thing in self._candidates(wanted)]
        best = max((score for score, _thing in scored), default=0.0)
        near = [thing for score, thing in scored if score == best]
        return near[0] if best >= _ALIKE and len(near) == 1 else None

    @cached_property
    def _by_sign(self) -> Mapping[str, tuple[int, ...]]:
        found: dict[str, list[int]] = {}
        for index, (name, _thing) in enumerate(self._cores):
            for sign in set(name):
                found.setdefault(sign, []).append(index)
        return {sign: tuple(places) for sign, places in found.items()}

    def _candidates(self, wanted: str) -> list[tuple[str, T]]:
        """Return the cores that share two thirds of a name's signs; no others can be alike."""
        hits = Counter(index for sign in wanted for index in self._by_sign.get(sign, ()))
        return [self._cores[index] for index, count in hits.items() if count >= 0.66 * len(wanted)]


def units(county: County) -> Names[Unit]:
    """Return the names of the county's units."""
    return Names(county.units, county.plan.name)


def buildings(county: County) -> Names[Building]:
    """Return the names of the county's places."""
    return Names(county.buildings, county.plan.name)


def key(name: str) -> str:
    """Return a name as exact comparison takes it: no spaces, any width, any case."""
    return "".join(name_of(name).split()).casefold()


def core(name: str, county: str) -> str:
    """Return what is left of a name without the county and the words that people leave out."""
    left = key(name)
    for prefix in (key(county), key(county).removesuffix("县")):
        left = left.replace(prefix, "", 1) if prefix else left
    foreign = re.match(r"..县(?=..)", left)
    if foreign and _ends(foreign[0], key(county)):
        left = left[3:]
    for long, short in _SHORTER:
        left = left.replace(long, short)
    return left.removeprefix("县")


def _ends(word: str, county: str) -> bool:
    """Whether a word is the county's name with one character wrong."""
    return len(word) == len(county) and sum(a != b for a, b in zip(word, county, strict=True)) == 1


def _likeness(wanted: str, other: str) -> float:
    """Return how much two cores look like one name, from 0 to 1."""
    if wanted == other:
        return 1.0
    towns = _town(wanted), _town(other)
    if towns[0] != towns[1] and all(towns):
        return 0.0
    if _NUMERALS.findall(wanted) != _NUMERALS.findall(other):
        return 0.0
    if _abbreviates(wanted, other):
        return 0.9
    if len(wanted) > 2 and len(wanted) == len(other) and wanted[:-1] == other[:-1]:
        return 0.85
    return SequenceMatcher(None, wanted, other, autojunk=False).ratio()


def _town(core_name: str) -> str:
    found = _TOWN.match(core_name)
    return found[1] if found else ""


def _abbreviates(short: str, long: str) -> bool:
    """Whether a name is another's abbreviation: its characters in their order, first and last the same."""
    if not 3 <= len(short) < len(long) or short[0] != long[0] or short[-1] != long[-1]:
        return False
    rest = iter(long)
    return all(sign in rest for sign in short)


def nearest(text: str, known: Iterable[str], enough: float = 0.85) -> str:
    """Return the number that another is one slip away from, or ""."""
    scored = [(SequenceMatcher(None, text, other, autojunk=False).ratio(), other) for other in known]
    best = max(scored, default=(0.0, ""))
    return best[1] if best[0] >= enough and best[1] != text else ""

"""A list of vulnerabilities: where it is from, of which day, and what each is in. Pure.

The file is YAML, a map of two lists (docs/audit.md): `about` has one item, `dated` and `source`; `vulnerabilities` has
one item a vulnerability and product. A version is in it when it is one of `versions`, or lies from `from` (included;
all before, if left out) to before `fixed` or to `through` (included). `models` are patterns of the device's model;
without, every model. `packages` says in which package revision a distribution mended it without a new version.
"""

from datetime import date
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Annotated

from pydantic import Field

from audit.vulnerabilities import versions
from countynet.errors import BadInput, Problem
from countynet.frozen import Frozen
from countynet.i18n import _
from countynet.vocabulary import Severity
from inventory.datafile import DataFile

SECTIONS = ("about", "vulnerabilities")
Word = Annotated[str, Field(min_length=1, max_length=60)]


class Product(StrEnum):
    """Whose versions are compared."""

    HUAWEI_VRP = "huawei_vrp"
    H3C_COMWARE = "h3c_comware"
    RUIJIE = "ruijie"
    CISCO_IOS = "cisco_ios"
    FRR = "frr"
    OPENSSH = "openssh"


class About(Frozen):
    """Where a list is from."""

    dated: date
    """on this day it was complete as far as its source goes"""
    source: Annotated[str, Field(min_length=1, max_length=300)]


class Vulnerability(Frozen):
    """One vulnerability in one product."""

    cve: Annotated[str, Field(pattern=r"^(CVE|CNVD|CNNVD)-\d{4}-\d{4,7}$|^CNNVD-\d{6}-\d{3,5}$")]
    product: Product
    severity: Severity
    title: Annotated[str, Field(min_length=1, max_length=200)]
    title_zh: Annotated[str, Field(min_length=1, max_length=200)]
    source: Annotated[str, Field(min_length=1, max_length=300)]
    models: tuple[Word, ...] = ()
    versions: tuple[Word, ...] = ()
    begins: Annotated[Word | None, Field(alias="from")] = None
    fixed: Word | None = None
    through: Word | None = None
    packages: dict[str, Word] = Field(default_factory=dict)
    """by distribution, as its SSH banner names it: the first revision that is mended"""

    def of_model(self, model: str) -> bool:
        """Tell whether a device's model is among those it is in."""
        return not self.models or any(fnmatchcase(model.lower(), pattern.lower()) for pattern in self.models)

    def holds(self, version: str) -> bool:
        """Tell whether it is in a version."""
        if self.versions:
            return any(versions.key(version) == versions.key(one) for one in self.versions)
        if self.begins is not None and not versions.at_least(version, self.begins):
            return False
        if self.fixed is not None:
            return versions.below(version, self.fixed)
        return self.through is not None and versions.at_least(self.through, version)


class Listed(Frozen):
    """A whole list."""

    about: About
    vulnerabilities: tuple[Vulnerability, ...]


def read(name: str, content: bytes) -> Listed:
    """Return a list. Raises BadInput with everything that is wrong, each with its file and line."""
    file = DataFile(name, content, SECTIONS)
    about, before = file.items("about", About), len(file.problems)
    if not about and not before:
        file.wrong(("about",), _("a list says where it is from and of which day, once"), wanted="dated, source")
    if len(about) > 1:
        file.wrong(("about",), _("a list says where it is from and of which day, once"), found=str(len(about)))
    seen = set[tuple[str, str, tuple[str, ...]]]()
    found = file.placed("vulnerabilities", Vulnerability)
    for index, one in found:
        for problem in _wrong(one, seen):
            file.note(("vulnerabilities", index), problem)
        seen.add((one.cve, one.product, one.models))
    if not found and not file.problems:
        raise BadInput([Problem(_("the list names no vulnerability"), file=name)])
    file.refuse()
    return Listed(about=about[0], vulnerabilities=tuple(one for _index, one in found))


def _wrong(one: Vulnerability, seen: set[tuple[str, str, tuple[str, ...]]]) -> list[Problem]:
    found = list[Problem]()
    ways = sum(bool(way) for way in (one.versions, one.fixed, one.through))
    if ways != 1 or (one.versions and one.begins):
        message = _("the versions are given by exactly one of: versions, fixed, through")
        found.append(
            Problem(message, found=one.cve, wanted="versions: [..] | from: .. fixed: .. | from: .. through: ..")
        )
    for version in (*one.versions, one.begins, one.fixed, one.through):
        if version is not None and not any(letter.isdigit() for letter in version):
            found.append(Problem(_("this is no version"), found=version, wanted="9.8p1, V200R005C00SPC500"))
    end = one.fixed or one.through
    if one.begins and end and not versions.at_least(end, one.begins):
        found.append(Problem(_("the range of versions ends before it begins"), found=f"{one.begins} - {end}"))
    if (one.cve, one.product, one.models) in seen:
        found.append(Problem(_("{cve} of {product} is there twice"), {"cve": one.cve, "product": one.product}))
    return found

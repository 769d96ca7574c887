"""Reads a section of weights: each part once, together 100; what is wrong is noted in the file. Pure."""

from typing import TypeVar

from pydantic import Field

from countynet.frozen import Frozen
from countynet.i18n import _
from inventory.datafile import DataFile


class PartWeight(Frozen):
    """How much a part of a score counts; a kind of weights narrows the names."""

    part: str
    weight: int = Field(ge=0, le=100)


W = TypeVar("W", bound=PartWeight)


def weights(file: DataFile, section: str, kind: type[W]) -> tuple[W, ...]:
    """Return a section's weights; the sum is judged only when every one of them could be read."""
    before = len(file.problems)
    found = file.items(section, kind)
    readable = len(file.problems) == before
    twice(file, section, [weight.part for weight in found])
    total = sum(weight.weight for weight in found)
    if found and readable and total != 100:
        file.wrong((section,), _("the weights add up to 100"), found=str(total))
    return found


def twice(file: DataFile, section: str, names: list[str]) -> None:
    """Note every name that stands in a section a second time."""
    for index, name in enumerate(names):
        if name in names[:index]:
            file.wrong((section, index), _("{name} is given twice"), name=name)

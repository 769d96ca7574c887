"""A freeze period as `<county>/playbooks/freezes.yml` says it: from, to, why, and where.

The file lies in the county's git repository beside its playbooks, so that who froze what is known and reviewed as any
other change of it. Times are the county's clock; a day alone is its beginning, or as an end its end. Refuses a period
that ends before it begins or is longer than a year (a forgotten one would hold everything for ever), an id that is
there twice, and all that no reader of the inventory would take, every mistake at once with its line. Pure, but for
`load`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import Field as Given

from countynet.errors import BadInput
from countynet.frozen import Frozen
from countynet.i18n import _, language, translate
from countynet.moments import moment, shown
from inventory.datafile import DataFile
from inventory.model.base import Name
from inventory.selection_words import in_words

OWN = Path("playbooks") / "freezes.yml"
LONGEST = timedelta(days=366)


class Written(Frozen):
    """A period as it stands in the file."""

    id: Name
    begins: str
    ends: str
    reason: str = Given(min_length=1)
    reason_en: str = ""
    on: str = ""
    """a selection (docs/selection.md); empty: the whole county"""


@dataclass(frozen=True)
class Freeze:
    """A period, its end not part of it."""

    id: str
    begins: datetime
    ends: datetime
    reason: str
    reason_en: str = ""
    on: str = ""

    @property
    def why(self) -> str:
        """The reason in the reader's language, where it was given in both."""
        return self.reason_en or self.reason if language() == "en" else self.reason

    @property
    def when(self) -> str:
        """From and to on the county's clock."""
        return f"{shown(self.begins)} - {shown(self.ends)}"

    @property
    def where(self) -> str:
        """What it holds for, in words of the reader's language."""
        return in_words(self.on) if self.on else translate(_("the whole county"))

    def at(self, now: datetime) -> bool:
        """Whether it holds at a time."""
        return self.begins <= now < self.ends


def load(county: Path) -> tuple[Freeze, ...]:
    """Return the periods of a county folder, the first to begin first. Raises BadInput with all that is wrong."""
    file = county / OWN
    return read(OWN.as_posix(), file.read_bytes()) if file.is_file() else ()


def read(name: str, content: bytes) -> tuple[Freeze, ...]:
    """Return what a file says. Raises BadInput with every problem."""
    file, found = DataFile(name, content, ("freezes",)), dict[str, Freeze]()
    for index, each in file.placed("freezes", Written):
        if each.id in found:
            file.wrong(("freezes", index, "id"), _("{name} is there twice"), found=each.id, name=each.id)
        times = [_time(file, index, name, getattr(each, name)) for name in ("begins", "ends")]
        begins, ends = times
        if begins is None or ends is None:
            continue
        if ends <= begins:
            file.wrong(("freezes", index, "ends"), _("the period ends before it begins"), found=each.ends)
        elif ends - begins > LONGEST:
            file.wrong(("freezes", index, "ends"), _("a period is at most a year long"), found=each.ends)
        found[each.id] = Freeze(each.id, begins, ends, each.reason, each.reason_en, each.on)
    file.refuse()
    return tuple(sorted(found.values(), key=lambda freeze: (freeze.begins, freeze.id)))


def _time(file: DataFile, index: int, name: str, text: str) -> datetime | None:
    try:
        found = moment(text, name, end_of_day=name == "ends")
    except BadInput as error:
        for problem in error.problems:
            file.note(("freezes", index, name), problem)
        return None
    return found + timedelta(seconds=name == "ends" and len(text.strip()) <= 10)  # the last second of a day is in it

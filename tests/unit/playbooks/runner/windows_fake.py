"""An announcer that remembers what was announced."""

from countynet.errors import Conflict
from countynet.settings import Settings
from countynet.works import Announced, Work


class Announcer:
    """Stands for who keeps work windows."""

    def __init__(self) -> None:
        self.open = dict[str, Work]()
        self.seen = list[str]()
        self.broken = False

    def announce(self, settings: Settings, engine: object, work: Work, instead: str) -> Announced:
        if self.broken:
            raise Conflict("nobody watches")
        self.seen.append(f"{work.subject} instead of {instead}" if self.open.pop(instead, None) else work.subject)
        self.open[work.subject] = work
        return Announced(len(self.seen), ("u001",), work.end)

    def over(self, settings: Settings, engine: object, subject: str, login: str) -> bool:
        if self.broken:
            raise Conflict("nobody watches")
        return self.open.pop(subject, None) is not None

    def covered(self, engine: object) -> frozenset[str]:
        return frozenset(name for work in self.open.values() for name in work.names)

    def standing(self, engine: object, kind: str) -> frozenset[str]:
        return frozenset(subject for subject in self.open if subject.startswith(kind))

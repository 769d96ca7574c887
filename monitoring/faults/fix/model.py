"""Which remedy fits a fault, as data: what comes with this version, a county's own before it. Pure, but for `load`."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydantic import Field

from countynet.frozen import Frozen
from countynet.i18n import CHINESE, _, language
from countynet.vocabulary import Access, FaultDomain
from inventory.datafile import DataFile
from inventory.model import County

OURS = Path(__file__).with_name("remedies.yml")
COUNTY = Path("monitoring") / "remedies.yml"
"""within the county folder"""


class About(StrEnum):
    """What a remedy is done to."""

    ROUTER = "router"
    FAR = "far"
    LINE = "line"
    EVIDENCE = "evidence"
    SERVERS = "servers"


class Words(Frozen):
    """What a remedy is, in two languages."""

    en: str = Field(min_length=1)
    zh_CN: str = Field(min_length=1)

    def text(self) -> str:
        """Return it in the language of the context."""
        return self.zh_CN if language() == CHINESE else self.en


class Remedy(Frozen):
    """Something that can be done, and when it fits. A condition that is empty always holds."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")
    says: Words
    action: str = Field(min_length=1)
    about: About
    rules: tuple[str, ...] = ()
    domains: tuple[FaultDomain, ...] = ()
    access: tuple[Access, ...] = ()
    commands: tuple[str, ...] = ()

    def fits(self, case: "Case") -> bool:
        """Whether every condition holds."""
        return (
            (not self.rules or case.rule in self.rules)
            and (not self.domains or case.domain in self.domains)
            and (not self.access or case.access in self.access)
            and (not self.commands or any(case.command.startswith(begin) for begin in self.commands))
        )


@dataclass(frozen=True)
class Case:
    """What is known of a fault that a remedy is looked for."""

    unit: str
    rule: str = ""
    domain: FaultDomain | None = None
    access: Access | None = None
    command: str = ""
    """of the likeliest entry of the knowledge base"""
    named: tuple[str, ...] = ()
    """devices that the verdict's evidence and the alarm name"""


def load(county: Path) -> tuple[Remedy, ...]:
    """Return a county's remedies, then ours. Raises BadInput with every problem."""
    own = county / COUNTY
    ours = read(OURS.name, OURS.read_bytes())
    return (*(read(str(COUNTY), own.read_bytes()) if own.is_file() else ()), *ours)


def read(name: str, content: bytes) -> tuple[Remedy, ...]:
    """Return a file's remedies. Raises BadInput with every problem."""
    file = DataFile(name, content, ("remedies",))
    found = file.items("remedies", Remedy)
    if not file.problems:
        for index, remedy in enumerate(found):
            if remedy.name in [one.name for one in found[:index]]:
                file.wrong(("remedies", index, "name"), _("{name} is given twice"), name=remedy.name)
            if not (remedy.rules or remedy.domains or remedy.commands):
                file.wrong(("remedies", index), _("say when it fits: rules, domains or commands"))
    file.refuse()
    return found


def fitting(remedies: tuple[Remedy, ...], case: Case) -> Remedy | None:
    """Return the first remedy that fits."""
    return next((remedy for remedy in remedies if remedy.fits(case)), None)


def subjects(county: County, about: About, case: Case) -> tuple[str, ...]:
    """Return the devices or hosts that a remedy is about, each once; none when the inventory has none."""
    if about is About.SERVERS:
        return tuple(host.name for host in county.hosts if host.runs)
    return tuple(dict.fromkeys(_devices(county, about, case)))


def _devices(county: County, about: About, case: Case) -> Iterator[str]:
    router = county.cpe_by_unit.get(case.unit)
    if about is About.EVIDENCE:
        yield from (name for name in case.named if name in county.device_by_name)
        return
    if router is None:
        return
    if about in (About.ROUTER, About.LINE):
        yield router.name
    if about in (About.FAR, About.LINE):
        for cable in county.cables:
            for near, far in ((cable.a, cable.b), (cable.b, cable.a)):
                if near.node == router.name and far.node in county.device_by_name:
                    yield far.node

"""Seals, certificates, contacts, applications and backup jobs. Requirements N1, S4, O7, A10. Pure."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from countynet.frozen import Frozen
from countynet.vocabulary import ZoneName
from inventory.model.base import (
    DNS_PATTERN,
    FILING_PATTERN,
    GRADES_PATTERN,
    HOUR_PATTERN,
    IMAGE_PATTERN,
    SERIAL_PATTERN,
    Name,
    Person,
    Telephone,
    Text,
)


class Seal(Frozen):
    """An electronic seal of a unit (电子印章)."""

    id: Name
    unit: Name
    name: Text
    number: Text
    """as registered with the public security bureau"""
    issued_on: date | None = None
    expires_on: date | None = None
    keeper: str = ""


class Certificate(Frozen):
    """A digital certificate of a unit or person."""

    id: Name
    unit: Name
    holder: Text
    """the person, or the unit's own name"""
    serial: Annotated[str, Field(pattern=SERIAL_PATTERN)]
    """hexadecimal"""
    issued_on: date
    expires_on: date
    medium: Literal["usb-key", "file"] = "usb-key"


class Contact(Frozen):
    """Somebody to call who is no unit's leader or officer: a supplier, the city's center, a power company."""

    id: Name
    name: Text
    organisation: Text
    telephone: Telephone
    duty: str = ""
    duty_en: str = ""


class Allowed(Frozen):
    """Whom the county's sign-on lets through to an application; without any list: everybody with an account."""

    units: tuple[Name, ...] = ()
    """people of these units"""
    roles: tuple[Name, ...] = ()
    """people with these roles at the sign-on"""
    logins: tuple[Text, ...] = ()
    """these people, whatever their unit and role"""
    strong: bool = False
    """whether a sign-in by certificate is wanted"""


class Deployment(Frozen):
    """How an application is put on its hosts by us (docs/applications.md); without it somebody else did."""

    kind: Name
    """what it is: a shipped kind (certificates, meeting ...) or one of the county's own"""
    dns: Annotated[str, Field(pattern=DNS_PATTERN)]
    """the name that people open it by"""
    reach: Annotated[tuple[Text, ...], Field(min_length=1)]
    """who may use it: selectors as in the policy, and app:<id> for another application's hosts"""
    backup_at: Annotated[str, Field(pattern=HOUR_PATTERN)] = "02:00"
    """when its backup job is due, on the county's clock; how often and where to, the backup job says"""
    settings: dict[str, JsonValue] = Field(default_factory=dict)
    """what its kind may be told; values are texts, lists and maps of texts"""
    image: Annotated[str, Field(pattern=IMAGE_PATTERN)] | None = None
    """the container image that it runs, where its kind is run from one: name[:tag]@sha256:<digest of its manifest>"""
    people: Allowed | None = None
    """puts it behind the county's sign-on, where its kind can stand there; None: the kind's own way"""

    @property
    def unit_names(self) -> dict[str, str]:
        """DNS names that units have of their own (`names` of the settings), by the unit's id; as they were written."""
        found = self.settings.get("names")
        return {unit: str(name) for unit, name in found.items()} if isinstance(found, dict) else {}


class Application(Frozen):
    """A system that runs in a zone for units."""

    id: Name
    name: Text
    name_en: Text
    owner: Name
    """the unit it belongs to"""
    hosts: tuple[Name, ...]
    zone: ZoneName
    services: tuple[Name, ...] = ()
    level: Annotated[int, Field(ge=1, le=4)] = 2
    """of classified protection (GB/T 22240)"""
    grades: Annotated[str, Field(pattern=GRADES_PATTERN)] = ""
    """as decided (定级): of information, of service and of both, e.g. S2A3G3; empty: nobody decided yet"""
    filing: Annotated[str, Field(pattern=FILING_PATTERN)] = ""
    """number of the filing at the public security bureau (备案编号), e.g. 34182199001-00001"""
    filed_on: date | None = None
    assessed_on: date | None = None
    """when it was assessed last (等级测评)"""
    assess_by: date | None = None
    """the day by which it has to be assessed next"""
    devices: tuple[Name, ...] = ()
    """network devices that it stands on, beside those that its hosts are plugged into"""
    data: tuple[Text, ...] = ()
    """what it keeps, in words"""
    responsible: Person | None = None
    deployment: Deployment | None = None


class BackupJob(Frozen):
    """What is backed up, how often, and when it was last proven by restoring."""

    id: Name
    subject: Text
    """an application, a host, or `configurations`"""
    every_hours: Annotated[int, Field(ge=1)]
    keep_days: Annotated[int, Field(ge=1)]
    target: Text
    restored_on: date | None = None

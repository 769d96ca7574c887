"""What the API takes and gives. Every time is RFC 3339 in UTC; a text that people wrote is as they wrote it.

A description is a message id: the document and the human page show it in the reader's language.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from countynet.i18n import _
from countynet.vocabulary import FaultState, LedgerState, Role, Severity
from dashboard.api.declare import Shape
from monitoring.faults.clocks import ClockKind, PauseReason
from monitoring.faults.service import LONGEST
from monitoring.knowledge.model import Audience

UnitId = Annotated[str, Field(min_length=1, max_length=32, description=_("a unit's id, e.g. u001"))]
Limit = Annotated[int, Field(ge=1, le=200, description=_("at most so many"))]
Cursor = Annotated[str, Field(max_length=400, description=_("where the page before ended: its `next`"))]
Words = Annotated[str, Field(max_length=LONGEST["note"], description=_("a note for the history"))]


class Order(StrEnum):
    """In which order faults are listed."""

    NEWEST = "newest"
    CHANGED = "changed"


class FaultsQuery(Shape):
    """Which faults."""

    state: tuple[FaultState, ...] = Field(default=(), description=_("only in these states; may be given several times"))
    unit: tuple[UnitId, ...] = Field(default=(), description=_("only of these units; may be given several times"))
    open: bool | None = Field(default=None, description=_("true: only what is not closed; false: only what is"))
    changed_since: AwareDatetime | None = Field(default=None, description=_("only what changed at this time or later"))
    order: Order = Field(
        default=Order.NEWEST, description=_("newest: the newest first; changed: what changed longest ago first")
    )
    limit: Limit = 50
    cursor: Cursor = ""


class Report(Shape):
    """What a report says."""

    unit: UnitId
    title: str = Field(min_length=1, max_length=LONGEST["title"], description=_("what is wrong, in a line"))
    description: str = Field(default="", max_length=LONGEST["description"], description=_("more about it"))
    contact: str = Field(default="", max_length=LONGEST["contact"], description=_("whom to call back"))


class Note(Shape):
    """A step that needs no more than a note."""

    note: Words = ""


class Pausing(Shape):
    """Why the clocks stand."""

    reason: PauseReason
    note: str = Field(min_length=1, max_length=LONGEST["note"], description=_("the reason in words, to be checked"))
    who: str = Field(default="", max_length=LONGEST["who"], description=_("for whom or what one waits"))
    until: AwareDatetime | None = Field(default=None, description=_("from then on the clocks run again by themselves"))


class Repair(Shape):
    """What it was and what was done."""

    cause: str = Field(min_length=1, max_length=LONGEST["cause"], description=_("what it was"))
    work: str = Field(default="", max_length=LONGEST["work"], description=_("what was done"))
    part: str = Field(default="", max_length=LONGEST["part"], description=_("which part was used"))
    done: AwareDatetime | None = Field(default=None, description=_("since when it works"))


class Rating(Shape):
    """How well the repair went."""

    rating: int = Field(ge=1, le=5, description=_("1 (bad) to 5 (good)"))
    note: Words = ""


class Comment(Shape):
    """A word on a fault."""

    text: str = Field(min_length=1, max_length=2000, description=_("what is to be said"))


class FaultBrief(Shape):
    """A fault without its history."""

    id: int
    unit: str
    state: FaultState
    assignee: Role = Field(description=_("who has to act next"))
    title: str
    description: str
    contact: str = Field(description=_("whom to call back; an auditor sees its middle covered"))
    reporter: str = Field(description=_("login or token; `monitoring` while only an alarm speaks"))
    alarm: int | None = Field(description=_("the number of the alarm that explains it"))
    cause: str
    work: str
    rating: int | None
    opened: datetime
    changed: datetime
    closed: datetime | None


class Happening(Shape):
    """One event of a fault."""

    id: int
    at: datetime
    actor: str
    tag: str = Field(description=_("an event tag, e.g. fault.dispatched"))
    data: dict[str, Any] = Field(description=_("what the event says beyond that"))


class FaultWhole(FaultBrief):
    """A fault with its history, oldest first."""

    history: tuple[Happening, ...]


class FaultPage(Shape):
    """A page of faults."""

    items: tuple[FaultBrief, ...]
    next: str | None = Field(description=_("the cursor of the next page; null: this was the last"))


class FaultClock(Shape):
    """One clock of a fault."""

    clock: ClockKind
    target_minutes: int
    working: bool = Field(description=_("whether it counts working minutes only"))
    used_minutes: int
    due: datetime | None
    paused: bool
    ended: datetime | None
    missed: bool


class FaultClocks(Shape):
    """The clocks of a fault as they stand now."""

    items: tuple[FaultClock, ...]


class AttachmentQuery(Shape):
    """Whose photograph it is."""

    unit: UnitId | None = Field(
        default=None, description=_("the unit whose report it belongs to, when several units reported the fault")
    )


class Attachment(Shape):
    """What is known of a photograph."""

    id: int = Field(description=_("its number; /faults/{fault}/attachments/{attachment} is the picture, a JPEG"))
    kind: Literal["photo"]
    unit: str
    at: datetime
    width: int
    height: int
    sha256: str


class Attachments(Shape):
    """The photographs of a fault that the token may see."""

    items: tuple[Attachment, ...]


class KnowledgeQuery(Shape):
    """What is asked."""

    q: str = Field(min_length=1, max_length=500, description=_("words of the trouble, Chinese or English"))
    limit: int = Field(default=20, ge=1, le=50, description=_("at most so many"))


class KnowledgeEntry(Shape):
    """An entry of the knowledge base."""

    id: int
    version: int
    symptom: str
    cause: str
    remedy: str
    command: str
    audience: Audience
    changed: datetime
    used: int = Field(description=_("faults that it was tried on"))
    helped: int = Field(description=_("faults that it helped with"))


class KnowledgeFound(Shape):
    """The entries about a question, best first."""

    items: tuple[KnowledgeEntry, ...]


class MonthQuery(Shape):
    """Which month."""

    month: str | None = Field(
        default=None,
        pattern=r"^2\d{3}-(0[1-9]|1[0-2])$",
        description=_("a month of the county's clock, e.g. 2026-11; without it the present one"),
    )


class Outage(Shape):
    """A time in which a line was not up, or was planned not to be."""

    start: datetime
    end: datetime
    state: LedgerState
    cause: str = Field(description=_("what shadowed it, or the work window's number"))
    seconds: float


class UnitOutages(Shape):
    """A unit's month in the ledger; of the present month, what has passed."""

    unit: str
    month: str
    start: datetime
    end: datetime
    availability: float | None = Field(description=_("percent of the counted time; null when nothing counts"))
    line_availability: float | None = Field(description=_("the same without what was cut off upstream"))
    outages: int
    seconds: dict[LedgerState, float] = Field(description=_("seconds in each state; planned and unknown never count"))
    items: tuple[Outage, ...]


class AlarmsQuery(Shape):
    """Which alarms."""

    open: bool = Field(default=True, description=_("true: what is wrong now; false: what is over"))
    severity: tuple[Severity, ...] = Field(default=(), description=_("only these severities"))
    unit: tuple[UnitId, ...] = Field(default=(), description=_("only of these units; may be given several times"))
    limit: Limit = 50
    cursor: Cursor = ""


class Alarm(Shape):
    """An alarm: the machine's opinion that something is wrong."""

    id: int
    severity: Severity
    subject: str = Field(description=_("the line, the device or the station"))
    device: str
    circuit: str | None
    unit: str | None
    text: str = Field(description=_("in the language of the request (Accept-Language)"))
    opened: datetime
    closed: datetime | None


class AlarmPage(Shape):
    """A page of alarms, newest first."""

    items: tuple[Alarm, ...]
    next: str | None = Field(description=_("the cursor of the next page; null: this was the last"))


class ProblemItem(Shape):
    """One thing that is wrong."""

    detail: str
    pointer: str | None = Field(default=None, description=_("a JSON pointer into the body (RFC 6901)"))
    parameter: str | None = Field(default=None, description=_("the name of a parameter of the address"))
    header: str | None = Field(default=None, description=_("the name of a header"))
    found: str | None = None
    wanted: str | None = None


class ProblemDetails(Shape):
    """Why a request was not done (RFC 9457), with everything that is wrong with it."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: tuple[ProblemItem, ...] = ()

"""Records: registered, corrected, moved on, looked at. Each change is a version, its document evidence, and an event.

Who may do what stands in the kind (`audit.records.kinds`) and is asked here, for pages and commands alike: the center
writes, an operator registers what it may and changes its own, an auditor reads, nobody approves their own.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from audit import evidence
from audit.records import documents, store
from audit.records.kinds import SORTS
from audit.records.kinds.regulation import Regulation
from audit.records.known import unknown
from audit.records.model import MOST_PHOTOGRAPHS, Field, Kind, Paper, Shape, Sort, Step
from audit.records.said import read
from audit.records.store import RecordVersion
from audit.tags import RecordTag
from countynet import clock, events
from countynet.canonical import JSON, canonical
from countynet.db import reading, transaction
from countynet.errors import BadInput, Conflict, NotAllowed, Problem
from countynet.i18n import _
from countynet.people import Actor
from countynet.pictures import Picture
from countynet.settings import Settings
from countynet.vocabulary import Role
from inventory.schema import parse

Typed = Mapping[str, str | Sequence[str]]
REASON = Field("reason", _("Why it is corrected"), needed=True)
NOTE = Field("note", _("Words"), Shape.WORDS)
NOTE_NEEDED = Field("note", _("Words"), Shape.WORDS, needed=True)


@dataclass(frozen=True)
class Held:
    """One version of a record; the newest unless it stands in a history."""

    kind: Kind
    number: int
    version: int
    author: str
    begun: datetime
    step: str
    by: str
    at: datetime
    note: str
    sha256: str
    record: Any
    """the model of its kind"""

    @property
    def sort(self) -> Sort:
        """Its kind."""
        return SORTS[self.kind]


@dataclass(frozen=True)
class Records:
    """The records of a county."""

    settings: Settings
    engine: Engine

    def listed(self, kind: Kind, actor: Actor) -> tuple[Held, ...]:
        """Return the newest version of each record that somebody may see, the newest record first."""
        sort = SORTS[kind]
        if actor.role not in sort.readers | sort.writers:
            raise NotAllowed(_("{actor} may not see these records"), actor=actor.name)
        with reading(self.engine) as session:
            rows = store.latest(session, kind)
        return tuple(held(row) for row in rows if _sees(sort, row.author, actor))

    def history(self, kind: Kind, number: int, actor: Actor) -> tuple[Held, ...]:
        """Return every version of a record, the oldest first. Raises BadInput when there is none, NotAllowed."""
        with reading(self.engine) as session:
            return self._history(session, kind, number, actor)

    def get(self, kind: Kind, number: int, actor: Actor) -> Held:
        """Return a record as it is now. Raises as `history`."""
        return self.history(kind, number, actor)[-1]

    def possible(self, one: Held, actor: Actor) -> tuple[Step, ...]:
        """Return the steps that somebody may take now."""
        return tuple(step for step in one.sort.steps if step.open(one.record) and not refusal(one, step, actor))

    def may_correct(self, one: Held, actor: Actor) -> bool:
        """Whether somebody may correct a record: the center, and whoever registered it while it is open."""
        if actor.role not in one.sort.writers:
            return False
        return actor.role is Role.CENTER or (one.author == actor.name and one.sort.open(one.record, clock.now()))

    def add(self, kind: Kind, typed: Typed, actor: Actor, pictures: Sequence[Picture] = (), sent: bytes = b"") -> int:
        """Register a record; return its number. `sent`: a regulation's PDF. Raises NotAllowed, BadInput with all."""
        sort = SORTS[kind]
        if actor.role not in sort.writers:
            raise NotAllowed(_("{actor} may not write these records"), actor=actor.name)
        paper, files = self._read(sort, None, typed, pictures, sent)
        with transaction(self.engine) as session:
            number = store.free(session, kind)
            row = RecordVersion(kind=kind.value, number=number, version=1, author=actor.name, step="added", note="")
            self._put(session, row, paper, actor, files, None)
        return number

    def correct(
        self, kind: Kind, number: int, version: int, typed: Typed, actor: Actor, pictures: Sequence[Picture] = (),
        sent: bytes = b"",
    ) -> None:  # fmt: skip
        """Write a record's fields anew, with `reason`; `version` is the one that was looked at.

        Raises NotAllowed, BadInput with all problems, Conflict when somebody else was faster.
        """
        before = self.get(kind, number, actor)
        if not self.may_correct(before, actor):
            raise NotAllowed(_("{actor} may not correct this record"), actor=actor.name)
        why, problems = "", list[Problem]()
        try:
            why = read([REASON], typed)["reason"]
        except BadInput as error:
            problems += error.problems
        paper, files = self._read(before.sort, before, typed, pictures, sent, problems)
        self._next(before, version, "corrected", why, paper, actor, files)

    def step(
        self, kind: Kind, number: int, name: str, typed: Typed, actor: Actor, pictures: Sequence[Picture] = ()
    ) -> None:
        """Take a step. Raises NotAllowed, BadInput with all problems, Conflict when the record is not in the state."""
        before = self.get(kind, number, actor)
        step = before.sort.step(name)
        if step is None:
            wanted = ", ".join(one.name for one in before.sort.steps)
            raise BadInput([Problem(_("there is no step {name!r}"), {"name": name}, wanted=wanted)])
        if why := refusal(before, step, actor):
            raise NotAllowed(why, actor=actor.name)
        if not step.open(before.record):
            raise Conflict(_("the record is not in a state for this step"))
        said = read((*step.fields, NOTE_NEEDED if step.note else NOTE), typed)
        paper, files = self._with(step.take(before.record, said, actor, clock.now()), pictures)
        self._next(before, before.version, name, said["note"], paper, actor, files)

    def histories(self, kind: Kind, actor: Actor) -> tuple[tuple[Held, ...], ...]:
        """Return every version of each record that somebody may see, the newest record first. Raises as `listed`."""
        newest = self.listed(kind, actor)
        with reading(self.engine) as session:
            return tuple(self._history(session, kind, one.number, actor) for one in newest)

    def photograph(self, kind: Kind, number: int, name: str, actor: Actor) -> bytes:
        """Return a photograph (JPEG) of a record by its hash. Raises as `history`, Conflict when it was altered."""
        if name not in self.get(kind, number, actor).record.photographs:
            raise BadInput([Problem(_("the record has no such photograph"))])
        return evidence.load(self.settings, name)

    def _history(self, session: Session, kind: Kind, number: int, actor: Actor) -> tuple[Held, ...]:
        rows, sort = store.versions(session, kind, number), SORTS[kind]
        if not rows:
            raise BadInput([Problem(_("there is no such record"), found=f"{kind}:{number}")])
        if not _sees(sort, rows[0].author, actor):
            raise NotAllowed(_("{actor} may not see these records"), actor=actor.name)
        return tuple(map(held, rows))

    def _read(
        self, sort: Sort, before: Held | None, typed: Typed, pictures: Sequence[Picture], sent: bytes,
        problems: Sequence[Problem] = (),
    ) -> tuple[Paper, dict[str, bytes]]:  # fmt: skip
        """Return a record as typed, over what it was before, and the files that come with it. Raises BadInput."""
        found, files, now = list(problems), dict[str, bytes](), clock.now()
        values: dict[str, Any] = {} if before is None else before.record.model_dump()
        try:
            values |= read(sort.fields, typed)
        except BadInput as error:
            found += error.problems
        if sort.kind is Kind.REGULATION:
            try:
                values |= self._text(values, str(typed.get("text", "")), sent, files, now)
            except BadInput as error:
                found += error.problems
        if found:
            raise BadInput(found)
        paper = made(sort, values)
        wrong = list(sort.judge(paper, now))
        if isinstance(paper, Regulation):
            wrong += unknown(self.settings.county, self.engine, paper)
        if wrong:
            raise BadInput(wrong)
        paper, more = self._with(paper, pictures)
        return paper, files | more

    def _text(self, held: Mapping[str, Any], typed: str, sent: bytes, files: dict[str, bytes], now: datetime) -> Typed:
        """Return what a regulation's text makes of it; nothing when none was given: it stays as it is."""
        form, content = documents.text(typed, sent)
        if not form:
            return {}
        name = evidence.name_of(content)
        if name == held.get("document"):
            return {}
        files["document"] = content
        return {"document": name, "form": form, "published": now}  # type: ignore[dict-item]

    def _with(self, paper: Paper, pictures: Sequence[Picture]) -> tuple[Paper, dict[str, bytes]]:
        """Return a record with photographs put to it, and their files. Raises BadInput for too many."""
        files = {evidence.name_of(one.content): one.content for one in pictures}
        held = tuple(dict.fromkeys((*paper.photographs, *files)))
        if len(held) > MOST_PHOTOGRAPHS:
            raise BadInput([Problem(_("at most {most} photographs"), {"most": MOST_PHOTOGRAPHS}, found=str(len(held)))])
        new = {f"photograph-{n}": files[name] for n, name in enumerate(held, 1) if name in files}
        return paper.model_copy(update={"photographs": held}), new

    def _next(
        self, before: Held, version: int, step: str, note: str, paper: Paper, actor: Actor, files: dict[str, bytes]
    ) -> None:
        with transaction(self.engine) as session:
            newest = store.versions(session, before.kind, before.number)[-1]
            if newest.version != version or newest.version != before.version:
                raise Conflict(_("{login} changed this record meanwhile: look again"), login=newest.by)
            row = RecordVersion(
                kind=before.kind.value, number=before.number, version=version + 1, author=before.author, step=step,
                note=note, begun=before.begun,
            )  # fmt: skip
            self._put(session, row, paper, actor, files, newest)

    def _put(
        self, session: Session, row: RecordVersion, paper: Paper, actor: Actor, files: Mapping[str, bytes],
        previous: RecordVersion | None,
    ) -> None:  # fmt: skip
        row.by, row.at, row.body = actor.name, clock.now(), canonical(paper.model_dump(mode="json"))
        row.begun = row.begun or row.at
        content = documents.version(row, previous.sha256 if previous else "")
        kept = {name: evidence.save(self.settings, each) for name, each in {"record": content, **files}.items()}
        row.sha256 = kept["record"]
        session.add(row)
        tag = RecordTag.ADDED if previous is None else RecordTag.CHANGED
        data: dict[str, JSON] = {"version": row.version, "step": row.step, "evidence": kept}
        events.record(session, tag, actor.name, f"{row.kind}:{row.number}", data)


def held(row: RecordVersion) -> Held:
    """Return a row as a value."""
    kind = Kind(row.kind)
    record = SORTS[kind].model.model_validate(json.loads(row.body))
    return Held(kind, row.number, row.version, row.author, row.begun, row.step, row.by, row.at, row.note, row.sha256,
                record)  # fmt: skip


def made(sort: Sort, values: Mapping[str, Any]) -> Paper:
    """Return a record of values. Raises BadInput with everything that its model refuses, by field."""
    found = parse(sort.model, values, ())
    if isinstance(found, tuple):
        raise BadInput([replace(one.problem, where=str(one.place[0])) for one in found])
    return found


def refusal(one: Held, step: Step, actor: Actor) -> str:
    """Return why somebody may not take a step (a message id with {actor}); empty when they may."""
    if actor.role not in step.who:
        return _("{actor} may not take this step")
    if actor.role is not Role.CENTER and one.author != actor.name:
        return _("{actor} may change only what {actor} registered")
    if step.never_own and one.author == actor.name:
        return _("{actor} registered it: somebody else has to approve")
    return ""


def _sees(sort: Sort, author: str, actor: Actor) -> bool:
    return actor.role in sort.readers or (actor.role in sort.writers and author == actor.name)

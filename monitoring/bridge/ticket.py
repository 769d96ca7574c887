"""Trouble tickets as TM Forum's TMF621 has them, versions 4.0.0 and 5.0.1: ours written, theirs read. Pure.

What another system says is read with care: only what is needed, cut to a length, of any shape. Nothing of a person goes
out: no telephone number, no contact; numbers within texts have their middle covered.

Source: github.com/tmforum-apis/TMF621_TroubleTicket (schemas TroubleTicket, TroubleTicket_Create/_FVO,
TroubleTicket_Update/_MVO, Note, RelatedParty, RelatedEntity, ExternalIdentifier).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from countynet.clock import CHINA
from monitoring.bridge.model import Platform, UnitRow
from monitoring.faults.reports.service import covered

NOTE = re.compile(r" \[([A-Za-z0-9._-]+)#(\d+)\]$")
"""the mark at the end of a note of ours: our name there and the event's number"""
TEXT, MOST = 1500, 500
"""characters of a text, and notes of a ticket, that are read"""
PICTURES = 20
"""photographs of a ticket that are named"""


@dataclass(frozen=True)
class Said:
    """A note on a ticket."""

    id: str
    text: str
    author: str = ""


@dataclass(frozen=True)
class Ticket:
    """A ticket of theirs, as much of it as we heed."""

    id: str
    status: str = ""
    reason: str = ""
    name: str = ""
    description: str = ""
    severity: str = ""
    external: tuple[str, ...] = ()
    updated: datetime | None = None
    notes: tuple[Said, ...] = ()
    names: tuple[str, ...] = ()
    """ids of the services and parties that it names"""
    raw_notes: tuple[Mapping[str, Any], ...] = field(default=(), compare=False, repr=False)
    """its notes as they stand: a change of notes sends them all"""
    raw_attachments: tuple[Mapping[str, Any], ...] = field(default=(), compare=False, repr=False)
    """its attachments, likewise"""


@dataclass(frozen=True)
class Ours:
    """A fault as it shall stand there."""

    fault: int
    unit: UnitRow
    unit_name: str
    name: str
    description: str
    severity: str
    status: str
    notes: tuple[Said, ...] = ()
    """by the event's number"""
    photographs: tuple[int, ...] = ()


def external(platform: Platform, fault: int) -> str:
    """Return the external identifier of a fault."""
    return f"{platform.system}:fault:{fault}"


def fault_of(platform: Platform, ticket: Ticket) -> int | None:
    """Return the fault that a ticket is of by its external identifier; None when it is none of ours."""
    head = f"{platform.system}:fault:"
    for name in ticket.external:
        number = name.removeprefix(head)
        if name.startswith(head) and number.isascii() and number.isdigit() and len(number) < 16:
            return int(number)
    return None


def creation(platform: Platform, ours: Ours, author: str) -> dict[str, Any]:
    """Return the body of a POST of /troubleTicket."""
    name = external(platform, ours.fault)
    found: dict[str, Any] = {
        "@type": "TroubleTicket",
        "name": covered(ours.name)[:TEXT],
        "description": covered(ours.description or ours.name)[:TEXT],
        "severity": ours.severity,
        "ticketType": platform.ticket_type,
        "status": ours.status,
        "note": [note(platform, one, author) for one in ours.notes],
        "relatedParty": list(_parties(platform, ours)),
        "relatedEntity": [_entity(platform, service, ours) for service in ours.unit.services],
    }
    if named := _attachments(platform, ours):
        found["attachment"] = named
    if platform.version == "v4":
        return found | {"externalId": name}
    mark = {"@type": "ExternalIdentifier", "owner": platform.system, "externalIdentifierType": "fault", "id": name}
    return found | {"externalIdentifier": [mark]}


def change(platform: Platform, ticket: Ticket, ours: Ours, author: str, status: str | None) -> dict[str, Any]:
    """Return the body of a merge patch (RFC 7386) that brings a ticket up to date; empty when it is.

    `status`: to be set, None to leave it. A patch replaces the notes as a whole, so theirs go along as they were read.
    """
    found: dict[str, Any] = {}
    if status is not None and status != ticket.status:
        found["status"] = status
    known = {number for one in ticket.notes if (number := own(platform, one.text)) is not None}
    new = [one for one in ours.notes if int(one.id) not in known]
    if new:
        found["note"] = [*ticket.raw_notes, *(note(platform, one, author) for one in new)]
    there = {_text(one.get(key), 400) for one in ticket.raw_attachments for key in ("url", "name")}
    if unnamed := [one for one in _attachments(platform, ours) if not there & {one["url"], one["name"]}]:
        found["attachment"] = [*ticket.raw_attachments, *unnamed]
    return {"@type": "TroubleTicket", **found} if found else {}


def _attachments(platform: Platform, ours: Ours) -> list[dict[str, Any]]:
    """Return our photographs by reference: what is on them stays here until somebody with a right to it asks."""
    if not platform.here:
        return []
    base = f"{platform.here.rstrip('/')}/api/v1/faults/{ours.fault}/attachments"
    return [
        {"@type": "Attachment", "attachmentType": "picture", "mimeType": "image/jpeg", "url": f"{base}/{number}",
         "name": f"{platform.system}-photograph-{number}.jpg"}
        for number in ours.photographs[:PICTURES]
    ]  # fmt: skip


def note(platform: Platform, said: Said, author: str) -> dict[str, Any]:
    """Return a note of ours; its mark says which event it is, because a server may give it another id."""
    text = f"{covered(said.text)[:TEXT]} [{platform.system}#{said.id}]"
    return {"@type": "Note", "id": f"{platform.system}-{said.id}", "author": author, "text": text}


def own(platform: Platform, text: str) -> int | None:
    """Return the number of the event that a note of ours is of; None for a note of theirs."""
    found = NOTE.search(text)
    return int(found[2]) if found and found[1] == platform.system and len(found[2]) < 16 else None


def _parties(platform: Platform, ours: Ours) -> Iterator[dict[str, Any]]:
    for party, name, role in (
        (ours.unit.party, ours.unit_name, "customer"),
        (platform.organisation, "", "originator"),
    ):
        if not party:
            continue
        named = {"id": party, "@referredType": "Organization", **({"name": name} if name else {})}
        if platform.version == "v4":
            yield {**named, "role": role}
        else:
            inner = {"@type": "PartyRef", **named}
            yield {"@type": "RelatedPartyRefOrPartyRoleRef", "role": role, "partyOrPartyRole": inner}


def _entity(platform: Platform, service: str, ours: Ours) -> dict[str, Any]:
    named = {"id": service, "name": ours.unit_name, "@referredType": "Service"}
    if platform.version == "v4":
        return {**named, "role": "affected"}
    return {"@type": "RelatedEntity", "role": "affected", "entity": {"@type": "EntityRef", **named}}


def read(raw: object) -> Ticket | None:
    """Return a ticket of theirs, None for what is none: no object, or one without an id."""
    if not isinstance(raw, Mapping) or not _text(raw.get("id"), 100):
        return None
    notes = [one for one in _list(raw.get("note")) if isinstance(one, Mapping)][:MOST]
    return Ticket(
        id=_text(raw.get("id"), 100),
        status=_text(raw.get("status"), 40),
        reason=_text(raw.get("statusChangeReason"), TEXT),
        name=_text(raw.get("name"), TEXT),
        description=_text(raw.get("description"), TEXT),
        severity=_text(raw.get("severity"), 40),
        external=tuple(_externals(raw)),
        updated=moment(raw.get("lastUpdate")) or moment(raw.get("creationDate")),
        notes=tuple(_said(one, index) for index, one in enumerate(notes)),
        names=tuple(_names(raw)),
        raw_notes=tuple(notes),
        raw_attachments=tuple(one for one in _list(raw.get("attachment")) if isinstance(one, Mapping)),
    )


def moment(value: object) -> datetime | None:
    """Return a time of theirs in UTC; None for what is none. Without a zone it is taken as China's: were it UTC, what
    is asked for from then on would only be more than is needed."""
    try:
        found = datetime.fromisoformat(_text(value, 40))
        return (found if found.tzinfo else found.replace(tzinfo=CHINA)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _said(raw: Mapping[str, Any], index: int) -> Said:
    text = _text(raw.get("text"), TEXT + 100)
    return Said(_text(raw.get("id"), 100) or f"{index}:{text[:60]}", text, _text(raw.get("author"), 60))


def _externals(raw: Mapping[str, Any]) -> Iterator[str]:
    yield _text(raw.get("externalId"), 200)
    for one in _list(raw.get("externalIdentifier")):
        if isinstance(one, Mapping):
            yield _text(one.get("id"), 200)


def _names(raw: Mapping[str, Any]) -> Iterator[str]:
    for group, inner in (("relatedEntity", "entity"), ("relatedParty", "partyOrPartyRole")):
        for one in _list(raw.get(group)):
            if isinstance(one, Mapping):
                within = one.get(inner)
                named = within if isinstance(within, Mapping) else one
                if name := _text(named.get("id"), 100):
                    yield name


def _list(value: object) -> Sequence[object]:
    return value[:MOST] if isinstance(value, list) else ()


def _text(value: object, most: int) -> str:
    """Return a value as text of a length; what is neither text nor a number is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).replace("\0", "").strip()[:most]

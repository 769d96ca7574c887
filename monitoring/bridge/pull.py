"""Pulls their tickets: one of a unit of ours becomes a report, one that is known is heard.

What changed is asked for from where the last look ended, by their clock, with an overlap: answers may come late and out
of order. A platform that filters and sorts is read on from page to page by time, so that a list that changes meanwhile
hides nothing; one that does neither is read to its end before the place is moved. A report and the link to its ticket
are one transaction, so a ticket is reported once, whoever is killed and however often it is sent.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from countynet.db import reading, together, transaction
from countynet.errors import CountyError
from countynet.events import JSON, record
from countynet.i18n import _, translate, translate_error
from countynet.people import Actor
from countynet.vocabulary import Role
from monitoring.bridge import store
from monitoring.bridge.client import PAGE, PAGES, AwayError, RefusedError
from monitoring.bridge.hear import hear
from monitoring.bridge.merge import Seen
from monitoring.bridge.model import OVER
from monitoring.bridge.ours import actor_name
from monitoring.bridge.push import Done, Ground, adopt
from monitoring.bridge.ticket import Ticket, fault_of
from monitoring.faults import store as faults
from monitoring.faults.service import Faults
from monitoring.tags import BridgeTag

OVERLAP = timedelta(minutes=10)


def pull(ground: Ground, done: Done) -> None:
    """Take in what changed there. Raises AwayError, RefusedError."""
    with reading(ground.engine) as session:
        where = session.get(store.BridgePlace, ground.client.platform.name)
        mark = where.updated if where is not None else None
    try:
        _walk(ground, mark, done, asking=True)
    except RefusedError as error:
        if error.status != 400:
            raise
        _walk(ground, mark, done, asking=False)  # it knows neither filter nor order


def _walk(ground: Ground, mark: datetime | None, done: Done, asking: bool) -> None:
    since, newest, offset = (mark - OVERLAP if mark is not None else None), mark, 0
    for _page in range(PAGES):
        page = ground.client.page(_asked(since, offset) if asking else _plain(offset))
        for ticket in page:
            _take(ground, ticket, done)
        newest = max((at for at in (newest, *(t.updated for t in page)) if at is not None), default=None)
        if len(page) < PAGE:
            _move(ground, newest)
            return
        if offset == 0 and newest != since and _in_order(page, since):
            since = page[-1].updated
            _move(ground, since)
        else:
            offset += PAGE
    if offset:
        raise AwayError(f"more than {PAGES * PAGE} tickets, neither filtered nor sorted by lastUpdate")


def _asked(since: datetime | None, offset: int) -> dict[str, str]:
    asked = {"sort": "lastUpdate", **_plain(offset)}
    if since is not None:
        asked["lastUpdate.gte"] = since.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return asked


def _plain(offset: int) -> dict[str, str]:
    return {"limit": str(PAGE), "offset": str(offset)}


def _in_order(page: Sequence[Ticket], since: datetime | None) -> bool:
    """Whether a page is filtered and sorted as it was asked for."""
    times = [ticket.updated for ticket in page]
    if any(at is None for at in times):
        return False
    known = [at for at in times if at is not None]
    after = since is None or not known or known[0] >= since - timedelta(milliseconds=1)
    return after and known == sorted(known)


def _move(ground: Ground, mark: datetime | None) -> None:
    with transaction(ground.engine) as session:
        where = session.get(store.BridgePlace, ground.client.platform.name)
        if where is not None and mark is not None:
            where.updated = mark


def _take(ground: Ground, ticket: Ticket, done: Done) -> None:
    done.looked += 1
    platform = ground.client.platform
    with reading(ground.engine) as session:
        link = store.link(session, platform.name, ticket.id)
        if link is not None and link.fault is not None and link.updated is not None and ticket.updated == link.updated:
            return
        number = fault_of(platform, ticket)
        mine = number if number is not None and faults.get(session, number) is not None else None
    if link is not None and link.fault is not None:
        done.heard += hear(ground.engine, ground.bridge, platform, ticket)
    elif mine is not None:
        adopt(ground, mine, ticket)
    elif link is not None or ticket.status not in OVER:
        done.reported += _report(ground, ticket)


def _report(ground: Ground, ticket: Ticket) -> bool:
    """File a ticket as its unit's report; return whether it was. One of no unit of ours is kept with why it is not."""
    platform, engine = ground.client.platform, ground.engine
    unit = ground.bridge.unit(ticket.names, ground.county.unit_by_id)
    with together(engine) as session:
        link = store.link(session, platform.name, ticket.id)
        if link is None:
            link = store.BridgeLink(platform=platform.name, ticket=ticket.id, origin=store.THEIRS, notes=[])
            session.add(link)
        link.updated = ticket.updated
        if unit is None:
            link.said = translate(_("it names no unit of ours, or several: {names}"), names=", ".join(ticket.names))[
                :300
            ]
            return False
        try:
            link.fault, link.said = _filed(ground, ticket, unit), ""
        except CountyError as error:  # nothing in a ticket should make one; if it does, the status says which
            link.said = translate_error(error)[:300]
            return False
        link.seen = Seen("", ticket.status, frozenset(note.id for note in ticket.notes), ticket.updated)
        link.pushed = store.head(session)
        data: dict[str, JSON] = {"fault": link.fault, "ticket": ticket.id, "origin": store.THEIRS}
        record(session, BridgeTag.LINKED, actor_name(platform), f"bridge:{platform.name}", data)
        return True


def _filed(ground: Ground, ticket: Ticket, unit: str) -> int:
    """Return the fault that a ticket's report became or joined; its notes stand behind its description."""
    actor = Actor(actor_name(ground.client.platform), Role.CENTER)
    title = (ticket.name or ticket.description.partition("\n")[0] or ticket.id)[:200]
    notes = [f"{note.author}: {note.text}" if note.author else note.text for note in ticket.notes]
    text = "\n".join(filter(None, (ticket.description, *notes)))[:4000]
    return Faults(ground.engine, ground.wave).report(unit, title, text, "", actor)

"""Who sits in a meeting: rows of the database as the rules see them, and what each seat's page is told.

A seat is one device under one cookie. It waits until it is admitted, then is `admitted`; it is `in` while Janus has its
feed. `removed` seats never come back, and whoever enters with the code of a venue that was removed waits; who left may
enter again with the venue's code. Whoever has no code waits as well, and sits without a venue. A seat that waits is
told nothing but that.
"""

import json
import secrets
import sqlite3
import time
from collections.abc import Iterable
from dataclasses import asdict

from applications.meeting import rules
from applications.meeting.rules import Layout, Role, Seat
from applications.meeting.store import Store

AWAY_SECONDS = 20.0
"""who has not asked for so long is not shown as waiting any more"""
NOBODYS = ""
"""the venue of a seat whose people were not invited"""
FEEDS = 1 << 53
"""feeds are numbers that JavaScript holds exactly"""


def meeting(store: Store, number: str) -> sqlite3.Row | None:
    """Return a meeting's row."""
    return store.row("select * from meeting where number = ?", number)


def of_cookie(store: Store, cookie: str) -> sqlite3.Row | None:
    """Return the seat that a cookie belongs to, unless it was removed or its meeting is over."""
    return store.row(
        "select seat.* from seat join meeting on meeting.number = seat.meeting where seat.cookie = ?"
        " and seat.state in ('waiting', 'admitted', 'in') and meeting.state != 'ended'",
        cookie,
    )


def take(store: Store, row: sqlite3.Row, venue: str, label: str, role: Role, *, waits: bool, address: str) -> str:
    """Make a seat in a meeting; return its cookie."""
    cookie = secrets.token_urlsafe(32)
    state = "waiting" if waits else "admitted"
    store.run(
        "insert into seat (id, cookie, meeting, venue, label, role, state, feed, seen, address, muted)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(secrets.token_hex(6), cookie, row["number"], venue, label, role, state),
        *(
            secrets.randbelow(FEEDS - 1) + 1,
            time.time(),
            address,
            int(role is not Role.CHAIR and not row["discussing"]),
        ),
    )
    return cookie


def was_removed(store: Store, number: str, venue: str) -> bool:
    """Tell whether the chair has sent a venue away, or refused it at the door."""
    row = store.row("select 1 from seat where meeting = ? and venue = ? and state = 'removed'", number, venue)
    return row is not None


def reported(store: Store, seat: sqlite3.Row, numbers: dict[str, float]) -> None:
    """Write down how a seat's line does, and what of its rate it is found to carry."""
    share = rules.carried(_share(seat), numbers.get("common", 0.0))
    store.run("update seat set report = ? where id = ?", json.dumps(numbers | {"share": share}), seat["id"])


def _share(row: sqlite3.Row) -> float:
    found: dict[str, float] = json.loads(row["report"]) if row["report"] else {}
    return found.get("share", 1.0)


def present(store: Store, number: str) -> list[sqlite3.Row]:
    """Return the seats of a meeting that Janus has."""
    return store.rows(f"{WITH_VENUE} where seat.meeting = ? and seat.state = 'in' order by seat.id", number)


def waiting(store: Store, number: str) -> list[sqlite3.Row]:
    """Return the seats that wait and still ask."""
    since = time.time() - AWAY_SECONDS
    return store.rows(
        "select * from seat where meeting = ? and state = 'waiting' and seen > ? order by rowid", number, since
    )


WITH_VENUE = (
    "select seat.*, coalesce(venue.up_kbps, 512) as up_kbps, coalesce(venue.down_kbps, 2048) as down_kbps,"
    " meeting.hall as meeting_hall from seat join meeting on meeting.number = seat.meeting"
    " left join venue on venue.id = seat.venue"
)


def ruled(row: sqlite3.Row) -> Seat:
    """Return a row of WITH_VENUE as the rules see it."""
    return Seat(
        id=row["id"],
        venue=row["venue"],
        role=Role(row["role"]),
        hall=row["venue"] == row["meeting_hall"],
        muted=bool(row["muted"]),
        up_kbps=row["up_kbps"],
        down_kbps=int(row["down_kbps"] * _share(row)),
    )


def told(store: Store, row: sqlite3.Row, mine: sqlite3.Row) -> dict[str, object]:
    """Return what the page of one seat is told of its meeting: JSON values. Who waits is told of nobody."""
    if mine["state"] == "waiting":
        return {"state": "waiting"}
    here = present(store, row["number"])
    seen = [ruled(seat) for seat in here]
    me = next((seat for seat in seen if seat.id == mine["id"]), None)
    layout = Layout(row["layout"])
    large = rules.stage(seen, row["floor"], layout)
    answer: dict[str, object] = {
        "state": mine["state"],
        "meeting": row["state"],
        "title": row["title"],
        "role": mine["role"],
        "me": mine["id"],
        "layout": layout,
        "floor": row["floor"],
        "discussing": bool(row["discussing"]),
        "recording": bool(row["recording"]),
        "stage": large,
        "seats": [_shown(seat, ruled(seat), row, to_chair=mine["role"] == Role.CHAIR) for seat in here],
        "send": asdict(rules.sending(me, large, layout)) if me else None,
        "watch": rules.watching(me, seen, row["floor"], layout) if me else [],
    }
    if mine["role"] == Role.CHAIR:
        answer["waiting"] = [
            {"id": seat["id"], "label": seat["label"], "guest": seat["venue"] == NOBODYS}
            for seat in waiting(store, row["number"])
        ]
        answer["absent"] = _absent(store, row["number"], here)
    return answer


def _shown(row: sqlite3.Row, seat: Seat, meeting: sqlite3.Row, *, to_chair: bool) -> dict[str, object]:
    """Return a seat as pages show it; how its line does is the chair's business alone."""
    report = {"report": json.loads(row["report"])} if to_chair and row["report"] else {}
    return report | {
        "id": row["id"],
        "feed": row["feed"],
        "label": row["label"],
        "hall": seat.hall,
        "role": row["role"],
        "silent": rules.silent(seat, meeting["floor"]),
        "dark": bool(row["dark"]),
        "hand": row["hand"],
    }


def _absent(store: Store, number: str, here: Iterable[sqlite3.Row]) -> list[dict[str, object]]:
    found = {seat["venue"] for seat in here}
    invited = store.rows(
        "select venue.id, venue.name, venue.name_en, venue.telephone, invitation.code from invitation"
        " join venue on venue.id = invitation.venue where meeting = ? order by venue.rowid",
        number,
    )
    return [dict(venue) for venue in invited if venue["id"] not in found]

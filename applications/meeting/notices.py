"""Tells invited venues, by the county's message gateway (application kind `messages`) when there is one.

A notice is written down with what it tells of, then sent by the keeper; a gateway that is silent or takes nothing now
is asked again with growing pauses for a day, which the meeting's page shows all that time. What it refuses for good,
such as a number that is no mobile telephone's, a venue without a telephone, and a county without a gateway are shown
as not told, so that somebody calls.
"""

import json
import logging
import sqlite3
import ssl
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime

from applications.meeting.settings import Settings
from applications.meeting.store import Store

TRIES = 30
PAUSE_SECONDS, LONGEST_PAUSE = 15.0, 3600.0
"""the first pause is twice that, each further one twice the last: thirty tries are a day"""
FOR_GOOD = frozenset({400, 409})
"""answers of the gateway that asking again does not change"""
ANSWER_SECONDS = 5.0

log = logging.getLogger(__name__)


def write(db: sqlite3.Connection, meeting: str, venue: str, telephone: str, words: str) -> None:
    """Put one notice into the queue, in the caller's transaction."""
    state = "waiting" if telephone else "no-telephone"
    db.execute(
        "insert into notice (meeting, venue, telephone, words, state) values (?, ?, ?, ?, ?)",
        (meeting, venue, telephone, words, state),
    )


def send_due(store: Store, settings: Settings) -> int:
    """Send what is due; return how many were taken by the gateway."""
    taken = 0
    for row in store.rows("select * from notice where state = 'waiting' and due <= ? limit 20", time.time()):
        if not settings.messages_url:
            store.run("update notice set state = 'no-gateway' where id = ?", row["id"])
            continue
        try:
            _post(settings, row)
        except (urllib.error.URLError, OSError, ValueError) as error:
            refused = isinstance(error, urllib.error.HTTPError) and error.code in FOR_GOOD
            _later(store, row, str(error), for_good=refused)
        else:
            taken += 1
            store.run("update notice set state = 'sent', at = ? where id = ?", _now(), row["id"])
    return taken


def _post(settings: Settings, row: sqlite3.Row) -> None:
    """Give a notice to the gateway. The id makes it one message however often it is asked for (docs/messages.md)."""
    body = {"to": row["telephone"], "text": row["words"], "id": f"meeting-{row['meeting']}-{row['id']}"}
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {settings.messages_token}"}
    call = urllib.request.Request(settings.messages_url, json.dumps(body).encode(), headers=headers)  # noqa: S310
    trust = ssl.create_default_context(cadata=settings.messages_ca or None)
    ways = (urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trust))
    with urllib.request.build_opener(*ways).open(call, timeout=ANSWER_SECONDS):
        return


def _later(store: Store, row: sqlite3.Row, words: str, *, for_good: bool) -> None:
    log.warning("notice %s of meeting %s: %s", row["id"], row["meeting"], words)
    tries = row["tries"] + 1
    state = "failed" if for_good or tries >= TRIES else "waiting"
    due = time.time() + min(PAUSE_SECONDS * 2**tries, LONGEST_PAUSE)
    store.run("update notice set tries = ?, due = ?, state = ? where id = ?", tries, due, state, row["id"])


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")

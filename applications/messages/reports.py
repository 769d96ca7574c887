"""What Kannel reports of a part, and what is forgotten when its time is over.

A report moves a part onward only: taken by the operator, then delivered or not. What was in doubt is settled by one.
Reports come more than once and in any order. Each is a transaction of its own that takes the write lock first, so two
at once lose nothing of each other; one that is not answered with 200 is told again by Kannel (`http-request-retry`).
"""

import json
import sqlite3

from applications.messages.config import Config
from applications.messages.store import DELIVERED, REFUSED, SENT, UNDELIVERED, Database, settle

KINDS = {1: DELIVERED, 2: UNDELIVERED, 8: SENT, 16: REFUSED}
"""Kannel's dlr types that say something; 4 (held by the operator) changes nothing"""
_BEFORE = {
    SENT: ("queued", "sending", "accepted", "doubtful"),
    REFUSED: ("queued", "sending", "accepted", "doubtful"),
    DELIVERED: ("queued", "sending", "accepted", "doubtful", "sent", "undelivered", "expired"),
    UNDELIVERED: ("queued", "sending", "accepted", "doubtful", "sent"),
}


def report(database: Database, message: str, part: int, kind: int, now: float) -> bool:
    """Keep a report; return whether it changed anything."""
    state = KINDS.get(kind)
    if state is None:
        return False
    with database.changing() as connection:
        changed = connection.execute(
            "UPDATE part SET state = ?, changed = ? WHERE message = ? AND number = ?"
            " AND state IN (SELECT value FROM json_each(?))",
            (state, now, message, part, json.dumps(_BEFORE[state])),
        ).rowcount
        if changed:
            settle(connection, message)
    return bool(changed)


def forget(database: Database, config: Config, now: float) -> tuple[int, int]:
    """Take texts, and later whole messages, away; return how many of each. What still waits is kept."""
    texts, rows = now - 86400 * config.keep_text_days, now - 86400 * config.keep_days
    with database.changing() as connection:
        bare = _bare(connection, texts)
        connection.execute(
            "UPDATE part SET text = NULL WHERE text IS NOT NULL"
            " AND message IN (SELECT id FROM message WHERE text IS NULL)"
        )
        connection.execute("DELETE FROM act WHERE at < ?", (rows,))
        gone = connection.execute(
            "DELETE FROM message WHERE created < ? AND state NOT IN ('queued', 'sending')", (rows,)
        ).rowcount
    return bare, gone


def _bare(connection: sqlite3.Connection, before: float) -> int:
    return connection.execute(
        "UPDATE message SET text = NULL WHERE created < ? AND state NOT IN ('queued', 'sending') AND text IS NOT NULL",
        (before,),
    ).rowcount

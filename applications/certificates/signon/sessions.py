"""Which applications were told of which session here, so that they can be told when it ends."""

import time

from flask import session

from applications.certificates.web.desk import desk
from applications.certificates.web.people import LONGEST, fingerprint


def session_name() -> str:
    """Return the name that applications know this browser's session by; it opens nothing."""
    return fingerprint(f"sid {session['token']}")[:32]


def note(sid: str, login: str, client: str) -> None:
    """Note that an application knows of a session."""
    now = int(time.time())
    desk().store.do("delete from entered where at < ?", now - int(LONGEST.total_seconds()))
    if sid:
        desk().store.do("insert or replace into entered values (?,?,?,?)", sid, login, client, now)


def take(sid: str, login: str) -> dict[str, tuple[str, ...]]:
    """Return which applications know of a session (or, without one, of any of somebody's), and forget it."""
    whose = (sid, sid, login)
    with desk().store.together():
        rows = desk().store.all("select sid, client from entered where sid = ? or (? = '' and login = ?)", *whose)
        desk().store.do("delete from entered where sid = ? or (? = '' and login = ?)", *whose)
    return {row["client"]: tuple(r["sid"] for r in rows if r["client"] == row["client"]) for row in rows}

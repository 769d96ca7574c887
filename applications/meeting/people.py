"""Who may book and chair, where the county's sign-on does not say who somebody is: accounts with scrypt passwords.

Unlike venues, which come in by a meeting's number and their own code, organisers decide who is invited.
"""

import hashlib
import hmac
import os
import sqlite3

from applications.meeting.store import Store

ORGANISER = "organiser"
"""the account that the playbook makes, with the password in the county's vault"""
SHORTEST = 10


def _hash(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=1 << 14, r=8, p=1)


def put(store: Store, login: str, name: str, password: str, *, organiser: bool = True, venue: str = "") -> None:
    """Make an account, or give it another name and password."""
    salt = os.urandom(16)
    store.run(
        "insert into person (login, name, venue, organiser, salt, hash) values (?, ?, ?, ?, ?, ?)"
        " on conflict (login) do update set name = excluded.name, venue = excluded.venue,"
        " organiser = excluded.organiser, salt = excluded.salt, hash = excluded.hash",
        *(login, name, venue, int(organiser), salt, _hash(password, salt)),
    )


def first(store: Store, password: str) -> None:
    """Make the playbook's account, or give it the vault's password again."""
    if known(store, ORGANISER, password) is None:
        put(store, ORGANISER, "会议管理员", password)


def known(store: Store, login: str, password: str) -> sqlite3.Row | None:
    """Return the account that a name and password belong to; a wrong name costs as much time as a wrong password."""
    row = store.row("select * from person where login = ?", login)
    wanted = row["hash"] if row else b""
    found = _hash(password, row["salt"] if row else b"none of this length")
    return row if row and hmac.compare_digest(found, wanted) else None


def signed_on(store: Store, login: str) -> sqlite3.Row | None:
    """Return the account of somebody whom the county's sign-on vouches for; who is unknown here may not book."""
    return store.row("select * from person where login = ?", login)

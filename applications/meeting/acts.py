"""What happens when somebody in a meeting asks for something: checked against the rules, done, written down.

Whoever asks for what is not theirs is refused with `Refused`, in a msgid of the pages.
"""

import sqlite3
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from applications.meeting import films, rules, seats
from applications.meeting.live import Authority
from applications.meeting.rules import Act, Layout, Role
from applications.meeting.settings import Settings
from applications.meeting.store import Store

SETTING = {
    "state": "update seat set state = ? where id = ? and meeting = ? and state != 'removed' and ? in ('', state)",
    "muted": "update seat set muted = ? where id = ? and meeting = ? and state != 'removed' and ? in ('', state)",
    "dark": "update seat set dark = ? where id = ? and meeting = ? and state != 'removed' and ? in ('', state)",
    "hand": "update seat set hand = ? where id = ? and meeting = ? and state != 'removed' and ? in ('', state)",
}
"""how each field of a seat is written"""


class Refused(Exception):
    """An act that is not theirs or makes no sense now; the text is a msgid."""


class Acts:
    """Carries out acts of seats."""

    def __init__(self, store: Store, authority: Authority, settings: Settings) -> None:
        """Act on one server's meetings."""
        self._store, self._authority, self._settings = store, authority, settings
        self._invite: Callable[[sqlite3.Row, str], None] | None = None

    def on_invite(self, invite: Callable[[sqlite3.Row, str], None]) -> None:
        """Have a venue invited by this function, as bookings do."""
        self._invite = invite

    def do(self, seat: sqlite3.Row, act: Act, target: str = "", value: str = "") -> None:
        """Carry out one act of a seat, on a seat, venue or value. Raises Refused, JanusError."""
        if not rules.may(Role(seat["role"]), act):
            raise Refused("Only the chair may do this.")
        meeting = seats.meeting(self._store, seat["meeting"])
        if meeting is None or meeting["state"] != "open":
            raise Refused("This meeting is not open.")
        doing: Mapping[Act, Callable[[], None]] = {
            Act.HAND: lambda: self._hand(seat, value),
            Act.LEAVE: lambda: self._set(seat["id"], meeting, "state", "left"),
            Act.ADMIT: lambda: self._set(target, meeting, "state", "admitted", only="waiting"),
            Act.REMOVE: lambda: self._set(target, meeting, "state", "removed"),
            Act.MUTE: lambda: self._mute(target, meeting, muted=1),
            Act.UNMUTE: lambda: self._mute(target, meeting, muted=0),
            Act.MUTE_ALL: lambda: self._all(meeting, muted=1),
            Act.DISCUSS: lambda: self._all(meeting, muted=0),
            Act.CAMERA_OFF: lambda: self._set(target, meeting, "dark", 1),
            Act.CAMERA_ON: lambda: self._set(target, meeting, "dark", 0),
            Act.FLOOR: lambda: self._floor(target, meeting),
            Act.LAYOUT: lambda: self._layout(value, meeting),
            Act.INVITE: lambda: self._invited(target, meeting),
            Act.RECORD: lambda: self._record(meeting, value),
            Act.END: lambda: films.end(self._store, self._authority, self._settings, meeting),
        }
        doing[act]()
        note(self._store, meeting["number"], seat["label"], _named(act, target, value), self._label(target))
        if act is not Act.HAND:
            self._authority.round()

    def _label(self, target: str) -> str:
        row = self._store.row("select label from seat where id = ?", target)
        return str(row["label"]) if row else target

    def _set(self, target: str, meeting: sqlite3.Row, field: str, value: object, *, only: str = "") -> None:
        """Write one field of a seat of this meeting, if it is in a state."""
        statement = SETTING[field]
        if not self._store.run(statement, value, target, meeting["number"], only):
            raise Refused("This venue is not in the meeting any more.")

    def _hand(self, seat: sqlite3.Row, value: str) -> None:
        self._store.run("update seat set hand = ? where id = ?", time.time() if value == "up" else 0, seat["id"])

    def _mute(self, target: str, meeting: sqlite3.Row, *, muted: int) -> None:
        self._set(target, meeting, "muted", muted)
        if muted and meeting["floor"] == target:
            self._store.run("update meeting set floor = '' where number = ?", meeting["number"])

    def _all(self, meeting: sqlite3.Row, *, muted: int) -> None:
        with self._store.change() as db:
            db.execute(
                "update meeting set discussing = ?, floor = case when ? then '' else floor end where number = ?",
                (1 - muted, muted, meeting["number"]),
            )
            db.execute("update seat set muted = ? where meeting = ? and role != 'chair'", (muted, meeting["number"]))

    def _floor(self, target: str, meeting: sqlite3.Row) -> None:
        """Give the floor to a seat, whose hand goes down; "" takes it back."""
        if target:
            self._set(target, meeting, "hand", 0)
        self._store.run("update meeting set floor = ? where number = ?", target, meeting["number"])

    def _layout(self, value: str, meeting: sqlite3.Row) -> None:
        if value not in set(Layout):
            raise Refused("There is no such layout.")
        self._store.run("update meeting set layout = ? where number = ?", value, meeting["number"])

    def _invited(self, target: str, meeting: sqlite3.Row) -> None:
        if self._invite is None or self._store.row("select 1 from venue where id = ?", target) is None:
            raise Refused("There is no such venue.")
        self._invite(meeting, target)

    def _record(self, meeting: sqlite3.Row, value: str) -> None:
        if value == "on":
            films.begin(self._store, self._authority, self._settings, meeting)
        else:
            films.stop(self._store, self._authority, meeting)


def _named(act: Act, target: str, value: str) -> str:
    """Return what is written down of an act: its name, with the value of those that have few."""
    if act is Act.HAND:
        return "hand-up" if value == "up" else "hand-down"
    if act is Act.RECORD:
        return "record-on" if value == "on" else "record-off"
    if act is Act.LAYOUT:
        return f"layout-{value}"
    return "floor-back" if act is Act.FLOOR and not target else act


def note(store: Store, number: str, who: str, what: str, detail: str = "") -> None:
    """Write down that something happened in a meeting."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    store.run(
        "insert into event (at, meeting, who, what, detail) values (?, ?, ?, ?, ?)", at, number, who, what, detail
    )

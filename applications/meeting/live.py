"""The authority over running meetings: makes Janus what the database says, again and again.

Nothing depends on a browser's good will. A feed that no pass was given for is thrown out; a token works once and for a
minute; who has no right to speak is silenced in Janus under whatever mid it sends; a room that Janus lost (it was
started anew) is made again, and its venues come back by themselves. A round takes milliseconds and is repeated every
second and after every act of the chair. What a venue could say before the first round after it began to send, at most
a second, is the price of Janus having no room that is silent from the start.
"""

import logging
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from applications.meeting import rules, seats
from applications.meeting.janus import NO_SUCH_FEED, NO_SUCH_ROOM, Admin, JanusError, Stream
from applications.meeting.settings import Settings
from applications.meeting.store import Store

TOKEN_SECONDS = 60.0
ROUND_SECONDS = 1.0
ROOM_EXISTS = 427

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pass:
    """What lets one seat into Janus once."""

    room: int
    feed: int
    token: str


class Authority:
    """Rules over the rooms of one Janus. Safe for several threads: rounds take a lock."""

    def __init__(self, store: Store, admin: Admin, settings: Settings) -> None:
        """Rule with what the store says."""
        self._store, self._admin, self._settings = store, admin, settings
        self._lock = threading.RLock()
        self._muted: dict[tuple[int, int, str], bool] = {}
        """what was last asked of Janus per room, feed and mid"""

    def admit(self, seat: sqlite3.Row) -> Pass:
        """Make the pass of one seat; what it had before is void. Raises JanusError."""
        room = int(seat["meeting"])
        meeting = seats.meeting(self._store, seat["meeting"])
        if meeting is None:
            raise JanusError("no such meeting", NO_SUCH_ROOM)
        with self._lock:
            self._ensure(meeting)
            self._forget_token(meeting, seat["token"])
            self._kick(meeting, seat["feed"])
            given = Pass(room, secrets.randbelow(seats.FEEDS - 1) + 1, secrets.token_urlsafe(24))
            with self._store.change() as db:
                values = (given.feed, given.token, time.time() + TOKEN_SECONDS, seat["id"])
                db.execute("update seat set feed = ?, token = ?, token_ends = ? where id = ?", values)
                db.execute("insert into feed (feed, seat) values (?, ?)", (given.feed, seat["id"]))
            self._room(meeting, "allowed", action="add", allowed=[given.token])
        return given

    def alive(self) -> None:
        """Ask Janus something small. Raises JanusError when it does not answer."""
        self._admin.ask("", {"janus": "ping"})

    def round(self) -> None:
        """Make Janus agree with the database for every open meeting. Raises JanusError when it does not answer."""
        with self._lock:
            opened = self._store.rows("select * from meeting where state = 'open'")
            if not opened:
                return
            publishers = self._admin.publishers()
            for meeting in opened:
                self._settle(meeting, publishers)
            self._muted = {key: value for key, value in self._muted.items() if key[:2] in publishers}

    def close(self, meeting: sqlite3.Row) -> None:
        """End a meeting's room in Janus, which sends everybody away. Raises JanusError."""
        with self._lock:
            self._unless_gone(meeting, "destroy")

    def record(self, meeting: sqlite3.Row, folder: str) -> None:
        """Have Janus record everything into a folder from now on; "" ends it. Raises JanusError."""
        with self._lock:
            self._ensure(meeting)
            if folder:
                self._room(meeting, "edit", new_rec_dir=folder)
            self._room(meeting, "enable_recording", record=bool(folder))

    def _settle(self, meeting: sqlite3.Row, publishers: Mapping[tuple[int, int], tuple[Stream, ...]]) -> None:
        room = int(meeting["number"])
        here = {entry["id"] for entry in self._participants(meeting)}
        known = {
            row["feed"]: row
            for row in self._store.rows(f"{seats.WITH_VENUE} where seat.meeting = ?", meeting["number"])
            if row["state"] in ("admitted", "in")
        }
        for stranger in here - known.keys():
            log.warning("meeting %s: feed %s has no pass and is sent away", meeting["number"], stranger)
            self._kick(meeting, stranger)
        for feed, row in known.items():
            self._seat(meeting, row, present=feed in here)
            if feed in here:
                self._silence(meeting, row, publishers.get((room, feed), ()))

    def _seat(self, meeting: sqlite3.Row, row: sqlite3.Row, *, present: bool) -> None:
        """Write down whether Janus has a seat, and void a token that was used or not used in time."""
        if present != (row["state"] == "in"):
            self._store.run("update seat set state = ? where id = ?", "in" if present else "admitted", row["id"])
        if row["token"] and (present or row["token_ends"] < time.time()):
            self._forget_token(meeting, row["token"])
            self._store.run("update seat set token = '' where id = ? and token = ?", row["id"], row["token"])

    def _silence(self, meeting: sqlite3.Row, row: sqlite3.Row, streams: Iterable[Stream]) -> None:
        """Have Janus drop what a seat must not send: its voice, its picture, and data, which no page of ours sends."""
        wishes = {"audio": rules.silent(seats.ruled(row), meeting["floor"]), "video": bool(row["dark"])}
        for stream in streams:
            key, wish = (int(meeting["number"]), row["feed"], stream.mid), wishes.get(stream.kind, True)
            if self._muted.get(key) != wish:
                self._unless_gone(meeting, "moderate", id=row["feed"], mid=stream.mid, mute=wish)
                self._muted[key] = wish

    def _participants(self, meeting: sqlite3.Row) -> list[dict[str, Any]]:
        try:
            found = self._room(meeting, "listparticipants")
        except JanusError as error:
            if error.code != NO_SUCH_ROOM:
                raise
            self._ensure(meeting)
            return []
        listed: list[dict[str, Any]] = found["participants"]
        return listed

    def _ensure(self, meeting: sqlite3.Row) -> None:
        """Make a meeting's room, unless Janus has it."""
        recording = meeting["recording"]
        folder = self._settings.recordings / recording if recording else self._settings.recordings
        try:
            self._room(
                meeting,
                "create",
                admin_key=self._settings.rooms_secret,
                allowed=[secrets.token_urlsafe(24)],
                publishers=self._settings.most_venues,
                bitrate=rules.LARGE_KBPS * 1000,
                bitrate_cap=True,
                require_pvtid=True,
                is_private=True,
                lock_record=True,
                audiocodec="opus",
                videocodec="vp8",
                opus_fec=True,
                audiolevel_event=True,
                record=bool(recording),
                rec_dir=str(folder),
            )
        except JanusError as error:
            if error.code != ROOM_EXISTS:
                raise

    def _forget_token(self, meeting: sqlite3.Row, token: str) -> None:
        if token:
            self._unless_gone(meeting, "allowed", action="remove", allowed=[token])

    def _kick(self, meeting: sqlite3.Row, feed: int) -> None:
        self._unless_gone(meeting, "kick", id=feed)

    def _unless_gone(self, meeting: sqlite3.Row, request: str, **values: Any) -> None:
        """Ask something about a room or feed that may have gone meanwhile, which is as well."""
        try:
            self._room(meeting, request, **values)
        except JanusError as error:
            if error.code not in (NO_SUCH_ROOM, NO_SUCH_FEED):
                raise

    def _room(self, meeting: sqlite3.Row, request: str, **values: Any) -> dict[str, Any]:
        return self._admin.room(request, int(meeting["number"]), secret=meeting["secret"], **values)

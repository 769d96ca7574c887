"""The room: entering by number and code, the page itself, and what its script asks for."""

import sqlite3
import time
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, abort, flash, g, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from applications.meeting import seats
from applications.meeting.acts import Refused, note
from applications.meeting.janus import JanusError
from applications.meeting.rules import Act, Role
from applications.meeting.text import CHINESE
from applications.meeting.turn import credential
from applications.meeting.web import organisers, services, t
from applications.meeting.web.tries import Tries

pages = Blueprint("room", __name__)
by_address, by_meeting, knocks = Tries(10, 600), Tries(200, 600), Tries(10, 600)
"""one device that guesses is stopped soon; many that share a meeting cannot keep its venues out so easily"""
COOKIE = "seat"
NOT_OPEN = {
    "booked": "This meeting has not been opened by its chair yet.",
    "cancelled": "This meeting is cancelled.",
    "ended": "The meeting is over.",
}
CREDENTIAL_SECONDS = 12 * 3600
OTHERS = "select * from venue where id not in (select venue from invitation where meeting = ?) order by rowid"
REPORTED = ("loss", "common", "jitter", "up", "down", "lost")
MOST_KNOCKING = 8
"""strangers who wait at one meeting's door at once"""
MOST_REPORTED = 1e9
SCRIPT_TEXTS = (
    "Entering…",
    "Waiting for the chair to admit this venue.",
    "The meeting is over.",
    "You are not in this meeting any more.",
    "The connection was lost. Trying again…",
    "The connection is back.",
    "Invited. Where no message reaches it, give it its code by telephone.",
    "Not invited",
    "Code",
    "The server does not answer.",
    "No camera or microphone could be opened: {words}",
    "Muted by the chair",
    "Microphone on",
    "Microphone off",
    "Camera on",
    "Camera off",
    "Raise hand",
    "Lower hand",
    "You have the floor",
    "Recording",
    "Give floor",
    "Take floor back",
    "Mute",
    "Unmute",
    "Stop picture",
    "Allow picture",
    "Remove",
    "Admit",
    "Refuse",
    "Invite",
    "Line: {up} up, {down} down, {loss} % lost",
    "Start recording",
    "Stop recording",
)


def _seat() -> sqlite3.Row:
    """Return the seat of whoever asks, and remember that they did; 401 without one."""
    store = services().store
    row = seats.of_cookie(store, request.cookies.get(COOKIE, ""))
    if row is None:
        abort(401)
    store.run("update seat set seen = ? where id = ?", time.time(), row["id"])
    return row


@pages.post("/join")
def join() -> AnyResponse | tuple[str, int]:
    """Seat a venue by the meeting's number and its code; failures close the door to an address or a meeting."""
    store = services().store
    number = "".join(request.form.get("number", "").split()).replace("-", "")
    if by_address.closed([request.remote_addr or ""]) or by_meeting.closed([number]):
        return _again(t("Too many failures. Try again in ten minutes."), 429)
    meeting = seats.meeting(store, number)
    code = "".join(request.form.get("code", "").split())
    who = request.form.get("who", "").strip()[:20]
    if not code:
        return _knock(meeting, number, who)
    invited = store.row(
        "select invitation.*, venue.name, venue.name_en from invitation join venue on venue.id = invitation.venue"
        " where meeting = ? and code = ?",
        *(number, code),
    )
    if meeting is None or invited is None:
        return _wrong(number, t("This number and code do not go together."))
    if meeting["state"] != "open":
        return _again(t(NOT_OPEN[meeting["state"]]), 409)
    label = invited["name"] + (f" {who}" if who else "")
    sent_away = seats.was_removed(store, number, invited["venue"])
    waits = sent_away or (bool(meeting["admit"]) and invited["venue"] != meeting["hall"])
    return _enter(meeting, invited["venue"], label, Role.VENUE, waits=waits)


def _knock(meeting: sqlite3.Row | None, number: str, who: str) -> AnyResponse | tuple[str, int]:
    """Have somebody without a code wait at the door, under the name that they say."""
    if not who:
        return _again(t("Without a code, say who you are and wait until the chair lets you in."), 400)
    if meeting is None:
        return _wrong(number, t("There is no meeting of this number."))
    if meeting["state"] != "open":
        return _again(t(NOT_OPEN[meeting["state"]]), 409)
    strangers = [seat for seat in seats.waiting(services().store, number) if not seat["venue"]]
    if knocks.closed([request.remote_addr or ""]) or len(strangers) >= MOST_KNOCKING:
        return _again(t("Too many wait at the door. Try again in ten minutes."), 429)
    knocks.failed([request.remote_addr or ""])
    return _enter(meeting, seats.NOBODYS, who, Role.VENUE, waits=True)


def _wrong(number: str, words: str) -> tuple[str, int]:
    by_address.failed([request.remote_addr or ""])
    by_meeting.failed([number])
    return _again(words, 403)


def _again(words: str, status: int) -> tuple[str, int]:
    flash(words)
    return render_template("front.html", meetings=[], number=request.form.get("number", "")), status


def _enter(meeting: sqlite3.Row, venue: str, label: str, role: Role, *, waits: bool) -> AnyResponse:
    store, address = services().store, request.remote_addr or ""
    cookie = seats.take(store, meeting, venue, label, role, waits=waits, address=address)
    note(store, meeting["number"], label, "enters", address)
    response = redirect(url_for("room.show"))
    response.set_cookie(COOKIE, cookie, max_age=12 * 3600, secure=True, httponly=True, samesite="Strict")
    return response


@pages.post("/meetings/<number>/chair")
@organisers
def chair(number: str) -> AnyResponse:
    """Open a meeting and take its chair, in the county hall."""
    store = services().store
    meeting = seats.meeting(store, number)
    if meeting is None or meeting["state"] not in ("booked", "open"):
        abort(404)
    opened = datetime.now(UTC).isoformat(timespec="seconds")
    store.run("update meeting set state = 'open', opened = ? where number = ? and state = 'booked'", opened, number)
    return _enter(meeting, meeting["hall"], g.person["name"], Role.CHAIR, waits=False)


@pages.get("/room")
def show() -> str | AnyResponse:
    """Show the room of the seat that the browser has; without one, the front page."""
    store = services().store
    seat = seats.of_cookie(store, request.cookies.get(COOKIE, ""))
    if seat is None:
        return redirect(url_for("house.front"))
    meeting = seats.meeting(store, seat["meeting"])
    texts = {msgid: CHINESE[msgid] if g.language == "zh" else msgid for msgid in SCRIPT_TEXTS}
    chair = seat["role"] == Role.CHAIR
    others = store.rows(OTHERS, seat["meeting"]) if chair else []
    return render_template("room.html", seat=seat, meeting=meeting, texts=texts, chair=chair, others=others)


@pages.post("/room/state")
def state() -> Response:
    """Tell a seat's page how the meeting stands; it tells how its line does."""
    store, seat = services().store, _seat()
    sent = request.get_json(silent=True)
    if isinstance(sent, dict) and isinstance(sent.get("report"), dict):
        seats.reported(store, seat, _report(sent["report"]))
    meeting = seats.meeting(store, seat["meeting"])
    assert meeting is not None
    return jsonify(seats.told(store, meeting, seat))


def _report(sent: dict[str, Any]) -> dict[str, float]:
    """Return what a page may say of its line: numbers that JSON has, and that are no more than a line can be."""
    numbers = {name: sent[name] for name in REPORTED if isinstance(sent.get(name), int | float)}
    return {name: round(float(value), 2) for name, value in numbers.items() if 0 <= value <= MOST_REPORTED}


@pages.post("/room/pass")
def give_pass() -> Response | tuple[Response, int]:
    """Give an admitted seat what lets its browser into Janus once, and into coturn for half a day."""
    given, seat = services(), _seat()
    if seat["state"] == "waiting":
        abort(403)
    try:
        made = given.authority.admit(seat)
    except JanusError as error:
        return jsonify(error=str(error)), 503
    key = credential(given.settings.turn_secret, seat["id"], int(time.time()) + CREDENTIAL_SECONDS)
    servers = [{"urls": list(given.settings.turn_uris), "username": key.username, "credential": key.password}]
    return jsonify(
        room=made.room,
        feed=made.feed,
        token=made.token,
        ice={
            "iceServers": servers if given.settings.turn_uris else [],
            "iceTransportPolicy": "relay" if given.settings.relay_only else "all",
        },
    )


@pages.post("/room/sends")
def sends() -> tuple[str, int]:
    """Hear that a seat began to send, so that it is silenced now and not at the keeper's next round."""
    _seat()
    services().authority.round()
    return "", 204


@pages.post("/room/act")
def act() -> Response | tuple[Response, int]:
    """Carry out what somebody in the room asks for."""
    seat, sent = _seat(), request.get_json(silent=True)
    words = sent if isinstance(sent, dict) else {}
    try:
        asked = Act(str(words.get("act", "")))
        services().acts.do(seat, asked, str(words.get("target", "")), str(words.get("value", "")))
    except ValueError:
        abort(400)
    except Refused as error:
        return jsonify(error=t(str(error))), 403
    except JanusError:
        return jsonify(error=t("The server does not answer.")), 503
    return jsonify(done=True)


@pages.get("/signalling")
def signalling() -> tuple[str, int]:
    """Tell nginx (auth_request) whether a browser may speak with Janus: only one whose seat was admitted."""
    row = seats.of_cookie(services().store, request.cookies.get(COOKIE, ""))
    return "", 204 if row is not None and row["state"] != "waiting" else 401

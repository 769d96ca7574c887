"""Booking a meeting, showing and cancelling it, its entry for calendars."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from applications.meeting import films, notices, seats
from applications.meeting.acts import note
from applications.meeting.booking import Conflict, Slot, calendar, conflicts, faults
from applications.meeting.store import Store
from applications.meeting.text import say
from applications.meeting.web import Services, code, number, organisers, services, t

pages = Blueprint("bookings", __name__)


@dataclass(frozen=True)
class Booking:
    """The page of the booking form: what was typed and what is wrong with it."""

    form: MultiDict[str, str]
    faults: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether it cannot be booked even by somebody who insists."""
        return bool(self.faults) or any(conflict.hard for conflict in self.conflicts)


@pages.route("/book", methods=["GET", "POST"])
@organisers
def book() -> str | AnyResponse | tuple[str, int]:
    """Show the form; book what was filled in unless something stands in its way."""
    given = services()
    if request.method == "GET":
        return _form(given, Booking(MultiDict()))
    slot = _slot(given, request.form)
    wrong = tuple(t(msgid) for msgid in faults(slot, datetime.now(UTC), given.settings.most_venues))
    hits = () if wrong else conflicts(slot, _others(given.store))
    booking = Booking(request.form, wrong, hits)
    if booking.refused or (hits and not request.form.get("anyway")):
        return _form(given, booking), 409 if hits else 400
    _write(given, slot, request.form)
    return redirect(url_for("bookings.show", meeting=slot.number))


def _form(given: Services, booking: Booking) -> str:
    venues = given.store.rows("select * from venue order by hall desc, rowid")
    names = {venue["id"]: venue[_name()] for venue in venues}
    return render_template("book.html", booking=booking, venues=venues, names=names)


def _name() -> str:
    return "name" if g.language == "zh" else "name_en"


def _slot(given: Services, form: MultiDict[str, str]) -> Slot:
    """Return what was typed as a slot; a time that cannot be read is long past, so that it is refused."""
    hall, known = form.get("hall", ""), {row["id"] for row in given.store.rows("select id from venue")}
    return Slot(
        number=_free_number(given.store),
        title=form.get("title", "").strip(),
        begins=_time(given, form.get("begins", "")),
        ends=_time(given, form.get("ends", "")),
        hall=hall if hall in known else "",
        venues=frozenset(form.getlist("venue")) & known - {hall},
    )


def _time(given: Services, text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=given.zone)
    except ValueError:
        return datetime(1970, 1, 1, tzinfo=UTC)


def _free_number(store: Store) -> str:
    while True:
        found = number()
        if seats.meeting(store, found) is None:
            return found


def slot_of(store: Store, meeting: sqlite3.Row) -> Slot:
    """Return a booked meeting as a slot."""
    invited = store.rows("select venue from invitation where meeting = ?", meeting["number"])
    return Slot(
        number=meeting["number"],
        title=meeting["title"],
        begins=datetime.fromisoformat(meeting["begins"]),
        ends=datetime.fromisoformat(meeting["ends"]),
        hall=meeting["hall"],
        venues=frozenset(row["venue"] for row in invited) - {meeting["hall"]},
    )


def _others(store: Store) -> list[Slot]:
    return [slot_of(store, row) for row in store.rows("select * from meeting where state in ('booked', 'open')")]


def _write(given: Services, slot: Slot, form: MultiDict[str, str]) -> None:
    """Write a booking, its invitations and their notices in one transaction."""
    with given.store.change() as db:
        db.execute(
            "insert into meeting (number, title, begins, ends, hall, chair, admit, note, secret)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(slot.number, slot.title, _utc(slot.begins), _utc(slot.ends), slot.hall, g.person["login"]),
                *(int(bool(form.get("admit"))), form.get("note", "").strip()[:500], code() + code()),
            ),
        )
        meeting = seats.meeting(given.store, slot.number)
        assert meeting is not None
        for venue in (slot.hall, *sorted(slot.venues)):
            _invite(given, db, meeting, venue)
        note(given.store, slot.number, g.person["name"], "booked", slot.title)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def invite(given: Services, meeting: sqlite3.Row, venue: str) -> None:
    """Invite one more venue to a booked or running meeting; who is invited is told again with the same code."""
    with given.store.change() as db:
        _invite(given, db, meeting, venue)


def _invite(given: Services, db: sqlite3.Connection, meeting: sqlite3.Row, venue: str) -> None:
    db.execute(
        "insert or ignore into invitation (meeting, venue, code) values (?, ?, ?)", (meeting["number"], venue, code())
    )
    row = db.execute(
        "select invitation.code, venue.telephone from invitation join venue on venue.id = venue where meeting = ?"
        " and venue = ?",
        (meeting["number"], venue),
    ).fetchone()
    words = _notice(given, meeting, "Video meeting “{title}” at {begins}: number {number}, code {code}. {address}", row)
    notices.write(db, meeting["number"], venue, row["telephone"], words)


def _notice(given: Services, meeting: sqlite3.Row, msgid: str, row: sqlite3.Row) -> str:
    begins = datetime.fromisoformat(meeting["begins"]).astimezone(given.zone).strftime("%m-%d %H:%M")
    return say(
        given.settings.language,
        msgid,
        title=meeting["title"],
        begins=begins,
        number=meeting["number"],
        code=row["code"],
        address=f"https://{given.settings.name}/",
    )


def _found(meeting: str) -> sqlite3.Row:
    row = seats.meeting(services().store, meeting)
    if row is None:
        abort(404)
    return row


@pages.get("/meetings/<meeting>")
@organisers
def show(meeting: str) -> str:
    """Show a meeting: who is invited with which code, who was told, what happened."""
    row, store = _found(meeting), services().store
    invited = store.rows(
        "select invitation.*, venue.name, venue.name_en, venue.contact, venue.telephone,"
        " (select state from notice where notice.meeting = invitation.meeting and notice.venue = invitation.venue"
        "  order by id desc limit 1) as told"
        " from invitation join venue on venue.id = invitation.venue where invitation.meeting = ?"
        " order by venue.id = ? desc, venue.rowid",
        *(meeting, row["hall"]),
    )
    happened = store.rows("select * from event where meeting = ? order by rowid", meeting)
    films_ = store.rows("select * from recording where meeting = ? order by begun", meeting)
    return render_template("meeting.html", meeting=row, invited=invited, happened=happened, recordings=films_)


@pages.get("/meetings/<meeting>/meeting.ics")
@organisers
def ics(meeting: str) -> Response:
    """Give a meeting's entry for calendars; codes are not in it, as calendars are shared."""
    row, store = _found(meeting), services().store
    hall = store.row("select * from venue where id = ?", row["hall"])
    words = t("Meeting number {number}; each venue enters its own code at {address}", number=meeting,
              address=f"https://{services().settings.name}/")  # fmt: skip
    body = calendar(
        slot_of(store, row), hall[_name()] if hall else "", words, datetime.now(UTC),
        cancelled=row["state"] == "cancelled",
    )  # fmt: skip
    headers = {"Content-Disposition": f'attachment; filename="meeting-{meeting}.ics"'}
    return Response(body, mimetype="text/calendar", headers=headers)


@pages.post("/meetings/<meeting>/cancel")
@organisers
def cancel(meeting: str) -> AnyResponse:
    """Cancel a meeting that was not opened, and tell who is invited."""
    given, row = services(), _found(meeting)
    if row["state"] != "booked":
        flash(t("Only a meeting that was not opened yet can be cancelled."))
        return redirect(url_for("bookings.show", meeting=meeting))
    with given.store.change() as db:
        db.execute("update meeting set state = 'cancelled' where number = ?", (meeting,))
        told = db.execute(
            "select invitation.*, venue.telephone from invitation join venue on venue.id = venue where meeting = ?",
            (meeting,),
        ).fetchall()
        for invited in told:
            words = _notice(given, row, "Video meeting “{title}” at {begins} is cancelled.", invited)
            notices.write(db, meeting, invited["venue"], invited["telephone"], words)
        note(given.store, meeting, g.person["name"], "cancelled")
    return redirect(url_for("bookings.show", meeting=meeting))


@pages.post("/meetings/<meeting>/end")
@organisers
def end(meeting: str) -> AnyResponse:
    """End a running meeting from outside, for a chair whose computer died."""
    given, row = services(), _found(meeting)
    if row["state"] == "open":
        films.end(given.store, given.authority, given.settings, row)
        note(given.store, meeting, g.person["name"], "end")
    return redirect(url_for("bookings.show", meeting=meeting))

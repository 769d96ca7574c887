"""Recordings to look at: by organisers only, and each look is written down."""

from datetime import datetime, timedelta

from flask import Blueprint, abort, g, redirect, render_template, send_from_directory, url_for
from werkzeug.wrappers import Response

from applications.meeting import recordings
from applications.meeting.acts import note
from applications.meeting.web import organisers, services

pages = Blueprint("films", __name__)


@pages.get("/recordings")
@organisers
def listed() -> str:
    """Show all recordings, the newest first, and until when each is kept."""
    rows = services().store.rows(
        "select recording.*, meeting.title from recording join meeting on meeting.number = recording.meeting"
        " order by begun desc"
    )
    days = services().settings.recording_days
    return render_template("recordings.html", recordings=rows, days=days, kept_until=_kept_until)


def _kept_until(begun: str) -> str:
    ends = datetime.fromisoformat(begun) + timedelta(days=services().settings.recording_days)
    return ends.astimezone(services().zone).date().isoformat()


@pages.get("/recordings/<recording>")
@organisers
def show(recording: str) -> str:
    """Show one recording with its venues, played together."""
    store = services().store
    row = store.row(
        "select recording.*, meeting.title from recording join meeting on meeting.number = recording.meeting"
        " where id = ?",
        recording,
    )
    if row is None:
        abort(404)
    tracks = store.rows("select * from track where recording = ? order by offset_ms, venue", recording)
    happened = store.rows(
        "select * from event where meeting = ? and at >= ? and at <= ? order by rowid",
        *(row["meeting"], row["begun"], row["stopped"] or "9"),
    )
    note(store, row["meeting"], g.person["name"], "look", recording)
    return render_template("recording.html", recording=row, tracks=tracks, happened=happened)


@pages.get("/recordings/<recording>/<file>")
@organisers
def file(recording: str, file: str) -> Response:
    """Give one file of a recording; ranges work, so that a film can be wound."""
    store = services().store
    if store.row("select 1 from track where recording = ? and file = ?", recording, file) is None:
        abort(404)
    return send_from_directory(services().settings.recordings / recording, file, conditional=True)


@pages.post("/recordings/<recording>/remove")
@organisers
def remove(recording: str) -> Response:
    """Remove a recording's files before their time; that it was there, and who removed it, stays."""
    given = services()
    row = given.store.row("select * from recording where id = ? and state in ('ready', 'failed')", recording)
    if row is None:
        abort(404)
    recordings.remove(given.settings.recordings / recording)
    given.store.run("update recording set state = 'removed', bytes = 0 where id = ?", recording)
    note(given.store, row["meeting"], g.person["name"], "removed recording", recording)
    return redirect(url_for("films.listed"))

"""The page for people: how it stands, quotas, queue, and the log by search. It works without any script.

Whoever sees texts is recorded with what they looked for; what is in doubt or failed is sent again by a person alone.
"""

import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from applications.messages import log
from applications.messages.send import again
from applications.messages.store import STATES
from applications.messages.web.people import form_holds, form_token, sign_in, signed_in
from applications.messages.web.services import services
from applications.messages.words import chosen, say

pages = Blueprint("pages", __name__)
_log = logging.getLogger("messages")


@dataclass(frozen=True)
class Speaking:
    """The words and times of a page in its reader's language."""

    language: str
    offset: int

    def __call__(self, name: str, /, **values: object) -> str:
        """Return a word."""
        return say(name, self.language, **values)

    def said(self, text: str) -> str:
        """Return what was said of a part: a word of ours, or Kannel's own."""
        return self(text) if text in ("restart", "restored") else text

    def time(self, at: float) -> str:
        """Return a moment on the county's clock."""
        return f"{datetime.fromtimestamp(at, UTC) + timedelta(minutes=self.offset):%Y-%m-%d %H:%M:%S}"


@pages.get("/")
def overview() -> str | tuple[str, int] | Response:
    """How it stands, what applications have left, and what waits."""
    person = signed_in()
    if person is None:
        return _door()
    clear = person.role != "look"
    with services().database.opened() as connection:
        rows = log.waiting(connection, clear)
        used = log.used(connection, services().config, time.time())
        counted = log.counted(connection)
    if clear and rows:
        _looked(person.name, "queue", len(rows))
    return _page("overview.html", rows=rows, used=used, counted=counted, standing=services().sending.standing)


@pages.get("/log")
def listed() -> str | tuple[str, int] | Response:
    """The log, by search."""
    person = signed_in()
    if person is None:
        return _door()
    clear = person.role != "look"
    before = request.args.get("before", type=float)
    search = log.Search(
        **{
            name: request.args.get(name, "").strip()[:100]
            for name in ("number", "words", "sender", "state", "begin", "end")
        },
        before=before,
    )
    with services().database.opened() as connection:
        rows = log.found(connection, search, clear)
    if clear:
        _looked(person.name, request.query_string.decode(errors="replace") or "log", len(rows))
    more = {**request.args.to_dict(), "before": repr(rows[-1].created)} if len(rows) == log.PAGE else None
    return _page(
        "log.html",
        rows=rows,
        search=search,
        states=STATES,
        older=f"{url_for('.listed')}?{urlencode(more)}" if more else "",
    )


@pages.post("/again/<name>")
def send_again(name: str) -> tuple[str, int] | Response:
    """Send what failed or is in doubt once more, for who may."""
    person = signed_in()
    if person is None or person.role != "send":
        return _door(403)
    if not form_holds():
        return _door(400, "ended")
    now = time.time()
    again(services().database, name, person.name, now, 60.0 * services().config.valid_minutes)
    _log.info("%s sends message %s again", person.name, name)
    return redirect(url_for(".overview"))


@pages.post("/sign-in")
def enter() -> tuple[str, int] | Response:
    """Sign in by key."""
    if not sign_in(request.form.get("key", "")):
        _log.warning("a wrong key from %s", request.remote_addr)
        return _door(403, "wrong-key")
    return redirect(url_for(".overview"))


@pages.post("/sign-out")
def leave() -> Response:
    """Sign out."""
    session.clear()
    return redirect(url_for(".overview"))


@pages.get("/language/<language>")
def speak(language: str) -> Response:
    """Show every page in a language from now on."""
    session["language"] = language if language in ("zh", "en") else "zh"
    return redirect(url_for(".overview"))


def _door(status: int = 401, wrong: str = "") -> tuple[str, int]:
    """Return the page of whoever is not signed in, or may not look."""
    header = services().config.sign_on_header
    name = request.headers.get(header, "") if header else ""
    return _page("door.html", wrong=wrong, by_key=not header, name=name), 403 if name else status


def _page(template: str, **more: Any) -> str:
    config = services().config
    speaking = Speaking(chosen(session.get("language"), request.headers.get("Accept-Language", "")), config.utc_offset)
    return render_template(
        template, say=speaking, config=config, person=signed_in(), form=form_token(),
        title=config.title if speaking.language == "zh" else config.title_en, **more,
    )  # fmt: skip


def _looked(person: str, at: str, many: int) -> None:
    _log.info("look: %s read %s texts (%s)", person, many, at)

"""Error pages: what happened and what to do, in both languages, without asking the database."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from flask import Flask, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from countynet.errors import BadInput, Conflict, CountyError, NotAllowed
from countynet.i18n import CHINESE, ENGLISH, _, language, set_language, translate, translate_error
from dashboard.kept import back, kept
from dashboard.web import show

logger = logging.getLogger(__name__)

TEXTS: Mapping[int, tuple[str, str]] = {
    400: (_("The request was not understood"), _("Go back, check what you filled in and send it again.")),
    403: (
        _("You may not do this"),
        _("Your account has no right to it. Ask the county information center if it should."),
    ),
    404: (_("There is no such page"), _("Check the address, or start again from the first page.")),
    405: (_("This page cannot be used that way"), _("Use the buttons on the page.")),
    409: (_("It has changed in the meantime"), _("Somebody else was faster. Load the page again and look.")),
    413: (_("That was too long"), _("Write it shorter.")),
    429: (_("Too many attempts"), _("Wait a minute and try again.")),
    500: (
        _("Something broke on our side"),
        _("Try again in a minute; if it stays, call the operator and tell the time."),
    ),
}
EXPIRED = _("The page was too old, or cookies are switched off. Load it again and repeat.")


@dataclass(frozen=True)
class Words:
    """An error in one language."""

    language: str
    title: str
    advice: str


@dataclass(frozen=True)
class ErrorPage:
    """The context of the error page."""

    template: ClassVar[str] = "layout/error.html"
    status: int
    detail: str
    words: tuple[Words, ...]
    kept: tuple[str, ...] = ()
    """what was typed and not sent, as others were faster"""
    back: str = ""
    """the page that it was typed on"""


def handle(app: Flask) -> None:
    """Register the error pages."""
    app.register_error_handler(CSRFError, lambda error: _page(400, advice=EXPIRED))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CountyError, _ours)
    app.register_error_handler(Exception, _broken)


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or error.code is None or error.code < 400:
        return error.get_response()
    return _page(error.code)


def _ours(error: CountyError) -> ResponseReturnValue:
    status = 403 if isinstance(error, NotAllowed) else 409 if isinstance(error, Conflict) else 500
    return _page(400 if isinstance(error, BadInput) else status, detail=translate_error(error))


def _broken(error: Exception) -> ResponseReturnValue:
    logger.exception("%s %s failed", request.method, request.path)
    return _page(500)


def _page(status: int, advice: str = "", detail: str = "") -> ResponseReturnValue:
    title, usual = TEXTS.get(status, TEXTS[500 if status >= 500 else 400])
    mine = language()
    other = ENGLISH if mine == CHINESE else CHINESE
    words = tuple(_in(speech, title, advice or usual) for speech in (mine, other))
    set_language(mine)
    typed, came = (kept(), back()) if status == 409 else ((), "")
    return show(ErrorPage(status, detail, words, typed, came), status)


def _in(speech: str, title: str, advice: str) -> Words:
    set_language(speech)
    return Words(speech.replace("_", "-"), translate(title), translate(advice))

"""The API of applications: `POST /messages`, `GET /messages/ID`, `GET /quota`, `GET /health`; and Kannel's reports.

A key is given as `Authorization: Bearer KEY`, or as `key` in the JSON of POST for callers that can set no header. Every
mistake is answered at once, in Chinese and English: {"errors": [{"field", "zh", "en"}]}.
"""

import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, jsonify, request

from applications.messages import accept, log, reports
from applications.messages.accept import Asked, RefusedError, Wrong
from applications.messages.config import Sender, same
from applications.messages.send import report_token
from applications.messages.web.services import services
from applications.messages.words import LANGUAGES, say

api = Blueprint("api", __name__)
FIELDS = ("to", "text", "id", "key", "valid_minutes")
LARGEST = 64 * 1024
_log = logging.getLogger("messages")


@api.post("/messages")
def take() -> tuple[Response, int]:
    """Take one message: 202 when it is new, 200 when an earlier call with its id gave it."""
    said = request.get_json(silent=True) if (request.content_length or 0) <= LARGEST else None
    try:
        sender = _sender(str(said.get("key", "")) if isinstance(said, dict) else "")
        taken = accept.accept(services().database, services().config, sender, _asked(said), time.time())
    except RefusedError as error:
        _log.warning("refused: %s %s", error.status, ", ".join(wrong.message for wrong in error.wrong))
        return _errors(error.status, error.wrong)
    return jsonify(_document(taken.id, sender, repeated=taken.repeated)), 200 if taken.repeated else 202


@api.get("/messages/<name>")
def show(name: str) -> tuple[Response, int]:
    """Return where an application's own message stands."""
    try:
        sender = _sender()
        return jsonify(_document(name, sender)), 200
    except RefusedError as error:
        return _errors(error.status, error.wrong)


@api.get("/quota")
def quota() -> tuple[Response, int]:
    """Return what the caller may still send, in parts."""
    try:
        sender = _sender()
    except RefusedError as error:
        return _errors(error.status, error.wrong)
    with services().database.opened() as connection:
        left = accept.left(connection, services().config, sender, time.time())
    return jsonify(
        day={"left": max(left.day, 0), "most": sender.per_day},
        month={"left": max(left.month, 0), "most": sender.per_month},
    ), 200


@api.get("/health")
def health() -> tuple[Response, int]:
    """Say whether messages can be taken (200 or 503) and whether an operator takes them now."""
    with services().database.opened() as connection:
        (waiting,) = connection.execute("SELECT count(*) FROM part WHERE state = 'queued'").fetchone()
    standing = services().sending.standing
    return jsonify(state="ok" if standing.runs else "kannel-away", online=standing.online, waiting=waiting), (
        200 if standing.runs else 503
    )


@api.get("/reports/<message>/<int:part>/<token>/<int:kind>")
def report(message: str, part: int, token: str, kind: int) -> tuple[str, int]:
    """Take one of Kannel's delivery reports; who cannot name its token is told nothing."""
    if not same(token, report_token(services().config, message, part)):
        return "", 404
    reports.report(services().database, message, part, kind, time.time())
    return "", 200


def _sender(given: str = "") -> Sender:
    """Return who calls. Raises RefusedError."""
    words = request.headers.get("Authorization", "").split()
    key = words[1] if len(words) == 2 and words[0].lower() == "bearer" else given
    sender = services().config.sender_of(key)
    if sender is None:
        raise RefusedError(401, [Wrong("key", "no-key")])
    return sender


def _asked(said: object) -> Asked:
    if not isinstance(said, dict) or not all(isinstance(said.get(name, ""), str) for name in ("to", "text", "id")):
        raise RefusedError(400, [Wrong("", "no-json", (("fields", "to, text, id"),))])
    if more := [name for name in said if name not in FIELDS]:
        raise RefusedError(400, [Wrong(str(name)[:40], "unknown-field", (("found", str(name)[:40]),)) for name in more])
    minutes = said.get("valid_minutes")
    if minutes is not None and (not isinstance(minutes, int) or isinstance(minutes, bool)):
        raise RefusedError(400, [Wrong("valid_minutes", "bad-minutes", (("most", services().config.valid_minutes),))])
    return Asked(said.get("to", ""), said.get("text", ""), said.get("id", ""), minutes)


def _document(name: str, sender: Sender, **more: object) -> Mapping[str, Any]:
    """Return a message for its own application. Raises RefusedError for another's, as for none."""
    with services().database.opened() as connection:
        message = log.one(connection, name)
        left = accept.left(connection, services().config, sender, time.time())
    if message is None or message.sender != sender.id:
        raise RefusedError(404, [Wrong("id", "no-message")])
    return {
        "id": message.id,
        "to": message.number,
        "parts": message.parts,
        "state": message.state,
        "said": message.said,
        "left": {"day": max(left.day, 0), "month": max(left.month, 0)},
        **more,
    }


def _errors(status: int, wrong: Sequence[Wrong]) -> tuple[Response, int]:
    errors = [
        {"field": each.field} | {language: say(each.message, language, **dict(each.values)) for language in LANGUAGES}
        for each in wrong
    ]
    answer = jsonify(errors=errors)
    if status in (429, 503):
        answer.headers["Retry-After"] = "3600" if status == 429 else "60"
    return answer, status

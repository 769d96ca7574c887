"""The routes of the API, made from the table; and its description, for programs and for people.

A request is taken in this order: token, scope, input (everything that is wrong with it at once), then the operation. A
change runs in one transaction with its Idempotency-Key and its If-Match, so that neither is only nearly true.
"""

import logging
from collections.abc import Callable

from flask import Blueprint, Response, current_app, request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_options_header

from countynet import clock
from countynet.db import together
from countynet.errors import BadInput, Problem
from countynet.i18n import CHINESE, ENGLISH, _, language, set_language
from dashboard.api import gate
from dashboard.api.declare import BASE, Answer, Bytes, Call, Nothing, Operation, RefusedError, Shape
from dashboard.api.document import document
from dashboard.api.kept import LONGEST, Written, digest, once
from dashboard.api.operations import OPERATIONS
from dashboard.api.pages import DocsPage, entries, kinds, scopes
from dashboard.api.problems import TYPE, found, told
from dashboard.api.service import Api
from dashboard.security import csrf, limiter
from dashboard.tokens.model import Token
from dashboard.web import services, show

logger = logging.getLogger(__name__)
api = Blueprint("api", __name__)


def _speak() -> None:
    """Speak what the program asks for; without a wish, Chinese. The page for people follows its session."""
    if request.endpoint != "api.docs":
        wanted = request.accept_languages.best_match(("zh-CN", "zh", "en"), default="zh-CN")
        set_language(ENGLISH if wanted == "en" else CHINESE)


api.before_request(_speak)


@api.get(f"{BASE}/openapi.json")
def openapi() -> Response:
    """Return the API's description (OpenAPI 3.1)."""
    return _json(document(OPERATIONS), 200, {})


@api.get(f"{BASE}/docs")
def docs() -> Response:
    """Show the API to people."""
    return show(DocsPage(entries(OPERATIONS), kinds(), scopes()))


@api.route(f"{BASE}/<path:rest>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
def unknown(rest: str) -> Response:
    """Answer an address that is none, or none for this method, as a problem, too."""
    adapter = current_app.url_map.bind("")
    for method in ("GET", "POST"):
        endpoint, _values = adapter.match(f"{BASE}/{rest}", method=method)
        if endpoint != "api.unknown":
            response = _problem(HTTPMethodError())
            response.headers["Allow"] = method
            return response
    return _problem(HTTPUnknownError())


class HTTPUnknownError(HTTPException):
    """No such address."""

    code = 404


class HTTPMethodError(HTTPException):
    """Not with this method."""

    code = 405


def _problem(error: Exception) -> Response:
    """Return an error as a problem; what is not ours is logged."""
    answer = told(error, request.path)
    if answer.details.status >= 500:
        logger.error("%s %s failed", request.method, request.path, exc_info=error)
    response = _json(answer.details, answer.details.status, dict(answer.headers))
    response.mimetype = TYPE
    return response


api.register_error_handler(Exception, _problem)


def _json(body: BaseModel | str, status: int, headers: dict[str, str]) -> Response:
    text = (
        body
        if isinstance(body, str)
        else body.model_dump_json(exclude_none=isinstance(body, BaseModel) and status >= 400)
    )
    response = Response(text, status, headers, mimetype="application/json")
    response.headers["Content-Language"] = language().replace("_", "-")
    response.headers["Vary"] = "Accept-Language, Authorization"
    return response


def _view(operation: Operation) -> Callable[..., Response]:
    def view(**path: object) -> Response:
        ground = services().api
        token = gate.enter(ground.tokens, operation, clock.now())
        request.max_content_length = operation.largest  # nothing of the body was read before the token was looked at
        call = _call(operation, token, {name: str(value) for name, value in path.items()})
        if operation.method == "GET":
            return _conditional(_read(operation, operation.run(ground, call)))
        return _changed(ground, operation, token, call)

    view.__doc__ = operation.summary
    return view


def _changed(ground: Api, operation: Operation, token: Token, call: Call[Shape, Shape]) -> Response:
    key, asked = request.headers.get("Idempotency-Key", ""), digest(request.method, request.path, request.get_data())
    with together(ground.engine) as session:
        written = once(session, token.id, key, asked, lambda: _written(operation.run(ground, call)))
    return _json(written.body, written.status, dict(written.headers))


def _written(answer: Answer) -> Written:
    """Return the answer to a change, which is always a document."""
    assert isinstance(answer.document, Shape)
    return Written(answer.status, _headers(answer), answer.document.model_dump_json())


def _headers(answer: Answer) -> dict[str, str]:
    return {name: value for name, value in (("ETag", answer.tag), ("Location", answer.location)) if value}


def _read(operation: Operation, answer: Answer) -> Response:
    """Return what was read: a document, or the bytes of a file under its own type."""
    if isinstance(answer.document, Shape):
        return _json(answer.document, answer.status, _headers(answer))
    return Response(answer.document, answer.status, _headers(answer), mimetype=operation.gives)


def _conditional(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-cache"
    if "ETag" in response.headers:
        response.make_conditional(request)
    return response


def _call(operation: Operation, token: Token, path: dict[str, str]) -> Call[Shape, Shape]:
    """Return the request, checked. Raises BadInput with all that is wrong, RefusedError for no JSON at all."""
    problems: list[Problem] = []
    query = _query(operation.query, problems)
    body = _sent(operation, problems)
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > LONGEST or not key.isprintable():
        message = _("a key is at most {most} printable characters")
        problems.append(Problem(message, {"most": LONGEST}, where="Idempotency-Key:", found=key[:40]))
    if problems:
        raise BadInput(problems)
    return Call(token.actor, path, query, body, _tags() if operation.guarded else ())


def _tags() -> tuple[str, ...]:
    given = request.headers.get("If-Match", "")
    return tuple(tag.strip() for tag in given.split(",") if tag.strip())


def _query(kind: type[Shape], problems: list[Problem]) -> Shape:
    values: dict[str, object] = {}
    for name, several in request.args.lists():
        field = kind.model_fields.get(name)
        if field is not None and isinstance(field.default, tuple):
            values[name] = tuple(several)
        elif len(several) > 1:
            problems.append(Problem(_("given more than once"), where=f"?{name}", found=", ".join(several)[:100]))
        else:
            values[name] = several[0]
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        problems += found(error, "?")
        return Nothing()


def _sent(operation: Operation, problems: list[Problem]) -> Shape:
    """Return the body. Raises RefusedError for one that is not of a kind that the operation takes."""
    if operation.body is None:
        return Nothing()
    mimetype = parse_options_header(request.headers.get("Content-Type", ""))[0]
    if not operation.takes:
        return _body(operation.body, mimetype, problems)
    if mimetype not in operation.takes:
        message = _("the body has to be one of: {expected}")
        raise RefusedError(415, "not-taken", message, expected=", ".join(operation.takes))
    return Bytes(content=request.get_data())


def _body(kind: type[Shape], mimetype: str, problems: list[Problem]) -> Shape:
    sent = request.get_data()
    if mimetype != "application/json" and (sent or mimetype):
        raise RefusedError(415, "not-json", _("the body has to be application/json"))
    try:
        return kind.model_validate_json(sent or b"{}", strict=True)
    except ValidationError as error:
        if error.errors()[0]["type"] == "json_invalid":
            raise RefusedError(400, "not-json", _("the body is no JSON document")) from None
        problems += found(error, "/")
        return Nothing()


for _operation in OPERATIONS:
    api.add_url_rule(_operation.rule, _operation.id, _view(_operation), methods=[_operation.method])
limiter.limit(gate.LIMIT, key_func=gate.caller)(api)
csrf.exempt(api)

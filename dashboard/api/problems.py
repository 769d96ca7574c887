"""Errors as RFC 9457 problem details: one kind for each thing that a program would handle otherwise.

All that is wrong with a request is told at once. A thing that a token may not see is answered as one that does not
exist. What breaks on our side says so and nothing else: no trace, no statement of SQL.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from countynet.errors import BadInput, Conflict, CountyError, NotAllowed, Problem
from countynet.i18n import _, describe, translate, translate_error
from dashboard.api.declare import BASE, ChangedError, NotFoundError, RefusedError
from dashboard.api.models import ProblemDetails, ProblemItem

TYPE = "application/problem+json"
TITLES: Mapping[str, str] = {
    "no-token": _("A valid token is needed"),
    "scope": _("The token may not do this"),
    "not-allowed": _("The role may not do this"),
    "not-found": _("There is no such thing"),
    "no-method": _("This address does not take that method"),
    "not-json": _("The body is not JSON"),
    "not-taken": _("A body of this kind is not taken here"),
    "invalid": _("The input is wrong"),
    "conflict": _("The state does not allow it"),
    "changed": _("It has changed in the meantime"),
    "key-used": _("The Idempotency-Key was used before"),
    "too-long": _("The request is too long"),
    "too-many": _("Too many requests"),
    "broken": _("Something broke on our side"),
}
"""every kind of problem; the human page explains each"""
_HTTP = {404: "not-found", 405: "no-method", 413: "too-long", 415: "not-json", 429: "too-many"}


@dataclass(frozen=True)
class Told:
    """A problem as it goes out."""

    details: ProblemDetails
    headers: Mapping[str, str]


def told(error: Exception, instance: str) -> Told:
    """Return an error as a problem, in the language of the context."""
    if isinstance(error, CountyError):
        return _ours(error, instance)
    if isinstance(error, HTTPException) and error.code is not None and error.code < 500:
        kind = _HTTP.get(error.code, "invalid")
        return Told(_details(kind, error.code, translate(TITLES[kind]), instance), _headers(error.code))
    return Told(_details("broken", 500, translate(TITLES["broken"]), instance), {})


def _headers(status: int) -> Mapping[str, str]:
    return {401: {"WWW-Authenticate": 'Bearer realm="countynet"'}, 429: {"Retry-After": "60"}}.get(status, {})


def _ours(error: CountyError, instance: str) -> Told:
    kind, status = next((k, s) for t, k, s in _KINDS if isinstance(error, t))
    problems: Iterable[Problem] = ()
    if isinstance(error, RefusedError):
        kind, status, problems = error.kind, error.status, error.problems
    elif isinstance(error, BadInput):
        problems = error.problems
    detail = translate_error(error) if not isinstance(error, BadInput) else _counted(error)
    return Told(_details(kind, status, detail, instance, tuple(_item(p) for p in problems)), _headers(status))


_KINDS: tuple[tuple[type[CountyError], str, int], ...] = (
    (NotFoundError, "not-found", 404),
    (ChangedError, "changed", 412),
    (NotAllowed, "not-allowed", 403),
    (Conflict, "conflict", 409),
    (BadInput, "invalid", 422),
    (RefusedError, "invalid", 400),
    (CountyError, "broken", 500),
)


def _counted(error: BadInput) -> str:
    return translate(_("{count} problems in the input; nothing was touched"), count=len(error.problems))


def _item(problem: Problem) -> ProblemItem:
    where = problem.where
    place = {}
    if where.startswith("/"):
        place = {"pointer": where}
    elif where.startswith("?"):
        place = {"parameter": where[1:]}
    elif where.endswith(":"):
        place = {"header": where[:-1]}
    elif where:
        place = {"pointer": "/" + where.replace("~", "~0").replace("/", "~1")}
    said = translate(problem.message, **problem.values) if problem.message else describe(problem)
    return ProblemItem(detail=said, found=problem.found or None, wanted=problem.wanted or None, **place)


def _details(
    kind: str, status: int, detail: str, instance: str, errors: tuple[ProblemItem, ...] = ()
) -> ProblemDetails:
    return ProblemDetails(
        type=f"{BASE}/docs#{kind}",
        title=translate(TITLES[kind]),
        status=status,
        detail=detail,
        instance=instance,
        errors=errors,
    )


REASONS: Mapping[str, str] = {
    "missing": _("this is missing"),
    "extra_forbidden": _("this is not known here"),
    "string_too_long": _("at most {max_length} characters"),
    "string_too_short": _("at least {min_length} characters"),
    "enum": _("one of: {expected}"),
    "literal_error": _("one of: {expected}"),
    "less_than_equal": _("at most {le}"),
    "greater_than_equal": _("at least {ge}"),
    "string_type": _("must be text"),
    "int_type": _("must be a whole number"),
    "int_parsing": _("must be a whole number"),
    "bool_parsing": _("must be true or false"),
    "string_pattern_mismatch": _("does not have the form {pattern}"),
    "timezone_aware": _("a time needs its zone, e.g. 2026-11-26T08:00:00Z"),
    "datetime_from_date_parsing": _("a time is written like 2026-11-26T08:00:00Z"),
    "datetime_parsing": _("a time is written like 2026-11-26T08:00:00Z"),
    "model_type": _("must be a JSON object"),
}
"""what pydantic finds, in our words; what is not here is told in pydantic's"""


def found(error: ValidationError, mark: str) -> list[Problem]:
    """Return what a check of the input found; `mark` is `/` for the body and `?` for parameters of the address."""
    return [_found(one, mark) for one in error.errors(include_url=False)]


def _found(one: Mapping[str, object], mark: str) -> Problem:
    kind, context = str(one["type"]), one.get("ctx")
    values = {name: value for name, value in context.items() if name != "error"} if isinstance(context, dict) else {}
    path = one["loc"] if isinstance(one["loc"], tuple) else ()
    steps = [str(step).replace("~", "~0").replace("/", "~1") for step in path]
    where = "?" + steps[0] if mark == "?" and steps else mark + "/".join(steps)
    given = one.get("input")
    shown = "" if kind == "missing" or isinstance(given, dict | list | tuple) else str(given)[:100]
    message = REASONS.get(kind)
    if message is None:
        return Problem("{said}", {"said": str(one["msg"])}, where=where, found=shown)
    return Problem(message, values, where=where, found=shown)

"""Turns what pydantic finds wrong with one value into our own bilingual problems.

Promise: pydantic's English never reaches a person. A kind of error that the tables below do not know gets a general
message, which `tests/unit/inventory/test_schema.py` keeps to the kinds that our models cannot raise.
"""

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from countynet.errors import Problem
from countynet.frozen import Frozen
from countynet.i18n import _
from inventory.model import (
    DNS_PATTERN,
    FILING_PATTERN,
    GRADES_PATTERN,
    HOUR_PATTERN,
    MAC_PATTERN,
    NAME_PATTERN,
    PORT_PATTERN,
    SERIAL_PATTERN,
    SLUG_PATTERN,
    TELEPHONE_PATTERN,
)
from inventory.validate.finding import Finding, Place

T = TypeVar("T", bound=Frozen)

WRONG = _("{field} is wrong")
EMPTY = _("{field} is empty")
_PATTERNS = {
    NAME_PATTERN: _("a name of small letters, digits and hyphens that begins with a letter, at most 31 characters"),
    PORT_PATTERN: _("a port name of letters, digits, dots, slashes and hyphens, at most 40 characters"),
    MAC_PATTERN: _("a MAC address such as 00:1e:c9:5a:00:19"),
    SLUG_PATTERN: _("a name of small letters, digits, dots, hyphens and underscores, at most 100 characters"),
    SERIAL_PATTERN: _("4 to 40 hexadecimal digits, as in the certificate"),
    GRADES_PATTERN: _("a level as decided, such as S2A3G3"),
    FILING_PATTERN: _("the number of a filing: eleven digits, a hyphen, five digits"),
    DNS_PATTERN: _("a DNS name of small letters, digits, hyphens and dots, such as ca.qinglan.internal"),
    HOUR_PATTERN: _("a time of day such as 02:30"),
    TELEPHONE_PATTERN: _("a telephone number such as 0609-3112233 or 16912345678"),
}
_WANTED = {
    "int_parsing": _("a whole number"),
    "int_type": _("a whole number"),
    "int_from_float": _("a whole number"),
    "float_parsing": _("a number"),
    "float_type": _("a number"),
    "bool_parsing": _("true or false"),
    "bool_type": _("true or false"),
    "string_type": _("a text"),
    "tuple_type": _("a list"),
    "model_type": _("fields with values"),
    "dict_type": _("fields with values"),
    "ip_v4_address": _("an IPv4 address such as 10.21.1.10"),
    "ip_v4_network": _("an IPv4 network such as 10.21.1.0/24, with no host bits set"),
    "ip_v6_address": _("an IPv6 address such as fd5a:71:c0de:19::10"),
    "ip_v6_network": _("an IPv6 network such as fd5a:71:c0de:19::/64, with no host bits set"),
    "ip_v4_interface": _("an IPv4 address with its prefix length, such as 10.1.0.10/24"),
    "date_parsing": _("a date such as 2026-03-02"),
    "date_from_datetime_parsing": _("a date such as 2026-03-02"),
    "date_from_datetime_inexact": _("a date such as 2026-03-02"),
    "date_type": _("a date such as 2026-03-02"),
    "too_long": _("fewer entries"),
    "too_short": _("more entries"),
    "model_attributes_type": _("fields with values"),
}
_LIMITS = {
    "greater_than": _("{field} must be more than {limit}"),
    "greater_than_equal": _("{field} must be at least {limit}"),
    "less_than": _("{field} must be less than {limit}"),
    "less_than_equal": _("{field} must be at most {limit}"),
    "string_too_short": _("{field} must have at least {limit} characters"),
    "string_too_long": _("{field} must have at most {limit} characters"),
}
_LIMIT_KEYS = ("gt", "ge", "lt", "le", "min_length", "max_length")


def parse(model: type[T], value: object, path: Place) -> T | tuple[Finding, ...]:
    """Return the value as a model, or everything that is wrong with it; `path` is where it stands."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        return tuple(_finding(model, details, path) for details in error.errors(include_url=False))


def _finding(model: type[Frozen], details: ErrorDetails, path: Place) -> Finding:
    place = (*path, *details["loc"])
    make = _SPECIAL.get(details["type"], _general)
    return Finding(place, make(model, details, place))


def _field(place: Place) -> str:
    """Return the name of the field that a place is in."""
    return next((part for part in reversed(place) if isinstance(part, str)), "")


def _found(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(str(key) for key in value) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{len(value)}]"
    return "" if value is None else str(value)


def _general(_model: type[Frozen], details: ErrorDetails, place: Place) -> Problem:
    kind, value = details["type"], details["input"]
    wanted = _WANTED.get(kind, "")
    if kind == "model_type" and place[-1] in ("a", "b"):
        wanted = _("node:port, e.g. core-1:trunk1")
    return Problem(
        EMPTY if value is None else WRONG,
        {"field": _field(place)},
        found=_found(value),
        wanted=wanted,
    )


def _missing(_model: type[Frozen], details: ErrorDetails, place: Place) -> Problem:
    return Problem(_("{field} is missing"), {"field": _field(place)})


def _unknown(model: type[Frozen], details: ErrorDetails, place: Place) -> Problem:
    name = str(details["loc"][-1])
    near = get_close_matches(name, _fields(model, details["loc"][:-1]), n=1)
    values: dict[str, object] = {"field": name}
    if near:
        values["near"] = near[0]
        return Problem(_("no field is named {field}; perhaps {near} is meant"), values)
    return Problem(_("no field is named {field}"), values)


def _fields(model: type[Frozen], path: Sequence[str | int]) -> list[str]:
    """Return the field names of a model, or of the model in it that a path leads to."""
    for part in path:
        if isinstance(part, str):
            model = _inner(model.model_fields[part].annotation) or model
    return list(model.model_fields)


def _inner(annotation: Any) -> type[Frozen] | None:
    """Return the model inside an annotation such as `tuple[Terminal, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, Frozen):
        return annotation
    return next((m for a in getattr(annotation, "__args__", ()) if (m := _inner(a))), None)


def _pattern(_model: type[Frozen], details: ErrorDetails, place: Place) -> Problem:
    wanted = _PATTERNS.get(str(details.get("ctx", {}).get("pattern")), "")
    return Problem(WRONG, {"field": _field(place)}, found=_found(details["input"]), wanted=wanted)


def _choice(_model: type[Frozen], details: ErrorDetails, place: Place) -> Problem:
    choices = str(details.get("ctx", {}).get("expected", "")).replace("'", "").replace(" or ", ", ")
    values = {"field": _field(place), "choices": choices}
    return Problem(_("{field} must be one of: {choices}"), values, found=_found(details["input"]))


def _limit(_model: type[Frozen], details: ErrorDetails, place: Place) -> Problem:
    context = details.get("ctx", {})
    limit = next((context[key] for key in _LIMIT_KEYS if key in context), "")
    values = {"field": _field(place), "limit": limit}
    return Problem(_LIMITS[details["type"]], values, found=_found(details["input"]))


_Make = Callable[[type[Frozen], ErrorDetails, Place], Problem]
_SPECIAL: dict[str, _Make] = {
    "missing": _missing,
    "extra_forbidden": _unknown,
    "string_pattern_mismatch": _pattern,
    "enum": _choice,
    "literal_error": _choice,
    **dict.fromkeys(_LIMITS, _limit),
}

"""Cursors: where a page of a list ended, so that what is added meanwhile neither hides nor repeats anything.

A cursor is opaque to its reader: the keys of the last row, base64url of JSON. It gives no right to anything: filters,
and what the token may see, hold on every page.
"""

import base64
import json
from collections.abc import Sequence
from datetime import datetime
from ipaddress import IPv4Address
from typing import TypeVar

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from dashboard.api.declare import LARGEST

T = TypeVar("T")


def cursor(keys: Sequence[int | str]) -> str:
    """Return the cursor of a row's keys."""
    return base64.urlsafe_b64encode(json.dumps(keys).encode()).decode().rstrip("=")


def keys(text: str, kinds: Sequence[type]) -> tuple[object, ...] | None:
    """Return the keys of a cursor, None for none. Raises BadInput for what is none of this list's."""
    if not text:
        return None
    try:
        found = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(found, list) or [type(one) for one in found] != list(kinds):
            raise ValueError(text)
        if any(isinstance(one, int) and abs(one) > LARGEST for one in found):
            raise ValueError(text)
    except ValueError:  # of base64, of JSON, of UTF-8
        message = _("this is no cursor of this list")
        raise BadInput([Problem(message, where="?cursor", found=text[:40])]) from None
    return tuple(found)


def moment(text: object) -> datetime:
    """Return the time in a cursor. Raises BadInput."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise BadInput([Problem(_("this is no cursor of this list"), where="?cursor", found=str(text)[:40])])
    return found


def address(text: object) -> IPv4Address:
    """Return the address in a cursor. Raises BadInput."""
    try:
        return IPv4Address(str(text))
    except ValueError:
        message = _("this is no cursor of this list")
        raise BadInput([Problem(message, where="?cursor", found=str(text)[:40])]) from None


def cut(rows: Sequence[T], limit: int) -> tuple[Sequence[T], T | None]:
    """Return a page of rows of which one more was asked for, and the last of the page when there is a next one."""
    return (rows[:limit], rows[limit - 1]) if len(rows) > limit else (rows, None)

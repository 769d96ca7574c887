"""How the web process and the keeper speak: one JSON object a line, bytes as base64."""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Value: TypeAlias = "Mapping[str, Value] | Sequence[Value] | str | int | bool | None"
LONGEST = 4 * 1024 * 1024
"""bytes of a line; what is longer is no request of ours"""


def pack(content: bytes) -> str:
    """Return bytes as they travel."""
    return base64.b64encode(content).decode()


def unpack(text: str) -> bytes:
    """Return the bytes that `pack` packed. Raises ValueError for another text."""
    return base64.b64decode(text, validate=True)


def line(value: Mapping[str, Value]) -> bytes:
    """Return an object as a line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

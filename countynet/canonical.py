"""JSON values and their one canonical form.

What is hashed, stored or compared as JSON goes through `canonical`, so equal values are equal bytes. A value that JSON
cannot hold exactly (NaN, a set, a bare object) is refused, never turned into its repr.
"""

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

JSON: TypeAlias = "Mapping[str, JSON] | Sequence[JSON] | str | int | float | bool | None"
"""A value that a JSON document can hold."""


def canonical(value: JSON) -> str:
    """Return the canonical text of a value: sorted keys, no spaces, UTF-8 kept. Raises TypeError or ValueError."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)

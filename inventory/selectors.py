"""What a policy rule's `source` and `target` may be, and how each is taken apart. Pure.

units | browsing-units | devices | unit:<id> | zone:<name> | host:<name>
"""

from typing import NamedTuple

WORDS = ("units", "browsing-units", "devices")
KINDS = ("unit", "zone", "host")


class Selector(NamedTuple):
    """A selector taken apart; `name` is empty for those that are one word."""

    kind: str
    name: str


def parse_selector(text: str) -> Selector | None:
    """Return a selector's parts, or None if the text is none."""
    if text in WORDS:
        return Selector(text, "")
    kind, colon, name = text.partition(":")
    return Selector(kind, name) if colon and kind in KINDS and name else None


def unit_of(text: str) -> str | None:
    """Return the unit id that a selector names, or None."""
    selector = parse_selector(text)
    return selector.name if selector and selector.kind == "unit" else None

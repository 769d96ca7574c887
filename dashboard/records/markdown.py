"""Markdown as HTML that cannot do anything: no raw HTML, no pictures, no links but to the web and within it.

By markdown-it-py (CommonMark); what it renders is escaped by it, and its own check of links refuses scripts.
"""

from functools import cache

from markdown_it import MarkdownIt
from markupsafe import Markup


def html(text: str) -> Markup:
    """Return a text's HTML."""
    return Markup(_renderer().render(text))  # noqa: S704 - the renderer escapes everything that is not its own


@cache
def _renderer() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")

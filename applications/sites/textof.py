"""The words of a page: for the search index and for words that a county forbids."""

import re
from collections.abc import Iterable
from html import unescape
from typing import Any

from wagtail.fields import RichTextField, StreamField

_TAG = re.compile(r"<[^>]+>")


def plain(html: str) -> str:
    """Return HTML's text on one line."""
    return " ".join(unescape(_TAG.sub(" ", html)).split())


def text_of(page: Any) -> str:
    """Return all that a page says: title, summary, bodies."""
    parts = [str(getattr(page, "title", ""))]
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            parts += [
                str(text)
                for text in getattr(page, field.name).stream_block.get_searchable_content(getattr(page, field.name))
            ]
        elif isinstance(field, RichTextField):
            parts.append(plain(getattr(page, field.name) or ""))
        elif field.name in {"summary", "question", "answer", "document_number", "index_number", "subject"}:
            parts.append(str(getattr(page, field.name) or ""))
    return " ".join(part for part in parts if part)


def words_in(page: Any, words: Iterable[str]) -> list[str]:
    """Return those words of a list that a page has."""
    listed = tuple(words)
    if not listed:
        return []
    text = "".join(text_of(page).split()).lower()
    return [word for word in listed if "".join(word.split()).lower() in text]

"""Chinese for an index of words: each Han character is a word, and a word of a query a phrase of them. Pure."""

import re

_HAN = re.compile(r"([\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])")
_WORD = re.compile(r"[\w]+")


def parted(text: str) -> str:
    """Return a text with spaces around each Han character."""
    return " ".join(_HAN.sub(r" \1 ", text).split())


def phrase(query: str) -> str:
    """Return FTS5's expression for a query: all of its words, each as a phrase; empty when it has none."""
    words = [" ".join(_WORD.findall(parted(word))) for word in query.split()[:8]]
    return " AND ".join(f'"{word}"' for word in words if word)

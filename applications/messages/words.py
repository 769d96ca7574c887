"""The gateway's words in Chinese and English, from `words.json`: every one in both, filled in by name."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LANGUAGES = ("zh", "en")


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Return every word: its name, and its text by language."""
    found: Mapping[str, Mapping[str, str]] = json.loads(Path(__file__).with_name("words.json").read_text("utf-8"))
    return found


def say(name: str, language: str, /, **values: object) -> str:
    """Return a word in a language, with its values. Raises KeyError for one that there is not."""
    return catalogue()[name][language].format(**values)


def chosen(wanted: str | None, accepted: str) -> str:
    """Return the language of an answer: the one asked for, else the browser's first of ours, else Chinese."""
    if wanted in LANGUAGES:
        return wanted
    for each in accepted.lower().split(","):
        if each.strip()[:2] in LANGUAGES:
            return each.strip()[:2]
    return "zh"

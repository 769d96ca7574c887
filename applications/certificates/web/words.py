"""The texts in the reader's language: English in the program, Chinese beside it in texts.json."""

import functools
import json
from importlib import resources

LANGUAGES = ("zh", "en")


@functools.cache
def chinese() -> dict[str, str]:
    """Return the Chinese of every English text."""
    text = resources.files("applications.certificates").joinpath("texts.json").read_text(encoding="utf-8")
    found: dict[str, str] = json.loads(text)
    return found


def say(language: str, text: str, **values: str | int) -> str:
    """Return a text in a language, its values filled in. A text without Chinese is shown in English."""
    words = chinese().get(text, text) if language == "zh" else text
    return words.format(**values) if values else words

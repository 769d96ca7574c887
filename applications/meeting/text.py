"""The two languages of the pages. A msgid is the English text; `texts.json` has the Chinese of every one of them.

A msgid without Chinese is an error at once, in whichever language: nobody finds an English line on a Chinese page.
"""

import json
from pathlib import Path

LANGUAGES = {"zh": "中文", "en": "English"}
CHINESE: dict[str, str] = json.loads(Path(__file__).with_name("texts.json").read_text(encoding="utf-8"))


def say(language: str, msgid: str, **values: object) -> str:
    """Return a text in a language, its {places} filled. Raises KeyError for a msgid that has no Chinese."""
    chinese = CHINESE[msgid]
    text = chinese if language == "zh" else msgid
    return text.format(**values) if values else text

"""What clerks type, in the notation that we compare: width, spaces and invisible signs. Pure.

Only the notation changes here, never the meaning, so nobody is told about it. Whatever would be a guess belongs to
`inventory.survey.values` or `inventory.survey.units`, which ask instead.
"""

import re
import unicodedata

_CJK = "\u4e00-\u9fff\u3400-\u4dbf\u3007"
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufff9-\uffff]"
)
"""controls, soft hyphens, zero-width signs, direction marks, byte order marks"""
_BESIDE_CHINESE = re.compile(rf"(?<=[{_CJK}、，。：；！？（）])\s+|\s+(?=[{_CJK}、，。：；！？（）])")
_LABEL_NOTE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_LABEL_NOISE = re.compile(r"[\s*:;,.·、。…_#?/\"'\-]+")
SHOWN = 200
"""how many characters of a cell's value a problem shows"""


def plain(text: str) -> str:
    """Return a text in half width, without invisible signs, its spaces and line feeds made single spaces."""
    return " ".join(unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).split())


def lines(text: str) -> list[str]:
    """Return a cell's lines, each made plain; empty ones are left out."""
    return [line for line in map(plain, _INVISIBLE.sub("", text).splitlines()) if line]


def name(text: str) -> str:
    """Return the name of a unit, place or person: no spaces beside Chinese, and full-width brackets around it."""
    short = _BESIDE_CHINESE.sub("", plain(text))
    if not re.search(f"[{_CJK}]", short):
        return short
    return _BESIDE_CHINESE.sub("", short.replace("(", "（").replace(")", "）").replace(",", "，"))


def label(text: str) -> str:
    """Return a header as headers are compared: small letters, no notes in brackets, no punctuation, no spaces."""
    bare = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    return _LABEL_NOISE.sub("", _LABEL_NOTE.sub("", bare)).lower()


def shown(text: str) -> str:
    """Return a cell's value as it may be printed: no control signs, cut where it is long."""
    safe = "".join(sign if sign.isprintable() else " " for sign in text)
    return safe if len(safe) <= SHOWN else safe[: SHOWN - 1] + "…"

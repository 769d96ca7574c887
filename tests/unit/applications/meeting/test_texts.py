"""Every page of the meeting server is complete in both languages, and no text is left over."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from applications.meeting import text

FOLDER = Path(text.__file__).parent


def _strings() -> Iterator[str]:
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def _called() -> Iterator[str]:
    """Yield the msgids that pages, scripts and views name."""
    for path in FOLDER.glob("templates/*.html"):
        yield from re.findall(r'\bt\(\s*"([^"]*)"', path.read_text(encoding="utf-8"))
    for path in FOLDER.glob("static/*.js"):
        yield from re.findall(r'\bt\("([^"]*)"', path.read_text(encoding="utf-8"))
    for path in FOLDER.rglob("*.py"):
        yield from re.findall(r'\b(?:t|Refused)\(\s*"([^"]*)"', path.read_text(encoding="utf-8"))


def test_every_text_has_chinese_and_none_is_left_over() -> None:
    strings, called = set(_strings()), set(_called())
    assert called - text.CHINESE.keys() == set()
    assert text.CHINESE.keys() - strings - called == set()


def test_what_a_script_says_is_sent_along_with_the_room() -> None:
    room = (FOLDER / "web/room.py").read_text(encoding="utf-8")
    said = {m for p in FOLDER.glob("static/*.js") for m in re.findall(r'\bt\("([^"]*)"', p.read_text(encoding="utf-8"))}
    assert {msgid for msgid in said if f'"{msgid}"' not in room} == set()


def test_both_languages_have_the_same_places() -> None:
    for english, chinese in text.CHINESE.items():
        assert sorted(re.findall(r"{\w+}", english)) == sorted(re.findall(r"{\w+}", chinese)), english

"""Finds every message of a room: `_("...")` in Python by its syntax tree, `t("...")` in Jinja templates by babel.

A plain string given straight to `translate` or `t` in Python is a message too.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from string import Formatter

from jinja2.ext import babel_extract

from countynet.i18n import read_catalog

TOP = Path(__file__).parents[3]
ROOMS = ("countynet", "inventory", "topology", "playbooks", "monitoring", "audit", "applications", "dashboard")
SPOKEN = tuple(room for room in ROOMS if room != "applications")
"""rooms with our catalogues; deployed programs run without countynet, each with one of its own that its tests check"""
HAN = re.compile(r"[一-鿿]")
MARKS = ("_", "translate", "t")
SUFFIXES = (".html", ".svg", ".txt", ".xml")


@dataclass(frozen=True)
class Message:
    """A msgid and where it stands."""

    msgid: str
    place: str


def _constant(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def in_python(path: Path) -> Iterator[Message]:
    """Yield the messages of one module. Raises ValueError for `_` over anything but a plain string."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS):
            continue
        place = f"{path.relative_to(TOP)}:{node.lineno}"
        msgid = _constant(node.args[0]) if node.args else None
        if msgid is not None:
            yield Message(msgid, place)
        elif node.func.id == "_":
            raise ValueError(f"{place}: _() wants one plain string")


def in_template(path: Path) -> Iterator[Message]:
    """Yield the messages of one template."""
    found = babel_extract(BytesIO(path.read_bytes()), ["t"], [], {"extensions": "", "silent": "false"})
    for line, _function, message, _comments in found:
        texts = message if isinstance(message, tuple) else (message,)
        for text in texts:
            if text:
                yield Message(text, f"{path.relative_to(TOP)}:{line}")


@cache
def of_room(room: str) -> tuple[Message, ...]:
    """Return every message of a room; every test here asks for them."""
    folder = TOP / room
    python = [m for path in sorted(folder.rglob("*.py")) for m in in_python(path)]
    templates = sorted(p for p in folder.rglob("*") if p.suffix in SUFFIXES and room == "dashboard")
    return (*python, *(m for path in templates for m in in_template(path)))


@cache
def catalog(room: str) -> dict[str, str]:
    """Return a room's Chinese catalog; empty when it has none."""
    path = TOP / room / "locale" / "zh_CN.po"
    return read_catalog(path) if path.exists() else {}


def places(text: str) -> set[str]:
    """Return the names of the `{places}` of a message."""
    return {name for _literal, name, _spec, _conversion in Formatter().parse(text) if name is not None}

"""Languages: simplified Chinese first, English by choice.

Every message a person sees is an English msgid with `{name}` places, marked with `_` in the code and translated where
it is shown, in the language of the present context (a web request, a command). Each room keeps its catalog in
`<room>/locale/zh_CN.po`, which is read as it is; nothing is compiled. A msgid without a translation is shown in
English; `make check` refuses it.

A message that counts is marked in its plural; the catalog has its singular beside it (msgid, msgid_plural), and English
says that when the counted number is one. Chinese has one form.
"""

import os
import re
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

from countynet import rooms
from countynet.errors import BadInput, CountyError, DeviceError, Problem

CHINESE = "zh_CN"
ENGLISH = "en"
_PLACE = re.compile(r"\{(\w+)\}")


def _(msgid: str) -> str:
    """Mark a message for translation; returns it unchanged."""
    return msgid


def normalise(wanted: str) -> str:
    """Return the language that a setting means: `en*` is English, anything else Chinese."""
    return ENGLISH if wanted.strip().lower().startswith("en") else CHINESE


def _default() -> str:
    """Return the language of COUNTYNET_LANG, else English if LANG says so, else Chinese."""
    return normalise(os.environ.get("COUNTYNET_LANG") or os.environ.get("LANG", ""))


_current: ContextVar[str | None] = ContextVar("countynet_language", default=None)


def language() -> str:
    """Return the language of this context: `zh_CN` or `en`."""
    return _current.get() or _default()


def set_language(wanted: str) -> None:
    """Set the language of this context (a request, a command); `en*` is English, anything else Chinese."""
    _current.set(normalise(wanted))


class Singular(NamedTuple):
    """What English says when there is one: the message, and the place whose number decides."""

    message: str
    place: str


def read_catalog(path: Path) -> dict[str, str]:
    """Return msgid -> translation of one .po file; fuzzy and empty entries are left out. Raises OSError, ValueError."""
    return {many: text for _one, many, text in _entries(path) if text}


def read_singulars(path: Path) -> dict[str, Singular]:
    """Return msgid (a plural) -> its singular, of one .po file. Raises OSError, ValueError."""
    return {many: Singular(one, counted(one, many)) for one, many, _text in _entries(path) if one}


def _entries(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield (singular or "", msgid, translation) of what is not fuzzy."""
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        catalog = read_po(file, locale=CHINESE, abort_invalid=True)
    for entry in catalog:
        if entry.id and not entry.fuzzy:
            one, many = entry.id if isinstance(entry.id, tuple) else ("", entry.id)
            text = entry.string[0] if isinstance(entry.string, tuple) else entry.string
            yield str(one), str(many), str(text)


def counted(one: str, many: str) -> str:
    """Return the place that decides between singular and plural: the last before they differ, else the first."""
    alike = "".join(a for a, _b in takewhile(lambda pair: pair[0] == pair[1], zip(one, many, strict=False)))
    before, names = _PLACE.findall(alike), _PLACE.findall(many)
    return str(before[-1] if before else names[0])


def _catalogs() -> Iterator[Path]:
    paths = (folder / "locale" / f"{CHINESE}.po" for _room, folder in rooms.folders())
    return (path for path in paths if path.exists())


@cache
def _catalog() -> Mapping[str, str]:
    """Return the Chinese messages of all rooms."""
    return {msgid: text for path in _catalogs() for msgid, text in read_catalog(path).items()}


@cache
def _singulars() -> Mapping[str, Singular]:
    """Return the singulars of all rooms' messages."""
    return {msgid: one for path in _catalogs() for msgid, one in read_singulars(path).items()}


def translate(msgid: str, **values: object) -> str:
    """Return a message in the language of this context, its places filled in. Raises KeyError for a missing value.

    A value may itself be a message (a mapping with `message` and `values`) or a list of such, which is joined.
    """
    text = (_catalog().get(msgid, msgid) if language() == CHINESE else _english(msgid, values)) if msgid else msgid
    return text.format(**{name: _filled(value) for name, value in values.items()}) if values else text


def _english(msgid: str, values: Mapping[str, object]) -> str:
    """Return the singular of a message that counts one; the catalogs are read only where something is one."""
    ones = {name for name, value in values.items() if isinstance(value, int | str) and value in (1, "1")}
    found = _singulars().get(msgid) if ones else None
    return found.message if found and found.place in ones else msgid


def _filled(value: object) -> object:
    """Return a value as it is put into a text."""
    if isinstance(value, Mapping) and "message" in value:
        return translate(str(value["message"]), **value.get("values", {}))
    if isinstance(value, list) and value and all(isinstance(v, Mapping) and "message" in v for v in value):
        return translate(_("; ")).join(str(_filled(v)) for v in value)
    return value


def describe(problem: Problem) -> str:
    """Return one problem as a line: where it stands, what is wrong, what was found and what is wanted."""
    place = ":".join(str(part) for part in (problem.file, problem.line, problem.column) if part)
    head = " ".join(part for part in (place, problem.where) if part)
    text = translate(problem.message, **problem.values)
    if problem.found:
        text += translate(_("; found: {found}"), found=problem.found)
    if problem.wanted:
        text += translate(_("; wanted: {wanted}"), wanted=translate(problem.wanted))
    return f"{head}: {text}" if head else text


def translate_why(error: CountyError) -> str:
    """Return an error as `translate_error` does, without the device's name: for where that stands beside it."""
    text = translate_error(error)
    return text.removeprefix(f"{error.device}: ") if isinstance(error, DeviceError) else text


def translate_error(error: CountyError) -> str:
    """Return an error as text in the language of this context; several lines when it carries several problems."""
    if isinstance(error, BadInput):
        return "\n".join(describe(problem) for problem in error.problems)
    text = translate(error.message, **error.values)
    if not isinstance(error, DeviceError):
        return text
    words = [f"{error.device}: {text}"]
    if error.command:
        words.append(translate(_("  command: {command}"), command=error.command))
    if error.answer:
        words.append(translate(_("  the device said: {answer}"), answer=error.answer.strip()))
    return "\n".join(words)

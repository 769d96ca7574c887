"""Languages: simplified Chinese first, English by choice.

Every message a person sees is an English msgid with `{name}` places, marked with `_` in the code and translated where
it is shown, in the language of the present context (a web request, a command). Each room keeps its catalog in
`<room>/locale/zh_CN.po`, which is read as it is; nothing is compiled. A msgid without a translation is shown in
English; `make check` refuses it.
"""

import os
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from countynet import rooms
from countynet.errors import BadInput, CountyError, DeviceError, Problem

CHINESE = "zh_CN"
ENGLISH = "en"


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


def read_catalog(path: Path) -> dict[str, str]:
    """Return msgid -> translation of one .po file; fuzzy and empty entries are left out. Raises OSError, ValueError."""
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        catalog = read_po(file, locale=CHINESE, abort_invalid=True)
    return {
        m.id: m.string
        for m in catalog
        if m.id and not m.fuzzy and isinstance(m.id, str) and isinstance(m.string, str) and m.string
    }


@cache
def _catalog() -> Mapping[str, str]:
    """Return the Chinese messages of all rooms."""
    messages: dict[str, str] = {}
    for _room, folder in rooms.folders():
        path = folder / "locale" / f"{CHINESE}.po"
        if path.exists():
            messages.update(read_catalog(path))
    return messages


def translate(msgid: str, **values: object) -> str:
    """Return a message in the language of this context, its places filled in. Raises KeyError for a missing value.

    A value may itself be a message (a mapping with `message` and `values`) or a list of such, which is joined.
    """
    text = _catalog().get(msgid, msgid) if msgid and language() == CHINESE else msgid
    return text.format(**{name: _filled(value) for name, value in values.items()}) if values else text


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

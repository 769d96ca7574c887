"""Every message has its Chinese, with the same places, and no catalog keeps what nobody says any more."""

import re
from collections.abc import Iterator

import pytest

from countynet import rooms
from countynet.frontdoor import load
from countynet.i18n import read_catalog, read_singulars, set_language, translate
from tests.unit.house.messages import HAN, SPOKEN, TOP, catalog, of_room, places

COUNTS = re.compile(r"\{count\} (\w+ )??\w\w+s\b")
NEVER_ONE = {
    "a password needs at least {count} characters",
    "a port is allowed 2 to {count} computers",
    "and {count} of others that we reported, too",
    "The first {old} of {new} events are the same; {count} hashes prove it.",
    "{count} TCP clocks behind one address",
    "{count} kinds of systems behind one address",
}


def all_catalogs() -> dict[str, str]:
    return {msgid: text for room in SPOKEN for msgid, text in catalog(room).items()}


@pytest.mark.parametrize("room", SPOKEN)
def test_every_message_is_translated(room: str) -> None:
    known = all_catalogs()
    missing = sorted({f"{m.place}: {m.msgid!r}" for m in of_room(room) if m.msgid not in known})
    assert not missing, "untranslated:\n" + "\n".join(missing)


@pytest.mark.parametrize("room", SPOKEN)
def test_translations_have_the_places_of_their_message(room: str) -> None:
    """A Chinese text may leave out only the English name of what it names in Chinese."""
    wrong = [
        msgid
        for msgid, text in catalog(room).items()
        if places(text) - places(msgid) or any(not p.endswith("_en") for p in places(msgid) - places(text))
    ]
    assert not wrong


@pytest.mark.parametrize("room", SPOKEN)
def test_translations_are_chinese(room: str) -> None:
    same = [m for m, text in catalog(room).items() if not HAN.search(text) and len(m.split()) > 2 and text == m]
    assert not same


@pytest.mark.parametrize("room", SPOKEN)
def test_catalog_holds_no_message_that_nobody_says(room: str) -> None:
    said = {m.msgid for r in SPOKEN for m in of_room(r)}
    assert not sorted(set(catalog(room)) - said)


@pytest.mark.parametrize("room", SPOKEN)
def test_catalog_has_no_fuzzy_or_empty_entry(room: str) -> None:
    path = TOP / room / "locale" / "zh_CN.po"
    if not path.exists():
        assert not of_room(room)
        return
    entries = sum(1 for line in path.read_text().splitlines() if line.startswith("msgid ") and line != 'msgid ""')
    multiline = path.read_text().count('msgid ""\n"') - 1
    assert len(read_catalog(path)) == entries + max(multiline, 0)


def test_one_message_has_one_translation() -> None:
    seen: dict[str, set[str]] = {}
    for room in SPOKEN:
        for msgid, text in catalog(room).items():
            seen.setdefault(msgid, set()).add(text)
    assert not {msgid: texts for msgid, texts in seen.items() if len(texts) > 1}


def test_what_counts_has_its_singular() -> None:
    """English says "1 host": msgid is the singular, msgid_plural what the code marks."""
    singulars = {m: one for room in SPOKEN for m, one in read_singulars(TOP / room / "locale" / "zh_CN.po").items()}
    counting = {m.msgid for room in SPOKEN for m in of_room(room) if COUNTS.search(m.msgid)}
    assert not sorted(counting - set(singulars) - NEVER_ONE)
    assert not [many for many, one in singulars.items() if places(one.message) != places(many)]


def helps_of(command: object) -> Iterator[str]:
    yield from (text for item in [command, *command.params] if (text := getattr(item, "help", None)))  # type: ignore[attr-defined]
    for child in getattr(command, "commands", {}).values():
        yield from helps_of(child)


def test_every_help_text_is_translated() -> None:
    known = all_catalogs()
    for entry in rooms.registered("countynet.commands"):
        missing = {text for text in helps_of(load(entry)) if text not in known}
        assert not missing, entry.name


def test_a_message_is_shown_in_both_languages() -> None:
    set_language("zh")
    assert translate("event {id} was altered", id=3) == "事件 3 被改动过"
    set_language("en")
    assert translate("event {id} was altered", id=3) == "event 3 was altered"

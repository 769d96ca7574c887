"""Messages in two languages, and errors with place, found and wanted."""

import threading
from pathlib import Path

import pytest

from countynet.errors import BadInput, CountyError, DeviceError, Problem
from countynet.i18n import (
    describe,
    language,
    read_catalog,
    read_singulars,
    set_language,
    translate,
    translate_error,
)

CATALOG = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"

msgid "good"
msgstr "好"

#, fuzzy
msgid "half"
msgstr "半"

msgid "empty"
msgstr ""

msgid ""
"long "
"one"
msgstr "长"
"""


@pytest.mark.parametrize(
    ("county", "lang", "expected"),
    [
        ("", "", "zh_CN"),
        ("", "C.UTF-8", "zh_CN"),
        ("", "en_GB.UTF-8", "en"),
        ("zh", "en_US", "zh_CN"),
        ("EN", "", "en"),
    ],
)
def test_language_of_the_environment(monkeypatch: pytest.MonkeyPatch, county: str, lang: str, expected: str) -> None:
    monkeypatch.setenv("COUNTYNET_LANG", county)
    monkeypatch.setenv("LANG", lang)
    seen: list[str] = []
    thread = threading.Thread(target=lambda: seen.append(language()))  # a context in which nobody chose
    thread.start()
    thread.join()
    assert seen == [expected]


def test_fuzzy_and_empty_entries_are_not_used(tmp_path: Path) -> None:
    path = tmp_path / "zh_CN.po"
    path.write_text(CATALOG, encoding="utf-8")
    assert read_catalog(path) == {"good": "好", "long one": "长"}


def test_text_with_braces_and_no_values_is_left_alone() -> None:
    assert translate('{"json": true}') == '{"json": true}'
    assert translate("") == ""


def test_missing_value_is_an_error_not_a_hole() -> None:
    with pytest.raises(KeyError):
        translate("event {id} was altered", other=1)


def test_problem_says_where_what_and_what_is_wanted() -> None:
    problem = Problem(
        "the setting {name} is wrong: {message}",
        {"name": "X", "message": "m"},
        file="units.yml",
        line=7,
        where="units[3].lan",
        found="10.0.0.1/24",
        wanted="one line with the password",
    )
    assert describe(problem) == (
        "units.yml:7 units[3].lan: the setting X is wrong: m; found: 10.0.0.1/24; wanted: one line with the password"
    )
    set_language("zh")
    assert describe(problem) == "units.yml:7 units[3].lan: 设置 X 有误：m；实际为：10.0.0.1/24；应为：一行口令"


def test_values_with_braces_are_not_filled_in_again() -> None:
    assert describe(Problem("the setting {name} is wrong: {message}", {"name": "{message}", "message": "{x}"})) == (
        "the setting {message} is wrong: {x}"
    )


def test_every_problem_is_told() -> None:
    error = BadInput([Problem("good", file="a"), Problem("failed", file="b")])
    assert translate_error(error) == "a: good\nb: failed"
    assert error.exit_code == 2


def test_device_error_keeps_command_and_answer() -> None:
    error = DeviceError("cpe-001", "failed", command="nft -f x", answer="syntax error\n")
    set_language("zh")
    assert translate_error(error) == "cpe-001: 失败\n  命令：nft -f x\n  设备回答：syntax error"


def test_unknown_message_is_shown_in_english() -> None:
    set_language("zh")
    assert translate_error(CountyError("no such sentence {n}", n=1)) == "no such sentence 1"


COUNTED = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

msgid "{name}: {count} host failed of {all}"
msgid_plural "{name}: {count} hosts failed of {all}"
msgstr[0] "{name}：{all} 台中有 {count} 台失败"

msgid "The {count} line fell silent at {at}"
msgid_plural "All {count} lines fell silent at {at}"
msgstr[0] "全部 {count} 条线路于 {at} 中断"
"""


def test_a_catalog_has_the_singulars_beside_the_plurals(tmp_path: Path) -> None:
    path = tmp_path / "zh_CN.po"
    path.write_text(COUNTED, encoding="utf-8")
    plurals = ("{name}: {count} hosts failed of {all}", "All {count} lines fell silent at {at}")
    assert tuple(read_catalog(path)) == plurals
    first, second = (read_singulars(path)[many] for many in plurals)
    assert first == ("{name}: {count} host failed of {all}", "count")
    assert second == ("The {count} line fell silent at {at}", "count")


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, "0 hosts: 1 failed, 0 changed"),
        (1, "1 host: 1 failed, 0 changed"),
        ("1", "1 host: 1 failed, 0 changed"),
        (2, "2 hosts: 1 failed, 0 changed"),
    ],
)
def test_english_says_the_singular_of_one(count: object, expected: str) -> None:
    message = "{count} hosts: {failed} failed, {changed} changed"
    assert translate(message, count=count, failed=1, changed=0) == expected
    set_language("zh")
    assert "台" in translate(message, count=count, failed=1, changed=0)

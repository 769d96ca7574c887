"""The pure parts of the sites: what the watch complains of, what a page publishes, what a county's file may say."""

import json
from datetime import date
from pathlib import Path

import pytest

from applications.sites import legal
from applications.sites.given import GivenError, read
from applications.sites.hanwords import parted, phrase
from applications.sites.mapping import Spot, placed
from applications.sites.watch import judge
from applications.sites.watch import published as pages
from applications.sites.watch.judge import Column, Finding, Kept, Seen, Waiting

PAGE = Seen("u003", "/u003/news/1/", 200, 0.1, digest="d", text="正文")
SOUND = Kept(7, reviewed=True, same=True, digest="d")


def kinds(*found: Finding) -> list[tuple[str, str]]:
    return [(one.kind, one.severity) for one in found]


def test_a_page_is_down_when_it_fails_is_away_or_takes_fifteen_seconds() -> None:
    for status, seconds, wanted in ((200, 14.9, []), (200, 15.0, ["down"]), (500, 0.1, ["down"]), (0, 1, ["down"])):
        assert [one.kind for one in judge.down(Seen("u003", "/", status, seconds))] == wanted
    assert kinds(*judge.down(Seen("u003", "/u003/", 0, 1, home=True))) == [("down", "critical")]


def test_a_page_that_differs_from_what_was_approved_is_told_and_a_new_revision_is_not() -> None:
    assert not [*judge.changed(PAGE, SOUND)]
    assert not [*judge.changed(PAGE, Kept(8, reviewed=True, same=True, digest=""))]
    for kept, kind in (
        (Kept(7, reviewed=True, same=True, digest="other"), "changed"),
        (Kept(7, reviewed=True, same=False, digest="d"), "changed"),
        (Kept(7, reviewed=False, same=True, digest="d"), "unreviewed"),
    ):
        assert kinds(*judge.changed(PAGE, kept)) == [(kind, "critical")]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("通知 领导 家庭 住址", ["words"]),
        ("身份证 11010519491231002X", ["personal"]),
        ("身份证 110105194912310021", []),  # its check digit is wrong
        ("流水号 911010519491231002X1", []),
        ("电话 0609-3110068", []),
    ],
)
def test_words_of_the_county_and_numbers_of_people_are_found_in_text(text: str, wanted: list[str]) -> None:
    page = Seen("u003", "/u003/news/1/", 200, 0.1, text=text)
    assert [one.kind for one in judge.words(page, ["领导家庭住址"])] == wanted


def test_a_column_counts_from_its_newest_or_from_when_it_was_made() -> None:
    today = date(2026, 11, 26)
    for newest, made, stale in (
        (date(2026, 11, 12), date(2026, 1, 1), False),
        (date(2026, 11, 11), date(2026, 1, 1), True),
        (None, date(2026, 11, 20), False),
        (None, date(2026, 11, 1), True),
    ):
        column = Column("u003", "/u003/news/", "工作动态", 14, newest, made)
        assert bool([*judge.stale(column, today)]) is stale
    assert not [*judge.stale(Column("u003", "/u003/guide/", "办事指南", 0, None, date(2020, 1, 1)), today)]


def test_a_letter_is_late_after_working_days_and_graver_after_three_months() -> None:
    letter = Waiting("u003", "u003-20261106-001", date(2026, 11, 6))  # a Friday
    plain = judge.Days()
    assert judge.after(letter.received, 15, plain) == date(2026, 11, 27)
    assert not [*judge.late(letter, 15, "/u003/mailbox/", date(2026, 11, 27), plain)]
    assert kinds(*judge.late(letter, 15, "/u003/mailbox/", date(2026, 11, 28), plain)) == [("letters", "minor")]
    assert kinds(*judge.late(letter, 15, "/u003/mailbox/", date(2027, 2, 7), plain)) == [("letters", "major")]


def test_holidays_are_no_working_days_and_weekends_worked_instead_are() -> None:
    week = [date(2026, 10, day) for day in range(1, 8)]
    days = judge.Days(off=frozenset(week), worked=frozenset({date(2026, 10, 10)}))
    assert judge.after(date(2026, 9, 30), 1, judge.Days()) == date(2026, 10, 1)
    assert judge.after(date(2026, 9, 30), 3, days) == date(2026, 10, 10)  # a Saturday that is worked
    assert judge.after(date(2026, 9, 30), 4, days) == date(2026, 10, 12)


def test_the_yearly_report_is_due_by_the_end_of_january_of_a_site_that_stood_then() -> None:
    def missing(made: date, years: list[int], today: date) -> bool:
        return bool([*judge.no_report("u003", "/u003/disclosure/", made, years, today)])

    old, due = date(2025, 6, 1), date(2026, 2, 1)
    assert missing(old, [], due)
    assert not missing(old, [], date(2026, 1, 31))
    assert not missing(old, [2026], due)
    assert not missing(date(2026, 2, 1), [], due)


def test_dead_links_of_a_page_are_one_finding() -> None:
    found = [*judge.broken(PAGE, {"/a/": 200, "/b/": 404, "https://c.test/": 0})]
    assert kinds(*found) == [("broken", "minor")]
    assert "/b/ (404)" in found[0].detail
    assert "https://c.test/ (-)" in found[0].detail


def test_what_a_page_publishes_is_its_own_element_whatever_stands_around_it() -> None:
    inner = '<article id="published"><h1>标题</h1><br><p>正文<a href="/x/">链</a></p></article>'
    one = pages.read(f"<main>{inner}</main><footer>2025</footer>")
    other = pages.read(f"<nav><a href='/menu/'>栏目</a></nav><main>{inner}<p>外</p></main><footer>2026</footer>")
    assert one.digest == other.digest != ""
    assert one.links == ("/x/",)
    for bad in ("正文改", '正文<script src="/e.js"></script>', '正文<img src="http://evil.test/x.png">'):
        assert pages.read(inner.replace("正文", bad)).digest != one.digest
    assert pages.read("<p>only a list</p>").digest == ""


def test_every_category_of_article_20_stands_once_and_a_township_has_its_own_matters() -> None:
    assert [c.code for c in legal.ARTICLE_20] == [f"a20-{n:02d}" for n in range(1, 16)]
    codes = {kind: {c.code for c in legal.categories_of(kind)} for kind in ("government", "township")}
    assert codes["government"] ^ codes["township"] == {"a21-county", "a21-township"}


def test_a_chinese_word_is_a_phrase_of_characters() -> None:
    assert parted("清岚县2026年A股") == "清 岚 县 2026 年 A 股"
    assert phrase('用水 "安全') == '"用 水" AND "安 全"'
    assert phrase('"*') == ""


def test_places_keep_their_directions_on_the_drawing() -> None:
    drawing = placed([Spot("县城", 30.36, 118.20)], [Spot("北", 30.46, 118.20), Spot("东", 30.36, 118.40)])
    (ours,), (north, east) = drawing.ours, drawing.around
    assert north.y < ours.y
    assert east.x > ours.x
    assert placed([], []).ours == ()
    assert placed([Spot("县城", 30.36, 118.20)], []).ours[0].x == 320


def test_a_countys_file_tells_all_that_is_wrong_at_once(tmp_path: Path) -> None:
    good = {"county": "清岚县", "county_en": "Q", "host": "s.test", "data": "/d", "static": "/s", "secret": "x" * 32,
            "units": [{"code": "u001", "name": "县委办", "kind": "party"}]}  # fmt: skip
    file = tmp_path / "county.json"
    file.write_text(json.dumps(good))
    assert [unit.code for unit in read(file).units] == ["u001"]
    more = {"names": {"u001": "www.p.test"}, "days_off": ["2026-10-01"], "gateway": {"url": "https://m/", "key": "k"}}
    file.write_text(json.dumps(good | more))
    given = read(file)
    assert given.names == {"u001": "www.p.test"}
    assert list(given.days_off) == [date(2026, 10, 1)]
    assert given.gateway is not None
    wrong = {"names": {"u8": "s.test", "u001": "s.test"}, "days_worked": ["1 October"], "gateway": {"url": "http://m/"}}
    file.write_text(json.dumps({**good, "host": "s.test", **wrong}))
    with pytest.raises(GivenError) as refused:
        read(file)
    for part in ("u8 is no unit", "s.test stands twice", "days_worked:", "gateway.key: missing", "no https address"):
        assert part in str(refused.value)
    bad = {**good, "secret": "short", "host": "", "people": [{"login": "a", "name": "b", "unit": "u9", "part": "boss"}],
           "units": [{"code": "单位", "name": "", "kind": "club", "color": 1}] * 2}  # fmt: skip
    file.write_text(json.dumps(bad))
    with pytest.raises(GivenError) as caught:
        read(file)
    for part in ("stands twice", "host: missing", "secret:", "color: unknown", "'club'", "'u9'", "'boss'"):
        assert part in str(caught.value)

"""The table of units and the lists of the record: found, sorted, paged; few queries; each role sees its own."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import event

from countynet.vocabulary import Role
from dashboard.inventory import labels
from dashboard.inventory.objects.model import paths
from dashboard.inventory.units.table import PER_PAGE
from dashboard.services.fake import FakeCounty
from dashboard.services.protocols import Services
from inventory.load import SECTIONS
from inventory.model import County
from tests.unit.dashboard.browser import Browser
from tests.unit.dashboard.conftest import CLERK, OTHER_CLERK
from tests.unit.dashboard.forms import text
from tests.unit.dashboard.sample import county

Enter = Callable[[str], Browser]
LISTED = re.compile(r'<td><a href="/inventory/objects/units/(u\d+)">')
PAGES = (
    "/inventory",
    "/inventory/sections",
    "/inventory/sections/devices",
    f"/inventory/objects/units/{CLERK}",
    "/inventory/objects/plan/plan",
    "/inventory/log",
    "/inventory/commits/HEAD",
    "/inventory/diff",
    "/inventory/proposals",
)
FORMS = (
    "/inventory/units/new",
    f"/inventory/units/{CLERK}/edit",
    f"/inventory/units/{CLERK}/remove",
    f"/inventory/objects/units/{CLERK}?field=officer.telephone",
)


@pytest.mark.parametrize("path", [*PAGES, *FORMS])
def test_page_renders_in_both_languages_with_one_query_and_nothing_inline(
    signed_in: Enter, services: Services, path: str
) -> None:
    center = signed_in("center")
    asked: list[str] = []
    services.inventory.head()
    event.listen(services.accounts.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    chinese = center.get(path)
    questions = [sql for sql in asked if not sql.startswith("BEGIN")]
    assert [sql.split()[0] for sql in questions] == ["SELECT"], "who is signed in, and nothing else"
    assert (chinese.status_code, '<html lang="zh-CN"' in chinese.text) == (200, True)
    center.post("/language", language="en", back=path)
    english = center.get(path).text
    assert '<html lang="en"' in english
    for html in (chinese.text, english):
        assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:", html)
        assert html.count("<h1") == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=u031", {"u031"}),
        ("q=16910324051", {"u031"}),
        ("q=10.21.31.10", {"u031"}),
        ("q=Traffic+Police", {"u031"}),
        ("q=交通+周雨桐", {"u031"}),
        ("q=nobody-is-called-so", set()),
        ("kind=congress", {"u002", "u004"}),
        ("building=justice&access=fiber&q=公证", {"u021"}),
        ("access=leased", set()),
        ("kind=%3Cscript%3E", set()),
    ],
)
def test_units_are_found_by_what_people_know_of_them(signed_in: Enter, query: str, found: set[str]) -> None:
    answer = signed_in("center").get(f"/inventory?{query}")
    assert answer.status_code == 200
    assert set(LISTED.findall(answer.text)) == found
    assert "<script>" not in answer.text


def test_units_are_sorted_both_ways_by_every_column(signed_in: Enter) -> None:
    center = signed_in("center")
    for sort in ("number", "name", "kind", "building", "access", "vlan"):
        up = LISTED.findall(center.get(f"/inventory?q=局&sort={sort}").text)
        down = LISTED.findall(center.get(f"/inventory?q=局&sort=-{sort}&page=99").text)
        assert up
        assert len(set(up)) == len(up)
        assert down[-1] == up[0], sort
    assert LISTED.findall(center.get("/inventory?sort=-number").text)[0] == "u120"
    assert LISTED.findall(center.get("/inventory?sort=drop+table&page=-7").text)[0] == "u001"


def many(units: int) -> County:
    found = county()
    copies = tuple(
        unit.model_copy(update={"id": f"v{n}", "number": n, "name": f"第{n}村", "terminals": ()})
        for n, unit in ((n, found.units[n % 120]) for n in range(121, units + 1))
    )
    return County(**{name: getattr(found, name) for name in County.model_fields} | {"units": (*found.units, *copies)})


def test_three_thousand_units_are_one_short_page_at_a_time(signed_in: Enter, services: Services) -> None:
    assert isinstance(services.county, FakeCounty)
    services.county.value = many(3000)
    center = signed_in("center")
    page = center.get("/inventory?sort=-number")
    assert len(re.findall(r"<tr><td", page.text)) == PER_PAGE
    assert len(page.data) < 60_000
    assert "第 1 页，共 60 页" in page.text
    last = center.get("/inventory?page=60")
    assert len(re.findall(r"<tr><td", last.text)) == PER_PAGE
    assert "共 1 项" in text(center.get("/inventory?q=第2987村").text)
    form = center.get("/inventory/units/new")
    assert len(form.data) < 60_000
    assert '<input name="parent"' in form.text


def test_every_section_is_listed_and_every_object_is_one_click_away(signed_in: Enter, services: Services) -> None:
    center = signed_in("center")
    state = services.inventory.state()
    overview = center.get("/inventory/sections").text
    for section in SECTIONS:
        assert f'href="/inventory/sections/{section}"' in overview
        page = center.get(f"/inventory/sections/{section}")
        assert page.status_code == 200
        key = next((key for name, key in state if name == section), None)
        if key is not None:
            found = re.search(rf'href="(/inventory/objects/{section}/[^"]+)"', page.text)
            assert found is not None, section
            assert center.get(found.group(1)).status_code == 200, section
    assert len(re.findall(r"<tr><td", center.get("/inventory/sections/devices").text)) == 100
    assert "sw-admin" in center.get("/inventory/sections/devices?q=sw-admin").text
    for path in ("/inventory/sections/nothing", "/inventory/objects/nothing/u001", "/inventory/objects/units/u999"):
        assert center.get(path).status_code == 404, path


def test_every_section_and_every_field_of_the_model_has_a_word() -> None:
    assert set(labels.SECTIONS) == {"plan", *SECTIONS}
    unnamed = {part for section in labels.SECTIONS for path in paths(section) for part in path.split(".")}
    assert unnamed - set(labels.FIELDS) == set()


def test_an_objects_page_shows_words_not_identifiers(signed_in: Enter) -> None:
    said = text(signed_in("center").get(f"/inventory/objects/units/{CLERK}").text)
    for word in ("信息员 · 电话", "16910324051", "政法机关", "pc-031"):
        assert word in said
    assert "{" not in said


def test_a_clerk_reads_the_own_unit_and_its_line_and_nothing_else(signed_in: Enter) -> None:
    clerk = signed_in(CLERK)
    for path in (f"/inventory/objects/units/{CLERK}", "/inventory/objects/circuits/line-031", "/inventory/proposals"):
        answer = clerk.get(path)
        assert answer.status_code == 200, path
        assert "/inventory/commits/" not in answer.text
        assert "10.255." not in answer.text
    for path in (
        f"/inventory/objects/units/{OTHER_CLERK}",
        f"/inventory/units/{OTHER_CLERK}/edit",
        "/inventory/objects/circuits/line-007",
        "/inventory/objects/devices/cpe-031",
        "/inventory/objects/plan/plan",
        "/inventory/objects/circuits/none",
        "/inventory",
        "/inventory/log",
        "/inventory/commits/HEAD",
        "/inventory/diff",
        "/inventory/sections/units",
        f"/inventory/units/{CLERK}/remove",
    ):
        assert clerk.get(path).status_code == 403, path


def test_the_auditor_reads_all_and_is_offered_no_change(signed_in: Enter) -> None:
    auditor = signed_in("auditor")
    for path in PAGES:
        answer = auditor.get(path)
        assert answer.status_code == 200, path
        assert not re.findall(r'<form[^>]*method="post"[^>]*action="/inventory', answer.text), path
    shown = auditor.get(f"/inventory/objects/units/{CLERK}?field=name").text
    assert "<textarea" not in shown
    assert "#undo" not in shown


def test_the_administrator_sees_nothing_of_the_record(signed_in: Enter) -> None:
    admin = signed_in(Role.ADMIN.value)
    for path in (*PAGES, *FORMS):
        assert admin.get(path).status_code == 403, path
    assert 'href="/inventory"' not in admin.get("/accounts").text


def test_the_record_of_the_tests_is_in_its_own_folder(services: Services, tmp_path: Path) -> None:
    assert services.inventory.head()
    assert (tmp_path / ".git").is_dir()

"""Every page renders in both languages, says states by shape and word, stays small, and carries nothing inline."""

import re
from collections.abc import Callable, Iterator
from dataclasses import is_dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

import dashboard
from countynet import clock
from countynet.vocabulary import LineState, Role
from dashboard.services.fake import FakeWatch
from dashboard.services.protocols import Services
from dashboard.words import WORDS
from tests.unit.dashboard.browser import Browser
from tests.unit.dashboard.conftest import CLERK
from tests.unit.dashboard.sample import county
from tests.unit.house.messages import HAN

Enter = Callable[[str], Browser]
HERE = Path(dashboard.__file__).parent
LOGINS = {role: CLERK if role is Role.UNIT else role.value for role in Role}
PAGES = {
    Role.CENTER: (
        "/board", "/map", "/traffic", "/units/u031", "/units/u077", "/faults", "/faults/new", "/alarms", "/audit",
        "/log", "/log?verify=1", "/accounts", "/account", "/help",
    ),
    Role.UNIT: ("/units/u031", "/faults", "/faults/new", "/account"),
    Role.OPERATOR: ("/board", "/faults"),
    Role.AUDITOR: (
        "/audit", "/audit?run=4", "/audit?severity=major&subject=cpe-001", "/audit/catalogue", "/audit/4/clauses",
        "/log", "/units/u001",
    ),
    Role.ADMIN: ("/accounts",),
}  # fmt: skip
ALL_PAGES = [(role, path) for role, found in PAGES.items() for path in found]


def visible(html: str) -> str:
    """Return what a person reads: no tags, no head."""
    return re.sub(r"<[^>]+>", " ", html[html.index("<body") :])


@pytest.mark.parametrize(("role", "path"), ALL_PAGES)
def test_page_renders_in_both_languages_with_nothing_inline(signed_in: Enter, role: Role, path: str) -> None:
    browser = signed_in(LOGINS[role])
    chinese = browser.get(path)
    assert chinese.status_code == 200
    assert '<html lang="zh-CN"' in chinese.text
    assert "退出" in chinese.text
    browser.post("/language", language="en", back=path)
    english = browser.get(path)
    assert '<html lang="en"' in english.text
    assert "Sign out" in english.text
    for html in (chinese.text, english.text):
        assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:", html)
        assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", html)
        assert html.count("<h1") == 1
        assert 'class="skip"' in html


def test_an_english_page_has_no_chinese_beyond_names(signed_in: Enter) -> None:
    browser = signed_in("center")
    browser.post("/language", language="en")
    names = {f"({unit.name})" for unit in county().units}
    for path in ("/board", "/map", "/traffic", "/alarms", "/help", "/audit"):
        words = {w for w in visible(browser.get(path).text).split() if HAN.search(w)}
        assert words <= {"中文"} | names, path


def test_every_template_has_one_context_and_is_used(app: Flask) -> None:
    names = {p.relative_to(HERE).as_posix() for p in HERE.rglob("*.html")} | {"topology/live.svg"}
    frames = {"layout/page.html", "layout/parts.html", "draw/chart.html", "inventory/parts.html", "layout/jobs.html"}
    frames |= {
        "knowledge/parts.html",
        "faults/next.html",
        "evaluation/head.html",
        "records/to_read.html",
        "applications/parts.html",
    }
    frames |= {"runs/parts.html", "runs/schedules/parts.html", "runs/schedules/inputs.html"}
    contexts = [c.template for c in context_classes()]
    assert sorted(contexts) == sorted(set(contexts))
    assert set(contexts) == names - frames


def context_classes() -> Iterator[Any]:
    for path in [*HERE.rglob("pages.py"), HERE / "errors.py"]:
        module = import_module(".".join(("dashboard", *path.relative_to(HERE).with_suffix("").parts)))
        mine = (v for v in vars(module).values() if is_dataclass(v) and v.__module__ == module.__name__)
        yield from (v for v in mine if hasattr(v, "template"))


def test_every_word_of_the_vocabulary_that_pages_show_is_told(app: Flask) -> None:
    shown = {kind for kind, _value in WORDS}
    missing = [m for kind in shown for m in kind if (kind, m.value) not in WORDS]
    assert not missing


def test_the_board_is_below_its_size_and_time(signed_in: Enter) -> None:
    answer = signed_in("center").get("/board")
    assert answer.text.count('<li class="up"><a href="/units/') == 117
    assert len(answer.data) < 60_000


def test_the_board_tells_each_state_by_shape_and_word(signed_in: Enter) -> None:
    html = signed_in("center").get("/board").text
    for unit, state, said in (("u031", "down", "断"), ("u022", "shadowed", "受上级影响"), ("u077", "unknown", "未知")):
        tile = re.search(rf'<li class="{state}"><a href="/units/{unit}">(.*?)</li>', html, re.S)
        assert tile is not None
        assert f'href="#s-{state}"' in tile.group(1)
        assert said in tile.group(1)
    shapes = (HERE / "layout/shapes.svg").read_text()
    drawn = re.findall(r'<symbol id="s-(?:up|down|shadowed|unknown)"[^>]*>(.*?)</symbol>', shapes)
    assert len(set(drawn)) == len(LineState)


def test_a_unit_never_polled_is_unknown_and_an_old_poll_is_said(signed_in: Enter, services: Services) -> None:
    watch = services.watch
    assert isinstance(watch, FakeWatch)
    watch.known.clear()
    center = signed_in("center")
    assert center.get("/board").text.count('<li class="unknown"><a href="/units/') == 120
    assert "过时" not in center.get("/board").text
    watch.last = clock.now().replace(year=2020)
    assert "过时" in center.get("/board").text


def test_a_fragment_is_sent_again_only_when_it_changed(signed_in: Enter, services: Services) -> None:
    center = signed_in("center")
    for path in ("/board/tiles", "/map/live", "/traffic/lines", "/units/u031/live", "/faults/waiting", "/alarms/live",
                 "/audit/progress"):  # fmt: skip
        first = center.get(path)
        assert "<html" not in first.text
        tag = first.headers["ETag"]
        again = center.get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b""), path
    assert isinstance(services.watch, FakeWatch)
    tag = center.get("/board/tiles").headers["ETag"]
    services.watch.known["u001"] = replace(services.watch.known["u001"], state=LineState.DOWN)
    changed = center.get("/board/tiles", headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert '<li class="down"><a href="/units/u001">' in changed.text


def test_a_fragment_never_carries_a_form(signed_in: Enter) -> None:
    center = signed_in("center")
    for path in ("/board/tiles", "/map/live", "/units/u031/live", "/faults/waiting", "/alarms/live", "/audit/progress"):
        assert "<form" not in center.get(path).text


def test_what_people_wrote_is_text_never_markup(signed_in: Enter) -> None:
    evil = '<script>alert("x")</script><b>'
    signed_in(CLERK).post("/faults", title=evil[:80], description=evil, contact=evil)
    center = signed_in("center")
    for path in ("/board", "/faults", "/faults/1", "/units/u031"):
        html = center.get(path).text
        assert "<script>alert" not in html
        assert "&lt;script&gt;" in html


def test_the_clerk_reads_the_state_in_plain_words(signed_in: Enter) -> None:
    clerk = signed_in(CLERK)
    assert "县信息中心已看到" in clerk.get("/units/u031").text
    clerk.post("/faults", title="no net")
    signed_in("center").post("/faults/1/dispatch")
    assert "已通知运营商" in clerk.get("/units/u031").text
    assert "10.255." not in clerk.get("/units/u031").text


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/accounts", 403)])
def test_an_error_page_speaks_both_languages(signed_in: Enter, path: str, status: int) -> None:
    answer = signed_in("operator").get(path)
    assert answer.status_code == status
    assert 'lang="zh-CN"' in answer.text
    assert '<div lang="en">' in answer.text


def test_a_broken_service_is_a_500_page_that_tells_no_secret(app: Flask, signed_in: Enter, services: Services) -> None:
    center = signed_in("center")
    object.__setattr__(services, "alarms", None)
    answer = center.get("/alarms")
    assert answer.status_code == 500
    assert "NoneType" not in answer.text
    assert "Something broke on our side" in answer.text


def test_every_response_forbids_what_we_do_not_use(signed_in: Enter) -> None:
    center = signed_in("center")
    for path in ("/board", "/static/pages.js", "/nowhere", "/health"):
        headers = center.get(path).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_cookie_is_guarded_and_secure_over_https(stranger: Browser) -> None:
    plain = stranger.get("/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in plain
    assert "SameSite=Lax" in plain
    assert "Secure" not in plain
    safe = stranger.get("/sign-in", base_url="https://county.internal")
    assert "Secure" in safe.headers["Set-Cookie"]
    assert "Strict-Transport-Security" in safe.headers


def test_the_script_is_ours_alone_and_short() -> None:
    scripts = list((HERE / "static").glob("*.js"))
    assert [p.name for p in scripts] == ["pages.js"]
    text = scripts[0].read_text()
    assert text.count("\n") <= 150
    assert not re.search(r"\beval\b|new Function|document\.write|https?://", text)


def test_nothing_is_fetched_from_elsewhere() -> None:
    for path in [*HERE.rglob("*.html"), *HERE.rglob("*.css"), *HERE.rglob("*.svg"), *HERE.rglob("*.js")]:
        text = path.read_text().replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|url\(|@import", text), path


def test_what_is_a_tab_is_no_entry_of_the_navigation_where_its_leader_is_one(signed_in: Enter) -> None:
    ways = dict[str, set[str]]()
    for login in ("center", "operator", "auditor", CLERK):
        page = signed_in(login).get("/help").text
        ways[login] = set(re.findall(r'href="(/[^"]*)"', page.partition("<nav")[2].partition("</nav>")[0]))
    assert not ways["center"] & {"/traffic", "/intrusions", "/log", "/reading"}
    assert ways["center"] >= {"/map", "/alarms", "/audit", "/emergencies", "/applications", "/playbooks"}
    assert ways[CLERK] >= {"/intrusions"}
    assert 'href="/log"' in signed_in("auditor").get("/audit").text
    assert "crowded" in signed_in("operator").get("/help").text
    assert "crowded" not in signed_in(CLERK).get("/help").text


def test_state_colours_are_legible() -> None:
    css = (HERE / "static/base.css").read_text()
    for block in re.findall(r":root[^{]*\{(.*?)\}", css, re.S)[:2]:
        colour = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", block))
        for name in ("ink", "faint", "up", "down", "shadowed", "unknown"):
            assert contrast(colour[name], colour["card"]) >= 4.5, name
        for name in ("up", "down", "shadowed", "unknown"):
            assert contrast(colour[name], colour[f"{name}-bg"]) >= 4.5, name


def contrast(one: str, other: str) -> float:
    light = sorted((luminance(one), luminance(other)))
    return (light[1] + 0.05) / (light[0] + 0.05)


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(d * 2 for d in colour[1:])
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

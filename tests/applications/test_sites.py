"""Sites of all units on a host of its own: deployed from nothing, written, reviewed, seen, watched, lost and restored.

People work in Chromium as they would: an author writes and hands over, the author cannot approve, a reviewer of the
same unit can, and then the public page, the portal and the search show it.
"""

import json
import os
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import select

from applications.messages.config import sender_key
from countynet.db import open_database, reading
from countynet.secrets import Secrets
from monitoring.alarms.store import Alarm
from monitoring.faults import elsewhere
from monitoring.sitewatch.ask import Told, ask
from monitoring.sitewatch.tick import look
from tests.applications.bench import DOMAIN, GATEWAY, Bench, lone_host
from tests.applications.browsing import AUTH, accounts, enter
from tests.applications.lifecycle import restore
from tests.applications.removal import taken_away
from tests.applications.sites_modules import FILM, MODULES, SENT, SURVEY, WRONG
from tests.applications.sites_people import shot, signed_in, told, visitor, written
from tests.applications.smsc import Operator, reachable

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="a server host needs root")
TITLE = "清岚县举办秋季用水安全培训"
SUMMARY = "全县一百二十个单位的联络员参加了培训"
FORBIDDEN = "内部传阅件"
SIGNED_ON = {"author-2": "王芳", "passer-by": "路人"}
"""who has an account at the county's sign-on; the first has one here, too"""
WATCHED = "领导家庭住址"
SETTINGS = {
    "forbidden": [FORBIDDEN],
    "watched": [WATCHED],
    "watch_seconds": 3600,
    "people": [
        {"login": "author-2", "name": "王芳", "unit": "u003", "part": "review", "telephone": "13900004444"},
        {"login": "other-2", "name": "李静", "unit": "u004", "part": "review", "telephone": "13900005555"},
    ],
}
MESSAGES = {
    "signature": "【清岚县】",
    "number": "10690000",
    "per_second": 50,
    "operators": [{"id": "telecom", "host": GATEWAY, "login": "county", "per_second": 50}],
    "senders": [{"id": "sites", "title": "网站群", "title_en": "Sites"}],
}


@pytest.fixture(scope="module")
def operator() -> Iterator[Operator]:
    with reachable() as found:
        yield found


@pytest.fixture(scope="module")
def bench(operator: Operator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder, people = tmp_path_factory.mktemp("sites"), accounts("清岚县财政局", **SIGNED_ON)
    also: dict[str, dict[str, object]] = {
        "messages": {"settings": MESSAGES, "reach": ["units", "app:sites"]},
        "certificates": {"settings": {"people": people}, "reach": ["units", "app:sites"]},
    }
    with lone_host("sites", folder, {"settings": SETTINGS}, also=also) as bench:
        _gateway(bench)
        assert not bench.why(bench.deploy(name="certificates"))
        bench.exec(f"echo '{bench.address} certificates.{DOMAIN}' >> /etc/hosts")  # no name server is here
        began = time.monotonic()
        result = bench.deploy()
        assert not bench.why(result)
        print(f"deployed in {time.monotonic() - began:.0f} s")
        yield bench


def _gateway(bench: Bench) -> None:
    """Deploy the message gateway beside the sites, and give them their key to it and who vouches for it."""
    bench.keep("applications/messages/operator-password", "geheim77")
    result = bench.deploy(name="messages")
    assert not bench.why(result)
    master = Secrets.load(bench.settings).get("applications/messages/keys").get_secret_value()
    bench.keep("applications/sites/messages-key", sender_key(master, "sites"))
    bench.settle("sites", messages_ca=bench.exec("cat /etc/countynet/messages/certificate.pem"))


@pytest.fixture(scope="module")
def browser(bench: Bench) -> Iterator[Browser]:
    with sync_playwright() as play:
        options = ["--no-sandbox", *bench.browser_options]
        found = play.chromium.launch(executable_path="/usr/bin/chromium", args=options)
        yield found
        found.close()


def test_a_second_deploy_changes_nothing(bench: Bench) -> None:
    before = len(bench.said)
    result = bench.deploy()
    changed = [heard.task for heard in bench.said[before:] if heard.outcome == "changed"]
    assert (bench.why(result), changed) == ("", [])


def test_every_unit_has_a_site_and_units_alone_reach_it(bench: Bench) -> None:
    status, page = bench.get("/health")
    assert (status, page.strip()) == (200, f"ok {len(bench.county.units)}")
    status, portal = bench.get("/")
    assert status == 200
    assert [unit.name for unit in bench.county.units if unit.name not in portal] == []
    assert not bench.reaches(bench.stranger)
    assert not bench.reaches(bench.unit, 8021)


def test_a_reviewer_is_told_of_what_an_author_writes_and_it_is_seen_once_approved(
    bench: Bench, browser: Browser, operator: Operator
) -> None:
    author = signed_in(bench, browser, "u003-author")
    column = json.loads(told(bench, 'shell -v0 -c "' + COLUMN + '"').splitlines()[-1])
    author.goto(f"{bench.url}/manage/pages/add/county_sites/articlepage/{column}/")
    assert "保存草稿" in author.content()
    author.fill("#id_title", TITLE)
    author.fill("#id_summary", SUMMARY)
    with author.expect_navigation():
        author.evaluate(SUBMIT)
    assert bench.get("/u003/news/water-1/")[0] == 404
    assert TITLE not in bench.get("/")[1]

    ends = time.monotonic() + 60  # the watch's process looks for what is to be told several times a minute
    while "+8613900004444" not in operator.texts() and time.monotonic() < ends:
        time.sleep(0.5)
    text = f"【清岚县】清岚县网站群：有 1 件内容等待您审核，请登录 {bench.url}/manage/ 办理。"
    assert operator.texts() == {"+8613900004444": [text]}
    kept = told(bench, f'shell -v0 -c "{NOTICES}"').splitlines()[-1]
    assert json.loads(kept) == [["author-2", "sent", 0], ["u003-reviewer", "failed", 1]]  # a telephone with a line

    for who in ("u004-reviewer", "u003-author"):
        page = author if who == "u003-author" else signed_in(bench, browser, who)
        page.goto(f"{bench.url}/manage/")
        assert page.locator("text=批准").count() == 0, who

    reviewer = signed_in(bench, browser, "u003-reviewer")
    reviewer.goto(f"{bench.url}/manage/")
    reviewer.screenshot(path=shot("review"))
    reviewer.click(f"a:has-text('{TITLE}')")
    reviewer.wait_for_url("**/edit/**")
    reviewer.click("a[href*='/manage/review/']")
    reviewer.wait_for_selector("[name=decision][value=approve]")
    assert SUMMARY in reviewer.frame_locator("iframe").locator("#published").inner_text()
    reviewer.screenshot(path=shot("review-page"))
    with reviewer.expect_navigation():
        reviewer.click("[name=decision][value=approve]")

    public = visitor(browser, 320)
    public.goto(f"{bench.url}/")
    assert TITLE in public.inner_text("#h-news + *")
    assert public.evaluate("document.documentElement.scrollWidth") <= 320
    public.click(f"text={TITLE}")
    assert SUMMARY in public.inner_text("#published")
    public.screenshot(path=shot("article-320"))
    public.goto(f"{bench.url}/search/?q=用水安全")
    assert TITLE in public.inner_text(".found")


def test_the_county_s_sign_on_opens_the_door_of_those_who_have_an_account_here(bench: Bench, browser: Browser) -> None:
    for login, name in SIGNED_ON.items():
        page = visitor(browser)
        page.goto(f"{AUTH}/sign-in")
        enter(bench, page, login)
        page.goto(f"{bench.url}/manage/login/")
        with page.expect_navigation():
            page.click("a[href='/sign-on/']")
        page.screenshot(path=shot(f"signed-on-{login}"))
        known = login == "author-2"
        assert page.url.startswith(f"{bench.url}/{'manage/' if known else 'sign-on/back'}"), page.inner_text("body")
        assert (name if known else "本网站群没有账号 passer-by") in page.inner_text("body")


def test_the_pages_run_nothing_from_elsewhere_and_can_be_read_aloud(bench: Bench, browser: Browser) -> None:
    page = visitor(browser)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/", "/u003/", "/u003/disclosure/", "/u003/mailbox/", "/u003/map/", "/search/?q=培训"):
        page.goto(bench.url + path)
        assert page.evaluate(UNNAMED) == [], path
        assert page.evaluate("getComputedStyle(document.querySelector('.seal rect')).fill") == "rgb(166, 50, 30)", path
        assert page.evaluate("document.querySelectorAll('h1, main, html[lang]').length") == 3, path
        page.screenshot(path=shot(re.sub(r"\W+", "-", path).strip("-") or "portal"), full_page=path != "/")
    assert [url for url in asked if not url.startswith(bench.url)] == []


def test_a_forbidden_word_is_refused_and_an_upload_alone_is_not_public(bench: Bench, browser: Browser) -> None:
    assert "禁用" in told(bench, f'shell -v0 -c "{FORBID}"')
    name = told(bench, f'shell -v0 -c "{UPLOAD}"').splitlines()[-1]
    assert bench.get(name)[0] == 404


def test_a_letter_is_answered_to_its_writer_alone_after_review(bench: Bench, browser: Browser) -> None:
    page = visitor(browser)
    page.goto(f"{bench.url}/u003/mailbox/")
    for name, value in (("name", "张三"), ("contact", "0609-3110001"), ("subject", "路灯"), ("question", "路灯不亮")):
        page.fill(f"[name={name}]", value)
    with page.expect_navigation():
        page.click("text=提交来信")
    number, code = page.inner_text("#number"), page.inner_text("#code")
    assert number.startswith("u003-")
    stranger = signed_in(bench, browser, "u004-author")
    assert stranger.goto(f"{bench.url}/manage/snippets/county_sites/letter/edit/1/").status == 403  # type: ignore[union-attr]
    assert "办理中" in _asked(bench, page, number, code)
    author = signed_in(bench, browser, "u003-author")
    author.goto(f"{bench.url}/manage/snippets/county_sites/letter/edit/1/")
    author.fill("#id_answer", ANSWER)
    with author.expect_navigation():
        author.evaluate("document.querySelector('[name=action-submit]').click()")
    waiting = _asked(bench, page, number, code)
    assert "办理中" in waiting
    assert ANSWER not in waiting
    reviewer = signed_in(bench, browser, "u003-reviewer")
    reviewer.goto(f"{bench.url}/manage/")
    reviewer.click(f"a:has-text('{number}')")
    reviewer.click("a[href*='/manage/review/']")
    with reviewer.expect_navigation():
        reviewer.click("[name=decision][value=approve]")
    assert ANSWER in _asked(bench, page, number, code)
    assert ANSWER not in _asked(bench, page, number, "AAAAAAAA")
    page.goto(f"{bench.url}/u003/mailbox/")
    assert ANSWER not in page.inner_text("main"), "its writer did not agree that others read it"


def _asked(bench: Bench, page: Page, number: str, code: str) -> str:
    """Return what somebody with a number and a code is told of a letter."""
    page.goto(f"{bench.url}/u003/mailbox/")
    page.fill("#number", number)
    page.fill("#code", code)
    with page.expect_navigation():
        page.click("button:text-is('查询')")
    return page.inner_text("main")


def test_an_application_for_disclosure_is_checked_and_kept_for_its_unit_alone(bench: Bench, browser: Browser) -> None:
    page = visitor(browser, 320)
    page.goto(f"{bench.url}/u003/application/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.evaluate("document.querySelector('main form').noValidate = true")
    page.click("main form button")
    page.wait_for_selector("main .wrong")
    assert "处填写有误" in page.inner_text("main")
    for place, words in enumerate(("张三", "130000199001011234", "13900000001", "2025 年度财政预算")):
        page.locator("main form .field input[type=text], main form .field textarea").nth(place).fill(words)
    page.check("main form [type=radio] >> nth=1")
    page.screenshot(path=shot("application-320"), full_page=True)
    page.click("main form button")
    page.wait_for_selector(".done")
    assert "20 个工作日" in page.inner_text(".done")
    assert "张三" not in bench.get("/u003/application/")[1]
    sent = json.loads(written(bench, SENT).splitlines()[-1])
    assert len(sent) == 1
    assert "电子文本" in sent[0].values()


def test_a_survey_counts_and_shows_its_results_when_it_is_over(bench: Bench, browser: Browser) -> None:
    written(bench, SURVEY)
    for choice in ("满意", "满意", "一般"):
        page = visitor(browser)
        page.goto(f"{bench.url}/u003/survey/")
        assert "调查结果" not in page.inner_text("main")
        page.check(f"main [type=radio][value='{choice}']")
        page.click("main form button")
        page.wait_for_selector(".done")
    written(bench, "page = SurveyPage.objects.get(url_path__endswith='/u003/survey/')\n"
            "page.closes_on = datetime.date(2020, 1, 1)\nonline(page)")  # fmt: skip
    page.goto(f"{bench.url}/u003/survey/")
    words = page.inner_text("main")
    assert "本次调查已结束" in words
    assert "共 3 人参与" in words
    rows = page.eval_on_selector_all("table.bars tbody tr", "rows => rows.map(r => r.innerText.split(/\\s+/))")
    counted = [[row[0], row[1], row[-1]] for row in rows]
    assert counted == [["满意", "2", "67%"], ["一般", "1", "33%"], ["不满意", "0", "0%"]]
    page.screenshot(path=shot("survey"))
    assert page.locator("main form").count() == 0


def test_files_videos_topics_and_links_are_there_for_readers_once_approved(bench: Bench, browser: Browser) -> None:
    page = visitor(browser)
    page.goto(bench.url)
    bench.exec(f"base64 -d > /tmp/film.webm <<'END'\n{page.evaluate(FILM)}\nEND\nchmod 644 /tmp/film.webm")
    video = written(bench, MODULES).splitlines()[-1]
    page.goto(f"{bench.url}/u003/download/")
    with page.expect_download() as download:
        page.click("main a:has-text('减免申请表')")
    assert Path(download.value.path()).read_bytes() == b"form"
    page.goto(bench.url + video)
    page.wait_for_function("document.querySelector('video').readyState >= 2 || document.querySelector('video').error")
    assert page.evaluate("document.querySelector('video').videoWidth") == 64
    assert page.locator("video track[kind=captions]").count() == 1
    assert "旁白" in page.inner_text("main")
    page.goto(f"{bench.url}/u003/topics/")
    page.click("main a:has-text('节水一周')")
    assert "从一滴水做起" in page.inner_text("main")
    page.goto(f"{bench.url}/u003/links/")
    assert page.get_attribute("main a:has-text('水利厅')", "href") == "https://slt.example.gov.cn/"


def test_the_watch_finds_what_was_changed_behind_its_back_and_a_fault_is_filed_for_the_unit(bench: Bench) -> None:
    told(bench, "sitewatch")
    assert [one.kind for one in findings(bench) if "water" in one.url] == []
    change = f"UPDATE county_sites_articlepage SET summary = '{WATCHED}'"
    bench.exec(f"sqlite3 /var/lib/countynet/sites/sites.sqlite \"{change} WHERE summary = '{SUMMARY}'\"")
    told(bench, "sitewatch")
    assert {one.kind for one in findings(bench) if one.unit == "u003"} >= {"changed", "words"}
    assert "sites:sites.u003.changed" in complaints(bench)
    bench.exec("sqlite3 /var/lib/countynet/sites/sites.sqlite \""
               f"UPDATE county_sites_articlepage SET summary = '{SUMMARY}' WHERE summary = '{WATCHED}'\"")  # fmt: skip
    told(bench, "sitewatch")
    assert [one for one in findings(bench) if one.unit == "u003"] == []
    assert "sites:sites.u003.changed" not in complaints(bench)
    assert bench.get("/watch.json")[0] == 403


def test_the_watch_finds_a_link_that_leads_nowhere_and_a_column_at_rest(bench: Bench) -> None:
    written(bench, WRONG)
    told(bench, "sitewatch")
    found = {(one.kind, one.url.removeprefix(bench.url)) for one in findings(bench) if one.unit == "u003"}
    assert found >= {("broken", "/u003/guide/permit/"), ("stale", "/u003/guide/")}, found
    assert {f"sites:sites.u003.{kind}" for kind in ("stale", "broken")} <= complaints(bench)


def findings(bench: Bench) -> tuple[Told, ...]:
    """Return what the watch tells the county's monitoring."""
    token = Secrets.load(bench.settings).get("applications/sites/watch-token").get_secret_value()
    return ask(str(bench.address), bench.dns, token).findings


def complaints(bench: Bench) -> set[str]:
    """Have the county's monitoring ask the watch; return which alarms of the sites stand then."""
    engine = open_database(bench.settings)
    try:
        look(bench.settings, engine, bench.county)
        elsewhere.judge(bench.settings, engine)
        with reading(engine) as session:
            return set(session.scalars(select(Alarm.key).where(Alarm.closed.is_(None))))
    finally:
        engine.dispose()


def test_what_was_lost_comes_back_equal(bench: Bench) -> None:
    pages = ("/", "/u003/", "/u003/news/")
    before = [bench.get(path)[1] for path in pages]
    assert any(TITLE in page for page in before)
    assert not bench.why(bench.backup())
    bench.exec("rm -rf /var/lib/countynet/sites/*")
    assert bench.get("/u003/news/")[0] != 200 or TITLE not in bench.get("/u003/news/")[1]
    restore(bench)
    deadline = time.monotonic() + 60
    while bench.get("/health")[0] != 200:
        assert time.monotonic() < deadline
        time.sleep(1)
    assert [bench.get(path)[1] for path in pages] == before
    assert bench.exec("sqlite3 /var/lib/countynet/sites/sites.sqlite 'PRAGMA integrity_check'").strip() == "ok"


def test_taken_away_nobody_reads_them_and_gateway_and_sign_on_on_the_same_host_go_on(bench: Bench) -> None:
    taken_away(bench)
    for name in ("certificates", "messages"):
        assert replace(bench, name=name).get("/health")[0] == 200, name
    assert bench.get("/")[0] == 0


COLUMN = "from applications.sites.models import *; print(ColumnPage.objects.get(url_path__endswith='/u003/news/').pk)"
NOTICES = (
    "import json; from applications.sites.models.records import Notice; "
    "print(json.dumps([*Notice.objects.order_by('login').values_list('login', 'state', 'tries')]))"
)
ANSWER = "路灯已于本周修复。"
FORBID = f"""
from applications.sites.models import *
page = UnitPage.objects.get(code='u003'); page.address = '1'; page.title = '{FORBIDDEN}'
try:
    page.full_clean()
except Exception as error:
    print(error)
"""
UPLOAD = """
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model
made = get_document_model().objects.create(title='x', file=ContentFile(b'secret', name='x.txt'))
print(made.url)
"""
SUBMIT = """() => {
  document.querySelector('#id_slug').value = 'water-1';
  document.querySelector('[name=action-submit]').click();
}"""
UNNAMED = """() => [...document.querySelectorAll('a, button, input:not([type=hidden]), select, textarea, img')]
  .filter(e => e.tagName === 'IMG' ? !e.hasAttribute('alt')
    : !(e.innerText || e.getAttribute('aria-label') || (e.labels && e.labels.length)))
  .map(e => e.outerHTML.slice(0, 120))"""

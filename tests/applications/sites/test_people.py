"""People work at the sites in Chromium: an author writes, a reviewer of the unit approves, readers see it and write."""

import json
import os
import time

import pytest
from playwright.sync_api import Browser, Page

from tests.applications.bench import Bench
from tests.applications.browsing import AUTH, enter
from tests.applications.sites.county import SIGNED_ON
from tests.applications.sites.modules import SENT, SURVEY
from tests.applications.sites.people import shot, signed_in, told, visitor, written
from tests.applications.smsc import Operator

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="a server host needs root")
TITLE = "清岚县举办秋季用水安全培训"
SUMMARY = "全县一百二十个单位的联络员参加了培训"
COLUMN = "from applications.sites.models import *; print(ColumnPage.objects.get(url_path__endswith='/u003/news/').pk)"
NOTICES = (
    "import json; from applications.sites.models.records import Notice; "
    "print(json.dumps([*Notice.objects.order_by('login').values_list('login', 'state', 'tries')]))"
)
ANSWER = "路灯已于本周修复。"
SUBMIT = """() => {
  document.querySelector('#id_slug').value = 'water-1';
  document.querySelector('[name=action-submit]').click();
}"""


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
    refused = stranger.goto(f"{bench.url}/manage/snippets/county_sites/letter/edit/1/")
    assert refused is not None
    assert refused.status == 403
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

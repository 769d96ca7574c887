"""What readers are shown of the sites: nothing from elsewhere, nothing forbidden or not approved, and every module."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.applications.bench import Bench
from tests.applications.sites.county import FORBIDDEN
from tests.applications.sites.modules import FILM, MODULES
from tests.applications.sites.people import shot, told, visitor, written

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="a server host needs root")
FORBID = f"""
from django.core.exceptions import ValidationError
from applications.sites.models import *
page = UnitPage.objects.get(code='u003'); page.address = '1'; page.title = '{FORBIDDEN}'
try:
    page.full_clean()
except ValidationError as error:
    print(error)
"""
UPLOAD = """
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model
made = get_document_model().objects.create(title='x', file=ContentFile(b'secret', name='x.txt'))
print(made.url)
"""
UNNAMED = """() => [...document.querySelectorAll('a, button, input:not([type=hidden]), select, textarea, img')]
  .filter(e => e.tagName === 'IMG' ? !e.hasAttribute('alt')
    : !(e.innerText || e.getAttribute('aria-label') || (e.labels && e.labels.length)))
  .map(e => e.outerHTML.slice(0, 120))"""


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

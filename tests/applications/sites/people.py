"""Readers, authors and reviewers of the county's sites, for tests: in Chromium, and by the sites' own commands."""

import os
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.applications.bench import Bench

RUN = "cd /opt/countynet/sites/code && env COUNTY_SITES=/etc/countynet/sites/county.json runuser -u cn-sites -- "
MANAGE = f"{RUN} /opt/countynet/sites/venv/bin/python -m applications.sites.manage"
PUBLISHING = """
import datetime, io, json
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model
from applications.sites.models import *
from applications.sites.models.forms import SurveyField

def person(login):
    return get_user_model().objects.get(username=login)

def document(title, name, content):
    return get_document_model().objects.create(title=title, file=ContentFile(content, name=name))

def online(thing, author="u003-author", reviewer="author-2"):
    thing.save_revision(user=person(author))
    state = thing.get_workflow().start(thing, person(author)).current_task_state
    state.task.specific.on_action(state, person(reviewer), "approve")
"""
"""what scripts begin with; `online` goes the one way there is: handed in by an author, approved by somebody else"""


def told(bench: Bench, words: str) -> str:
    """Run a command of the sites; return what it says."""
    return bench.exec(f"{MANAGE} {words}", seconds=300).strip()


def written(bench: Bench, script: str) -> str:
    """Run a script within the sites; return what it says."""
    return told(bench, f"shell -v0 <<'END'\nexec(r'''{PUBLISHING}{script}''')\nEND")


def visitor(browser: Browser, width: int = 1400) -> Page:
    """Return the page of a reader of their own."""
    page = browser.new_context(ignore_https_errors=True, viewport={"width": width, "height": 900}).new_page()
    page.set_default_timeout(60_000)
    return page


def signed_in(bench: Bench, browser: Browser, login: str) -> Page:
    """Return the page of somebody who works for a site."""
    password = told(bench, f"invite {login}").splitlines()[-1]
    page = visitor(browser)
    page.goto(f"{bench.url}/manage/login/")
    page.fill("input[name=username]", login)
    page.fill("input[name=password]", password)
    with page.expect_navigation():
        page.press("input[name=password]", "Enter")
    assert "/login" not in page.url
    return page


def shot(name: str) -> str:
    """Return the file of a screenshot."""
    folder = Path(os.environ.get("COUNTYNET_SHOTS", "/tmp/countynet-shots"))
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder / f"sites-{name}.png")

"""An application for a terminal in Chromium, through all roles, over a real county folder and its real services."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from countynet import clock
from countynet.db import open_database
from countynet.settings import Settings
from countynet.vocabulary import Role
from countynet.worker import handlers, run_one
from dashboard.app import create_app
from dashboard.services.fake import FakeWatch
from dashboard.services.real.every import real_services
from inventory import create, load_county
from inventory.record import Author, Repository, Set
from tests.browser.chromium import Visitor
from tests.browser.conftest import CLERK, Site
from tests.browser.serving import served
from tests.unit.dashboard import leases_sample, sample
from tests.unit.dashboard.test_scans import scanned

Visit = Callable[..., Visitor]
MAC, FIRST = "00:1e:c9:5a:00:19", "00:1e:c9:5a:00:99"


@pytest.fixture
def folder(tmp_path: Path) -> Settings:
    """A county in git, with its secrets; the clerk's first terminal has no MAC address yet."""
    settings = Settings.load(tmp_path / "county")
    create.create_folder(settings)
    create.create_secrets(settings, load_county(settings.county))
    create.create_repository(settings)
    first = {"name": "pc-031", "address": "10.21.31.10"}
    Repository(settings).commit([Set("units", CLERK, "terminals", [dict(first)])], Author("test"), "prepare")
    return settings


@pytest.fixture
def site(folder: Settings) -> Iterator[Site]:
    """The dashboard over the real services; only the poller's eyes are lent."""
    watch = FakeWatch()
    services = replace(real_services(folder), watch=watch)
    object.__setattr__(services.accounts, "hasher", sample.CHEAP)
    for role in Role:
        login = CLERK if role is Role.UNIT else role.value
        services.accounts.create(login, role, CLERK if role is Role.UNIT else None, "test", sample.PASSWORD)
    with served(create_app(folder, services)) as url:
        yield Site(url, services, watch)
    services.accounts.engine.dispose()


def ask(clerk: Visitor, mac: str = "00-1E-C9-5A-00-19") -> str:
    """Fill in the form and return the application's number."""
    clerk.go("/terminals")
    clerk.page.click("text=申请终端入网")
    clerk.page.fill("[name=user]", "张三")
    clerk.page.fill("[name=room]", "203")
    clerk.page.fill("[name=purpose]", "公文办理")
    clerk.page.fill("[name=mac]", mac)
    clerk.page.fill("[name=wanted_by]", (clock.today() + timedelta(days=10)).isoformat())
    clerk.page.click("form.card button")
    expect(clerk.page.locator("h1")).to_contain_text("张三")
    return clerk.page.url.rpartition("/")[2]


def approve(center: Visitor, number: str) -> None:
    center.go(f"/terminals/{number}")
    center.page.click("form[action$='/approve'] button")
    expect(center.page.locator(".chip.approved")).to_be_visible()


def way_of_an_application(visit: Visit, folder: Settings) -> None:
    clerk, center, operator, auditor = visit(CLERK), visit("center"), visit("operator"), visit("auditor")
    number = ask(clerk)
    center.go("/terminals")
    center.page.click(f"text=#{number}")
    center.page.fill("form[action$='/approve'] textarea", "请带网线")
    center.page.click("form[action$='/approve'] button")
    expect(center.page.locator(".chip.approved")).to_be_visible()
    operator.go("/terminals")
    operator.page.click(f"text=#{number}")
    order = operator.page.locator(".todo-list").inner_text()
    for said in ("203", MAC, "10.21.31.11/24", "10.21.31.1", "lan1", "cpe-031", "pc-031"):
        assert said in order
    operator.refusals_expected = True
    operator.page.fill("[name=mac]", "00-1e-c9-5a-00-20")
    operator.page.fill("[name=mac-pc-031]", FIRST.upper())
    operator.page.click("form[action$='/connect'] button")
    expect(operator.page.locator("#e-mac")).to_be_visible()
    expect(operator.page.locator("[name=mac-pc-031]")).to_have_value(FIRST.upper())
    operator.page.fill("[name=mac]", "001e.c95a.0019")
    operator.page.click("form[action$='/connect'] button")
    expect(operator.page.locator(".chip.connected")).to_be_visible()
    expect(operator.page.locator(".progress")).to_contain_text("cpe-031")
    unit = Repository(folder).county().unit_by_id[CLERK]
    assert [(t.name, t.mac) for t in unit.terminals] == [("pc-031", FIRST), ("pc-031-2", MAC)]
    clerk.go(f"/terminals/{number}")
    history = clerk.page.locator(".history").inner_text()
    for said in (CLERK, "center", "operator", "请带网线", "cpe-031:lan1"):
        assert said in history
    assert clerk.page.locator(".history time").count() == 3
    auditor.go(f"/terminals/{number}")
    assert auditor.page.locator("main form").count() == 0
    clerk.page.click("dd a")
    clerk.page.locator("section.card", has_text="pc-031-2").locator("summary").click()
    clerk.page.locator("section.card", has_text="pc-031-2").locator("[name=reason]").fill("电脑报废")
    clerk.page.click("text=pc-031-2 退网")
    expect(clerk.page.locator("section.card")).to_have_count(1)
    assert [t.name for t in Repository(folder).county().unit_by_id[CLERK].terminals] == ["pc-031"]
    center.go(f"/terminals/{number}")
    expect(center.page.locator(".history")).to_contain_text("电脑报废")


def test_an_application_goes_through_all_roles(visit: Visit, folder: Settings) -> None:
    way_of_an_application(visit, folder)


def test_it_goes_without_javascript_too(visit: Visit, folder: Settings, without_javascript: None) -> None:
    way_of_an_application(visit, folder)


def test_a_device_that_does_not_answer_is_told_in_the_log_and_tried_again(visit: Visit, folder: Settings) -> None:
    """There is no network behind: the real job fails in the worker, and the page says so while it is open."""
    clerk, center, operator = visit(CLERK), visit("center"), visit("operator")
    number = ask(clerk)
    approve(center, number)
    operator.go(f"/terminals/{number}")
    operator.page.fill("[name=mac]", MAC)
    operator.page.fill("[name=mac-pc-031]", FIRST)
    operator.page.click("form[action$='/connect'] button")
    expect(operator.page.locator(".progress progress")).to_be_visible()
    engine = open_database(folder)
    assert run_one(folder, engine, handlers())
    engine.dispose()
    expect(operator.page.locator(".progress .bad")).to_be_visible()
    expect(operator.page.locator(".progress .log")).to_contain_text("cpe-031")
    operator.page.click("form[action$='/configure'] button")
    expect(operator.page.locator(".progress progress")).to_be_visible()


def test_no_page_is_wider_than_a_telephone(visit: Visit, folder: Settings, site: Site) -> None:
    clerk, center, operator = visit(CLERK, 320), visit("center", 320), visit("operator", 320)
    number = ask(clerk)
    approve(center, number)
    engine = open_database(folder)
    scanned(engine, CLERK)
    engine.dispose()
    given_out = leases_sample.stocked(site.services)
    leases_sample.silent(given_out)
    object.__setattr__(site.services, "county", given_out.county)
    seen = ("/audit/terminals", "/audit/terminals/1", "/leases")
    for visitor, paths in (
        (clerk, ("/terminals", "/terminals/new", f"/terminals/{number}", f"/terminals/of/{CLERK}", *seen)),
        (center, ("/terminals", "/terminals/new", f"/terminals/{number}", *seen)),
        (operator, ("/terminals", f"/terminals/{number}", f"/terminals/{number}/order")),
    ):
        for language in ("zh", "en"):
            if language == "en":
                visitor.english()
            for path in paths:
                visitor.go(path)
                assert visitor.overflow() <= 0, (visitor.page.url, language)
                assert visitor.page.locator("h1").is_visible()


def test_the_work_order_is_printed_without_the_frame(visit: Visit) -> None:
    clerk, center, operator = visit(CLERK), visit("center"), visit("operator")
    number = ask(clerk)
    approve(center, number)
    operator.go(f"/terminals/{number}")
    operator.page.click("text=打印工单")
    operator.page.emulate_media(media="print")
    expect(operator.page.locator("header.top")).to_be_hidden()
    expect(operator.page.locator(".unprinted")).to_be_hidden()
    expect(operator.page.locator(".paper")).to_contain_text("pc-031-2")

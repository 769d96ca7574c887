"""The knowledge base in a real browser: offered while a clerk types, written down from a fault, on a telephone too."""

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import Visitor
from tests.browser.conftest import CLERK

Visit = Callable[..., Visitor]
SHOTS = os.environ.get("COUNTYNET_SHOTS")
"""a folder for pictures, for whoever wants to look"""


def shot(visitor: Visitor, name: str) -> None:
    if SHOTS:
        visitor.page.screenshot(path=f"{SHOTS}/knowledge-{name}.png", full_page=True)


def test_a_clerk_is_offered_what_is_known_while_typing_and_still_reports(visit: Visit) -> None:
    clerk = visit(CLERK, 320)
    clerk.go("/faults/new")
    clerk.page.fill("[name=title]", "光猫红灯亮，上不了网")
    expect(clerk.page.locator(".known")).to_contain_text("报障，写明光灯红")
    expect(clerk.page.locator(".known")).not_to_contain_text("display mac-address")
    assert clerk.overflow() <= 0
    shot(clerk, "offer-320")
    clerk.press("text=提交申告")
    expect(clerk.page.locator("h1")).to_contain_text("光猫红灯亮")


@pytest.mark.parametrize("width", [320, 1400])
def test_the_pages_fit_in_both_languages(visit: Visit, width: int) -> None:
    operator = visit("operator", width)
    operator.fits(("/knowledge", "/knowledge?q=风暴", "/knowledge/2", "/knowledge/new", "/knowledge/2/edit"))
    operator.go("/knowledge/2")
    shot(operator, f"entry-{width}")


def test_what_a_fault_taught_is_written_down_and_found(visit: Visit) -> None:
    clerk, center, operator = visit(CLERK), visit("center"), visit("operator", 320)
    clerk.go("/faults/new")
    clerk.page.fill("[name=title]", "电视电话会议没声音")
    clerk.press("text=提交申告")
    center.go("/faults/1")
    center.press("text=派单给运营商")
    operator.go("/faults/1")
    operator.press("text=开始修复")
    operator.page.fill("[name=cause]", "话筒静音")
    operator.press("button:has-text('已修复')")
    operator.press("text=写一条新知识")
    expect(operator.page.locator("[name=cause]")).to_have_value("话筒静音")
    operator.page.fill("[name=remedy]", "按话筒上的开关")
    shot(operator, "form-320")
    operator.press("text=保存")
    expect(operator.page.locator("h1")).to_contain_text("电视电话会议没声音")
    center.go("/knowledge?q=开会没声音")
    expect(center.page.locator("article")).to_contain_text("按话筒上的开关")

"""A playbook in a real browser: asked for on a telephone, its log followed as the runner writes it, cancelled."""

from collections.abc import Callable

from playwright.sync_api import expect

from countynet.db import transaction
from playbooks.runner import book
from playbooks.runner.process import Lines
from playbooks.runner.programs.work import Ended
from playbooks.runner.states import RunState
from playbooks.runner.store import RunRow
from playbooks.servers.run import Heard
from tests.browser.chromium import Visitor
from tests.browser.conftest import Site

Visit = Callable[..., Visitor]


def test_a_run_is_asked_for_followed_and_cancelled(visit: Visit, site: Site) -> None:
    center, engine = visit("center", 320), site.services.accounts.engine
    center.go("/playbooks/take-backup")
    center.page.fill("[name=devices]", "cpe-007，cpe-008")
    center.press("button[value=run]")
    with transaction(engine) as session:
        book.begin(session, session.get_one(RunRow, 1))
    center.go("/runs/1")
    stream = center.page.locator("[data-stream] pre.log")
    expect(stream).to_be_visible()
    lines = Lines(engine, 1)
    for host in ("cpe-007", "cpe-008"):
        lines(Heard("read the configuration", host, "ok", f"words of {host}"))
    lines.flush()
    expect(stream).to_contain_text("words of cpe-008")
    expect(center.page.locator("[data-part] .outcome.ok")).to_have_text("符合要求 2")
    center.page.click("button[form=p-cancel]")
    expect(center.page.locator("[data-part]")).to_contain_text("取消人 center")
    book.ended(engine, 1, RunState.CANCELLED, Ended(False))
    expect(center.page.locator("button[form=p-again]")).to_be_visible()
    expect(center.page.locator("#t-1 summary")).to_contain_text("read the configuration")
    center.fits(("/playbooks", "/playbooks/servers", "/runs", "/runs/1"))
    auditor = visit("auditor", 1400)
    auditor.fits(("/playbooks", "/playbooks/look-for-drift", "/runs", "/runs/1?q=words"))
    expect(auditor.page.locator("#t-1")).to_contain_text("words of cpe-007")


def test_defaults_follow_what_is_typed_and_nothing_else_on_the_form_changes(visit: Visit) -> None:
    center = visit("center", 320)
    center.go("/playbooks/replace-device")
    page = center.page
    page.fill("[name=serial]", "SN-77")
    page.fill("[name=unit]", "u007")
    page.press("[name=unit]", "Tab")  # into the field that follows, which keeps the focus
    expect(page.locator("[name=device]")).to_have_value("cpe-007")
    expect(page.locator("[name=device]")).to_be_focused()
    expect(page.locator("#d-device")).to_contain_text("u007")
    expect(page.locator("[name=serial]")).to_have_value("SN-77")
    page.fill("[name=unit]", "u009")
    page.press("[name=unit]", "Tab")
    expect(page.locator("[name=device]")).to_have_value("cpe-009")
    page.fill("[name=device]", "core-1")
    page.press("[name=device]", "Tab")
    model = page.locator("[name=model]")
    expect(page.locator("#d-model")).to_contain_text("core-1")
    page.fill("[name=unit]", "u007")
    page.press("[name=unit]", "Tab")
    expect(page.locator("[name=device]")).to_have_value("core-1")  # what somebody typed is not exchanged
    expect(model).not_to_have_value("")
    center.fits(("/playbooks/replace-device?unit=u007", "/playbooks/add-unit", "/playbooks/move-to-fiber?unit=u007"))

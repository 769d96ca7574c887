"""The lending's clerk in Chromium, whom the smoke and the application's own test share."""

from playwright.sync_api import Page

from countynet import clock

DATA = "/var/lib/countynet/lending"


def lend(page: Page, url: str, password: str) -> None:
    """Sign in as the clerk, add a projector, lend it until today."""
    page.goto(url)
    page.fill("input[name=password]", password)
    page.click("button:has-text('登录')")
    page.fill("input[name=number]", "T-01")
    page.fill("input[name=name]", "投影仪")
    page.select_option("select[name=kind]", "projector")
    page.click("button:has-text('登记物品')")
    page.click("a:has-text('T-01')")
    page.fill("input[name=person]", "张三")
    page.fill("input[name=unit]", "农业农村局")
    page.fill("input[name=due]", clock.today().isoformat())
    page.click("button:has-text('借出')")
    page.wait_for_selector("[role=status]:has-text('已完成')")

"""Debian's Chromium and a person in front of it, who notes everything that the console complains about."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from playwright.sync_api import Page, expect

EXECUTABLE = "/usr/bin/chromium"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 60_000
"""milliseconds: a machine that builds a county beside has other things to do"""


@dataclass
class Visitor:
    """Somebody at a browser."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)
    refusals_expected: bool = False

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        self.page.on("console", lambda message: self._note(message.type, message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("requestfailed", self._failed)

    def _note(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not (self.refusals_expected and "Failed to load resource" in text):
            self.complaints.append(f"{kind}: {text}")

    def _failed(self, request: object) -> None:
        address = str(getattr(request, "url", ""))
        if not address.startswith(self.url):
            self.complaints.append(f"asked elsewhere: {address}")

    def go(self, path: str) -> None:
        self.page.goto(self.url + path)

    def press(self, selector: str) -> None:
        """Press a button that leads to a page, and wait for it: what somebody else sees next has happened by then."""
        with self.page.expect_navigation():
            self.page.click(selector)

    def sign_in(self, login: str, password: str) -> None:
        self.go("/sign-in")
        self.page.fill("[name=login]", login)
        self.page.fill("[name=password]", password)
        self.page.press("[name=password]", "Enter")
        self.page.wait_for_url(lambda address: "/sign-in" not in address)

    def english(self) -> None:
        self.page.click("button[name=language][value=en]")
        expect(self.page.locator("html")).to_have_attribute("lang", "en")

    def overflow(self) -> int:
        """Return by how many pixels the page is wider than its window."""
        wide: int = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return wide

    def fits(self, paths: Iterable[str]) -> None:
        """Look at pages in both languages: none is wider than its window, each has its heading."""
        for language in ("zh", "en"):
            if language == "en":
                self.english()
            for path in paths:
                self.go(path)
                assert self.overflow() <= 0, (language, path)
                assert self.page.locator("h1").is_visible()

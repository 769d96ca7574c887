"""People in a meeting, as Chromium tabs with fake cameras: the chair and venues, for tests of the meeting server."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
SECONDS = 60_000
CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--no-sandbox")
PLAYING = """n => [...document.querySelectorAll('.seat video')]
  .filter(v => v.videoWidth > 0 && v.currentTime > 0.5).length >= n"""

SAYS = "words => document.getElementById('said').innerText === words"
LISTEN = """() => {
  window.told = [];
  const said = document.getElementById('said');
  new MutationObserver(() => window.told.push(said.innerText)).observe(said, { childList: true, characterData: true });
}"""
HEARD = """words => { let at = -1; return words.every(one => (at = window.told.indexOf(one, at + 1)) >= 0); }"""
"""whether a page that listens said these words, one after the other"""
WIDE_OR_SMALL = """width => {
  const all = document.querySelectorAll('button, input, select, .seat, #preview');
  const seen = [...all].filter(e => e.checkVisibility());
  const wrong = seen.filter(e => e.getBoundingClientRect().right > width + 1 && !e.closest('#strip'));
  const small = seen.filter(e => e.tagName === 'BUTTON' && e.getBoundingClientRect().height < 40);
  return [...wrong, ...small].map(e => `${e.tagName}#${e.id}`)
    .concat(document.documentElement.scrollWidth > width ? ['page'] : []);
}"""


@contextmanager
def browser(options: Sequence[str]) -> Iterator[Browser]:
    """Give a Chromium with a fake camera and microphone that permission was given for."""
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=CHROMIUM, args=[*CAMERA, *options])
        yield found
        found.close()


def page(chromium: Browser, width: int = 1400, height: int = 900) -> Page:
    """Return a page of a person of their own."""
    context = chromium.new_context(ignore_https_errors=True, viewport={"width": width, "height": height})
    found = context.new_page()
    found.set_default_timeout(SECONDS)
    return found


def organiser(chromium: Browser, url: str, password: str) -> Page:
    """Return the page of the organiser, signed in."""
    found = page(chromium)
    found.goto(f"{url}/sign-in")
    found.fill("[name=login]", "organiser")
    found.fill("[name=password]", password)
    found.click("button.main")
    found.wait_for_selector("text=预约会议")
    return found


def book(found: Page, url: str, title: str, venues: Sequence[str], *, starts_in: timedelta = timedelta(0)) -> None:
    """Fill in and send the booking form."""
    begins = datetime.now(ZoneInfo("Asia/Shanghai")) + starts_in
    found.goto(f"{url}/book")
    found.fill("[name=title]", title)
    found.fill("[name=begins]", begins.strftime("%Y-%m-%dT%H:%M"))
    found.fill("[name=ends]", (begins + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M"))
    for venue in venues:
        found.check(f"[name=venue][value={venue}]")
    found.click("button.main")
    found.wait_for_load_state()


def codes(found: Page) -> list[str]:
    """Return the codes on a meeting's page, the hall's first."""
    cells = found.eval_on_selector_all("td.number", "cells => cells.map(cell => cell.innerText)")
    return [re.sub(r"\s", "", cell) for cell in cells]


def take_chair(found: Page) -> None:
    """Enter as the chair."""
    found.click("text=以主席身份进入")
    sit(found)


def sit(found: Page) -> None:
    """Go from the room's door to one's seat."""
    found.click("#enter")
    found.wait_for_selector("#mine:not([hidden])")


def join(chromium: Browser, url: str, number: str, code: str, *, who: str = "", width: int = 1400) -> Page:
    """Enter as a venue, or as somebody without a code, up to the room's door."""
    found = page(chromium, width, 844 if width < 600 else 900)
    found.goto(url)
    found.fill("[name=number]", number)
    found.fill("[name=code]", code)
    found.fill("[name=who]", who)
    found.click("button.main")
    found.wait_for_selector("#enter")
    return found


def sees(found: Page, count: int) -> None:
    """Wait until so many moving pictures are on a page, one's own among them."""
    found.wait_for_function(PLAYING, arg=count)


def fits_a_phone(found: Page) -> None:
    """Check that nothing is wider than the page and that a finger meets every button."""
    size = found.viewport_size
    assert size
    assert found.evaluate(WIDE_OR_SMALL, size["width"]) == []


def ask(found: Page, expression: str) -> object:
    """Return what an expression about the page's own `room` is, as a tampered page could ask too."""
    return found.evaluate(f"async () => {{ const {{ room }} = await import('/static/room.js'); return {expression}; }}")


def look(found: Page, folder: Path, name: str) -> None:
    """Keep a screenshot, for people."""
    found.screenshot(path=folder / f"{name}.png", full_page=True)

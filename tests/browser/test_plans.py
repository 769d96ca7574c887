"""Plans in a browser: made, approved, applied and taken back on a real twin, and followed live without asking.

`COUNTYNET_SHOTS=FOLDER` keeps pictures of the pages in both languages and widths.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from countynet import clock
from countynet.db import open_database, transaction
from countynet.jobs import Job, JobLog, JobState, finish, submit
from countynet.secrets import Secrets
from countynet.vocabulary import Role
from dashboard.app import create_app
from dashboard.services.real.job_logs import RealJobLogs
from dashboard.services.real.plans import RealPlans
from dashboard.users.service import Accounts
from playbooks.plan.book import Book
from playbooks.plan.model import DeviceState
from tests.browser.chromium import Visitor
from tests.browser.serving import served
from tests.browser.test_step7 import free_port
from tests.twin.desk import STATION, Desk, standing
from tests.unit.dashboard import sample
from tests.unit.playbooks.plan import samples

CPE, OTHER = "cpe-002", "cpe-025"
DEVICES, SAID = 130, 6


pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
"""waitress closes its trigger under a thread that still serves a stream: its way to stop, and none of our pages"""


@dataclass
class Office:
    """A county that is served, and its twin."""

    desk: Desk
    url: str


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with standing(tmp_path_factory.mktemp("plans"), 3) as desk:
        accounts = Accounts(open_database(desk.settings))
        for login in ("amy", "carl"):
            accounts.create(login, Role.CENTER, None, "test", sample.PASSWORD)
        port = free_port()
        words = ["--county", str(desk.settings.county), "--lang", "en", "serve", "--port", str(port)]
        process = subprocess.Popen(
            [sys.executable, "-m", "countynet.cli", *words], stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        assert process.stderr
        assert any(f":{port}/" in line for line in process.stderr)
        try:
            yield Office(desk, f"http://127.0.0.1:{port}")
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)


def come(browser: Browser, url: str, login: str, width: int = 1200) -> Visitor:
    visitor = Visitor(browser.new_context(viewport={"width": width, "height": 900}).new_page(), url)
    visitor.sign_in(login, sample.PASSWORD)
    return visitor


def asked(page: Page) -> list[str]:
    """Return a list to which the path of every later request is added."""
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url))
    return found


def shoot(visitor: Visitor, name: str) -> None:
    """Keep a picture, if pictures are wanted."""
    folder = os.environ.get("COUNTYNET_SHOTS")
    if folder:
        visitor.page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def test_a_plan_is_made_approved_applied_and_taken_back_by_two_people(browser: Browser, office: Office) -> None:
    office.desk.say(STATION)
    carl, amy = come(browser, office.url, "carl"), come(browser, office.url, "amy")
    carl.english()
    carl.go("/plans")
    carl.page.click("text=Make a plan")
    carl.page.fill("[name=only]", f"{CPE}, {OTHER}")
    carl.page.select_option("[name=policy]", "undo-all")
    carl.page.fill("[name=seconds]", "30")
    carl.page.click("form.card button")
    expect(carl.page.locator(".plan .log")).to_contain_text(f"{CPE}: read")
    expect(carl.page.locator("main")).to_contain_text("plan 1 is made: 2 devices")
    shoot(carl, "made")
    carl.page.click("main a:text('Plan 1')")
    expect(carl.page.locator("main")).to_contain_text("10.255.0.12:162")
    assert not carl.page.locator("button:text('Approve')").count()

    amy.english()
    amy.go("/plans/1")
    amy.page.click("button:text('Approve')")
    requests = asked(carl.page)
    carl.page.click("button:text('Apply')")
    expect(carl.page.locator(".plan .log")).to_contain_text(f"{CPE}: changing")
    shoot(carl, "applying")
    expect(carl.page.locator(".plan .chip").first).to_have_text("applied")
    assert len([url for url in requests if "/events" in url]) >= 1
    expect(carl.page.locator(".plan .log")).to_contain_text(f"{OTHER}: has the plan")
    shoot(carl, "applied")

    carl.page.click("text=Take it back by a new plan")
    carl.page.fill("[name=seconds]", "3")
    carl.refusals_expected = True
    carl.page.click("form.card button")
    expect(carl.page.locator("[role=alert]")).to_contain_text("from 5 to 1800")
    carl.page.fill("[name=seconds]", "30")
    carl.page.click("form.card button")
    carl.page.click("main a:text('Plan 2')")
    expect(carl.page.locator("main")).to_contain_text("Takes back")
    amy.go("/plans/2")
    amy.page.click("button:text('Approve')")
    amy.page.click("button:text('Apply')")
    expect(amy.page.locator(".plan .chip").first).to_have_text("applied")
    office.desk.unsay()
    assert [visitor.complaints for visitor in (carl, amy)] == [[], []]


def test_the_pages_fit_a_narrow_window_in_both_languages(browser: Browser, office: Office) -> None:
    narrow = come(browser, office.url, "carl", 320)
    job = next(n for n in range(1, 50) if RealPlans(office.desk.settings, _engine(office)).making(n))
    paths = ["/plans", "/plans/new", "/plans/1", "/plans/1/undo", f"/plans/making/{job}"]
    for path in paths:
        narrow.go(path)
        shoot(narrow, "narrow-zh-" + path.strip("/").replace("/", "-"))
    narrow.fits(paths)
    for path in paths:
        narrow.go(path)
        shoot(narrow, "narrow-en-" + path.strip("/").replace("/", "-"))
    assert narrow.complaints == []


def _engine(office: Office) -> Engine:
    return open_database(office.desk.settings)


@dataclass
class Hall:
    """A dashboard whose one plan has many devices; nobody works, the test plays the worker."""

    url: str
    plans: RealPlans
    names: tuple[str, ...]

    def run(self) -> int:
        """Begin the plan's job and return its number."""
        with transaction(self.plans.engine) as session:
            number = submit(session, "plan-apply", {"plan": 1}, "center")
            session.get_one(Job, number).state = JobState.RUNNING
            return number

    def say(self, job: int, lines: list[str]) -> None:
        """Say lines, one transaction each, as the worker does."""
        for line in lines:
            with transaction(self.plans.engine) as session:
                session.add(JobLog(job_id=job, at=clock.now(), line=line))

    def end(self, job: int) -> None:
        """End the job."""
        with transaction(self.plans.engine) as session:
            finish(session, session.get_one(Job, job), JobState.DONE, {}, "")


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    settings = sample.settings(tmp_path)
    services = sample.services(tmp_path)
    engine = services.accounts.engine
    Secrets.create(settings, {"one": "secret"})
    names = tuple(f"cpe-{n:03d}" for n in range(1, DEVICES + 1))
    plan = samples.plan(1, made=clock.now(), names=names)
    Book(settings, engine).add(lambda _number: plan, {name: samples.steps(name) for name in names})
    plans = RealPlans(settings, engine)
    services = replace(services, plans=plans, job_logs=RealJobLogs(engine))
    services.accounts.create("center", Role.CENTER, None, "test", sample.PASSWORD)
    with served(create_app(settings, services), threads=8) as url:
        yield Hall(url, plans, names)
    engine.dispose()


def test_a_hundred_and_thirty_devices_are_followed_line_by_line_and_nothing_is_asked_meanwhile(
    browser: Browser, hall: Hall
) -> None:
    job = hall.run()
    visitor = come(browser, hall.url, "center")
    visitor.english()
    with visitor.page.expect_request(lambda request: "/events" in request.url):
        visitor.go("/plans/1")
    requests = asked(visitor.page)
    lines = [f"{name}: line {n}" for n in range(SAID) for name in hall.names]
    began = time.monotonic()
    hall.say(job, lines)
    book = Book(hall.plans.settings, hall.plans.engine)
    book.note(1, hall.names[0], DeviceState.DONE, "amy")
    said = time.monotonic() - began
    expect(visitor.page.locator(".plan .log")).to_contain_text(lines[-1])
    seen = time.monotonic() - began
    print(f"{len(lines)} lines said in {said:.1f} s, the last seen {seen - said:.2f} s later")
    expect(visitor.page.locator("[data-part] li").first).to_contain_text("has the plan")
    assert visitor.page.locator(".plan .log").inner_text().split("\n")[: len(lines)] == lines
    assert [url for url in requests if "/progress" in url] == []
    hall.end(job)
    expect(visitor.page.locator("progress")).to_have_count(0)
    assert visitor.complaints == []


def test_a_stream_that_broke_off_is_taken_up_where_it_was_and_nothing_is_told_twice(
    browser: Browser, hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.stream.LIFE", 0.6)
    job = hall.run()
    visitor = come(browser, hall.url, "center")
    requests = asked(visitor.page)
    visitor.go("/plans/1")
    said: list[str] = []
    while len([url for url in requests if "/events" in url]) < 3:
        said.append(f"line {len(said)}")
        hall.say(job, said[-1:])
        visitor.page.wait_for_timeout(200)
    expect(visitor.page.locator(".plan .log")).to_contain_text(said[-1])
    assert visitor.page.locator(".plan .log").inner_text().strip().split("\n") == said
    hall.end(job)


def test_a_plan_that_is_applied_fits_a_narrow_window_in_both_languages(browser: Browser, hall: Hall) -> None:
    hall.say(hall.run(), ["one"])
    visitor = come(browser, hall.url, "center", 320)
    visitor.fits(["/plans", "/plans/new", "/plans/1", "/plans/1/undo"])
    assert visitor.complaints == []


def test_without_scripts_the_log_is_there_on_every_reload(
    browser: Browser, without_javascript: None, hall: Hall
) -> None:
    job = hall.run()
    visitor = come(browser, hall.url, "center")
    hall.say(job, ["one"])
    visitor.go("/plans/1")
    expect(visitor.page.locator(".plan .log")).to_contain_text("one")

"""Emergencies in the web: who may what, what is told, what is typed wrongly, and what a unit sees of it."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from countynet import clock, tellings
from countynet.db import reading, transaction
from countynet.events import Event
from countynet.jobs import Job
from countynet.people import Actor
from countynet.vocabulary import Role
from dashboard.services.protocols import Services
from dashboard.users.model import Person
from playbooks.emergency import book
from playbooks.emergency.rules import StepState
from tests.unit.dashboard.browser import Browser
from tests.unit.dashboard.conftest import CLERK, OTHER_CLERK
from tests.unit.dashboard.forms import beside, text
from tests.unit.dashboard.runs_sample import ended, own_playbooks

Enter = Callable[[str], Browser]
CENTER = Actor("center", Role.CENTER)
GETS = ("", "/1", "/1/live", "/1/review", "/1/review.pdf")
POSTS = ("/plans/ransomware/start", "/1/steps/tell", "/1/steps/isolate/act", "/1/note", "/1/close")


def started(browser: Browser, **changed: str) -> None:
    said = {"unit": CLERK, "reason": "the screens show a demand", "how": "start"} | changed
    answer = browser.post("/emergencies/plans/ransomware/start", **said)
    assert answer.status_code == 303, answer.text


def jobs(services: Services) -> list[tuple[str, dict[str, object], str]]:
    with reading(services.accounts.engine) as session:
        return [(job.kind, json.loads(job.body), job.actor) for job in session.scalars(select(Job).order_by(Job.id))]


def test_the_center_starts_a_plan_carries_its_steps_and_ends_it_and_every_word_stands_in_the_log(
    signed_in: Enter, services: Services
) -> None:
    center = signed_in("center")
    assert "应急预案" in center.get("/emergencies").text
    started(center)
    page = center.get("/emergencies/1").text
    assert "the screens show a demand" in page
    assert "关闭该单位接入设备的全部内网端口" in page
    for place in book.get(services.accounts.engine, 1).places:
        path = f"/emergencies/1/steps/{place.step.id}"
        assert center.post(path, to="skip").status_code == 400  # left out with a reason only
        assert center.post(path, to="done", note=f"{place.step.id} by telephone").status_code == 303
        assert center.post(path, to="done").status_code == 409
    center.post("/emergencies/1/note", note="the police came")
    assert center.post("/emergencies/1/close", review=" ").status_code == 400
    assert center.post("/emergencies/1/close", review="a mail was opened").status_code == 303
    review = center.get("/emergencies/1/review").text
    for words in ("the screens show a demand", "clean by telephone", "the police came", "a mail was opened"):
        assert words in review
    pdf = center.get("/emergencies/1/review.pdf")
    assert pdf.data.startswith(b"%PDF")
    assert pdf.data == center.get("/emergencies/1/review.pdf").data
    assert "a mail was opened" in center.get("/emergencies/1").text
    assert "<form" not in center.get("/emergencies/1").text.partition("<main")[2]


def test_everything_that_is_wrong_with_a_start_is_told_at_once_and_what_was_typed_stays(signed_in: Enter) -> None:
    center = signed_in("center")
    answer = center.post("/emergencies/plans/ransomware/start", unit="u999", reason=" ", how="start")
    assert answer.status_code == 400
    assert answer.text.count('class="error"') == 2
    device = center.post("/emergencies/plans/cut-cable/start", device="agg-1，agg-9", reason="a digger", how="start")
    assert device.status_code == 400
    assert 'value="agg-1，agg-9"' in device.text
    assert "a digger" in device.text
    started(center)
    assert center.post("/emergencies/plans/ransomware/start", unit=CLERK, reason="x", how="start").status_code == 409
    for path in ("/emergencies/9", "/emergencies/plans/nothing/start", "/emergencies/9/review.pdf"):
        assert center.get(path).status_code == 404
    assert center.post("/emergencies/1/steps/nothing", to="done").status_code == 400
    assert center.post("/emergencies/1/steps/tell", to="waiting").status_code == 400
    wrong = center.post("/emergencies/1/steps/tell", to="skip", note="")
    assert 'id="e-tell"' in wrong.text


def test_each_role_has_its_own_and_no_form_works_without_its_token(signed_in: Enter, services: Services) -> None:
    started(signed_in("center"))
    with reading(services.accounts.engine) as session:
        before = session.query(Event).count()
    readers = {"center": 200, "operator": 200, "auditor": 200, "admin": 403, CLERK: 403, OTHER_CLERK: 403}
    for login, status in readers.items():
        browser = signed_in(login)
        for path in GETS:
            assert browser.get(f"/emergencies{path}").status_code == status, (login, path)
        for path in POSTS:
            assert browser.client.post(f"/emergencies{path}", data={"to": "done"}).status_code == 400, (login, path)
            if login != "center" and not (login == "operator" and path.startswith(("/1/steps", "/1/note"))):
                assert browser.post(f"/emergencies{path}", to="done", note="x").status_code == 403, (login, path)
    operator = signed_in("operator")
    assert operator.post("/emergencies/1/steps/tell", to="done").status_code == 403  # the center's own
    assert "/steps/tell" not in operator.get("/emergencies/1").text
    assert "/steps/" not in signed_in("auditor").get("/emergencies/1").text
    with reading(services.accounts.engine) as session:
        said = [e.tag for e in session.query(Event).order_by(Event.id)][before:]
    assert not [tag for tag in said if tag.startswith("emergency.")]
    assert operator.post("/emergencies/1/steps/isolate", to="done", note="by hand").status_code == 303


def test_an_action_is_the_workers_one_at_a_time_and_a_drill_is_started_with_its_job(
    signed_in: Enter, services: Services
) -> None:
    center, operator = signed_in("center"), signed_in("operator")
    started(center)
    assert operator.post("/emergencies/1/steps/isolate/act", do="1").status_code == 303
    asked = ("emergency-step", {"do": True, "emergency": 1, "step": "isolate"}, "operator")
    assert jobs(services) == [asked]
    assert operator.post("/emergencies/1/steps/release/act", do="0").status_code == 409
    assert center.post("/emergencies/1/steps/tell/act", do="0").status_code == 400
    assert "data-stream" in operator.get("/emergencies/1/live").text
    for how, kinds in (
        ("twin", ["emergency-step", "emergency-drill"]),
        ("people", ["emergency-step", "emergency-drill"]),
    ):
        started(center, how=how)
        assert [kind for kind, _body, _actor in jobs(services)] == kinds
    assert [one.drill for one in services.emergencies.newest(9)] == [True, True, False]
    assert "data-stream" not in center.get("/emergencies/3/live").text
    assert "演练" in center.get("/emergencies").text


def test_what_is_late_is_red_and_said_in_words_and_who_was_told_stands_there(
    signed_in: Enter, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    center = signed_in("center")
    started(center)
    engine, later = services.accounts.engine, clock.now() + timedelta(minutes=16)
    with transaction(engine) as session:
        tellings.tell(session, "emergency:1", "k", ["duty", f"unit:{CLERK}"], "say {what}", {"what": "so"}, clock.now())
        for row in tellings.of(session, "emergency:1"):
            row.state, row.said = "failed", "16910324051: HTTP 500"
    monkeypatch.setattr(clock, "now", lambda: later)
    page = center.get("/emergencies/1").text
    assert page.count("late") >= 1
    assert "超时" in page
    assert page.count("say so") == 2
    assert "16910324051" in page
    assert "16910324051" not in signed_in("auditor").get("/emergencies/1").text  # a telephone is not for the auditor
    assert services.county.county().unit_by_id[CLERK].name in page
    assert "1 个步骤超时" in center.get("/emergencies").text
    assert "1 个步骤超时" in signed_in("operator").get("/board").text


def test_a_unit_is_told_in_one_sentence_that_an_emergency_has_it_off_the_net_and_nobody_elses(
    signed_in: Enter, services: Services
) -> None:
    started(signed_in("center"))
    clerk, other, engine = signed_in(CLERK), signed_in(OTHER_CLERK), services.accounts.engine
    sentence = "主动隔断"
    assert sentence not in clerk.get(f"/units/{CLERK}").text
    book.step(engine, 1, "isolate", StepState.DONE, CENTER)
    assert clerk.get(f"/units/{CLERK}").text.count(sentence) == 1
    assert sentence not in other.get(f"/units/{OTHER_CLERK}").text
    book.step(engine, 1, "release", StepState.DONE, CENTER)
    assert sentence not in clerk.get(f"/units/{CLERK}").text


def test_a_countys_file_that_is_wrong_is_told_on_the_list_and_hides_nothing_that_runs(
    signed_in: Enter, services: Services
) -> None:
    center = signed_in("center")
    started(center)
    own = services.emergencies.settings.county / "playbooks/emergency.yml"
    own.parent.mkdir(exist_ok=True)
    own.write_text("plans: [{id: x}]\n")
    page = center.get("/emergencies").text
    assert "emergency.yml" in page
    assert "/emergencies/1" in page
    assert center.get("/emergencies/1").status_code == 200


def test_a_step_that_a_playbook_does_shows_its_run_and_what_may_be_named_need_not_be(
    signed_in: Enter, services: Services
) -> None:
    center, engine = signed_in("center"), services.accounts.engine
    center.post("/language", language="en", back="/help")
    form = center.get("/emergencies/plans/data-loss/start").text
    assert 'name="host" value="" list="all-host" autocomplete="off" maxlength="4000" required' in form
    assert '<select name="application">' in form
    given = {"host": "srv-portal", "reason": "somebody removed it", "how": "start"}
    assert center.post("/emergencies/plans/data-loss/start", **given).status_code == 303
    assert book.get(engine, 1).targets == {"host": "srv-portal"}
    page = center.get("/emergencies/1").text
    assert "Run the playbook" in page
    assert "Done by the playbook Restore an application" in page
    assert 'href="/playbooks/app-restore"' in page
    assert "/runs/7" not in page
    with transaction(engine) as session:
        book.ran(session, 1, "data", 7, looks=False, actor=CENTER, words="run 7 of it was asked for")
    page = center.get("/emergencies/1").text
    assert 'href="/runs/7"' in page
    assert "run 7 of it was asked for" in page
    told = signed_in("operator").get("/emergencies/1").text  # whose playbook it is not
    assert 'href="/runs/7"' not in told
    assert "运行 7" in told
    center.post("/emergencies/1/steps/data/act", do="1")
    assert jobs(services) == [("emergency-step", {"do": True, "emergency": 1, "step": "data"}, "center")]


def test_a_steps_run_is_told_with_what_it_does_and_how_it_stands(
    tmp_path: Path, signed_in: Enter, services: Services
) -> None:
    own_playbooks(tmp_path)
    center, engine, county = signed_in("center"), services.accounts.engine, services.county.county()
    given = {"device": "core-1", "reason": "it does not answer", "how": "start"}
    assert center.post("/emergencies/plans/core-failure/start", **given).status_code == 303
    again = center.post("/emergencies/plans/core-failure/start", **given)
    assert (again.status_code, "it does not answer" in again.text, 'role="alert"' in again.text) == (409, True, True)
    playbook = services.runs.playbook("fail-over-core")
    assert playbook is not None
    run = services.runs.ask(Person(1, "center", Role.CENTER), county, playbook, {"device": "core-1"})
    with transaction(engine) as session:
        book.ran(session, 1, "stand-back", run, looks=True, actor=CENTER, words="asked for")
    ended(services, run)
    assert "运行 1 核心切换演练 预查 已完成" in text(signed_in("operator").get("/emergencies/1").text)


def test_a_misspelt_target_is_told_with_the_nearest(signed_in: Enter) -> None:
    given = {"device": "core1, cor-2", "reason": "x", "how": "start"}
    page = signed_in("center").post("/emergencies/plans/core-failure/start", **given).text
    assert "core-1" in beside(page, "device").splitlines()[0]
    assert "core-2" in beside(page, "device").splitlines()[1]

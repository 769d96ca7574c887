"""The pages of applications: every state in words, what one description drives, who is shown what; few questions."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import event

from countynet import clock
from dashboard.app import create_app
from dashboard.services.protocols import Services
from playbooks.applications.standing import Health, Stage, standings, used_by
from tests.unit.dashboard import applications_sample
from tests.unit.dashboard.applications_sample import FAULT, HOUR, NO_ANSWER, PLAN
from tests.unit.dashboard.browser import Browser
from tests.unit.dashboard.conftest import CLERK, COMPILED, OTHER_CLERK
from tests.unit.dashboard.forms import text

Enter = Callable[[str], Browser]


@pytest.fixture
def services(services: Services) -> Services:
    return applications_sample.stocked(services)


@pytest.fixture
def app(services: Services) -> Flask:
    made = create_app(services.applications.settings, services, rate_limit=False)
    made.jinja_env.bytecode_cache = COMPILED
    return made


def row(page: str, name: str) -> str:
    """Return the words of an application's row."""
    found = re.search(rf'<tr><td><a href="/applications/{name}">.*?</tr>', page, re.DOTALL)
    assert found, name
    return text("<main" + found.group(0))


def test_each_state_is_told_with_when_and_what_is_late(signed_in: Enter) -> None:
    page = signed_in("center").get("/applications").text
    wiki, sites, lending = row(page, "wiki"), row(page, "sites"), row(page, "lending")
    assert all(said in wiki for said in ("已部署", "正常", "0.1.0 · c0ffee1234", "中共清岚县委办公室", "srv-dept"))
    assert "逾期" not in wiki
    assert all(said in sites for said in ("无应答", "暂无", "逾期"))
    assert all(said in lending for said in ("已部署，之后登记有改动", "正常", f"方案 {PLAN} 待处理"))
    assert "部署未成功" in row(page, "meeting")
    assert "登记内容有误" in row(page, "messages")
    assert "尚未部署" in row(page, "certificates")
    assert "已登记，由其他方部署" in row(page, "portal")
    counts = text("<main" + re.findall(r'<ul class="counts">.*?</ul>', page, re.DOTALL)[0])
    assert re.findall(r"\d+", counts) == ["2", "0", "1", "1"]


def test_what_the_center_keeps_apart_says_so_and_offers_nothing(signed_in: Enter, services: Services) -> None:
    vault = services.applications.settings.county / "secrets" / "center.yml"
    center = signed_in("center")
    page = center.get("/applications/certificates").text
    assert ('class="button' in page, "全县唯一的密码库" in page) == (True, True)
    vault.parent.mkdir(exist_ok=True)
    vault.write_text("closed here")
    page = center.get("/applications/certificates").text
    assert "该应用系统仅由信息中心管理" in page
    assert ('class="button' in page, "全县唯一的密码库" in page) == (False, False)
    assert "从信息中心自己的机器部署" in row(center.get("/applications").text, "certificates")


def test_one_page_says_all_that_its_description_drives(signed_in: Enter) -> None:
    center = signed_in("center")
    page = text(center.get("/applications/lending").text)
    for said in (
        "srv-dept", "cn-lending", "/var/lib/countynet/lending", "tcp 443", "8032", "app-lending-2", "pub-1 → srv-dept",
        "lending.qinglan.internal → 10.1.0.34", "certificates", "/health",
        "/var/log/countynet/lending/*.log → srv-infra", "srv-portal", "srv-save", "03:45", "每三十天", f"方案 {PLAN}",
    ):  # fmt: skip
        assert said in page, said
    wiki = text(center.get("/applications/wiki").text)
    assert "app-wiki-" not in wiki
    assert all(said in wiki for said in ("41 个文件", "2.5 MB", "abababab", "成功"))
    sites = center.get("/applications/sites").text
    assert NO_ANSWER in sites
    assert f'href="/faults/{FAULT}"' in sites
    assert "pigeons" in text(center.get("/applications/messages").text)
    assert center.get("/applications/nothing").status_code == 404


def test_buttons_are_those_that_the_reader_may_run_as_it_stands(signed_in: Enter) -> None:
    def buttons(login: str, name: str) -> list[str]:
        page = signed_in(login).get(f"/applications/{name}").text
        return re.findall(rf'href="/playbooks/app-([a-z]+)\?application={name}"', page)

    assert buttons("center", "wiki") == ["deploy", "backup", "drill", "restore", "remove"]
    assert buttons("operator", "wiki") == ["deploy", "backup", "drill"]
    assert buttons("auditor", "wiki") == []
    assert buttons("center", "certificates") == ["deploy"]
    assert buttons("center", "portal") == buttons("center", "messages") == []
    form = signed_in("operator").get("/playbooks/app-deploy?application=wiki")
    assert (form.status_code, 'value="wiki"' in form.text) == (200, True)


def test_a_run_of_it_is_listed_and_of_another_not(signed_in: Enter) -> None:
    center = signed_in("center")
    for name in ("wiki", "sites"):
        assert center.post("/playbooks/app-backup", application=name).status_code == 303
    assert re.findall(r'href="/runs/(\d+)"', center.get("/applications/wiki").text) == ["1"]
    assert re.findall(r'href="/runs/(\d+)"', center.get("/applications/sites").text) == ["2"]


def test_a_unit_sees_those_that_it_owns_or_may_use_with_link_and_health_alone(signed_in: Enter) -> None:
    clerk = signed_in(CLERK)
    page = clerk.get("/applications").text
    shown = set(re.findall(r'href="/applications/([a-z]+)"', page))
    assert {"wiki", "lending", "sites", "portal"} <= shown
    assert shown.isdisjoint({"certificates", "messages"}), "there is nothing yet to open"
    assert "https://wiki.qinglan.internal/" in page
    one = clerk.get("/applications/lending").text
    assert "正常" in text(one)
    for internals in ("srv-dept", "10.1.0.34", "cn-lending", "app-lending", "/playbooks/app-", "/plans/", "8032"):
        assert internals not in page, internals
        assert internals not in one, internals
    other = signed_in(OTHER_CLERK)
    assert "/applications/lending" not in other.get("/applications").text
    assert other.get("/applications/lending").status_code == 404
    assert other.get("/applications/wiki").status_code == 200
    assert signed_in("admin").get("/applications").status_code == 403


def test_the_board_points_to_those_that_do_not_answer(signed_in: Enter) -> None:
    page = signed_in("operator").get("/board").text
    assert re.findall(r'role="alert"><a href="/applications/([a-z]+)"', page) == ["sites"]
    assert "应用系统“县级网站群”无应答" in text(page)


def test_a_units_page_names_its_applications(signed_in: Enter) -> None:
    page = signed_in(CLERK).get(f"/units/{CLERK}").text
    assert 'href="/applications/lending"' in page
    assert "/applications/lending" not in signed_in(OTHER_CLERK).get(f"/units/{OTHER_CLERK}").text


@pytest.mark.parametrize(
    ("path", "questions"), [("/applications", 4), ("/applications/rows", 4), ("/applications/wiki", 6)]
)
def test_pages_speak_both_languages_with_few_questions_and_nothing_inline(
    signed_in: Enter, services: Services, path: str, questions: int
) -> None:
    center = signed_in("center")
    asked: list[str] = []
    event.listen(services.accounts.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    chinese = center.get(path)
    found = [sql for sql in asked if not sql.startswith("BEGIN")]
    assert len(found) == questions, found
    center.post("/language", language="en", back=path)
    english = center.get(path).text
    assert "Certificate until" in english
    for html in (chinese.text, english):
        assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:", html)


def test_programs_are_told_the_same(services: Services) -> None:
    county, engine = applications_sample.county(), services.accounts.engine
    found = {one.id: one for one in standings(services.applications.settings, engine, county)}
    assert list(found) == [one.id for one in county.applications]
    stages = {name: one.stage for name, one in found.items()}
    assert stages == {
        "portal": Stage.OTHERS, "documents": Stage.OTHERS, "infrastructure": Stage.OTHERS, "website": Stage.OTHERS,
        "certificates": Stage.READY, "sites": Stage.DEPLOYED, "meeting": Stage.FAILED, "messages": Stage.WRONG,
        "wiki": Stage.DEPLOYED, "lending": Stage.CHANGED,
    }  # fmt: skip
    healths = {name: one.health for name, one in found.items() if one.health is not Health.UNWATCHED}
    assert healths == {
        "sites": Health.DOWN, "meeting": Health.UNKNOWN, "wiki": Health.WORKS, "lending": Health.WORKS,
    }  # fmt: skip
    wiki, since = found["wiki"], found["wiki"].since
    assert since is not None
    assert clock.now() - since > HOUR / 2, "since the first of two looks"
    said = found["lending"].document()
    assert (said["plans"], said["state"], said["health"], said["backup_late"]) == ([PLAN], "changed", "works", True)
    assert (wiki.backup_late, wiki.plans) == (False, ())
    assert "pigeons" in str(found["messages"].document()["problems"])


def test_a_look_that_is_old_says_nothing_of_now(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    later = clock.now() + HOUR
    monkeypatch.setattr(clock, "now", lambda: later)
    (wiki,) = standings(
        services.applications.settings, services.accounts.engine, applications_sample.county(), ["wiki"]
    )
    assert (wiki.health, wiki.since) == (Health.UNKNOWN, None)


def test_who_an_application_is_for() -> None:
    county = applications_sample.county()
    units, found = county.unit_by_id, {one.id: one for one in county.applications}
    assert used_by(county, found["lending"], units[CLERK])
    assert not used_by(county, found["lending"], units[OTHER_CLERK])
    assert used_by(county, found["lending"], units["u001"]), "it is its own"
    assert used_by(county, found["portal"], units[OTHER_CLERK]), "the written policy lets all units to the portal"
    assert not used_by(county, found["infrastructure"].model_copy(update={"services": ("syslog",)}), units[CLERK])


def test_the_authority_is_not_offered_to_the_operator_and_refused_when_it_is_asked_for(signed_in: Enter) -> None:
    operator, center = signed_in("operator"), signed_in("center")
    assert "/playbooks/app-" not in operator.get("/applications/certificates").text
    for name in ("app-deploy", "app-backup", "app-drill", "app-renew"):
        assert 'value="certificates"' in center.get(f"/playbooks/{name}").text
        form = operator.get(f"/playbooks/{name}")
        assert ('value="wiki"' in form.text, 'value="certificates"' in form.text) == (True, False)
        answer = operator.post(f"/playbooks/{name}", application="certificates")
        assert (answer.status_code, "应用系统 certificates 仅由" in text(answer.text)) == (403, True)
    for name in ("patch-servers", "renew-certificates"):
        assert 'value="srv-auth"' in center.get(f"/playbooks/{name}").text
        assert 'value="srv-auth"' not in operator.get(f"/playbooks/{name}").text
        assert operator.post(f"/playbooks/{name}", servers="srv-auth").status_code == 403
    picture = operator.post("/playbooks/app-backup", application="certificates", _do="picture")
    assert "应用系统 certificates 仅由" in text(picture.text)

"""The knowledge base's pages: who reads and writes what, and that nothing typed is lost."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import inventory
from countynet.vocabulary import Role
from dashboard.app import create_app
from dashboard.services.protocols import Services
from dashboard.services.real.every import real_services
from monitoring.knowledge.model import Audience
from tests.unit.dashboard import sample
from tests.unit.dashboard.browser import Browser
from tests.unit.dashboard.conftest import CLERK
from tests.unit.dashboard.forms import beside, fields, text

Enter = Callable[[str], Browser]
NEW = {"symptom": "网线松", "cause": "松", "remedy": "插紧", "audience": "unit"}


@pytest.mark.parametrize("who", ["center", "operator", "auditor"])
def test_the_watchers_find_what_is_for_staff(signed_in: Enter, who: str) -> None:
    found = text(signed_in(who).get("/knowledge?q=广播风暴").text)
    assert "找到多接的网线" in found
    assert "display mac-address" in found


def test_a_clerk_finds_what_is_for_units_and_no_other_page(signed_in: Enter) -> None:
    clerk = signed_in(CLERK)
    assert "报障，写明光灯红" in text(clerk.get("/knowledge?q=光猫").text)
    assert "还没有这方面的知识" in text(clerk.get("/knowledge?q=广播风暴").text)
    assert "成环" not in clerk.get("/knowledge").text
    assert clerk.get("/knowledge/2").status_code == 404
    assert clerk.get("/knowledge/1").status_code == 200
    assert "版本" not in text(clerk.get("/knowledge/1").text)


def test_what_a_clerk_types_is_offered_what_is_known(signed_in: Enter) -> None:
    clerk = signed_in(CLERK)
    assert 'data-asks="title"' in clerk.get("/faults/new").text
    answer = clerk.get("/knowledge/offer?q=光猫红灯了")
    assert "报障，写明光灯红" in answer.text
    assert "<form" not in answer.text
    assert clerk.get("/knowledge/offer?q=").text.strip() == ""
    again = clerk.get("/knowledge/offer?q=光猫红灯了", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_an_entry_is_written_and_improved_and_its_past_is_shown(signed_in: Enter) -> None:
    operator = signed_in("operator")
    made = operator.post("/knowledge", **NEW)
    assert made.status_code == 303
    where = made.headers["Location"]
    form = fields(operator.get(f"{where}/edit").text, where)
    assert (form["version"], form["symptom"], form["cause"], form["remedy"]) == ("1", "网线松", "松", "插紧")
    operator.post(where, **{**NEW, "remedy": "插紧再试", "version": "1", "note": "更全"})
    page = signed_in("auditor").get(where).text
    assert "更全" in page
    assert "插紧<ins>再试</ins>" in page, "only what changed is marked"
    assert page.count("<ins>") == 1


def test_a_bad_form_comes_back_as_typed_with_every_problem_beside_its_field(signed_in: Enter) -> None:
    answer = signed_in("center").post(
        "/knowledge", symptom=" ", cause="c" * 2001, remedy="", command="x", audience="unit"
    )
    assert answer.status_code == 400
    for name in ("symptom", "cause", "remedy", "command"):
        assert beside(answer.text, name), name
    assert "c" * 2001 in answer.text


def test_who_comes_second_sees_both_texts_and_loses_nothing(signed_in: Enter) -> None:
    center, operator = signed_in("center"), signed_in("operator")
    operator.post("/knowledge/1", **{**NEW, "version": "1"})
    answer = center.post("/knowledge/1", **{**NEW, "remedy": "我写的办法", "version": "1"})
    assert answer.status_code == 409
    said = text(answer.text)
    assert "operator" in said
    assert "插紧" in said
    form = fields(answer.text, "/knowledge/1")
    assert (form["remedy"], form["version"]) == ("我写的办法", "2")
    assert center.post("/knowledge/1", **{**form, "audience": "unit"}).status_code == 303


def test_an_entry_is_withdrawn_with_a_reason_and_brought_back(signed_in: Enter) -> None:
    center = signed_in("center")
    assert center.post("/knowledge/2/withdraw", note=" ").status_code == 400
    assert center.post("/knowledge/2/withdraw", note="写错").status_code == 303
    assert "找到多接的网线" not in center.get("/knowledge?q=广播风暴").text
    center.post("/knowledge/2/back")
    assert "找到多接的网线" in center.get("/knowledge?q=广播风暴").text


@pytest.mark.parametrize("path", ["/knowledge/99", "/knowledge/99/edit"])
def test_an_unknown_entry_is_404(signed_in: Enter, path: str) -> None:
    center = signed_in("center")
    assert center.get(path).status_code == 404
    assert center.post("/knowledge/99", **NEW, version="1").status_code == 404


def test_a_fault_offers_what_is_known_counts_what_helped_and_is_written_down(tmp_path: Path, prepared: Path) -> None:
    shutil.copytree(prepared, sample.settings(tmp_path).state)
    shutil.copytree(Path(inventory.__file__).parent / "example", tmp_path, dirs_exist_ok=True)
    services: Services = real_services(sample.settings(tmp_path))
    app = create_app(sample.settings(tmp_path), services, rate_limit=False)

    def enter(login: str) -> Browser:
        browser = Browser(app.test_client())
        browser.sign_in(login)
        return browser

    clerk, center, operator = enter(CLERK), enter("center"), enter("operator")
    fault = clerk.post("/faults", title="光猫红灯").headers["Location"]
    assert "报障，写明光灯红" in text(clerk.get(fault).text)
    assert "这条有用" not in text(clerk.get(fault).text)
    center.post(f"{fault}/dispatch")
    operator.post(f"{fault}/start")
    operator.get(fault)
    assert operator.post("/knowledge/1/tried", fault="1", helped="yes").headers["Location"] == fault
    operator.post(f"{fault}/repaired", cause="挖断了光缆")
    assert "/knowledge/new?fault=1" in operator.get(fault).text
    form = fields(operator.get("/knowledge/new?fault=1").text, "/knowledge")
    assert (form["symptom"], form["cause"], form["fault"]) == ("光猫红灯", "挖断了光缆", "1")
    operator.post("/knowledge", **{**form, "remedy": "熔接", "audience": "staff"})
    assert "/knowledge/1/edit?fault=1" in operator.get(fault).text, "or an entry that is known is improved"
    better = operator.get("/knowledge/1/edit?fault=1").text
    assert "挖断了光缆" in text(better), "what the fault was stands beside it"
    assert fields(better, "/knowledge/1")["note"] == "来自故障 1"
    entry = services.knowledge.search("挖断光缆", Role.CENTER)[0]
    assert (entry.text.remedy, entry.text.audience) == ("熔接", Audience.STAFF)
    assert services.knowledge.get(1, Role.CENTER)[0].helped == 1
    assert "有用 1 次" in text(operator.get("/knowledge/1").text)
    services.accounts.engine.dispose()

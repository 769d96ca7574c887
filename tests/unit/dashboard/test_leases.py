"""The page of leases: every state in words and sign, who is shown what, and what is said when nothing is known."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from countynet import clock
from countynet.db import transaction
from dashboard.app import create_app
from dashboard.leases.pages import SHOWN
from dashboard.localtime import stamp
from dashboard.services.fake import FakeCounty
from dashboard.services.protocols import Services
from playbooks.leases import looks
from playbooks.leases.parse import Said, parse
from tests.unit.dashboard import leases_sample, sample
from tests.unit.dashboard.browser import Browser
from tests.unit.dashboard.conftest import CLERK, COMPILED, OTHER_CLERK
from tests.unit.dashboard.forms import text
from tests.unit.inventory.validate.changed import but
from tests.unit.playbooks.leases.scene import EVIL

Enter = Callable[[str], Browser]
WATCHERS = ("center", "operator", "auditor")


@pytest.fixture
def services(services: Services) -> Services:
    return leases_sample.stocked(services)


@pytest.fixture
def app(services: Services) -> Flask:
    made = create_app(services.runs.settings, services, rate_limit=False)
    made.jinja_env.bytecode_cache = COMPILED
    return made


def row(page: str, address: str) -> str:
    """Return the words of an address's row."""
    found = [one for one in re.findall(r"<tr><td.*?</tr>", page, re.DOTALL) if f">{address}</td>" in one]
    assert len(found) == 1, address
    return text("<main" + found[0])


@pytest.mark.parametrize("login", WATCHERS)
def test_whoever_watches_sees_each_lease_with_its_state(signed_in: Enter, login: str) -> None:
    page = signed_in(login).get("/leases").text
    assert all(said in row(page, "10.21.31.10") for said in ("pc-031", leases_sample.MINE, "与保留一致"))
    assert all(said in row(page, "10.21.31.100") for said in ("pc-007", "属于其他单位", "它是 u007 的终端"))
    assert all(said in row(page, "10.21.31.101") for said in ("未登记", "永久"))
    assert "已过期" in row(page, "10.21.31.109")
    assert all(said in row(page, "10.21.7.10") for said in ("与保留地址冲突", "台账中该地址属于 pc-007"))
    assert "不在受服务单位的网段" in row(page, "192.168.1.5")
    assert all(said in text(page) for said in ("9 / 10", "即将用尽", "快 90 秒", "not a lease"))


def test_ends_are_told_on_the_county_s_clock(signed_in: Enter, services: Services) -> None:
    page = signed_in("center").get("/leases").text
    (lease,) = [one for one in services.leases.last(leases_sample.county()).rows if one.terminal == "pc-031"]
    assert lease.lease.ends
    assert stamp(lease.lease.ends) in row(page, "10.21.31.10")


def test_what_a_computer_calls_itself_is_text(signed_in: Enter) -> None:
    page = signed_in("center").get("/leases").text
    assert EVIL not in page
    assert "<bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi>" in page


def test_leases_are_narrowed_by_unit_and_state(signed_in: Enter) -> None:
    center = signed_in("center")
    other = center.get(f"/leases?unit={OTHER_CLERK}").text
    assert "10.21.7.10" in other
    assert "10.21.31.10" not in other
    conflicts = center.get("/leases?state=conflict").text
    assert re.findall(r">(10\.21\.[0-9.]+|192[0-9.]+)</td>", conflicts) == ["10.21.7.10"]
    assert 'data-refresh="/leases/rows?state=conflict"' in conflicts
    assert center.get("/leases?state=nonsense&unit=nobody").status_code == 200


def test_a_unit_sees_those_in_its_own_lan_and_no_other_unit_s_terminal(signed_in: Enter) -> None:
    clerk = signed_in(CLERK)
    for path in ("/leases", f"/leases?unit={OTHER_CLERK}", "/leases/rows", f"/leases/rows?unit={OTHER_CLERK}"):
        page = clerk.get(path).text
        assert "其他单位的终端" in row(page, "10.21.31.100")
        for foreign in ("pc-007", "它是", "10.21.7.10", "192.168.1.5", "not a lease", 'name="unit"'):
            assert foreign not in page, (path, foreign)
        assert "9 / 10" in page
    other = signed_in(OTHER_CLERK).get("/leases").text
    assert "10.21.31" not in other
    assert "与保留地址冲突" in row(other, "10.21.7.10")
    assert signed_in("admin").get("/leases").status_code == 403
    assert signed_in("admin").get("/leases/rows").status_code == 403


def test_a_unit_is_told_of_a_silent_server_and_no_more(signed_in: Enter, services: Services) -> None:
    leases_sample.silent(services)
    center, clerk = signed_in("center").get("/leases").text, signed_in(CLERK).get("/leases").text
    for page in (center, clerk):
        assert 'class="note bad" role="alert"' in page
        assert "没有应答" in page
        assert "10.21.31.10" in page, "what the look before saw"
    assert "10.1.0.10" in center
    assert "10.1.0.10" not in clerk


def test_what_is_not_known_is_said(signed_in: Enter, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    center, clerk = signed_in("center"), signed_in(CLERK)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=20))
    assert "此后未再查询" in center.get("/leases").text
    monkeypatch.undo()
    source = services.county
    assert isinstance(source, FakeCounty)
    source.value = but("units", CLERK, dhcp={"served": False})(source.value)
    apart = clerk.get("/leases").text
    assert "未在你单位启用地址分配" in apart
    assert "<table" not in apart
    source.value = sample.county()
    for login in (center, clerk):
        empty = login.get("/leases").text
        assert "本县未启用地址分配" in empty
        assert "<table" not in empty


def test_before_the_first_look_nothing_is_claimed(app: Flask, signed_in: Enter, services: Services) -> None:
    with transaction(services.accounts.engine) as session:
        session.connection().exec_driver_sql("DELETE FROM lease_look")
    page = signed_in("center").get("/leases").text
    assert "尚未向服务器查询租约" in page
    assert "<table" not in page
    leases_sample.silent(services)
    assert "至今未有一次查询成功" in signed_in("center").get("/leases").text


def test_thousands_of_leases_are_no_thousands_of_rows(signed_in: Enter, services: Services) -> None:
    lines = [
        f"0 02:00:00:00:{n // 200:02x}:{n % 200:02x} 10.21.{40 + n // 200}.{10 + n % 200} * *" for n in range(3000)
    ]
    with transaction(services.accounts.engine) as session:
        looks.keep(session, leases_sample.SERVER, Said(parse("\n".join(lines))), clock.now())
    page = signed_in("center").get("/leases").text
    assert page.count("<tr><td>") == SHOWN + 1, "and the pool"
    assert f"只显示前 {SHOWN} 条" in page


@pytest.mark.parametrize("path", ["/leases", "/leases/rows"])
def test_the_page_speaks_both_languages_with_few_questions_and_nothing_inline(
    signed_in: Enter, services: Services, path: str
) -> None:
    center = signed_in("center")
    asked: list[str] = []
    event.listen(services.accounts.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    chinese = center.get(path)
    found = [sql for sql in asked if not sql.startswith("BEGIN")]
    assert len(found) == 2, found
    center.post("/language", language="en", back=path)
    english = center.get(path).text
    assert all(said in english for said in ("unknown computer", "against a reservation", "nearly full", "Lease until"))
    assert "9 of 10" in english
    for html in (chinese.text, english):
        assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:", html)


def test_the_tab_stands_with_the_terminals(signed_in: Enter) -> None:
    for login in ("center", CLERK):
        assert 'href="/leases"' in signed_in(login).get("/terminals").text

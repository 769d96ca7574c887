"""Reporting without an account, by telephone call and with photographs: what each may, and what nobody learns."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from werkzeug.test import TestResponse

from countynet import clock
from countynet.db import reading, transaction
from countynet.events import Event
from countynet.people import Actor
from countynet.vocabulary import LineState, Role, Severity
from dashboard.app import create_app
from dashboard.services.protocols import Services
from dashboard.services.real.faults import RealFaults
from monitoring.alarms.service import Trouble, open_alarm
from monitoring.faults.reports.codes import ALPHABET, plain
from monitoring.state.store import LineRow
from tests.unit.dashboard import sample
from tests.unit.dashboard.browser import Browser
from tests.unit.dashboard.conftest import CLERK, OTHER_CLERK
from tests.unit.dashboard.forms import fields, text

CENTER = Actor("center", Role.CENTER)
Enter = Callable[[str], Browser]


@pytest.fixture
def services(services: Services) -> Services:
    return replace(services, faults=RealFaults(services.accounts.engine))


@pytest.fixture
def code(services: Services) -> str:
    services.codes.issue([CLERK, OTHER_CLERK], CENTER)
    return services.codes.all(CENTER)[CLERK].code


def picture(kind: str = "JPEG", exif: bool = False) -> bytes:
    out, notes = BytesIO(), Image.Exif()
    if exif:
        notes[0x0112], notes[0x010F] = 6, "HIDDEN-MAKER"
        notes.get_ifd(0x8825)[2] = (26.0, 1.0, 2.0)
    Image.new("RGB", (40, 20), "red").save(out, kind, exif=notes)
    return out.getvalue()


def send(browser: Browser, path: str, *files: bytes, **more: str) -> TestResponse:
    if not browser.token:
        browser.get("/help")
    given = [(BytesIO(content), "x.svg", "image/svg+xml") for content in files]
    data = {"csrf_token": browser.token, **more, "photographs": given}
    return browser.client.post(path, data=data, content_type="multipart/form-data")


def test_a_report_without_an_account_is_a_fault_at_once_and_its_receipt_shows_how_far_it_is(
    stranger: Browser, code: str, services: Services, signed_in: Enter, app: Flask
) -> None:
    typed = code.lower().replace("-", " ")
    answer = stranger.post("/report", code=typed, telephone="+86 139-0000 1111", title="断网", description="全部")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/report/receipt")
    page = stranger.get("/report/receipt").text
    assert "我们已收到您的报障" in page
    for said in (CLERK, "交通警察", code):
        assert said not in page
    desk = signed_in("center").get("/faults/1")
    assert "+86 139-0000 1111" in desk.text
    assert "未登录，待回电核实" in desk.text
    signed_in("center").post("/faults/1/dispatch", note="call them names")
    page = stranger.get("/report/receipt").text
    assert "已派单" in page or "派" in text(page)
    assert "names" not in page
    number, secret = page.split("<b>")[1].split("<")[0], page.split("<b>")[2].split("<")[0]
    other = Browser(app.test_client())
    assert other.post("/report/receipt", number=number, secret="2222-2222-2222-2222").status_code == 403
    assert "我们已收到" not in other.get("/report/receipt").text
    assert other.post("/report/receipt", number=number, secret=secret.lower()).status_code == 303
    assert "我们已收到" in other.get("/report/receipt").text
    other.post("/report/done")
    assert "我们已收到" not in other.get("/report/receipt").text


def test_who_guesses_learns_nothing_and_a_renewed_code_is_worthless(
    stranger: Browser, code: str, services: Services
) -> None:
    services.codes.renew(CLERK, CENTER)
    answers = {
        stranger.post("/report", code=guess, telephone="13900001111", title="x").text
        for guess in (CLERK, code, code[:-1], "AAAA-AAAA", services.codes.all(CENTER)[CLERK].code + "2")
    }
    assert len({text(answer) for answer in answers}) == 1
    assert services.faults.open() == []
    assert stranger.post("/report", code="AAAA-AAAA", telephone="call me", title="x").status_code == 400
    nothing = text(stranger.post("/report", code=" ").text)
    assert all(said in nothing for said in ("请填写本单位报障码", "请简要说明", "不是电话号码")), "all at once"
    assert "telephone:" not in nothing


def test_codes_are_unlike_and_only_of_letters_that_cannot_be_mistaken(services: Services) -> None:
    services.codes.issue([f"u{n:03}" for n in range(1, 121)], CENTER)
    assert services.codes.issue(["u001"], CENTER) == 0
    codes = [one.code for one in services.codes.all(CENTER).values()]
    assert len(set(codes)) == 120
    assert set("".join(map(plain, codes))) <= set(ALPHABET)
    assert all(len(plain(code)) == 8 for code in codes)
    with reading(services.accounts.engine) as session:
        said = "".join(event.body for event in session.query(Event))
    assert not any(code in said for code in codes)


def test_an_address_that_guesses_is_stopped_and_an_outage_behind_one_address_is_not(
    tmp_path: Path, services: Services, code: str
) -> None:
    app = create_app(sample.settings(tmp_path), services)
    outage = [Browser(app.test_client()) for _reporter in range(13)]
    services.codes.issue([unit.id for unit in sample.county().units], CENTER)
    codes = [one.code for one in services.codes.all(CENTER).values()]
    for browser, mine in zip(outage, codes, strict=False):
        assert browser.post("/report", code=mine, telephone="13900001111", title="x").status_code == 303
    guesser = Browser(app.test_client())
    statuses = [guesser.post("/report", code="x", telephone="13900001111", title="x").status_code for _n in range(12)]
    assert statuses == [403] * 10 + [429] * 2


def test_one_code_files_six_reports_an_hour(
    stranger: Browser, code: str, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    statuses = [
        stranger.post("/report", code=code, telephone="13900001111", title=f"x{n}").status_code for n in range(7)
    ]
    assert statuses == [303] * 6 + [429]
    assert [fault.id for fault in services.faults.open()] == [1]
    later = clock.now() + timedelta(hours=1, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert services.public.file(code, "13900001111", "x") is not None


def test_the_center_calls_back_once_and_only_who_was_not_signed_in(
    stranger: Browser, code: str, signed_in: Enter
) -> None:
    center, operator = signed_in("center"), signed_in("operator")
    stranger.post("/report", code=code, telephone="13900001111", title="x")
    signed_in(OTHER_CLERK).post("/faults", title="y")
    assert operator.post("/reports/1/called").status_code == 403
    assert center.post("/reports/1/called").status_code == 303
    assert center.post("/reports/1/called").status_code == 409
    assert center.post("/reports/2/called").status_code == 409
    assert "已回电核实" in center.get("/faults/1").text
    assert "已回电" in stranger.get("/report/receipt").text


def test_photographs_go_with_a_report_are_written_anew_and_seen_by_the_right_people_only(
    signed_in: Enter, stranger: Browser, services: Services
) -> None:
    clerk, other, admin = signed_in(CLERK), signed_in(OTHER_CLERK), signed_in("admin")
    assert (
        send(clerk, "/faults", picture(exif=True), picture("PNG"), picture("WEBP"), title="看照片").status_code == 303
    )
    assert send(clerk, "/reports/1/photographs", picture()).status_code == 400
    for name in (CLERK, "center", "operator", "auditor"):
        seen = signed_in(name).get("/photographs/1")
        assert (seen.status_code, seen.headers["Content-Type"]) == (200, "image/jpeg"), name
        assert seen.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in seen.headers["Content-Security-Policy"]
    assert b"HIDDEN" not in seen.data
    shown = Image.open(BytesIO(seen.data))
    assert (shown.size, dict(shown.getexif())) == ((20, 40), {})
    assert [browser.get("/photographs/1").status_code for browser in (other, admin, stranger)] == [403, 403, 302]
    assert signed_in("center").get("/photographs/9").status_code == 404
    assert 'src="/photographs/1"' in clerk.get("/faults/1").text
    with reading(services.accounts.engine) as session:
        looks = [event.actor for event in session.query(Event) if event.tag == "fault-photo.seen"]
    assert looks == ["auditor"]


def test_units_of_one_outage_each_see_their_own_words_and_answer_for_themselves(
    signed_in: Enter, services: Services
) -> None:
    engine = services.accounts.engine
    with transaction(engine) as session:
        for unit in (CLERK, OTHER_CLERK):
            row = LineRow(unit=unit, circuit=f"l-{unit}", state=LineState.SHADOWED, cause="core-1", since=clock.now())
            session.merge(row)
        open_alarm(session, Trouble("device:core-1", Severity.CRITICAL, "core-1", "Device {device} is down"), "ping")
    first, second, center, operator = (signed_in(name) for name in (CLERK, OTHER_CLERK, "center", "operator"))
    first.post("/faults", title="甲的话", description="甲的秘密", contact="13911110000")
    assert second.post("/faults", title="乙的话", contact="13922220000").headers["Location"] == "/faults/1"
    for browser, other, own in ((first, "乙", "甲"), (second, "甲", "乙")):
        for path in ("/faults/1", "/faults", "/my-line"):
            page = browser.get(path, follow_redirects=True).text
            assert f"{own}的话" in page, path
            assert f"{other}的" not in page, path
        assert ("13922220000" in browser.get("/faults/1").text) is (browser is second)
    assert all(said in center.get("/faults/1").text for said in ("甲的话", "乙的话", "13922220000"))
    center.post("/faults/1/dispatch")
    operator.post("/faults/1/start")
    operator.post("/faults/1/repaired", cause="x")
    assert second.post("/faults/1/confirm", rating="2").status_code == 303
    assert "/faults/1/confirm" not in second.get("/faults/1").text
    assert second.post("/faults/1/confirm", rating="2").status_code == 409
    assert second.post("/faults/1/reopen", note="still").status_code == 303
    assert [fault.state for fault in services.faults.open()] == ["dispatched"]
    operator.post("/faults/1/start")
    operator.post("/faults/1/repaired", cause="x")
    assert first.post("/faults/1/confirm", rating="5").status_code == 303
    assert services.faults.open() == []


def test_what_is_no_picture_is_refused_and_nothing_is_filed(signed_in: Enter, services: Services) -> None:
    clerk = signed_in(CLERK)
    svg, program, nonsense = b"<svg onload='alert(1)'/>", b"MZ", b"\x89PNG\r\n\x1a\n" + bytes(90)
    for content in (svg, b"GIF89a" + bytes(40), picture()[:300], nonsense, program):
        answer = send(clerk, "/faults", picture(), content, title="x")
        assert answer.status_code == 400
        assert "第 2 张照片" in answer.text
    assert services.faults.open() == []


def test_a_picture_of_a_billion_pixels_is_refused_before_it_is_decoded(signed_in: Enter) -> None:
    out = BytesIO()
    Image.new("1", (8000, 8000)).save(out, "PNG")
    answer = send(signed_in(CLERK), "/faults", out.getvalue(), title="x")
    assert "百万像素" in answer.text


def test_a_stranger_may_send_much_only_with_a_receipt(stranger: Browser, code: str) -> None:
    big = picture() + bytes(300_000)
    assert send(stranger, "/report", big, code=code, telephone="13900001111", title="x").status_code == 413
    assert send(stranger, "/report/photographs", big).status_code == 413
    assert stranger.post("/report", code=code, telephone="13900001111", title="x").status_code == 303
    assert send(stranger, "/report/photographs", big, picture()).status_code == 303
    assert "已收到 2 张照片" in stranger.get("/report/receipt").text
    assert send(stranger, "/report/photographs", picture(), picture()).status_code == 400


def test_a_call_is_written_down_with_a_piece_of_the_units_name(signed_in: Enter, services: Services) -> None:
    center = signed_in("center")
    page = center.post("/faults/call", unit="gaj", title="没网", contact="139").text
    again = fields(page, "/faults/call")
    assert (again["unit"], again["title"], again["contact"]) == ("gaj", "没网", "139")
    assert page.index('value="u030" checked') < page.index('value="u031"')
    assert center.post("/faults/call", **{**again, "chosen": "u030"}).status_code == 303
    assert services.faults.of_unit("u030")[0].contact == "139"
    assert center.post("/faults/call", unit="交警", title="没网").status_code == 303
    found = services.faults.of_unit("u031")[0]
    assert found.contact.startswith(sample.county().unit_by_id["u031"].officer.name)  # type: ignore[union-attr]
    for unit, title in (("nowhere", "x"), ("", "x"), ("u031", "")):
        assert center.post("/faults/call", unit=unit, title=title).status_code == 400


def test_cards_have_the_code_and_where_to_report(signed_in: Enter, services: Services) -> None:
    center = signed_in("center")
    center.post("/codes")
    assert center.get("/codes").text.count("<tr id") == 120
    one = center.get("/codes/cards?unit=u031").text
    assert services.codes.all(CENTER)["u031"].code in one
    assert "/report</b>" in one
    before = services.codes.all(CENTER)["u031"].code
    assert center.post("/codes/u031/renew").status_code == 303
    assert services.codes.all(CENTER)["u031"].code != before


def test_the_center_words_what_units_are_told_and_is_told_what_is_wrong(signed_in: Enter) -> None:
    center = signed_in("center")
    bad = center.post("/faults/sentences", step="fault.started", language="zh_CN", text="{name} 开工")
    assert bad.status_code == 400
    assert "{name} 开工" in bad.text
    assert "{unit}" in text(bad.text)
    assert (
        center.post("/faults/sentences", step="fault.started", language="zh_CN", text="{unit} 开工").status_code == 303
    )
    assert "中心自拟" in center.get("/faults/sentences").text
    center.post("/faults/sentences", step="fault.started", language="zh_CN", ours="1")
    assert "中心自拟" not in center.get("/faults/sentences").text

"""The pages of records: a visit from begin to end, a regulation read by those whom it asks, and who may what."""

import re
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

import pytest
from fpdf import FPDF
from openpyxl import load_workbook
from PIL import Image
from sqlalchemy import select

from audit.records.model import Kind
from countynet.db import reading
from countynet.events import Event
from countynet.vocabulary import Role
from dashboard.records.markdown import html
from dashboard.services.fake_log import FakeLog
from dashboard.services.protocols import Services
from tests.unit.audit.records import things
from tests.unit.audit.records.things import at
from tests.unit.dashboard import sample
from tests.unit.dashboard.browser import Browser
from tests.unit.dashboard.conftest import CLERK, OTHER_CLERK

Enter = Callable[[str], Browser]
PATHS = {"visits": things.visit, "drills": things.drill, "trainings": things.training, "regulations": things.regulation}


def photo() -> BytesIO:
    """Return a picture that says where it was taken."""
    out, image = BytesIO(), Image.new("RGB", (40, 20), "green")
    exif = image.getexif()
    exif[0x010F] = "canary camera"
    image.save(out, "JPEG", exif=exif)
    out.seek(0)
    return out


def pdf(**other: Any) -> bytes:
    paper = FPDF()
    paper.add_page()
    if other.get("attachment"):
        paper.embed_file(bytes=b"x", basename="a.txt")
    return bytes(paper.output())


def tags(services: Services, subject: str) -> list[str]:
    with reading(services.accounts.engine) as session:
        return list(session.scalars(select(Event.tag).where(Event.subject == subject).order_by(Event.id)))


def sent(browser: Browser, path: str, said: dict[str, str | Sequence[str]], **files: tuple[BytesIO, str]) -> Any:
    """Send a form with files."""
    return browser.post(path, **said, **files)


def test_a_visit_from_registration_to_its_end(services: Services, signed_in: Enter) -> None:
    services.accounts.create("chief", Role.CENTER, None, "test", sample.PASSWORD)
    operator, center, auditor = signed_in("operator"), signed_in("center"), signed_in("auditor")
    assert "visits/new" in operator.get("/visits").text
    wrong = operator.post("/visits/new", visitors="", until="soon")
    assert wrong.status_code == 400
    assert all(f'id="e-{name}"' in wrong.text for name in ("visitors", "organisation", "rooms", "escort", "until"))
    registered = sent(operator, "/visits/new", things.visit(), photographs=(photo(), "x.jpg"))
    assert registered.headers["Location"] == "/visits/1"
    assert "steps/approve" not in operator.get("/visits/1").text
    assert operator.post("/visits/1/steps/approve").status_code == 403
    assert center.post("/visits/1/steps/approve", note="同意").status_code == 303
    assert center.post("/visits/1/steps/approve").status_code == 409
    late = center.post("/visits/1/steps/enter", came="")
    assert late.status_code == 400
    assert "<details open>" in late.text
    assert center.post("/visits/1/steps/enter", came=at(0)).status_code == 303
    assert center.post("/visits/1/steps/leave", went=at(0), outcome="换好").status_code == 303
    assert center.post("/visits/1/steps/fly").status_code == 404
    page = auditor.get("/visits/1").text
    assert all(word in page for word in ("同意", "换好", "王芳", "已离开，已办结", "SHA-256"))
    assert "<form" not in page.partition("<main")[2]
    assert tags(services, "visit:1") == ["record.added", *["record.changed"] * 3]
    name = page.partition("/photographs/")[2][:64]
    picture = auditor.get(f"/visits/1/photographs/{name}")
    assert picture.mimetype == "image/jpeg"
    assert b"canary camera" not in picture.data
    assert auditor.get(f"/visits/1/photographs/{'a' * 64}").status_code == 404
    assert isinstance(services.log, FakeLog)
    assert ("auditor", "visits.photograph", "visit:1") in services.log.looks
    assert ("auditor", "visits.one", "visit:1") in services.log.looks


def test_times_are_the_county_s_and_kept_in_utc(services: Services, signed_in: Enter) -> None:
    center = signed_in("center")
    center.post("/visits/new", **things.visit(expected="2026-11-20T09:00", until="2026-11-20T11:30"))
    assert "2026-11-20 09:00" in center.get("/visits/1").text
    assert 'value="2026-11-20T09:00"' in center.get("/visits/1/correct").text
    kept = services.records.get(Kind.VISIT, 1, things.CENTER).record
    assert kept.expected.isoformat() == "2026-11-20T01:00:00+00:00"


def test_a_correction_keeps_what_was_and_two_do_not_undo_each_other(services: Services, signed_in: Enter) -> None:
    center = signed_in("center")
    center.post("/visits/new", **things.visit())
    first = center.post("/visits/1/correct", version="1", reason="换人陪同", **things.visit(escort="王芳"))
    assert first.status_code == 303
    second = center.post("/visits/1/correct", version="1", reason="x", **things.visit(escort="李强"))
    assert second.status_code == 409
    nothing = center.post("/visits/1/correct", version="2", **things.visit())
    assert 'id="e-reason"' in nothing.text
    page = center.get("/visits/1").text
    assert "换人陪同" in page
    assert [one.record.escort for one in services.records.history(Kind.VISIT, 1, things.CENTER)] == [
        "顾明哲", "王芳",
    ]  # fmt: skip


@pytest.mark.parametrize("name", PATHS)
def test_every_kind_is_registered_shown_and_taken_away(signed_in: Enter, name: str) -> None:
    center, auditor = signed_in("center"), signed_in("auditor")
    assert center.post(f"/{name}/new", **PATHS[name]()).status_code == 303
    for path in (f"/{name}", f"/{name}/1", f"/{name}.xlsx"):
        assert auditor.get(path).status_code == 200
    assert auditor.get(f"/{name}/2").status_code == 404
    for path in (f"/{name}/new", f"/{name}/1/correct"):
        assert (center.get(path).status_code, auditor.get(path).status_code) == (200, 403)
    made = load_workbook(BytesIO(auditor.get(f"/{name}.xlsx").data))
    assert [sheet.max_row for sheet in made.worksheets] == [2, 2]
    center.post("/language", language="en")
    assert center.get(f"/{name}/1").status_code == center.get(f"/{name}/1/correct").status_code == 200


@pytest.mark.parametrize("login", ["auditor", CLERK, "admin", "operator"])
def test_others_write_nothing_of_what_is_not_theirs(services: Services, signed_in: Enter, login: str) -> None:
    center, browser = signed_in("center"), signed_in(login)
    for name, typed in PATHS.items():
        center.post(f"/{name}/new", **typed())
    before = [len(services.records.histories(kind, things.CENTER)) for kind in Kind]
    for name, typed in PATHS.items():
        may = login == "operator" and name in ("visits", "drills")
        if not may:
            assert browser.post(f"/{name}/new", **typed()).status_code == 403
        for act in ("correct", "steps/approve", "steps/remark", "steps/withdraw", "steps/done"):
            answer = browser.post(f"/{name}/1/{act}", version="1", reason="x", note="x", **typed())
            assert answer.status_code == 403, (name, act)
        if login != "auditor":
            for path in ("1", "1/correct", f"1/photographs/{'a' * 64}"):
                assert browser.get(f"/{name}/{path}").status_code == 403, (name, path)
    assert [len(services.records.histories(kind, things.CENTER)) for kind in Kind] == before


def test_a_regulation_stands_on_the_first_page_until_it_is_acknowledged(services: Services, signed_in: Enter) -> None:
    center, clerk, other = signed_in("center"), signed_in(CLERK), signed_in(OTHER_CLERK)
    center.post("/regulations/new", **things.regulation(text="# 总则\n\n<script>x</script> [x](javascript:y)"))
    home = f"/units/{CLERK}"
    assert "/reading/1" in clerk.get(home).text
    assert "/reading/1" not in other.get(f"/units/{OTHER_CLERK}").text
    assert "/reading/1" not in center.get(home).text
    assert other.get("/reading/1").status_code == 403
    assert other.post("/reading/1/acknowledge", document="x").status_code == 403
    document = services.records.get(Kind.REGULATION, 1, things.CENTER).record.document
    assert clerk.post("/reading/1/acknowledge", document=document).status_code == 409  # it was not opened
    page = clerk.get("/reading/1").text
    assert "<h1>总则</h1>" in page
    assert "<script>x" not in page
    assert "javascript:y" not in page.replace("(javascript:y)", "")
    assert clerk.post("/reading/1/acknowledge", document="0" * 64).status_code == 409
    assert clerk.post("/reading/1/acknowledge", document=document).status_code == 303
    assert clerk.post("/reading/1/acknowledge", document=document).status_code == 303  # twice is once
    assert "/reading/1" not in clerk.get(home).text
    assert "已签阅" in clerk.get("/reading").text
    assert tags(services, "regulation:1") == ["record.added", "regulation.opened", "regulation.acknowledged"]
    seen = signed_in("auditor").get("/regulations/1").text
    assert "未打开" in seen  # the operator
    assert CLERK in seen
    assert "1 人未签阅" in signed_in("auditor").get("/regulations").text


def test_another_text_asks_everybody_again_and_another_deadline_does_not(services: Services, signed_in: Enter) -> None:
    center, operator = signed_in("center"), signed_in("operator")
    center.post("/regulations/new", **things.regulation())
    document = services.records.get(Kind.REGULATION, 1, things.CENTER).record.document
    operator.get("/reading/1")
    operator.post("/reading/1/acknowledge", document=document)
    assert "/reading/1" not in operator.get("/board").text
    longer = things.regulation(days="30", text="")
    center.post("/regulations/1/correct", version="1", reason="放宽", **longer)
    assert "/reading/1" not in operator.get("/board").text
    another = things.regulation(edition="2.0", text="新的正文")
    center.post("/regulations/1/correct", version="2", reason="修订", **another)
    assert "/reading/1" in operator.get("/board").text
    assert operator.post("/reading/1/acknowledge", document=document).status_code == 409
    center.post("/regulations/1/steps/withdraw", note="并入新制度")
    assert "/reading/1" not in operator.get("/board").text


def test_a_pdf_is_opened_as_a_file_and_one_that_does_more_is_refused(services: Services, signed_in: Enter) -> None:
    center, operator = signed_in("center"), signed_in("operator")

    def publish(content: bytes) -> Any:
        typed = things.regulation(text="")
        return sent(center, "/regulations/new", typed, document=(BytesIO(content), "x.pdf"))

    for bad in (pdf(attachment=True), b"%PDF-1.4 nothing", b"MZ"):
        answer = publish(bad)
        assert answer.status_code == 400
        assert "PDF" in answer.text
    paper = pdf()  # one, as the next would have another second and another name in it
    assert publish(paper).status_code == 303
    assert "/reading/1/file" in operator.get("/reading/1").text
    assert tags(services, "regulation:1") == ["record.added"]  # the page with the link shows no text yet
    answer = operator.get("/reading/1/file")
    assert (answer.mimetype, answer.data) == ("application/pdf", paper)
    assert tags(services, "regulation:1") == ["record.added", "regulation.opened"]


def test_markdown_is_shown_and_does_nothing() -> None:
    shown = html(
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n<img src=x onerror=y> ![x](http://elsewhere/x.png) [l](data:text/html,x)"
    )
    assert "<table>" in shown
    assert "<img" not in shown
    assert re.findall('href="([^"]*)"', shown) == ["http://elsewhere/x.png"]


def test_the_asset_list_shows_levels_what_is_missing_and_devices(services: Services, signed_in: Enter) -> None:
    auditor = signed_in("auditor")
    page = auditor.get("/audit/assets").text
    for word in ("公文交换系统", "S3A2G3", "34182199001-00002", "core-1", "srv-portal", "2027-09-03"):
        assert word in page
    assert "不同等级的系统共用此主机" in page
    assert isinstance(services.log, FakeLog)
    assert ("auditor", "assets.page", "assets") in services.log.looks
    made = load_workbook(BytesIO(auditor.get("/audit/assets.xlsx").data))
    assert made.worksheets[0].max_row == 1 + len(services.county.whole().applications)
    for login in ("operator", CLERK, "admin"):
        assert signed_in(login).get("/audit/assets").status_code == 403


def test_a_form_with_photographs_is_larger_only_for_those_who_are_signed_in(stranger: Browser) -> None:
    answer = stranger.client.post("/visits/new", data={"photographs": (BytesIO(b"x" * 400_000), "x.jpg")})
    assert answer.status_code == 413

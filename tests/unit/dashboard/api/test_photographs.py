"""Photographs by the API: the same cleaning, limits and rights as on the pages, and a scope of their own."""

from io import BytesIO

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from countynet.db import reading
from countynet.events import Event
from countynet.pictures import BYTES
from countynet.vocabulary import Role
from dashboard.services.protocols import Services
from dashboard.tokens.model import Scope
from tests.unit.dashboard.api.program import ALL, BASE, Program, alarmed, cut_off
from tests.unit.dashboard.conftest import CLERK, OTHER_CLERK

ADDRESS = "/faults/1/attachments"


def picture(kind: str = "JPEG", width: int = 8) -> bytes:
    """A photograph as a telephone sends it: with the place where it was taken."""
    out = BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "canary camera"
    Image.new("RGB", (width, 6), "navy").save(out, kind, exif=exif)
    return out.getvalue()


@pytest.fixture
def filed(clerk: Program) -> Program:
    clerk.post("/faults", {"unit": CLERK, "title": "no net"})
    return clerk


def test_a_photograph_comes_back_written_anew(filed: Program, center: Program) -> None:
    for number, kind in enumerate(("jpeg", "png", "webp"), 1):
        sent = picture(kind.upper())
        assert b"canary camera" in sent
        assert filed.put_photo(ADDRESS, sent, f"image/{kind}").status_code == 201
        one = center.get(ADDRESS)["items"][-1]
        got = center.ask("GET", f"{ADDRESS}/{one['id']}")
        assert (got.status_code, got.mimetype, one["id"]) == (200, "image/jpeg", number)
        assert b"canary camera" not in got.data
        assert Image.open(BytesIO(got.data)).size == (one["width"], one["height"]) == (8, 6)
        headers = {"Authorization": f"Bearer {center.secret}", "If-None-Match": got.headers["ETag"]}
        assert center.client.get(f"{BASE}{ADDRESS}/{number}", headers=headers).status_code == 304


UNFIT = [
    (b"GIF89a" + b"x" * 40, "image/png", 422),
    (b"", "image/png", 422),
    (picture()[:60], "image/jpeg", 422),
    (picture(), "image/gif", 415),
    (picture(), "", 415),
    (b"x" * (BYTES + 1), "image/jpeg", 413),
]


def test_what_is_no_photograph_is_refused(filed: Program) -> None:
    for content, kind, status in UNFIT:
        assert filed.put_photo(ADDRESS, content, kind).status_code == status, (content[:10], kind)
    assert filed.get(ADDRESS)["items"] == []


def test_a_body_larger_than_a_document_is_taken_for_a_photograph_alone(filed: Program) -> None:
    out = BytesIO()
    Image.effect_noise((800, 800), 90).save(out, "PNG")
    assert len(out.getvalue()) > 256 * 1024
    assert filed.put_photo(ADDRESS, out.getvalue()).status_code == 201
    assert filed.put_photo("/faults", out.getvalue()).status_code == 413


def test_a_report_takes_three_and_a_key_takes_one(filed: Program) -> None:
    for key in ("a", "a", "b", "c"):
        assert filed.put_photo(ADDRESS, picture("PNG"), key=key).status_code == 201
    assert len(filed.get(ADDRESS)["items"]) == 3
    assert filed.put_photo(ADDRESS, picture("PNG"), key="d").status_code == 422
    assert filed.put_photo(ADDRESS, picture("PNG", 9), key="a").status_code == 422


def test_a_photograph_is_seen_by_whom_the_page_shows_it(
    app: Flask, services: Services, filed: Program, other: Program, operator: Program
) -> None:
    filed.put_photo(ADDRESS, picture())
    assert other.ask("GET", f"{ADDRESS}/1").status_code == 404
    assert other.put_photo(ADDRESS, picture()).status_code == 404
    assert operator.ask("GET", f"{ADDRESS}/1").status_code == 200
    assert operator.put_photo(ADDRESS, picture()).status_code == 403
    for address in (f"{ADDRESS}/2", "/faults/2/attachments/1", f"{ADDRESS}/99999999999999"):
        assert operator.ask("GET", address).status_code == 404
    blind = Program(app, services, Role.CENTER, None, ALL - {Scope.PHOTOGRAPHS_READ})
    assert len(blind.get(ADDRESS)["items"]) == 1
    assert blind.ask("GET", f"{ADDRESS}/1").status_code == 403


def test_an_auditors_look_at_a_photograph_is_an_event(app: Flask, services: Services, filed: Program) -> None:
    filed.put_photo(ADDRESS, picture())
    auditor = Program(app, services, Role.AUDITOR)
    assert auditor.ask("GET", f"{ADDRESS}/1").status_code == 200
    with reading(services.api.engine) as session:
        seen = session.scalars(select(Event).where(Event.tag == "fault-photo.seen")).all()
    assert [(event.actor, event.data["photo"]) for event in seen] == [(f"api:auditor-all-{len(ALL) - 1}", 1)]


def test_the_center_says_whose_it_is_when_several_reported(
    center: Program, clerk: Program, other: Program, services: Services
) -> None:
    cut_off(services, CLERK, OTHER_CLERK)
    for who, unit in ((clerk, CLERK), (other, OTHER_CLERK)):
        who.post("/faults", {"unit": unit, "title": "no net"})
    refused = center.put_photo(ADDRESS, picture())
    assert refused.json is not None
    assert refused.json["errors"][0]["parameter"] == "unit"
    assert center.put_photo(f"{ADDRESS}?unit={OTHER_CLERK}", picture()).status_code == 201
    assert [one["unit"] for one in center.get(ADDRESS)["items"]] == [OTHER_CLERK]
    assert clerk.get(ADDRESS)["items"] == []
    assert clerk.ask("GET", f"{ADDRESS}/1").status_code == 404


def test_a_fault_that_nobody_reported_takes_none(center: Program, services: Services) -> None:
    alarmed(services, [CLERK])
    assert center.put_photo(ADDRESS, picture()).status_code == 409

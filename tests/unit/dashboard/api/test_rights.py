"""Nobody gets more than the token gives: scopes, units, roles; and nothing without one."""

from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from countynet.db import reading, transaction
from countynet.events import Event
from countynet.vocabulary import Role
from dashboard.api.operations import OPERATIONS
from dashboard.app import create_app
from dashboard.services.protocols import Services
from dashboard.tokens.model import Scope
from tests.unit.dashboard import sample
from tests.unit.dashboard.api.program import ALL, BASE, Program, alarmed, cut_off
from tests.unit.dashboard.conftest import CLERK, OTHER_CLERK


def test_a_units_token_sees_that_unit_alone(
    center: Program, clerk: Program, other: Program, services: Services
) -> None:
    other.post("/faults", {"unit": OTHER_CLERK, "title": "theirs", "contact": "13911112222"})
    for path in ("/faults/1", "/faults/1/clocks", "/faults/1/attachments", f"/units/{OTHER_CLERK}/outages"):
        assert clerk.ask("GET", path).status_code == 404, path
    for step, body in (("comments", {"text": "x"}), ("confirm", {"rating": 1}), ("reopen", {})):
        assert clerk.post(f"/faults/1/{step}", body).status_code == 404
    assert clerk.post("/faults", {"unit": OTHER_CLERK, "title": "x"}).status_code == 422
    assert clerk.get("/faults")["items"] == clerk.get(f"/faults?unit={OTHER_CLERK}")["items"] == []
    assert len(center.get("/faults")["items"]) == 1


def test_of_a_fault_of_several_units_each_sees_its_own_words(
    center: Program, clerk: Program, other: Program, services: Services
) -> None:
    cut_off(services, CLERK, OTHER_CLERK)
    clerk.post("/faults", {"unit": CLERK, "title": "mine", "contact": "13933334444", "description": "dark"})
    other.post("/faults", {"unit": OTHER_CLERK, "title": "theirs", "contact": "13911112222"})
    assert center.get("/faults/1")["title"] == "mine"
    joined = other.ask("GET", "/faults/1")
    assert joined.json is not None
    assert joined.json["title"] == "theirs"
    assert "mine" not in joined.text
    assert "13933334444" not in joined.text
    center.post("/faults/1/dispatch", {"note": "to Li Lei"})
    assert "Li Lei" not in other.ask("GET", "/faults/1").text
    assert "Li Lei" in clerk.ask("GET", "/faults/1").text


def test_an_auditors_token_reads_numbers_with_their_middle_covered(
    app: Flask, services: Services, center: Program
) -> None:
    auditor = Program(app, services, Role.AUDITOR)
    center.post("/faults", {"unit": CLERK, "title": "x", "contact": "Li 13911112222", "description": "or 13955556666"})
    assert auditor.get("/faults/1")["contact"] == "Li 139****22"
    assert "13955556666" not in auditor.ask("GET", "/faults/1").text
    assert auditor.post("/faults/1/comments", {"text": "x"}).status_code == 403


def test_each_operation_asks_for_its_scope_and_a_refusal_is_written_down(app: Flask, services: Services) -> None:
    values = {"fault": "1", "entry": "1", "unit": CLERK, "attachment": "1"}
    for scope in Scope:
        program = Program(app, services, Role.CENTER, None, ALL - {scope})
        services.api.tokens.revoke(f"center-all-{len(ALL) - 1}", "test")
        with transaction(services.api.engine) as session:  # one name serves every round
            session.connection().exec_driver_sql("UPDATE api_token SET name = name || id, revoked = NULL")
        for operation in OPERATIONS:
            path = operation.path.format(**values)
            status = program.ask(operation.method, path, json={} if operation.body else None).status_code
            assert (status == 403) is (operation.scope is scope), (operation.id, scope, status)
    with reading(services.api.engine) as session:
        refused = session.scalars(select(Event).where(Event.tag == "token.refused")).all()
    assert len(refused) == len(Scope), "one a minute for each token"
    assert {event.data["reason"] for event in refused} == {"scope"}


def test_nobody_gets_in_without_a_valid_token(center: Program, app: Flask, services: Services) -> None:
    client = app.test_client()
    client.get("/help")
    for headers in ({}, {"Authorization": "Bearer cnt_wrong"}, {"Authorization": f"Basic {center.secret}"}):
        answer = client.get(f"{BASE}/faults", headers=headers)
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="countynet"')
    good = {"Authorization": f"Bearer {center.secret}"}
    assert client.get(f"{BASE}/faults?access_token={center.secret}", headers=good).status_code == 401
    services.api.tokens.revoke(f"center-all-{len(ALL)}", "test")
    assert client.get(f"{BASE}/faults", headers=good).status_code == 401
    with reading(services.api.engine) as session:
        tags = [
            event.tag for event in session.scalars(select(Event).where(Event.subject == f"token:center-all-{len(ALL)}"))
        ]
    assert tags == ["token.created", "token.revoked", "token.refused"]


def test_a_session_of_a_browser_is_worth_nothing_here(signed_in: Any) -> None:
    browser = signed_in("center")
    assert browser.get(f"{BASE}/faults").status_code == 401
    assert browser.post(f"{BASE}/faults", unit=CLERK, title="x").status_code == 401


def test_guesses_are_limited_by_address_and_hold_nobody_up(tmp_path: Path, services: Services, center: Program) -> None:
    app = create_app(sample.settings(tmp_path), services)
    client = app.test_client()
    statuses = [
        client.get(f"{BASE}/faults", headers={"Authorization": f"Bearer cnt_{n}"}).status_code for n in range(32)
    ]
    assert (statuses[29], statuses[30]) == (401, 429)
    refused = client.get(f"{BASE}/faults")
    assert (refused.mimetype, refused.headers["Retry-After"]) == ("application/problem+json", "60")
    good = {"Authorization": f"Bearer {center.secret}"}
    assert client.get(f"{BASE}/faults", headers=good).status_code == 200


def test_knowledge_alarms_and_outages_are_read(center: Program, clerk: Program, services: Services) -> None:
    assert center.get("/knowledge?q=广播风暴")["items"][0]["cause"] == "成环"
    assert clerk.get("/knowledge?q=广播风暴")["items"] == []
    assert clerk.ask("GET", "/knowledge/2").status_code == 404
    assert center.get("/knowledge/2")["command"].startswith("display")
    alarmed(services, [CLERK, OTHER_CLERK])
    assert [one["unit"] for one in center.get("/alarms?limit=1")["items"]] == [OTHER_CLERK]
    assert [one["unit"] for one in clerk.get("/alarms")["items"]] == [CLERK]
    assert clerk.get(f"/alarms?unit={OTHER_CLERK}")["items"] == []
    assert clerk.get(f"/units/{CLERK}/outages?month=2026-02")["availability"] is None
    assert clerk.ask("GET", f"/units/{CLERK}/outages?month=2026-13").status_code == 422

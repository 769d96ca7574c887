"""The API: what is declared is what is checked, answered and described; nobody gets more than the token gives."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from countynet import clock
from countynet.db import reading, transaction
from countynet.events import Event, verify
from countynet.vocabulary import LineState, Role, Severity
from dashboard.api import cursors
from dashboard.api.document import document
from dashboard.api.kept import KeptAnswer
from dashboard.api.operations import OPERATIONS
from dashboard.app import create_app
from dashboard.services.protocols import Services
from dashboard.tokens.model import Scope, Wish
from monitoring.alarms.service import Trouble, open_alarm
from monitoring.faults import joining
from monitoring.faults.store import Fault
from monitoring.state.store import LineRow
from tests.unit.dashboard import sample, schemas
from tests.unit.dashboard.conftest import CLERK, OTHER_CLERK

ALL = frozenset(Scope)
BASE = "/api/v1"


@cache
def described() -> dict[str, Any]:
    """The API's own description."""
    found: dict[str, Any] = json.loads(document(OPERATIONS))
    return found


class Program:
    """A program with a token; every answer is held against the API's own description."""

    def __init__(
        self, app: Flask, services: Services, role: Role, unit: str | None = None, scopes: frozenset[Scope] = ALL
    ) -> None:
        if role is Role.AUDITOR:
            scopes -= {Scope.FAULTS_WRITE}
        wish = Wish(f"{role.value}-{unit or 'all'}-{len(scopes)}", role, scopes, unit)
        self.client = app.test_client()
        self.secret = services.api.tokens.add(wish, [CLERK, OTHER_CLERK], "test", Role.ADMIN).secret
        self.document = described()

    def ask(self, method: str, path: str, *, key: str = "", match: str = "", **options: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.secret}", "Accept-Language": "en"}
        headers |= {name: value for name, value in (("Idempotency-Key", key), ("If-Match", match)) if value}
        answer = self.client.open(BASE + path, method=method, headers=headers | options.pop("headers", {}), **options)
        self.check(method, path, answer)
        return answer

    def check(self, method: str, path: str, answer: TestResponse) -> None:
        """Fail when the answer is not as described."""
        bare = path.partition("?")[0]
        for template, verb, operation in schemas.operations(self.document):
            if verb.upper() == method and re.fullmatch(re.sub(r"{\w+}", r"[^/]+", template), bare):
                described = operation["responses"].get(str(answer.status_code))
                assert described, f"{method} {path} answers {answer.status_code}, which is not described"
                (kind, content), *_more = described["content"].items()
                assert answer.mimetype == kind
                assert list(schemas.wrong(self.document, content["schema"], json.loads(answer.text))) == []

    def get(self, path: str, **options: Any) -> Any:
        return self.ask("GET", path, **options).json

    def post(self, path: str, body: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        return self.ask("POST", path, json=body or {}, **options)


@pytest.fixture
def center(app: Flask, services: Services) -> Program:
    return Program(app, services, Role.CENTER)


@pytest.fixture
def operator(app: Flask, services: Services) -> Program:
    return Program(app, services, Role.OPERATOR)


@pytest.fixture
def clerk(app: Flask, services: Services) -> Program:
    return Program(app, services, Role.UNIT, CLERK)


@pytest.fixture
def other(app: Flask, services: Services) -> Program:
    return Program(app, services, Role.UNIT, OTHER_CLERK)


def test_the_description_is_one_of_openapi(center: Program) -> None:
    document = center.document
    assert document["openapi"].startswith("3.1.")
    assert document["info"]["title"]
    assert document["info"]["version"]
    found = list(schemas.operations(document))
    assert len(found) == len(OPERATIONS)
    ids = [operation["operationId"] for _path, _method, operation in found]
    assert len(set(ids)) == len(ids)
    for path, _method, operation in found:
        named = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", path))
        assert all(p["required"] for p in operation["parameters"] if p["in"] == "path")
        keys = [(p["name"], p["in"]) for p in operation["parameters"]]
        assert len(set(keys)) == len(keys)
        assert all(response["description"] for response in operation["responses"].values())
    assert {ref for ref in schemas.refs(document) if not schemas.resolved(document, ref)} == set()


def test_the_description_speaks_chinese_and_english(app: Flask) -> None:
    def text(language: str) -> str:
        return app.test_client().get(f"{BASE}/openapi.json", headers={"Accept-Language": language}).text

    assert "列出故障" in text("zh-CN")
    assert "List faults" in text("en")
    assert not re.search(r"[一-鿿]", text("en"))


def test_the_human_page_needs_no_other_host_and_names_every_operation(app: Flask) -> None:
    page = app.test_client().get(f"{BASE}/docs")
    assert page.status_code == 200
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page.text)
    assert all(operation.path in page.text for operation in OPERATIONS)


def test_a_fault_goes_its_whole_way(center: Program, operator: Program, clerk: Program) -> None:
    made = clerk.post("/faults", {"unit": CLERK, "title": "no net", "contact": "13900001111"})
    assert (made.status_code, made.headers["Location"]) == (201, f"{BASE}/faults/1")
    assert clerk.post("/faults", {"unit": CLERK, "title": "still"}).status_code == 200
    steps: list[tuple[Program, str, dict[str, Any]]] = [
        (center, "dispatch", {"note": "go"}),
        (operator, "start", {}),
        (operator, "arrive", {}),
        (operator, "pause", {"reason": "power", "note": "no power since noon"}),
        (operator, "resume", {}),
        (operator, "repaired", {"cause": "fiber", "work": "spliced"}),
        (clerk, "reopen", {"note": "no"}),
        (operator, "start", {}),
        (operator, "repaired", {"cause": "fiber"}),
        (clerk, "confirm", {"rating": 4}),
    ]
    for who, step, body in steps:
        answer = who.post(f"/faults/1/{step}", body)
        assert answer.status_code == 200, (step, answer.text)
    found = center.get("/faults/1")
    assert (found["state"], found["rating"], found["cause"]) == ("confirmed", 4, "fiber")
    actors = {(event["tag"], event["actor"]) for event in found["history"]}
    assert ("fault.dispatched", "api:center-all-5") in actors
    assert ("fault.confirmed", f"api:unit-{CLERK}-5") in actors
    assert {one["clock"] for one in center.get("/faults/1/clocks")["items"]} == {"respond", "arrive", "repair"}


def test_every_problem_of_a_request_is_told_at_once(center: Program) -> None:
    center.post("/faults", {"unit": CLERK, "title": "x"})
    answer = center.post("/faults/1/pause?what=1", {"note": 1, "more": 2})
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert answer.json is not None
    places = {(one.get("pointer"), one.get("parameter")) for one in answer.json["errors"]}
    assert places == {("/reason", None), ("/note", None), ("/more", None), (None, "what")}


UNFIT = [
    ("/faults", b"{", 400),
    ("/faults", b'"text"', 422),
    ("/faults", b'{"unit": "u031", "title": "x", "title": 3}', 422),
    ("/faults", b'{"unit": "nowhere", "title": "x"}', 422),
    ("/faults", b'{"unit": "u031", "title": "' + b"x" * 300_000 + b'"}', 413),
    ("/faults/77/dispatch", b"{}", 404),
    ("/faults/99999999999999999999/dispatch", b"{}", 404),
    ("/nothing", b"{}", 404),
]


def test_a_request_that_cannot_be_done_is_a_problem(center: Program) -> None:
    headers = {"Authorization": f"Bearer {center.secret}", "Content-Type": "application/json"}
    for path, body, status in UNFIT:
        answer = center.client.post(BASE + path, data=body, headers=headers)
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), path
        assert answer.json is not None
        assert answer.json["status"] == status


def test_a_wrong_order_is_a_conflict_and_a_wrong_role_is_refused(center: Program, clerk: Program) -> None:
    clerk.post("/faults", {"unit": CLERK, "title": "x"})
    assert center.post("/faults/1/start").status_code == 403
    assert clerk.post("/faults/1/confirm", {"rating": 5}).status_code == 409
    assert center.client.delete(f"{BASE}/faults/1").status_code == 405


def test_the_same_key_and_body_do_it_once_and_answer_the_same(center: Program, services: Services) -> None:
    body = {"unit": CLERK, "title": "no net"}
    first, again = (center.post("/faults", body, key="k1") for _time in range(2))
    assert (again.status_code, again.text, again.headers["ETag"]) == (201, first.text, first.headers["ETag"])
    assert again.headers["Idempotency-Replayed"] == "true"
    assert center.post("/faults", {**body, "title": "else"}, key="k1").status_code == 422
    assert center.post("/faults/1/dispatch", key="k1").status_code == 422
    assert [event["tag"] for event in center.get("/faults/1")["history"]] == ["fault.reported"]


def test_keys_are_each_tokens_own(center: Program, clerk: Program) -> None:
    assert center.post("/faults", {"unit": CLERK, "title": "one"}, key="k").status_code == 201
    assert clerk.post("/faults", {"unit": CLERK, "title": "two"}, key="k").status_code == 200


def test_what_was_refused_may_be_repeated_with_its_key(center: Program) -> None:
    assert center.post("/faults/1/dispatch", key="k").status_code == 404
    center.post("/faults", {"unit": CLERK, "title": "x"})
    assert center.post("/faults/1/dispatch", key="k").status_code == 200


def test_a_kill_between_the_work_and_its_answer_leaves_neither(
    center: Program, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Dies:
        """A clock that is asked when the answer is kept."""

        def now(self) -> None:
            raise KeyboardInterrupt

    monkeypatch.setattr("dashboard.api.kept.clock", Dies())
    with pytest.raises(KeyboardInterrupt):
        center.post("/faults", {"unit": CLERK, "title": "x"}, key="k")
    monkeypatch.undo()
    with reading(services.api.engine) as session:
        assert session.scalar(select(func.count()).select_from(Fault)) == 0
        assert session.scalar(select(func.count()).select_from(KeptAnswer)) == 0
        assert verify(session) == ()
    assert center.post("/faults", {"unit": CLERK, "title": "x"}, key="k").status_code == 201


def test_a_change_that_relies_on_an_older_state_is_not_done(center: Program) -> None:
    read = center.post("/faults", {"unit": CLERK, "title": "x"}).headers["ETag"]
    assert center.post("/faults/1/comments", {"text": "look"}, match=read).status_code == 200
    assert center.post("/faults/1/dispatch", match=read).status_code == 412
    newest = center.ask("GET", "/faults/1").headers["ETag"]
    assert center.post("/faults/1/dispatch", match=f'"0", {newest}').status_code == 200
    headers = {"Authorization": f"Bearer {center.secret}"}
    tag = center.ask("GET", "/faults/1").headers["ETag"]
    unchanged = center.client.get(f"{BASE}/faults/1", headers=headers | {"If-None-Match": tag})
    assert (unchanged.status_code, unchanged.text) == (304, "")


def walked(program: Program, path: str) -> Iterator[int]:
    cursor = ""
    while True:
        page = program.get(f"{path}{'&cursor=' + cursor if cursor else ''}")
        yield from (one["id"] for one in page["items"])
        if page["next"] is None:
            return
        cursor = page["next"]


def test_pages_miss_nothing_and_repeat_nothing_while_faults_are_added(center: Program, services: Services) -> None:
    units = [unit.id for unit in services.county.whole().units[:9]]
    alarmed(services, units[:7])
    pages = walked(center, "/faults?limit=2")
    seen = [next(pages), next(pages), next(pages)]
    alarmed(services, units[7:])
    assert [*seen, *pages] == [7, 6, 5, 4, 3, 2, 1]
    center.post("/faults/2/comments", {"text": "x"})
    assert list(walked(center, "/faults?limit=2&order=changed")) == [1, 3, 4, 5, 6, 7, 8, 9, 2]
    assert list(walked(center, f"/faults?unit={units[0]}&unit={units[1]}&open=true")) == [2, 1]
    assert center.ask("GET", "/faults?cursor=bnVsbA").status_code == 422
    assert center.ask("GET", f"/faults?cursor={cursors.cursor([1 << 40])}").status_code == 422
    assert center.ask("GET", "/faults?cursor=%C3%A9").status_code == 422


def alarmed(services: Services, units: list[str]) -> None:
    """Let a fault of each unit be opened by an alarm of its own line."""
    with transaction(services.api.engine) as session:
        for unit in units:
            trouble = Trouble(f"line:{unit}", Severity.MAJOR, unit, "Line {line} is down", {"line": unit}, unit=unit)
            joining.alarm_opened(session, open_alarm(session, trouble, "ping")[0])


def cut_off(services: Services, *units: str) -> None:
    """Let one device take several units' lines down."""
    with transaction(services.api.engine) as session:
        trouble = Trouble("device:sw", Severity.CRITICAL, "sw", "Device {device} is down", {"device": "sw"})
        joining.alarm_opened(session, open_alarm(session, trouble, "ping")[0])
        for unit in units:
            line = LineRow(unit=unit, circuit=unit, state=LineState.SHADOWED, cause="sw", since=clock.now())
            session.merge(line)


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
    values = {"fault": "1", "entry": "1", "unit": CLERK}
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
    services.api.tokens.revoke("center-all-5", "test")
    assert client.get(f"{BASE}/faults", headers=good).status_code == 401
    with reading(services.api.engine) as session:
        tags = [event.tag for event in session.scalars(select(Event).where(Event.subject == "token:center-all-5"))]
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

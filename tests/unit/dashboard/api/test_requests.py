"""Requests: the whole way of a fault, everything that is wrong at once, done once, pages without gaps."""

from typing import Any

import pytest
from sqlalchemy import func, select

from countynet.db import reading
from countynet.events import verify
from dashboard.api import cursors
from dashboard.api.kept import KeptAnswer
from dashboard.services.protocols import Services
from monitoring.faults.store import Fault
from tests.unit.dashboard.api.program import ALL, BASE, Program, alarmed, walked
from tests.unit.dashboard.conftest import CLERK


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
    assert ("fault.dispatched", f"api:center-all-{len(ALL)}") in actors
    assert ("fault.confirmed", f"api:unit-{CLERK}-{len(ALL)}") in actors
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

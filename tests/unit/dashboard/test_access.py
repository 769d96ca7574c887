"""Every endpoint says who may; a stranger, a wrong role and a wrong unit get nothing."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from countynet.vocabulary import Role
from dashboard.access import ACCESS, Door
from dashboard.services.protocols import Services
from tests.unit.dashboard.browser import Browser
from tests.unit.dashboard.conftest import CLERK, OTHER_CLERK

OWN_ACTS = {
    "auth.enter",
    "auth.sign_out",
    "auth.language",
    "auth.look",
    "auth.change_password",
    "audit.run",
    "isolation.run",
    "rules.run",
}
"""what an auditor may send: about the own session and password, and the checks, which read"""

Enter = Callable[[str], Browser]


def test_every_endpoint_declares_who_may(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert endpoints - set(ACCESS) == set()
    assert set(ACCESS) - endpoints == set()


def test_every_rule_is_a_door_or_a_set_of_roles_that_is_not_empty() -> None:
    assert all(isinstance(rule.who, Door) or rule.who for rule in ACCESS.values())


def paths(app: Flask, method: str, unit: str = CLERK) -> Iterator[tuple[str, str]]:
    values = {"unit": unit, "fault": "1", "number": "4", "name": "a" * 64, "login": unit, "filename": "base.css"}
    values |= {"section": "units", "key": unit, "commit": "HEAD", "proposal": "1", "plan": "1", "job": "1"}
    values |= {"rest": "nothing", "device": "cpe-031", "alarm": "2", "entry": "1"}
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if method in (rule.methods or set()):
                given: dict[str, Any] = {name: values[name] for name in rule.arguments}
                yield rule.endpoint, app.url_for(rule.endpoint, **given)


def test_a_stranger_is_sent_to_the_sign_in_page_or_refused(app: Flask, stranger: Browser) -> None:
    for method in ("GET", "POST"):
        for endpoint, path in paths(app, method):
            if ACCESS[endpoint].who in (Door.ANYONE, Door.TOKEN):
                continue
            answer = stranger.get(path) if method == "GET" else stranger.post(path)
            assert answer.status_code == 302, path
            assert answer.headers["Location"].startswith("/sign-in"), path


def rows(services: Services) -> list[tuple[str, int]]:
    """Every table with its number of rows and the newest event: what a write would change."""
    with services.accounts.engine.connect() as connection:
        names = connection.execute(text("SELECT name FROM sqlite_master WHERE type='table' ORDER BY name")).scalars()
        return [(name, connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()) for name in names]


def test_the_auditor_can_change_nothing(app: Flask, signed_in: Enter, services: Services) -> None:
    clerk, auditor = signed_in(CLERK), signed_in("auditor")
    clerk.post("/faults", title="no net")
    before, faults = rows(services), [services.faults.get(1)]
    tried = [endpoint for endpoint, _path in paths(app, "POST") if endpoint not in OWN_ACTS]
    assert len(tried) >= 7
    for endpoint, path in paths(app, "POST"):
        if endpoint in OWN_ACTS or endpoint.startswith("api."):  # a session is worth nothing there: test_api.py
            continue
        answer = auditor.post(path, title="x", cause="x", note="x", rating="5", unit=CLERK)
        assert answer.status_code == 403, endpoint
    assert rows(services) == before
    assert [services.faults.get(1)] == faults


def test_the_auditor_running_the_checks_only_submits_the_job(signed_in: Enter, services: Services) -> None:
    before = rows(services)
    assert signed_in("auditor").post("/audit/run").status_code == 303
    after = dict(rows(services))
    assert {name for name, count in before if after[name] != count} <= {"event", "user_sessions"}
    assert services.audits.job() is not None


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_no_endpoint_takes_other_methods(app: Flask, method: str) -> None:
    assert [endpoint for endpoint, _path in paths(app, method) if endpoint != "api.unknown"] == []


def test_each_role_gets_exactly_what_the_table_gives(app: Flask, signed_in: Enter) -> None:
    for role in Role:
        browser = signed_in(CLERK if role is Role.UNIT else role.value)
        for endpoint, path in paths(app, "GET"):
            rule = ACCESS[endpoint]
            refused = browser.get(path).status_code == 403
            admitted = rule.who in (Door.ANYONE, Door.SIGNED_IN, Door.TOKEN) or (
                isinstance(rule.who, frozenset) and role in rule.who
            )
            assert refused is not admitted, (role, path)


def test_a_clerk_sees_only_the_own_unit(signed_in: Enter) -> None:
    clerk = signed_in(CLERK)
    assert clerk.get(f"/units/{CLERK}").status_code == 200
    for path in (
        f"/units/{OTHER_CLERK}",
        f"/units/{OTHER_CLERK}/live",
        "/board",
        "/map",
        "/alarms",
        "/log",
        "/accounts",
    ):
        assert clerk.get(path).status_code == 403, path


def test_a_clerk_neither_sees_nor_reports_nor_closes_another_units_fault(signed_in: Enter, services: Services) -> None:
    other, clerk = signed_in(OTHER_CLERK), signed_in(CLERK)
    other.post("/faults", title="printer")
    assert clerk.get("/faults/1").status_code == 403
    assert clerk.post("/faults/1/confirm", rating="5").status_code == 403
    clerk.post("/faults", title="mine", unit=OTHER_CLERK)
    assert services.faults.of_unit(OTHER_CLERK)[0].title == "printer"
    assert services.faults.of_unit(CLERK)[0].title == "mine"


def test_the_center_issues_passwords_to_clerks_only(signed_in: Enter) -> None:
    center = signed_in("center")
    assert center.post(f"/accounts/{OTHER_CLERK}/password").status_code == 200
    for login in ("admin", "auditor", "operator", "center"):
        assert center.post(f"/accounts/{login}/password").status_code == 403
    assert "admin" not in [row.split("<")[0] for row in center.get("/accounts").text.split("<td>")]
    assert signed_in("admin").post("/accounts/auditor/password").status_code == 200


def test_an_unknown_unit_or_fault_is_404(signed_in: Enter) -> None:
    center = signed_in("center")
    for path in ("/units/u999", "/faults/99", "/audit/99/report.json", "/audit/evidence/none", "/nowhere"):
        assert center.get(path).status_code == 404, path

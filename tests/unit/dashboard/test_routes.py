"""Every route, as every role and as a stranger: what the table of rights says, and personal data for nobody else.

A new route is tried the day it is added: its arguments are those of one clerk's own things, filed before.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import text

from countynet.people import Actor
from countynet.pictures import cleaned
from countynet.vocabulary import Role
from dashboard.access import ACCESS, Door
from dashboard.services.protocols import Services
from dashboard.services.real.faults import RealFaults
from monitoring.faults.service import Faults
from tests.unit.dashboard.browser import Browser
from tests.unit.dashboard.conftest import CLERK, OTHER_CLERK

Enter = Callable[[str], Browser]
TELEPHONE = "13912345678"
WORDS = "canary words of one unit"
SECRET_TITLE = "canary title"
OWN_ACTS = {
    "auth.enter",
    "auth.sign_out",
    "auth.language",
    "auth.look",
    "auth.change_password",
    "audit.run",
    "log.take",
    "reading.acknowledge",
    "isolation.run",
    "rules.run",
    "scans.start",
    "report.file",
    "report.look",
    "report.add",
    "report.done",
    "runs.start",
    "runs.go",
    "runs.again",
    "runs.cancel",
    "schedules.end",
}
"""what an auditor may send: about the own session and password, the checks and playbooks for auditors, which read, and
what any stranger may"""
BY_UNIT = re.compile(r"<(\w+:)?(unit|fault|report|photo|login|key)>")
"""the parts of an address that say whose a thing is"""
HELD_BY_NAME = {"users.issue"}
"""`login` is an account there, and who may issue is asked otherwise"""


@pytest.fixture
def services(services: Services) -> Services:
    """A county in which one clerk filed a fault with a photograph and a telephone number."""
    faults = RealFaults(services.accounts.engine)
    found = replace(services, faults=faults)
    clerk = Actor(CLERK, Role.UNIT, CLERK)
    filed = Faults(services.accounts.engine).file(CLERK, SECRET_TITLE, f"{WORDS} {TELEPHONE}", TELEPHONE, clerk)
    out = BytesIO()
    Image.new("RGB", (8, 8), "blue").save(out, "PNG")
    found.reports.add(filed.report, cleaned([out.getvalue()]), clerk)
    return found


def paths(app: Flask, method: str) -> Iterator[tuple[str, str, bool]]:
    """Every endpoint of a method with an address, and whether the address is of one unit's things."""
    values = {"unit": CLERK, "fault": "1", "number": "4", "name": "a" * 64, "login": CLERK, "filename": "base.css"}
    values |= {"section": "units", "key": CLERK, "commit": "HEAD", "proposal": "1", "plan": "1", "job": "1"}
    values |= {"device": "cpe-031", "alarm": "2", "entry": "1", "report": "1", "photo": "1", "kind": "pdf"}
    values |= {"application": "portal"}
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if method in (rule.methods or set()) and not rule.endpoint.startswith("api."):
                given: dict[str, Any] = {name: values.get(name, "1") for name in rule.arguments}
                yield rule.endpoint, app.url_for(rule.endpoint, **given), bool(BY_UNIT.search(rule.rule))


def test_every_endpoint_declares_who_may(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert endpoints - set(ACCESS) == set()
    assert set(ACCESS) - endpoints == set()
    assert all(isinstance(rule.who, Door) or rule.who for rule in ACCESS.values())


def admitted(endpoint: str, role: Role | None) -> bool:
    who = ACCESS[endpoint].who
    if isinstance(who, frozenset):
        return role in who
    return who is Door.ANYONE or (who is Door.SIGNED_IN and role is not None)


def test_a_stranger_is_sent_to_the_sign_in_page_and_reads_nothing_personal(app: Flask, stranger: Browser) -> None:
    for method in ("GET", "POST"):
        for endpoint, path, _own in paths(app, method):
            answer = stranger.get(path) if method == "GET" else stranger.post(path)
            assert answer.mimetype != "image/jpeg", path
            assert not any(said in answer.text for said in (TELEPHONE, WORDS, SECRET_TITLE)), path
            if not admitted(endpoint, None):
                assert answer.status_code == 302, path
                assert answer.headers["Location"].startswith("/sign-in"), path


def test_every_page_as_every_role_gives_what_the_table_says_and_personal_data_to_few(
    app: Flask, signed_in: Enter
) -> None:
    sees = {"center": True, "operator": True, CLERK: True, "auditor": False, "admin": False, OTHER_CLERK: False}
    for login, personal in sees.items():
        role = Role.UNIT if login in (CLERK, OTHER_CLERK) else Role(login)
        browser, seen = signed_in(login), 0
        for endpoint, path, own in paths(app, "GET"):
            answer = browser.get(path)
            refused = answer.status_code == 403
            foreign = own and login == OTHER_CLERK and admitted(endpoint, role)
            assert refused is (foreign or not admitted(endpoint, role)), (login, path)
            said = answer.get_data().decode(errors="replace")
            assert personal or TELEPHONE not in said, (login, path)
            assert login != OTHER_CLERK or not (WORDS in said or SECRET_TITLE in said), path
            if answer.mimetype == "image/jpeg":
                assert personal or login == "auditor", (login, path)
            seen += TELEPHONE in said
        assert (seen > 0) is personal, login


def rows(services: Services) -> list[tuple[str, int]]:
    """Every table with its number of rows: what a write would change."""
    with services.accounts.engine.connect() as connection:
        names = connection.execute(text("SELECT name FROM sqlite_master WHERE type='table' ORDER BY name")).scalars()
        return [(name, connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()) for name in names]


def test_no_role_posts_beyond_the_table_nor_without_the_token_of_a_form(
    app: Flask, signed_in: Enter, services: Services
) -> None:
    logins = ("center", "operator", "admin", "auditor", CLERK, OTHER_CLERK)
    browsers = {login: signed_in(login) for login in logins}
    before, fault = rows(services), services.faults.get(1)
    tried = 0
    for login, browser in browsers.items():
        role = Role.UNIT if login in (CLERK, OTHER_CLERK) else Role(login)
        for endpoint, path, own in paths(app, "POST"):
            assert browser.client.post(path, data={"title": "x", "note": "x"}).status_code == 400, (login, path)
            foreign = own and login == OTHER_CLERK and endpoint not in HELD_BY_NAME
            if (admitted(endpoint, role) and not foreign) or endpoint in OWN_ACTS:
                assert role is not Role.AUDITOR or endpoint in OWN_ACTS, path
                continue
            tried += 1
            answer = browser.post(path, title="x", cause="x", note="x", rating="5", unit=CLERK)
            assert answer.status_code == 403, (login, path)
    assert tried > 150
    assert rows(services) == before
    assert services.faults.get(1) == fault


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_no_endpoint_takes_other_methods(app: Flask, method: str) -> None:
    assert list(paths(app, method)) == []


def test_the_interface_for_programs_takes_no_session(app: Flask, signed_in: Enter) -> None:
    center = signed_in("center")
    for rule in app.url_map.iter_rules():
        if ACCESS[rule.endpoint].who in (Door.ANYONE, Door.SIGNED_IN) or not rule.endpoint.startswith("api."):
            continue
        path = re.sub(r"<[^>]+>", "1", rule.rule)
        method = "POST" if "POST" in (rule.methods or set()) else "GET"
        assert center.client.open(path, method=method).status_code == 401, path

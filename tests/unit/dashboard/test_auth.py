"""Coming in, staying in, going out."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from countynet import clock
from countynet.db import open_database, reading
from countynet.errors import BadInput
from countynet.events import Event, verify
from countynet.people import SCHEDULE
from countynet.vocabulary import Role
from dashboard.app import create_app
from dashboard.auth.views import ours
from dashboard.services.protocols import Services
from dashboard.users import service
from dashboard.users.service import Accounts
from dashboard.users.store import SessionRow, UserRow
from tests.unit.dashboard import sample
from tests.unit.dashboard.browser import Browser

Enter = Callable[[str], Browser]


def tags(services: Services) -> list[tuple[str, str]]:
    with reading(services.accounts.engine) as session:
        return [
            (e.tag, e.subject)
            for e in session.scalars(select(Event).order_by(Event.id))
            if e.tag.startswith("user.") and e.tag != "user.created"
        ]


def test_sign_in_failure_and_sign_out_are_events(stranger: Browser, services: Services) -> None:
    assert stranger.sign_in("center", "wrong").status_code == 401
    assert stranger.sign_in("center").status_code == 302
    stranger.post("/sign-out")
    assert tags(services) == [("user.refused", "center"), ("user.signed-in", "center"), ("user.signed-out", "center")]
    with reading(services.accounts.engine) as session:
        assert verify(session) == ()


def test_a_name_that_is_no_account_is_not_written_down(stranger: Browser, services: Services) -> None:
    stranger.sign_in("my-secret-password", "x")
    assert tags(services) == [("user.refused", "nobody")]


def test_an_account_without_password_lets_nobody_in(stranger: Browser, services: Services) -> None:
    services.accounts.create("u050", Role.UNIT, "u050", "test")
    for password in ("", "None", "null"):
        assert stranger.sign_in("u050", password).status_code == 401


def test_the_session_is_made_anew_at_sign_in(app: Flask, stranger: Browser) -> None:
    stranger.get("/sign-in")
    with stranger.client.session_transaction() as planted:
        planted["token"], planted["evil"], planted["language"] = "planted", "1", "en"
        before = planted["csrf_token"]
    stranger.sign_in("center")
    with stranger.client.session_transaction() as after:
        assert after["token"] != "planted"
        assert "evil" not in after
        assert after["language"] == "en"
        assert after.get("csrf_token") != before


def test_a_session_ends_on_our_side_at_sign_out(signed_in: Enter) -> None:
    browser = signed_in("center")
    stolen = browser.client.get_cookie("countynet")
    assert stolen is not None
    browser.post("/sign-out")
    browser.client.set_cookie("countynet", stolen.value)
    assert browser.get("/board").status_code == 302


def test_an_idle_session_is_over_and_polling_does_not_keep_it(
    signed_in: Enter, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = signed_in("center")
    start = clock.now()

    def at(minutes: int) -> None:
        object.__setattr__(services.accounts, "now", lambda: start + timedelta(minutes=minutes))

    at(20)
    assert browser.get("/board").status_code == 200
    at(45)
    assert browser.get("/board/tiles", headers={"X-Fragment": "1"}).status_code == 200
    at(51)
    assert browser.get("/board").status_code == 302


def test_no_session_lasts_longer_than_a_shift(signed_in: Enter, services: Services) -> None:
    browser = signed_in("center")
    start = clock.now()
    for minutes in range(0, 12 * 60, 20):
        object.__setattr__(services.accounts, "now", lambda minutes=minutes: start + timedelta(minutes=minutes))
        assert browser.get("/board").status_code == 200
    object.__setattr__(services.accounts, "now", lambda: start + timedelta(hours=12, minutes=1))
    assert browser.get("/board").status_code == 302


def test_a_new_password_ends_the_sessions(signed_in: Enter, services: Services) -> None:
    browser = signed_in("operator")
    issued = services.accounts.issue("operator", "test")
    assert browser.get("/board").status_code == 302
    assert browser.sign_in("operator").status_code == 401
    assert browser.sign_in("operator", issued.password).status_code == 302


def test_one_changes_the_own_password(signed_in: Enter, stranger: Browser) -> None:
    browser = signed_in("u031")
    new = "a-longer-secret"

    def change(old: str, new: str, again: str) -> int:
        return browser.post("/account/password", old=old, new=new, again=again).status_code

    assert change("wrong", new, new) == 400
    assert change(sample.PASSWORD, "short", "short") == 400
    assert change(sample.PASSWORD, new, new + "x") == 400
    assert change(sample.PASSWORD, new, new) == 200
    assert browser.get("/units/u031").status_code == 200
    assert stranger.sign_in("u031").status_code == 401
    assert stranger.sign_in("u031", new).status_code == 302


@pytest.mark.parametrize(
    "target", ["http://evil", "//evil", "/\\evil", "evil", "", None, "javascript:x", "/a\nSet-Cookie: x", "/\t/evil"]
)
def test_only_our_own_pages_are_returned_to(app: Flask, target: str | None) -> None:
    with app.test_request_context():
        assert ours(target) == "/"
        assert ours("/units/u031?x=1") == "/units/u031?x=1"


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/language", "/faults", "/audit/run", "/faults/1/dispatch"])
def test_every_form_needs_its_token(signed_in: Enter, path: str) -> None:
    browser = signed_in("center")
    for data in ({}, {"csrf_token": "forged"}):
        answer = browser.client.post(path, data=data)
        assert answer.status_code in (400, 403)
        assert answer.status_code == 400 or path == "/audit/run"


def test_attempts_to_sign_in_are_limited(tmp_path: Path, services: Services) -> None:
    browser = Browser(create_app(sample.settings(tmp_path), services).test_client())
    browser.get("/sign-in")
    codes = [browser.post("/sign-in", login="center", password="x").status_code for _attempt in range(12)]
    assert codes[:10] == [401] * 10
    assert codes[10:] == [429] * 2
    assert browser.get("/sign-in").status_code == 200


def test_nothing_secret_is_stored_in_clear(stranger: Browser, services: Services, tmp_path: Path) -> None:
    stranger.sign_in("center")
    with stranger.client.session_transaction() as browser:
        token = browser["token"]
    with reading(services.accounts.engine) as session:
        assert all((row.password or "$argon2id$").startswith("$argon2id$") for row in session.scalars(select(UserRow)))
        assert {row.key for row in session.scalars(select(SessionRow))} == {service.fingerprint(token)}
    stored = b"".join(p.read_bytes() for p in sample.settings(tmp_path).state.glob("county.db*"))
    assert token.encode() not in stored
    assert sample.PASSWORD.encode() not in stored
    assert (sample.settings(tmp_path).state / "cookie-key").stat().st_mode & 0o777 == 0o600


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Accounts]:
    engine = open_database(sample.settings(tmp_path))
    yield Accounts(engine, sample.CHEAP)
    engine.dispose()


def test_the_first_start_creates_everybody_and_tells_few_passwords(fresh: Accounts) -> None:
    accounts, units = fresh, [f"u{n:03}" for n in range(1, 121)]
    issued = accounts.first_start(units, with_password=("u001", "u025"))
    assert {i.login for i in issued} == {"center", "operator", "auditor", "admin", "u001", "u025"}
    assert len({i.password for i in issued}) == len(issued)
    assert all(accounts.sign_in(i.login, i.password) for i in issued)
    found = accounts.list()
    assert len(found) == 124
    assert sum(a.usable for a in found) == 6
    assert accounts.first_start(units) == ()


def test_a_unit_that_joins_later_gets_its_clerk(fresh: Accounts) -> None:
    accounts = fresh
    accounts.first_start(["u001"])
    accounts.add_clerks(["u001", "u002"])
    accounts.add_clerks(["u001", "u002"])
    assert [a.login for a in accounts.list() if a.role is Role.UNIT] == ["u001", "u002"]


@pytest.mark.parametrize(
    ("login", "role", "unit"),
    [("a b", Role.CENTER, None), ("信息", Role.CENTER, None), ("x" * 41, Role.CENTER, None), ("", Role.ADMIN, None),
     ("u1", Role.UNIT, None), ("boss", Role.CENTER, "u001")],
)  # fmt: skip
def test_an_account_that_makes_no_sense_is_refused(fresh: Accounts, login: str, role: Role, unit: str | None) -> None:
    with pytest.raises(BadInput):
        fresh.create(login, role, unit, "test")


def test_a_login_is_taken_once(fresh: Accounts) -> None:
    accounts = fresh
    accounts.create("center", Role.CENTER, None, "test")
    with pytest.raises(BadInput):
        accounts.create("center", Role.ADMIN, None, "test")


def test_the_calendar_s_name_is_nobody_s_login(services: Services) -> None:
    with pytest.raises(BadInput) as refused:
        services.accounts.create(SCHEDULE, Role.CENTER, None, "test")
    assert "stands for the calendar" in refused.value.problems[0].message

"""Tokens: their secret is seen once and kept as a hash; who issues one cannot become more by it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from countynet.db import reading
from countynet.errors import BadInput
from countynet.events import Event
from countynet.vocabulary import Role
from dashboard.services.protocols import Services
from dashboard.tokens.model import Scope, Wish
from dashboard.tokens.service import PREFIX, Tokens
from dashboard.tokens.store import TokenRow
from tests.unit.dashboard.browser import Browser
from tests.unit.dashboard.conftest import CLERK
from tests.unit.dashboard.test_access import Enter

READS = frozenset({Scope.FAULTS_READ})


def test_a_secret_is_kept_as_a_hash_only(services: Services) -> None:
    made = services.api.tokens.add(Wish("province", Role.CENTER, READS), [CLERK], "cli", Role.ADMIN)
    assert made.secret.startswith(PREFIX)
    assert len(made.secret) >= 43 + len(PREFIX)
    with reading(services.api.engine) as session:
        row = session.scalars(select(TokenRow)).one()
        said = "".join(event.body for event in session.scalars(select(Event)))
    assert made.secret not in said + repr(vars(row))
    assert services.api.tokens.find(made.secret) is not None
    assert services.api.tokens.find(made.secret + "x") is None


def test_everything_wrong_with_a_wish_is_told_at_once(services: Services) -> None:
    wish = Wish("Bad Name", Role.OPERATOR, frozenset(), "u999", "x" * 81, 0)
    with pytest.raises(BadInput) as caught:
        services.api.tokens.add(wish, [CLERK], "center", Role.CENTER)
    places = [problem.where for problem in caught.value.problems]
    assert places == ["name", "role", "unit", "scopes", "days", "organisation"]


def test_a_name_serves_once_even_after_its_token_was_taken_back(services: Services) -> None:
    wish = Wish("province", Role.CENTER, READS)
    services.api.tokens.add(wish, [], "cli", Role.ADMIN)
    services.api.tokens.revoke("province", "cli")
    with pytest.raises(BadInput, match="1 problem "):
        services.api.tokens.add(wish, [], "cli", Role.ADMIN)


def test_a_token_ends_on_its_day_and_its_last_use_is_known_to_the_minute(services: Services) -> None:
    at = [datetime(2026, 11, 1, tzinfo=UTC)]
    tokens = Tokens(services.api.engine, lambda: at[0])
    secret = tokens.add(Wish("province", Role.CENTER, READS, days=2), [], "cli", Role.ADMIN).secret
    for minutes, used in ((0, 0), (0.5, 0), (2, 2)):
        at[0] = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(minutes=minutes)
        tokens.find(secret)
        assert tokens.list()[0].used == datetime(2026, 11, 1, tzinfo=UTC) + timedelta(minutes=used)
    at[0] += timedelta(days=2)
    found = tokens.find(secret)
    assert found is not None
    assert found.state(at[0]) == "expired"


def form(browser: Browser, **fields: str) -> str:
    usual = {"name": "province", "role": "center", "scope": "faults:read", "days": "30", "unit": ""}
    return browser.post("/tokens", **usual | fields).text


def test_the_center_makes_a_token_on_the_page_and_sees_it_once(signed_in: Enter, services: Services) -> None:
    center = signed_in("center")
    page = form(center)
    assert PREFIX in page
    assert PREFIX not in center.get("/tokens").text
    center.post("/tokens/province/revoke")
    assert services.api.tokens.list()[0].revoked is not None
    assert services.api.tokens.list()[0].author == "center"


def test_the_center_makes_no_token_of_a_role_that_it_has_not(signed_in: Enter, services: Services) -> None:
    center = signed_in("center")
    for role in ("operator", "auditor", "admin", "nonsense"):
        assert PREFIX not in form(center, role=role)
    assert services.api.tokens.list() == ()
    assert PREFIX in form(center, role="unit", unit=CLERK)
    assert PREFIX in form(signed_in("admin"), name="telecom", role="operator")


def test_the_page_tells_what_is_wrong_and_keeps_what_was_typed(signed_in: Enter) -> None:
    answer = signed_in("center").post(
        "/tokens", name="No Good", role="center", scope="x", days="0", organisation="省厅"
    )
    assert answer.status_code == 400
    assert answer.text.count("<li>") >= 3
    assert 'value="省厅"' in answer.text

"""Responses in pages: who has which buttons, what else would be cut is named and ticked, and a unit reads why."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from audit.terminals.model import Confidence, Evidence, Finding, Kind
from audit.terminals.respond.model import How, Response, Stage
from audit.terminals.respond.service import Asked, Responses
from countynet import clock
from countynet.errors import BadInput, NotAllowed, Problem
from countynet.jobs import Job
from countynet.people import Actor
from countynet.surroundings import Table
from countynet.vocabulary import Role, Severity
from dashboard.services.protocols import Services
from tests.unit.dashboard.browser import Browser
from tests.unit.dashboard.conftest import CLERK, OTHER_CLERK

Enter = Callable[[str], Browser]
PATH = "/audit/terminals/1/respond"


@dataclass(frozen=True)
class FakeResponses(Responses):
    """One response at once under an emergency; what is asked for is only noted."""

    asked: list[tuple[str, Asked]] = field(default_factory=list)
    said: list[tuple[str, int, str]] = field(default_factory=list)

    def of(self, finding: int) -> tuple[Response, ...]:
        return (
            Response(
                1, 1, How.QUARANTINE, "cpe-031", "lan0", CLERK, "a strange computer", "center", clock.now(), Stage.HELD,
                plan=3, emergency=2,
            ),
        )  # fmt: skip

    def newest(self, limit: int = 100, unit: str = "") -> tuple[Response, ...]:
        return self.of(1)

    def get(self, number: int) -> Response:
        if number != 1:
            raise BadInput([Problem("no")])
        return self.of(1)[0]

    def cut(self, finding: int) -> tuple[str, ...]:
        return ("pc-031",)

    def job(self, finding: int) -> Job | None:
        return None

    def start(self, asked: Asked, actor: Actor) -> int:
        if actor.role not in (Role.CENTER, Role.OPERATOR):
            raise NotAllowed("no")
        if asked.how is not How.WARN and asked.also != ("pc-031",):
            raise BadInput([Problem("would also cut off {names}", {"names": "pc-031"})])
        self.asked.append((actor.name, asked))
        return 1

    def start_release(self, number: int, actor: Actor, reason: str) -> int:
        self.said.append((actor.name, number, reason))
        return 1

    def confirm(self, number: int, actor: Actor, note: str) -> Response:
        self.said.append((actor.name, number, note))
        return self.of(1)[0]


class FakeScans:
    """One finding of one unit."""

    def finding(self, number: int) -> Finding:
        if number != 1:
            raise BadInput([Problem("no")])
        seen = Evidence(Table.FDB, "cpe-031", "lan0", "seen", mac="02:00:00:00:00:99")
        return Finding(
            Kind.UNKNOWN, "cpe-031", "lan0", "a strange computer", "look", Severity.MAJOR, Confidence.CERTAIN, (seen,),
            unit=CLERK, mac="02:00:00:00:00:99", number=1, first_seen=clock.now(), last_seen=clock.now(),
        )  # fmt: skip


@pytest.fixture
def services(services: Services) -> Services:
    fake = FakeResponses(services.responses.settings, services.accounts.engine)
    return replace(services, responses=fake, scans=FakeScans())  # type: ignore[arg-type]


def asked(services: Services) -> list[tuple[str, Asked]]:
    assert isinstance(services.responses, FakeResponses)
    return services.responses.asked


@pytest.mark.parametrize("login", ["center", "operator"])
def test_who_makes_plans_confines_a_port_after_saying_whom_else_it_cuts(
    signed_in: Enter, services: Services, login: str
) -> None:
    browser = signed_in(login)
    page = browser.get(PATH).text
    assert 'name="also" value="pc-031"' in page
    refused = browser.post(PATH, how="quarantine", reason="nobody knows it")
    assert (refused.status_code, "pc-031" in refused.text) == (422, True)
    assert "nobody knows it" in refused.text
    assert browser.post(PATH, how="explode", reason="x").status_code == 400
    assert browser.post(PATH, how="quarantine", reason="nobody knows it", also="pc-031").status_code == 303
    assert asked(services) == [(login, Asked(1, How.QUARANTINE, "nobody knows it", ("pc-031",)))]


@pytest.mark.parametrize(("login", "reads"), [("auditor", 200), (CLERK, 403), ("admin", 403)])
def test_nobody_else_has_a_button_or_is_let(signed_in: Enter, services: Services, login: str, reads: int) -> None:
    browser = signed_in(login)
    page = browser.get(PATH)
    assert page.status_code == reads
    assert 'name="how"' not in page.text
    assert browser.post(PATH, how="warn", reason="nobody knows it").status_code == 403
    for what in ("release", "confirm"):
        assert browser.post(f"/audit/terminals/responses/1/{what}", reason="x", note="x").status_code == 403
    assert not asked(services)


def test_the_center_confirms_and_the_operator_releases_but_does_not_confirm(
    signed_in: Enter, services: Services
) -> None:
    center, operator = signed_in("center"), signed_in("operator")
    assert "/confirm" in center.get(PATH).text
    assert "/confirm" not in operator.get(PATH).text
    assert center.post("/audit/terminals/responses/1/confirm", note="it was right").status_code == 303
    assert operator.post("/audit/terminals/responses/1/confirm", note="it was right").status_code == 403
    assert operator.post("/audit/terminals/responses/1/release", reason="settled now").status_code == 303
    assert center.post("/audit/terminals/responses/9/release", reason="settled now").status_code == 404
    assert isinstance(services.responses, FakeResponses)
    assert services.responses.said == [("center", 1, "it was right"), ("operator", 1, "settled now")]


def test_a_unit_reads_why_it_has_no_network_and_another_unit_does_not(signed_in: Enter) -> None:
    assert "a strange computer" in signed_in(CLERK).get("/audit/terminals/1").text
    assert signed_in(OTHER_CLERK).get("/audit/terminals/1").status_code == 403
    assert "a strange computer" in signed_in("auditor").get("/audit/terminals/responses").text

"""The isolation page: the watchers see the matrix and open a cell, the center and the auditor have it proven anew."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from countynet.db import open_database
from countynet.i18n import set_language
from countynet.vocabulary import Role
from dashboard.services.fake import FakeCounty
from dashboard.services.fake_isolation import FakeIsolation
from dashboard.services.isolation import Isolation
from dashboard.services.protocols import Services
from dashboard.services.real.isolation import RealIsolation, place
from dashboard.users.model import Person
from tests.unit.dashboard import sample
from tests.unit.dashboard.browser import Browser
from topology.reach.kept import keep
from topology.reach.service import Of
from topology.reach.verdict import Finding, Proof, Verdict
from topology.reach.walk import Step

Enter = Callable[[str], Browser]
PLACES = ("unit:u001", "unit:u003", "zone:server", "zone:city")


def proof() -> Proof:
    """Units reach servers as allowed; u001 reaches the city with a packet."""
    verdicts = {f"{a} > {b}": Verdict.ISOLATED for a in PLACES for b in PLACES if a != b}
    verdicts |= {f"unit:{unit} > zone:server": Verdict.ALLOWED for unit in ("u001", "u003")}
    verdicts["unit:u001 > zone:city"] = Verdict.OPEN
    step = Step(device="core-1", into="v101", out="fw0", hook="forward", action="accept", rule="too-wide")
    found = Finding(
        source="unit:u001", target="zone:city", verdict=Verdict.OPEN, packet="tcp 10.21.0.1:0 > 10.9.0.1:22",
        path=(step,),
    )  # fmt: skip
    return Proof(places=PLACES, verdicts=verdicts, findings=(found,), seconds=1.0)


@pytest.fixture
def real(tmp_path: Path) -> Iterator[RealIsolation]:
    set_language("en")
    settings = sample.settings(tmp_path)
    engine = open_database(settings)
    yield RealIsolation(settings, engine, FakeCounty(sample.county()))
    engine.dispose()


def test_the_last_proof_is_a_matrix_and_its_cells_open(real: RealIsolation) -> None:
    assert real.matrix("running") is None
    keep(real.settings, Of.RUNNING, proof())
    view = real.matrix("running")
    assert view
    assert [row.key for row, _cells in view.rows] == ["unit:u001", "unit:u003", "zone:server", "zone:city"]
    assert {cell.verdict: cell.count for cell in view.counts} == {
        "open": 1, "unknown": 0, "blocked": 0, "allowed": 2, "isolated": 9,
    }  # fmt: skip
    pair = real.pair("running", "unit:u001", "zone:city")
    assert pair
    assert (pair.cell.verdict, pair.cell.tone, pair.rules) == ("open", "fail", ())
    assert pair.findings[0].packet == "tcp 10.21.0.1:0 > 10.9.0.1:22"
    assert pair.findings[0].way == ("core-1 v101 > fw0: let through (forward: too-wide)",)
    assert real.pair("running", "zone:city", "zone:city") is None
    assert real.pair("running", "unit:nobody", "zone:city") is None


def test_an_allowed_cell_names_the_rules_of_the_policy(real: RealIsolation) -> None:
    keep(real.settings, Of.RUNNING, proof())
    pair = real.pair("running", "unit:u001", "zone:server")
    assert pair
    assert pair.rules
    assert all(rule.id and rule.reason_en for rule in sample.county().policy if (rule.id, rule.reason_en) in pair.rules)


def test_a_row_of_few_units_names_them(real: RealIsolation) -> None:
    verdicts = {f"{a} > {b}": Verdict.ISOLATED for a in PLACES for b in PLACES if a != b}
    keep(real.settings, Of.RUNNING, proof().model_copy(update={"verdicts": verdicts, "findings": ()}))
    view = real.matrix("running")
    assert view
    assert (view.rows[0][0].title, len(view.rows[0][0].members)) == ("u001, u003", 2)


def test_a_newer_proof_is_shown_at_once(real: RealIsolation) -> None:
    keep(real.settings, Of.RUNNING, proof())
    assert real.matrix("running")
    keep(real.settings, Of.RUNNING, proof().model_copy(update={"places": ("unit:u001",), "verdicts": {}}))
    view = real.matrix("running")
    assert view
    assert len(view.rows) == 1


def test_a_place_that_is_not_in_the_inventory_any_more_keeps_its_name(real: RealIsolation) -> None:
    assert place(sample.county(), "unit:gone") == "unit:gone"
    assert place(sample.county(), "zone:city") == "city network"


@pytest.mark.parametrize("kind", ["fake", "real"])
def test_a_proof_that_is_asked_for_is_on_its_way(real: RealIsolation, kind: str) -> None:
    chosen: Isolation = real if kind == "real" else FakeIsolation()
    assert chosen.job() is None
    number = chosen.start(Person(1, "auditor", Role.AUDITOR), "running")
    job = chosen.job()
    assert job
    assert (job.id, job.busy) == (number, True)


def test_two_do_not_run_at_once(real: RealIsolation) -> None:
    auditor = Person(1, "auditor", Role.AUDITOR)
    assert real.start(auditor, "running") == real.start(auditor, "intended")


@pytest.mark.parametrize("login", ["center", "auditor", "operator"])
def test_watchers_see_the_matrix_in_both_languages(signed_in: Enter, login: str) -> None:
    browser = signed_in(login)
    for language in ("en", "zh_CN"):
        browser.post("/language", language=language, back="/isolation")
        body = browser.get("/isolation?source=unit:u001&target=zone:server").text
        assert "tcp 10.21.0.1:0 &gt; 10.1.0.11:22" in body
        assert "core-1 v101 &gt; fw0" in body
        assert "open beyond the policy" in body
        assert ("/isolation/run" in body) == (login != "operator")
    assert browser.get("/isolation?of=nonsense").status_code == 404


def test_a_unit_sees_nothing_of_it(signed_in: Enter) -> None:
    assert signed_in("u031").get("/isolation").status_code == 403


def test_the_auditor_has_it_proven_anew_and_the_operator_does_not(signed_in: Enter, services: Services) -> None:
    assert isinstance(services.isolation, FakeIsolation)
    assert signed_in("operator").post("/isolation/run", of="running").status_code == 403
    assert signed_in("auditor").post("/isolation/run", of="intended").status_code == 303
    assert services.isolation.started_by == [("auditor", "intended")]


def test_before_any_proof_the_page_says_so(signed_in: Enter, services: Services) -> None:
    assert isinstance(services.isolation, FakeIsolation)
    services.isolation.matrices.clear()
    assert "尚未验证" in signed_in("center").get("/isolation").text

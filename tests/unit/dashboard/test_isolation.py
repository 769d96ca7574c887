"""The isolation page: the watchers see the matrix and open a cell, the center and the auditor have it proven anew."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from countynet import clock
from countynet.db import open_database
from countynet.i18n import set_language
from countynet.vocabulary import Role
from dashboard.services.fake import FakeCounty
from dashboard.services.fake_isolation import FakeIsolation
from dashboard.services.isolation import ConfirmedView, Isolation
from dashboard.services.protocols import Services
from dashboard.services.real.isolation import RealIsolation, place
from dashboard.users.model import Person
from tests.unit.dashboard import sample
from tests.unit.dashboard.browser import Browser
from topology.confirm.classes.claims import Claim
from topology.confirm.classes.kept import keep as keep_packets
from topology.confirm.classes.report import ClassReport, Disagreement
from topology.reach.certified import keep_certificate
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


def packets(*wrong: Disagreement) -> ClassReport:
    return ClassReport(
        at=clock.now(), of="intended", classes=12, probes=7, agreed=7 - len(wrong), disagreements=wrong,
        claims={Claim.ARRIVES: 3, Claim.DROPPED: 4, Claim.EITHER: 0}, packets=8, silent=(), deriving=1.0, seconds=2.0,
    )  # fmt: skip


def test_what_live_packets_said_of_a_proof_is_read_where_it_is_kept(real: RealIsolation) -> None:
    assert real.confirmed("intended") is None
    wrong = Disagreement(
        source="unit:u001", node="pc-001", via="10.21.1.1", packet="tcp 10.21.1.10:1 > 10.9.0.1:22",
        claim=Claim.DROPPED, answered=None, proof_trace=(), packet_trace=("pc-001", "cpe-001 lan0"),
    )  # fmt: skip
    keep_packets(packets(wrong), real.settings)
    view = real.confirmed("intended")
    assert view
    assert (view.probes, view.agreed, view.disagreed, view.tone) == (7, 6, 1, "fail")
    assert view.packets == ("pc-001 > 10.21.1.1: tcp 10.21.1.10:1 > 10.9.0.1:22",)
    assert real.confirmed("running") is None, "it was held against what is intended"
    keep_packets(packets(), real.settings)
    view = real.confirmed("intended")
    assert view
    assert (view.disagreed, view.tone) == (0, "pass")


def test_the_page_says_what_live_packets_said(signed_in: Enter, services: Services) -> None:
    assert isinstance(services.isolation, FakeIsolation)
    browser = signed_in("auditor")
    assert "个与证明一致" not in browser.get("/isolation").text
    seen = ConfirmedView(clock.now(), 1473, 864, 863, 1, "fail", ("pc-001 > 10.21.1.1: tcp",))
    services.isolation.confirmations["running"] = seen
    body = browser.get("/isolation").text
    assert "1473 类共 864 个探测，863 个与证明一致，1 个不一致" in body
    assert "pc-001 &gt; 10.21.1.1: tcp" in body


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


@pytest.mark.parametrize("login", ["center", "auditor", "operator"])
def test_watchers_download_the_certificate_of_the_last_proof(signed_in: Enter, services: Services, login: str) -> None:
    assert isinstance(services.isolation, FakeIsolation)
    browser, link = signed_in(login), "/isolation/certificate?of=running"
    assert link not in browser.get("/isolation").text
    assert browser.get(link).status_code == 404
    services.isolation.certificates["running"] = b'{"format":"..."}\n'
    services.isolation.matrices["running"] = replace(services.isolation.matrices["running"], certified=True)
    assert link in browser.get("/isolation").text
    answer = browser.get(link)
    assert (answer.status_code, answer.data, answer.mimetype) == (200, b'{"format":"..."}\n', "application/json")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="countynet-isolation-running.json"'
    assert browser.get("/isolation/certificate?of=nonsense").status_code == 404


def test_a_unit_downloads_no_certificate(signed_in: Enter) -> None:
    assert signed_in("u031").get("/isolation/certificate?of=running").status_code == 403


def test_the_certificate_that_is_offered_is_that_of_the_last_proof(real: RealIsolation) -> None:
    kept = keep(real.settings, Of.RUNNING, proof())
    view = real.matrix("running")
    assert view
    assert (view.certified, real.certificate("running")) == (False, None)
    keep_certificate(real.settings, Of.RUNNING, kept.at, b"one")
    view = real.matrix("running")
    assert view
    assert (view.certified, real.certificate("running")) == (True, b"one")
    keep(real.settings, Of.RUNNING, proof())
    assert real.certificate("running") is None

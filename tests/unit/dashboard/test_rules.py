"""The rules page: the watchers see what the last analysis found, the center and the auditor have it run anew."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from countynet.db import open_database
from countynet.i18n import set_language
from countynet.vocabulary import Role
from dashboard.services.fake_rules import FakeRules
from dashboard.services.protocols import Services
from dashboard.services.real.rules import RealRules
from dashboard.services.rules import PAGE, Chosen, Rules
from dashboard.users.model import Person
from tests.unit.dashboard import sample
from tests.unit.dashboard.browser import Browser
from topology.reach.analysis.judge import SHADOWED
from topology.reach.analysis.kept import keep
from topology.reach.analysis.model import Finding, Kind, Line, Other, Report
from topology.reach.service import Of

Enter = Callable[[str], Browser]


def report(count: int = 1) -> Report:
    """Shadowed rules of core-1, and one of fw-1 that is too wide."""
    some = [
        Finding(
            device="core-1", platform="huawei_vrp", hook="list", interface="Vlanif101", place=n + 7, rule="old",
            action="accept", kind=Kind.SHADOWED, why=SHADOWED, boxes=("tcp * > 10.1.0.9:22",), packet="tcp one",
            others=(Other(place=2, rule="never", action="drop", packet="tcp one"),),
            lines=(Line(number=9, text=" rule 35 permit tcp"),), fix=("undo rule 35",),
        )
        for n in range(count)
    ]  # fmt: skip
    wide = Finding(
        device="fw-1", platform="linux", hook="forward", place=3, rule="old", action="accept", kind=Kind.OVER_WIDE,
        why=SHADOWED, sure=False,
    )  # fmt: skip
    return Report(devices=132, filters=360, rules=2399, findings=(*some, wide), unknown=("fw-1: 9: strange",))


@pytest.fixture
def real(tmp_path: Path) -> Iterator[RealRules]:
    set_language("en")
    settings = sample.settings(tmp_path)
    engine = open_database(settings)
    yield RealRules(settings, engine)
    engine.dispose()


def test_what_the_last_analysis_found_is_shown_in_words(real: RealRules) -> None:
    assert real.view(Chosen("running")) is None
    keep(real.settings, Of.RUNNING, report())
    view = real.view(Chosen("running"))
    assert view
    assert (view.total, view.names, view.counted) == (2, ("core-1", "fw-1"), False)
    first, second = view.findings
    assert (first.title, first.kind, first.tone) == ("core-1 access list Vlanif101 #7 old", "shadowed", "fail")
    assert first.others == ("#2 never (dropped): tcp one",)
    assert (first.lines, first.fix, first.sure, second.sure) == (
        ("9: rule 35 permit tcp",), ("undo rule 35",), True, False,
    )  # fmt: skip
    assert dict((kind, count) for kind, _words, count in view.counts)["over-wide"] == 1


def test_a_device_and_a_kind_are_chosen(real: RealRules) -> None:
    keep(real.settings, Of.RUNNING, report())
    for chosen, total in ((Chosen("running", "fw-1"), 1), (Chosen("running", "fw-1", "shadowed"), 0)):
        view = real.view(chosen)
        assert view
        assert (view.total, len(view.findings)) == (total, total)


def test_many_findings_are_several_pages_and_a_newer_report_is_seen_at_once(real: RealRules) -> None:
    keep(real.settings, Of.RUNNING, report())
    assert real.view(Chosen("running"))
    keep(real.settings, Of.RUNNING, report(PAGE + 4))
    view = real.view(Chosen("running", start=str(PAGE)))
    assert view
    assert (view.begins, len(view.findings), view.total) == (PAGE, 5, PAGE + 5)


@pytest.mark.parametrize("kind", ["fake", "real"])
def test_an_analysis_that_is_asked_for_is_on_its_way(real: RealRules, kind: str) -> None:
    chosen: Rules = real if kind == "real" else FakeRules()
    assert chosen.job() is None
    number = chosen.start(Person(1, "auditor", Role.AUDITOR), "running")
    job = chosen.job()
    assert job
    assert (job.id, job.busy) == (number, True)


def test_two_do_not_run_at_once(real: RealRules) -> None:
    auditor = Person(1, "auditor", Role.AUDITOR)
    assert real.start(auditor, "running") == real.start(auditor, "intended")


@pytest.mark.parametrize("login", ["center", "auditor", "operator"])
def test_watchers_see_the_findings_in_both_languages(signed_in: Enter, login: str) -> None:
    browser = signed_in(login)
    for language, words in (("en", "Rules that decide them"), ("zh_CN", "处理这些报文的规则")):
        browser.post("/language", language=language, back="/rules")
        body = browser.get("/rules").text
        assert words in body
        assert "tcp 10.21.0.0:0 &gt; 10.1.0.9:22" in body
        assert "undo rule 35" in body
        assert ("/rules/run" in body) == (login != "operator")
    assert "core-1 forward" not in browser.get("/rules?of=running&device=fw-1").text
    assert browser.get("/rules/findings?of=running").status_code == 200


@pytest.mark.parametrize("asked", ["of=nonsense", "of=running&kind=nonsense", "of=running&from=x"])
def test_what_nobody_can_choose_is_not_there(signed_in: Enter, asked: str) -> None:
    assert signed_in("center").get(f"/rules?{asked}").status_code == 404


def test_a_unit_sees_nothing_of_it(signed_in: Enter) -> None:
    assert signed_in("u031").get("/rules").status_code == 403


def test_the_auditor_has_it_run_anew_and_the_operator_does_not(signed_in: Enter, services: Services) -> None:
    assert isinstance(services.rules, FakeRules)
    assert signed_in("operator").post("/rules/run", of="running").status_code == 403
    assert signed_in("auditor").post("/rules/run", of="intended").status_code == 303
    assert signed_in("auditor").post("/rules/run", of="nonsense").status_code == 404
    assert services.rules.started_by == [("auditor", "intended")]


def test_before_any_analysis_the_page_says_so(signed_in: Enter, services: Services) -> None:
    assert isinstance(services.rules, FakeRules)
    services.rules.views.clear()
    assert "尚未检查过规则" in signed_in("center").get("/rules").text

"""The proof is part of an audit: what is open fails with its packet and lines, what cannot be told is unknown."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from audit import evidence, report
from audit.checks import ALL, BY_ID, run
from audit.facts import Facts
from audit.model import Result
from audit.profiles import Profile
from audit.prove import proven
from audit.second import together
from audit.service import _keep
from audit.words import in_language, sentence
from countynet.i18n import CHINESE, set_language
from countynet.settings import Settings
from countynet.vocabulary import Verdict
from inventory import create, load_county
from inventory.deviceconfig import DeviceConfig
from inventory.subset import only_units
from tests.unit.audit.facts_of import AT, COUNTY, Change, device, devices, good, proof_of, wanted
from tests.unit.topology.reach.planted import FIREWALLS, INSIDE, LANS, SERVERS, Configs, each, first, without


def facts_with(configs: Configs) -> Facts:
    """Return facts of a county that runs these configurations."""
    changed = {name: device(name, _becomes(config)) for name, config in configs.items() if config != wanted()[name]}
    return good(devices=devices() | changed, proven=proof_of(configs))


def _becomes(config: DeviceConfig) -> Change:
    return lambda _config: config


def wide() -> Facts:
    """Return facts of a county whose firewalls let units reach every server."""
    planted = first(sources=LANS, destinations=SERVERS, in_interfaces=INSIDE)
    return facts_with(each(FIREWALLS, "forward", planted)(wanted()))


def proven_of(facts: Facts) -> Result:
    return run(BY_ID["isolation-proven"], facts)


def test_what_is_open_fails_with_its_packet_its_way_and_the_lines_that_let_it_through() -> None:
    set_language("en")
    found = proven_of(wide())
    assert found.verdict is Verdict.FAIL
    points = {point.subject: point for point in found.of(Verdict.FAIL)}
    assert {"unit:u001", "unit:u026"} <= points.keys()
    words = sentence(points["unit:u001"])
    assert words.startswith("unit:u001 reaches zone:server beyond the policy: tcp 10.21.1.")
    assert "fw-1[core0>srv0 forward:planted accept]" in words
    assert any(line.section.startswith("fw-1:") and "planted" in line.text for line in points["unit:u001"].lines)


def test_what_policy_allows_and_a_rule_drops_fails() -> None:
    set_language("en")
    rule = next(rule.id for rule in COUNTY.policy if rule.source == "host:srv-portal")
    found = proven_of(facts_with(each(FIREWALLS, "forward", without(rule))(wanted())))
    assert [sentence(p).split(", which")[0] for p in found.of(Verdict.FAIL)] == ["zone:server does not reach zone:city"]


def test_what_nobody_understood_is_unknown_and_said_once_for_a_place() -> None:
    set_language("en")
    facts = good(proven=proof_of(wanted(), {"cpe-001": ["nftables 12: strange"]}))
    found = proven_of(facts)
    assert found.verdict is Verdict.UNKNOWN
    said = {point.subject: sentence(point) for point in found.points}
    assert said["unit:u001"].endswith("first for: cpe-001: nftables 12: strange")
    assert len(said) == len(found.points)


def test_without_a_proof_both_checks_are_unknown_and_say_why() -> None:
    set_language("en")
    facts = good(proven=None, proven_error="no CUDD here")
    for check in ("isolation-proven", "proof-rechecked"):
        found = run(BY_ID[check], facts)
        assert found.verdict is Verdict.UNKNOWN
        assert sentence(found.points[0]).endswith("no CUDD here")


def test_a_certificate_that_the_second_program_refuses_is_unknown() -> None:
    found = run(BY_ID["proof-rechecked"], good(proven=replace(proof_of(wanted()), recheck=None, recheck_error="torn")))
    assert (found.verdict, found.points[0].values["error"]) == (Verdict.UNKNOWN, "torn")


def test_a_second_program_that_disagrees_fails_the_proof() -> None:
    held = proof_of(wanted())
    one = {"from": "unit:u001", "to": "unit:u002", "says": "isolated", "found": "open", "packet": {}, "note": ""}
    found = run(
        BY_ID["proof-rechecked"], good(proven=replace(held, recheck={**(held.recheck or {}), "disagreed": [one]}))
    )
    assert (found.verdict, found.points[0].subject) == (Verdict.FAIL, "unit:u001")


def test_the_certificate_is_among_the_evidence_and_named_in_the_report_in_both_languages(tmp_path: Path) -> None:
    set_language("en")
    settings, facts = Settings(county=tmp_path, language="en"), wide()
    assert facts.proven
    results = tuple(run(check, facts) for check in ALL)
    files = _keep(settings, facts, results, "auditor", Profile.COUNTY)
    assert files["certificate"] == facts.proven.sha256
    assert json.loads(evidence.load(settings, files["certificate"]))["format"] == "countynet-isolation-certificate"
    page = evidence.load(settings, files["page"]).decode()
    point = next(p for p in proven_of(facts).points if p.subject == "unit:u001")
    assert "unit:u001 reaches zone:server beyond the policy: tcp" in page
    assert "unit:u001 可达 zone:server，超出策略：tcp" in page
    assert in_language(CHINESE, lambda: sentence(point)) != sentence(point)
    assert files["certificate"] in page
    checks = json.loads(report.document(COUNTY, results, files, AT, "auditor"))["checks"]
    assert {c["id"]: c["verdict"] for c in checks}["isolation-proven"] == "fail"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    set_language("en")
    found = Settings.load(tmp_path / "county")
    create.create_folder(found)
    create.create_secrets(found, load_county(found.county))
    return found


def test_a_county_that_was_never_fetched_is_proven_unknown_and_its_certificate_agreed_with(settings: Settings) -> None:
    county = only_units(load_county(settings.county), ("u001", "u030"))
    found, error = proven(county, settings)
    assert found
    assert found.recheck
    assert (error, found.recheck["disagreed"], {*found.proof.verdicts.values()}) == ("", [], {"unknown"})


def test_what_either_family_is_disagreed_on_is_in_the_second_opinion() -> None:
    def report(wrong: list[str], seconds: float) -> dict[str, Any]:
        return {"pairs": 10, "agreed": 10 - len(wrong), "disagreed": wrong, "seconds": seconds, "allowed": "x"}

    whole = together([report(["a", "b"], 1.5), report(["c"], 2.25)])
    assert whole == {"pairs": 10, "agreed": 7, "disagreed": ["a", "b", "c"], "seconds": 3.75, "allowed": "x"}

"""Every rule finds what it is there for, where it stands, in both languages, and leaves the example alone."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from countynet.i18n import describe, language, set_language, translate
from countynet.vocabulary import Strength
from inventory.model import County
from inventory.validate import RULES, Finding, Rule, findings
from tests.unit.house.messages import HAN, TOP
from tests.unit.inventory.validate import base_cases, dhcp_cases, thing_cases, unit_cases
from tests.unit.inventory.validate.changed import Case

TODAY = date(2026, 11, 25)
CASES: dict[str, Case] = base_cases.CASES | unit_cases.CASES | thing_cases.CASES | dhcp_cases.CASES
BY_ID = {rule.id: rule for rule in RULES}


def said(rule: Rule, county: County, today: date = TODAY) -> list[Finding]:
    return list(rule.run(county, today))


def test_every_rule_has_a_county_that_breaks_it() -> None:
    assert set(CASES) == set(BY_ID)
    assert len(BY_ID) == len(RULES)


@pytest.mark.parametrize("id", CASES)
def test_a_rule_finds_what_breaks_it_and_nothing_before(county: County, id: str) -> None:
    case, rule = CASES[id], BY_ID[id]
    before = {(f.place, str(f.problem.values)) for f in said(rule, county)}
    assert not before or rule.strength is Strength.ADVICE
    new = [f for f in said(rule, case.change(county)) if (f.place, str(f.problem.values)) not in before]
    assert [f.place[: len(case.place)] for f in new if f.place[: len(case.place)] == case.place], new
    for finding in new:
        assert (finding.problem.rule, finding.problem.strength) == (rule.id, rule.strength)


@pytest.mark.parametrize("id", CASES)
def test_what_a_rule_says_can_be_read_in_both_languages(county: County, id: str) -> None:
    found = said(BY_ID[id], CASES[id].change(county))
    before = language()
    try:
        for wanted in ("zh", "en"):
            set_language(wanted)
            text, right = describe(found[0].problem), translate(found[0].problem.wanted)
            assert "{" not in text
            assert right
            assert wanted == "en" or HAN.search(translate(found[0].problem.message, **found[0].problem.values))
            assert wanted == "en" or HAN.search(right) or right.startswith("state:"), right
    finally:
        set_language(before)


@pytest.mark.parametrize("id", CASES)
def test_a_finding_stands_at_a_place_that_is_there(county: County, id: str) -> None:
    changed = CASES[id].change(county)
    for finding in said(BY_ID[id], changed):
        here: object = changed
        for part in finding.place:
            here = here[part] if isinstance(part, int) else getattr(here, part)  # type: ignore[index]


@pytest.mark.parametrize("id", CASES)
def test_no_rule_stumbles_over_what_another_refuses(county: County, id: str) -> None:
    """Whatever is wrong, every rule looks at everything and raises nothing."""
    for finding in findings(CASES[id].change(county), TODAY):
        assert finding.problem.rule in BY_ID


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.strength is Strength.ERROR], ids=lambda rule: rule.id)
def test_what_refuses_does_not_depend_on_the_day(county: County, rule: Rule) -> None:
    """A folder that loads today loads tomorrow."""
    changed = CASES[rule.id].change(county)
    found = said(rule, changed)
    for day in (date.min, TODAY - timedelta(days=4000), TODAY + timedelta(days=40_000)):
        assert said(rule, changed, day) == found


def test_without_a_day_only_what_refuses_is_said(county: County) -> None:
    assert {rule.strength for rule in RULES} == set(Strength)
    assert not list(findings(county))
    assert all(f.problem.strength is Strength.ADVICE for f in findings(county, TODAY))


def documented(path: Path) -> dict[str, str]:
    return dict(re.findall(r"^\| `([a-z0-9-]+)` \| ([a-z]+) \|", path.read_text("utf-8"), re.M))


def test_every_rule_is_documented_with_its_strength() -> None:
    assert documented(TOP / "docs" / "validation.md") == {rule.id: rule.strength.value for rule in RULES}


def test_there_are_enough_rules() -> None:
    assert len(RULES) >= 29 + 45

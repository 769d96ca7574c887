"""Answers by IPv6: what a rule of the policy allows and arrives has to be answered, of a state and of an edit."""

import pytest

from inventory import subset
from inventory.model import County
from tests.unit.topology.reach.answering6 import answered, asking, unanswered
from tests.unit.topology.reach.planted import Configs
from tests.unit.topology.reach.test_ipv6 import six
from topology.reach.change import Differ, State
from topology.reach.verdict import Verdict, prove

U1, U2 = "unit:u001", "unit:u002"


@pytest.fixture(scope="module")
def small(county: County) -> County:
    return asking(subset(county, 6))


@pytest.fixture(scope="module")
def few(small: County, configs: Configs) -> Configs:
    return {device.name: configs[device.name] for device in small.devices}


def test_what_a_rule_allows_by_ipv6_is_only_as_allowed_while_answers_come_back(small: County, few: Configs) -> None:
    before, proof = prove(small, few), prove(small, answered(few))
    assert six(proof) == []
    assert proof.families["ipv6"][Verdict.ALLOWED] > before.families["ipv6"][Verdict.ALLOWED]


def test_an_answer_by_ipv6_that_a_filter_drops_is_blocked_with_the_filter(small: County, few: Configs) -> None:
    (found,) = six(prove(small, unanswered(few)))
    assert (found.source, found.target, found.verdict) == (U1, U2, Verdict.BLOCKED)
    assert found.answer
    assert found.packet.startswith("tcp [2001:db8:2:")
    assert [(step.device, step.action) for step in found.path] == [("cpe-002", "drop")]


def test_a_plan_that_breaks_or_mends_an_answer_by_ipv6_says_so(small: County, few: Configs) -> None:
    differ = Differ(small, State(answered(few), {}))
    assert differ.compare(State(unanswered(few), {})).harmless, "first packets pass as before"
    closed = differ.compare(State(unanswered(few), {}), answers=True).closes
    (broken,) = (shift for shift in closed if shift.family == "ipv6")
    assert (broken.source, broken.target, broken.answer, broken.allowed) == (U1, U2, True, True)
    assert [(step.device, step.action) for step in broken.path] == [("cpe-002", "drop")]
    opened = Differ(small, State(unanswered(few), {})).compare(State(answered(few), {}), answers=True).opens
    (mended,) = (shift for shift in opened if shift.family == "ipv6")
    assert (mended.answer, mended.allowed) == (True, True)
    assert [step.device for step in mended.path] == ["cpe-002", "core-1", "cpe-001"]

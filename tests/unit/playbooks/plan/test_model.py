"""A plan's hash covers what is shown and what is not, and nothing shown holds a secret."""

import json

import pytest
from pydantic import ValidationError

from playbooks.plan.model import Plan, Steps, digest
from tests.unit.playbooks.plan.samples import KEY, SECRET, change, plan, steps


def test_the_hash_is_the_same_after_a_journey_through_json() -> None:
    assert Plan.model_validate_json(plan().body()).hash == plan().hash


@pytest.mark.parametrize(
    "other",
    [
        {"number": 2},
        {"author": "dan"},
        {"approvals": 2},
        {"undoes": 1},
        {"devices": (change().model_copy(update={"intended": "0" * 64}),)},
        {"devices": (change().model_copy(update={"seconds": 11}),)},
        {"tiers": ()},
    ],
)
def test_whatever_differs_the_hash_differs(other: dict[str, object]) -> None:
    assert plan().model_copy(update=other).hash != plan().hash


def test_a_plan_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        plan().author = "eve"  # type: ignore[misc]


def test_neither_the_document_nor_a_repr_holds_a_secret() -> None:
    assert SECRET not in plan().body()
    assert SECRET not in repr(steps()) + repr(steps().do)


def test_a_digest_is_worth_nothing_without_the_key() -> None:
    assert digest("text", KEY) != digest("text", b"other")
    assert digest("text", KEY) == digest("text", KEY)


def test_steps_turned_twice_are_the_steps() -> None:
    assert steps().back().back() == steps()
    assert steps().back().do == steps().undo


def test_steps_survive_json_exactly() -> None:
    odd = steps().model_copy(update={"running": "一\t\u2028\\ 'x'\n"})
    assert Steps.model_validate(json.loads(odd.model_dump_json())) == odd


def test_a_plan_from_before_there_were_lines_keeps_its_hash() -> None:
    assert plan().hash == "e65091e194ae74270c76d7184ea5e44e6bb33c5651d44001ab84ab8aff95a877"
    assert '"lines"' not in plan().body()


def test_lines_of_a_vendor_device_are_hashed_and_shown() -> None:
    shown = change().do.model_copy(update={"lines": ("interface Vlanif10", " description x")})
    other = plan().model_copy(update={"devices": (change().model_copy(update={"do": shown}),)})
    assert other.hash != plan().hash
    assert Plan.model_validate_json(other.body()).hash == other.hash

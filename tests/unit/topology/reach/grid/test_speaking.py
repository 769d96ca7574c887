"""BGP, areas and policy routes at random: two computations of the routes, and all three readers of packets, agree."""

from random import Random

import pytest

from tests.unit.topology.reach.grid.speaking import Speaking
from tests.unit.topology.reach.grid.test_edits import kept
from tests.unit.topology.reach.grid.three import wrong
from topology.reach import routes
from topology.reach.grid.routes import Routes
from topology.reach.with_bgp import RESTLESS


@pytest.mark.parametrize("number", range(25))
def test_both_computations_come_to_the_same_routes(number: int) -> None:
    found = Speaking(number).network
    one, other = routes.routing(found), Routes(found)
    if RESTLESS not in {*one.doubts.values(), *other.doubts.values()}:
        assert one.tables == other.expected
        assert one.wide == other.wide


def test_the_worlds_have_routes_of_bgp_from_inside_and_from_outside_and_policy_routes() -> None:
    """Else nobody could disagree."""
    found = [Speaking(number).network for number in range(12)]
    told = [routes.routing(one) for one in found]
    assert any(one.wide != one.tables for one in told)
    assert any(config.policy_routes for one in found for config in one.configs.values())
    bare = [
        {name: config.model_copy(update={"bgp": None}) for name, config in one.configs.items()} for one in found
    ]  # fmt: skip
    without = [routes.routing(one.__class__(**{**vars(one), "configs": c})) for one, c in zip(found, bare, strict=True)]
    assert any(a.tables != b.tables for a, b in zip(told, without, strict=True))


@pytest.mark.parametrize("number", range(10))
def test_all_three_agree_on_packets(number: int) -> None:
    found = Speaking(number).network
    assert [*wrong(found, Random(number), answers=number % 2 == 1, most=3)] == []


@pytest.mark.parametrize("number", range(12))
def test_what_is_kept_over_an_edit_is_what_would_be_found_afresh(number: int) -> None:
    assert [*kept(number, Speaking)] == []

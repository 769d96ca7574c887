"""What a taken device forges: told by a proof, of what a plan does, of what fails, and by the grid's engine alike."""

from collections.abc import Mapping

import pytest

from countynet.i18n import set_language
from inventory.intent import intent
from inventory.model import County
from inventory.subset import only_units
from tests.unit.inventory.mixed_county import secrets
from tests.unit.topology.reach.planted import (
    CORES,
    FIREWALLS,
    HARMLESS,
    INSIDE,
    Change,
    Configs,
    each,
    first,
    interface,
    without,
)
from topology.reach.again import Again
from topology.reach.change import Differ, State
from topology.reach.engine import Engine
from topology.reach.findings import Proof
from topology.reach.forging import Forging
from topology.reach.grid.exact import Exact
from topology.reach.grid.named import named
from topology.reach.grid.prover import GridProver
from topology.reach.grid.space import Grid
from topology.reach.judge import Prover
from topology.reach.network import DEVICES, FORGED, edited, network
from topology.reach.run import Run
from topology.reach.show import change_lines
from topology.reach.space import Set, Space

UNITS = ("u001", "u003", "u030")
UNGUARDED = each(CORES, "forward", without("spoof-u001"))
"""a plan that takes an anti-spoof filter away"""
MORE = each(["cpe-001"], "forward", first(action="drop", name="more", ports=(23,), protocol="tcp"))


@pytest.fixture(scope="module")
def small(county: County) -> County:
    return only_units(county, UNITS)


@pytest.fixture(scope="module")
def smaller(small: County) -> Configs:
    return intent(small, secrets)


@pytest.fixture(scope="module")
def differ(small: County, smaller: Configs) -> Differ:
    return Differ(small, State(smaller, {}))


def forged(proof: Proof) -> set[tuple[str, str, str]]:
    return {(f.forger, f.target, f.claims) for f in proof.findings if f.forger}


def test_a_plan_that_takes_an_anti_spoof_filter_away_opens(differ: Differ, smaller: Configs) -> None:
    set_language("en")
    found = differ.compare(State(UNGUARDED(smaller), {}), forged=True)
    assert not found.good
    (one,) = (s for s in found.opens if (s.forger, s.target) == ("cpe-001", "zone:server"))
    assert (one.source, one.allowed, one.claims) == (DEVICES, False, "unit:u003")
    assert one.packet.startswith("tcp 10.21.3.")
    assert [(s.device, s.hook, s.action) for s in one.path] == [
        ("cpe-001", "forged", "accept"), ("core-1", "forward", "accept"), ("fw-1", "forward", "accept"),
    ]  # fmt: skip
    assert one.path[-1].rule
    words = "\n".join(change_lines(found))
    assert "cpe-001 forges it: the address is of unit:u003, whose packets never come by there" in words
    assert differ.compare(State(UNGUARDED(smaller), {})).harmless, "without forged sources nothing is seen of it"


def test_what_puts_the_filter_back_closes_just_that(differ: Differ, small: County, smaller: Configs) -> None:
    opened = differ.compare(State(UNGUARDED(smaller), {}), forged=True).opens
    back = Differ(small, State(UNGUARDED(smaller), {})).compare(State(smaller, {}), forged=True)
    assert [(s.forger, s.target, s.packet) for s in back.closes] == [(s.forger, s.target, s.packet) for s in opened]
    assert (back.opens, back.good) == ((), True)


@pytest.mark.parametrize("name", ["a deny more", "networks taken apart"])
def test_a_harmless_change_lets_nobody_forge(differ: Differ, smaller: Configs, name: str) -> None:
    found = differ.compare(State(HARMLESS[name](smaller), {}), forged=True)
    assert not [s for s in (*found.opens, *found.closes) if s.forger]


def beyond(one: Forging) -> dict[str, Mapping[str, Set]]:
    return {device: one.taken(device).beyond for device in one.network.configs}


def _unplugged(configs: Configs) -> Configs:
    return interface(UNGUARDED(configs), "core-1", "v101", enabled=False)


@pytest.mark.parametrize("plant", [UNGUARDED, MORE, _unplugged, each(FIREWALLS, "forward", first())])
def test_what_is_kept_over_an_edit_is_what_would_be_found_afresh(
    differ: Differ, small: County, smaller: Configs, plant: Change
) -> None:
    before = differ.engine
    found = edited(before.network, small, plant(smaller))
    after, fresh = Engine(found, before.space, earlier=before), Engine(found, before.space)
    arrivals = {place: fresh.run(place) for place in (*found.places, DEVICES)}
    kept = Forging(small, after, differ.allowed, arrivals, differ.forging, Again(before, after))
    assert beyond(kept) == beyond(Forging(small, fresh, differ.allowed, arrivals))
    device = "cpe-001"
    assert kept.taken(device).arrivals.at == fresh.run(FORGED + device).at


def test_what_a_device_did_before_is_done_again_as_a_run_of_its_own_does(differ: Differ) -> None:
    engine, everything = Engine(differ.engine.network, differ.space), differ.space.everything
    for device in ("core-1", "cpe-001", "cpe-030", "agg-1"):
        noted, alone = engine.run(FORGED + device), Run(engine, FORGED + device, everything).arrivals()
        assert noted == alone, device


def test_a_failure_that_lets_a_forged_source_through_names_it(small: County, smaller: Configs) -> None:
    """Only the first firewall holds one unit's packets back; where it fails, the other lets them and their like by."""
    lan = small.unit_by_id["u003"].lan
    guarded = each(["fw-1"], "forward", first(action="drop", name="held", sources=(lan,), in_interfaces=INSIDE))
    prover = Prover(small, guarded(UNGUARDED(smaller)), {})
    held = {one for one in forged(prover.proof(forged=True)) if one[:2] == ("cpe-001", "zone:server")}
    found = [f for f in prover.without(["fw-1"], forged=True).findings if f.forger == "cpe-001"]
    (one,) = (f for f in found if f.target == "zone:server" and f.family == "ipv4")
    assert "unit:u003" not in {claims for _forger, _target, claims in held}
    assert (one.claims, one.path[-1].device) == ("unit:u003", "fw-2")


@pytest.mark.parametrize("down", ["agg-1", "fw-1", "cable-core-1-fw-1"])
def test_a_failure_makes_nobody_a_stranger_who_is_cut_off_by_it(small: County, smaller: Configs, down: str) -> None:
    prover = Prover(small, smaller, {})
    assert forged(prover.proof(forged=True)) == set()
    assert forged(prover.without([down], forged=True)) == set()


def test_the_grid_finds_what_the_first_engine_finds(small: County, smaller: Configs) -> None:
    planted = UNGUARDED(smaller)
    first_, grid = (kind(small, planted, {}).proof(forged=True) for kind in (Prover, GridProver))
    assert {one[:2] for one in forged(first_)} == {one[:2] for one in forged(grid)} != set()
    told = next(f for f in grid.findings if f.forger == "cpe-001" and f.target == "zone:server")
    assert [s.hook for s in told.path] == ["forged", "forward", "forward"]
    assert forged(GridProver(small, smaller, {}).proof(forged=True)) == set()


def test_answers_on_the_grid_are_those_of_the_first_engine(small: County, smaller: Configs) -> None:
    whole = network(small, smaller)
    grid, space = Grid(named(whole, small)), Space()
    exact = Exact(grid, space)
    for found in (grid.protocol("udp") & grid.to_ports((53,)), grid.echo, grid.sources([small.unit_by_id["u003"].lan])):
        assert exact.of(grid.turned(found)) == space.turned(exact.of(found))

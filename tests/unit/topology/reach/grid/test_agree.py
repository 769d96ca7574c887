"""Three that read the same configurations by themselves say the same: BDDs, the grid, and packet by packet."""

from collections.abc import Iterable
from random import Random

import pytest

from inventory.deviceconfig import DeviceConfig
from inventory.intent import intent
from inventory.intent.adapt import adapted
from inventory.model import County
from inventory.subset import only_units
from tests.unit.inventory.mixed_county import mixed_county, secrets
from tests.unit.topology.reach.grid.three import differing, wrong
from tests.unit.topology.reach.grid.worlds import World
from tests.unit.topology.reach.planted import HARMLESS, HOLES, STEERED
from tests.unit.topology.reach.test_verdict import UNITS
from topology.reach.allowed import Allowed
from topology.reach.grid.compare import Both, compare
from topology.reach.grid.engine import GridEngine
from topology.reach.grid.prover import GridProver
from topology.reach.grid.space import Cells
from topology.reach.judge import Prover
from topology.reach.network import DEVICES, network

Configs = dict[str, DeviceConfig]
SAMPLES = 3
"""packets tried of each source in a test; `many` beside this tries thousands of worlds, by hand"""


@pytest.mark.parametrize("number", range(20))
def test_all_three_agree_on_a_random_network(number: int) -> None:
    found = World(number).network
    assert [*wrong(found, Random(number), answers=number % 2 == 1, most=SAMPLES)] == []


@pytest.mark.parametrize("number", range(100, 112))
def test_all_three_agree_on_a_random_network_of_ipv6(number: int) -> None:
    found = World(number).network6
    assert [*wrong(found, Random(number), answers=number % 2 == 1, most=SAMPLES)] == []


def test_the_random_networks_let_packets_arrive_at_places_and_at_devices() -> None:
    """Else they could not disagree."""
    ends = set()
    for number in range(20):
        for found in (World(number).network, World(100 + number).network6):
            both = Both(found)
            for source in (*found.places, DEVICES):
                arrived = both.second.run(source).at.items()
                ends |= {(found.family.name, end.partition(":")[0]) for end, packets in arrived if packets}
    assert ends >= {(family, end) for family in ("ipv4", "ipv6") for end in ("zone", "operator", DEVICES)}


def some(places: Iterable[str], every: int) -> list[str]:
    """Return all zones and the operator's net, and every so many units."""
    units = [place for place in places if place.startswith("unit:")]
    return [place for place in places if not place.startswith("unit:")] + units[::every]


def test_both_engines_say_the_same_of_the_example_county(county: County, configs: Configs) -> None:
    found = compare(network(county, configs))
    assert (found.disagreements, found.agreed) == ((), found.pairs)
    assert found.pairs == 16003


def test_both_engines_say_the_same_of_answers_and_of_other_vendors_devices() -> None:
    county = mixed_county()
    found = network(county, adapted(county, secrets))
    for answers, places in ((False, some(found.places, 60)), (True, some(found.places, 20)[-4:])):
        both = Both(found, answers=answers)
        assert [one for place in places for one in both.differences(place)] == []


@pytest.fixture(scope="module")
def small(county: County) -> County:
    """Return the county with few units: every kind of line, and both sides of every hole."""
    return only_units(county, UNITS)


@pytest.fixture(scope="module")
def smaller(small: County) -> Configs:
    return intent(small, secrets)


@pytest.mark.parametrize("name", [*HOLES, *STEERED])
def test_all_three_find_a_planted_hole(small: County, smaller: Configs, name: str) -> None:
    plant, source, target = (HOLES | STEERED)[name]
    found = network(small, plant(smaller))
    both = Both(found, county=small)
    assert [*both.differences(source)] == []
    assert [*differing(both, source, Random(1), 20)] == []
    arrived = both.second.run(source).at.get(target, both.grid.nothing)
    shared = frozenset((source, target)) in {frozenset(pair) for pair in found.shared()}
    allowed = Allowed(small, found, both.grid).between(source, target)  # type: ignore[arg-type]
    assert shared or arrived & ~allowed


@pytest.mark.parametrize("name", ["a route that discards what nobody has", "every rule twice", "networks taken apart"])
def test_both_engines_agree_after_a_harmless_change(small: County, smaller: Configs, name: str) -> None:
    both = Both(network(small, HARMLESS[name](smaller)))
    assert [one for place in some(both.network.places, 4) for one in both.differences(place)] == []


def test_the_grid_alone_gives_the_same_verdicts(county: County, configs: Configs) -> None:
    edited = HOLES["the city reaches every server"][0](configs)
    first = Prover(county, edited, {"cpe-003": ["7: strange"]}).proof()
    second = GridProver(county, edited, {"cpe-003": ["7: strange"]}).proof()
    assert second.verdicts == first.verdicts
    assert {(f.source, f.target, f.verdict) for f in second.findings} == {
        (f.source, f.target, f.verdict) for f in first.findings
    }


def test_an_engine_that_overlooks_a_filter_is_found_out_with_a_packet(
    county: County, configs: Configs, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = GridEngine.permitted

    def blind(self: GridEngine, device: str, hook: str, into: str, out: str) -> Cells:
        return self.space.everything if device.startswith("fw-") else whole(self, device, hook, into, out)

    monkeypatch.setattr(GridEngine, "permitted", blind)
    both = Both(network(county, configs))
    found = [one for one in both.differences("zone:city") if one.target == "zone:server"]
    assert [(one.bdd, one.grid, one.walk) for one in found] == [(False, True, False)]
    assert found[0].path[-1].action == "drop"
    assert found[0].path[-1].device.startswith("fw-")

"""What is run again after an edit, for the touched packets only, is what a run of all packets says."""

from ipaddress import IPv4Network

import pytest

from inventory.deviceconfig import DeviceConfig, StaticRoute
from inventory.model import County
from tests.unit.topology.reach.planted import CORES, FIREWALLS, HOLES, Configs, change, each, first, interface
from topology.reach.again import Again
from topology.reach.change import Differ, State
from topology.reach.engine import Engine
from topology.reach.judge import standing
from topology.reach.network import DEVICES, Network, edited, network


@pytest.fixture(scope="module")
def differ(county: County, configs: dict[str, DeviceConfig]) -> Differ:
    return Differ(county, State(configs, {}))


def _drop_output(configs: Configs) -> Configs:
    return each(["cpe-030", "vpn-hub"], "output", first(action="drop", protocol="esp"))(configs)


EDITS = {
    "an output filter": _drop_output,
    "no translation": lambda configs: change(configs, "fw-1", nat=()),
    "a route elsewhere": lambda configs: change(configs, "cpe-001", routes=()),
    "a port shut": lambda configs: interface(configs, "core-1", "v101", enabled=False),
    "a port let in everywhere": each(["fw-1"], "forward", first(protocol="tcp", ports=(22,))),
    "a filter of both cores": each(CORES, "forward", first(protocol="udp", ports=(53,))),
    "what comes translated is dropped": each(FIREWALLS, "forward", first(action="drop", protocol="tcp", ports=(80,))),
    **{
        name: HOLES[name][0]
        for name in ("a server published past the policy", "a management address that a unit reaches")
    },
}
SOURCES = ("unit:u001", "unit:u030", "unit:u007", "zone:internet", "zone:management", "zone:server", DEVICES)


def _engines(differ: Differ, left: Network) -> tuple[Engine, Engine]:
    """Return two engines after an edit: one that is made from the one before, and one from nothing."""
    return Engine(left, differ.space, earlier=differ.engine), Engine(left, differ.space)


@pytest.mark.parametrize("name", EDITS)
def test_what_is_run_again_is_what_a_whole_run_says(
    differ: Differ, county: County, configs: Configs, name: str
) -> None:
    after, whole = _engines(differ, network(county, EDITS[name](configs)))
    again = Again(differ.engine, after)
    for place in SOURCES:
        found, wanted = again.run(differ.arrivals[place]), whole.run(place)
        assert found.at == wanted.at, place
        assert found.devices == wanted.devices, place
        assert found.met == wanted.met, place


@pytest.mark.parametrize("name", EDITS)
def test_units_that_send_as_one_are_told_what_a_whole_run_says(
    differ: Differ, county: County, configs: Configs, name: str
) -> None:
    after, whole = _engines(differ, network(county, EDITS[name](configs)))
    told = differ.grouped.again(after, differ.arrivals)
    assert len(told) > 50
    for place in {*sorted(told)[::12], *(place for place in told if not place.startswith("unit:"))}:
        found, wanted = told[place], whole.run(place)
        assert (found.at, found.devices, found.passed) == (wanted.at, wanted.devices, wanted.passed), place
        assert found.met == wanted.met, place
        assert found.crossed >= wanted.crossed, place


@pytest.mark.parametrize("down", ["core-1", "fw-1", "agg-1", "vpn-hub"])
def test_so_it_is_without_what_fails(differ: Differ, county: County, configs: Configs, down: str) -> None:
    left = network(*standing(county, configs, [down]))
    after, whole = _engines(differ, left)
    again = Again(differ.engine, after)
    for place in (p for p in SOURCES if p in left.places):
        found, wanted = again.run(differ.arrivals[place]), whole.run(place)
        assert found.at == wanted.at, place
        assert found.devices == wanted.devices, place


def test_a_hub_that_lets_more_in_is_told_of_what_it_refused_before(
    differ: Differ, county: County, configs: dict[str, DeviceConfig]
) -> None:
    tunnel, *others = configs["vpn-hub"].tunnels
    unit = next(u for u in county.units if u.lan in tunnel.remote_prefixes)
    narrow = tunnel.model_copy(update={"remote_prefixes": (IPv4Network("10.99.0.0/24"),)})
    deaf = change(configs, "vpn-hub", tunnels=(narrow, *others))
    before = Engine(network(county, deaf), differ.space)
    after = Engine(edited(before.network, county, configs), differ.space, earlier=before)
    old = before.run(f"unit:{unit.id}")
    found, wanted = Again(before, after).run(old), differ.arrivals[f"unit:{unit.id}"]
    assert (found.at, found.met, found.passed) == (wanted.at, wanted.met, wanted.passed)
    assert "zone:server" in found.at.keys() - old.at.keys()


def test_where_more_is_done_nothing_begins_anew_at_its_source(
    differ: Differ, county: County, configs: dict[str, DeviceConfig], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = each(["fw-1"], "forward", first(protocol="tcp", ports=(22,)))(configs)
    after = Engine(edited(differ.engine.network, county, opened), differ.space, earlier=differ.engine)
    wanted = Engine(network(county, opened), differ.space).run("unit:u001")
    monkeypatch.delattr(Engine, "run")
    found = Again(differ.engine, after).run(differ.arrivals["unit:u001"])
    assert found.at == wanted.at
    assert found.at != differ.arrivals["unit:u001"].at


def test_a_route_of_what_is_dropped_at_once_lets_no_source_loose(
    differ: Differ, county: County, configs: dict[str, DeviceConfig], monkeypatch: pytest.MonkeyPatch
) -> None:
    nobodys = StaticRoute(prefix=IPv4Network("192.0.2.0/24"), next_hop=None)
    routes = (*configs["fw-1"].routes, nobodys)
    before = Engine(network(county, change(configs, "fw-1", routes=routes)), differ.space, earlier=differ.engine)
    managed = next(item for item in configs["fw-1"].interfaces if item.name == "mgmt0").addresses[0]
    elsewhere = nobodys.model_copy(update={"next_hop": managed.ip + 7})
    told = change(configs, "fw-1", routes=(*configs["fw-1"].routes, elsewhere))
    after = Engine(edited(before.network, county, told), differ.space, earlier=before)
    old = before.run("unit:u001")
    assert ("fw-1" in after.edited, "fw-1" in old.passed) == (True, True)

    monkeypatch.setattr(Engine, "run", lambda *_about: pytest.fail("a source is let loose"))
    assert Again(before, after).run(old) is old

"""What an edit opens and closes is told, with a packet that tells the states apart, by as few runs as may be."""

import re
from ipaddress import IPv4Address, IPv4Network

import pytest

from countynet.i18n import set_language
from inventory.deviceconfig import DeviceConfig, StaticRoute
from inventory.model import County
from tests.unit.topology.reach.planted import (
    FIREWALLS,
    HARMLESS,
    HOLES,
    STEERED,
    change,
    each,
    first,
    interface,
    without,
)
from topology.reach.change import Differ, State
from topology.reach.engine import Engine
from topology.reach.network import network
from topology.reach.shifts import Change, Shift
from topology.reach.show import in_words
from topology.reach.space import PROTOCOLS, Packet, Space
from topology.reach.walk import reaches

Configs = dict[str, DeviceConfig]
SERVERS = IPv4Network("10.1.0.0/24")


@pytest.fixture(scope="module")
def differ(county: County, configs: Configs) -> Differ:
    return Differ(county, State(configs, {}))


def compared(differ: Differ, configs: Configs, unparsed: dict[str, list[str]] | None = None) -> Change:
    return differ.compare(State(configs, unparsed or {}))


def packet_of(text: str) -> Packet:
    match = re.fullmatch(r"(?:protocol )?(\S+) ([\d.]+)(?::(\d+))? > ([\d.]+)(?::(\d+))?( ack)?( echo-request)?", text)
    assert match, text
    number = PROTOCOLS.get(match[1]) or int(match[1])
    ports = int(match[5] or 0), int(match[3] or 0)
    return Packet(IPv4Address(match[2]), IPv4Address(match[4]), number, *ports, bool(match[7]), bool(match[6]))


def test_an_edit_that_changes_nothing_opens_nothing_and_runs_nothing_again(differ: Differ, configs: Configs) -> None:
    found = compared(differ, {**configs, "fw-1": configs["fw-1"].model_copy()})
    assert found.harmless
    assert (found.devices, found.again) == ((), 0)


@pytest.mark.parametrize("name", [*HOLES, *STEERED])
def test_a_planted_hole_opens_beyond_the_policy(differ: Differ, configs: Configs, name: str) -> None:
    planted, source, target = (HOLES | STEERED)[name]
    found = compared(differ, planted(configs))
    assert frozenset((source, target)) in {frozenset((s.source, s.target)) for s in found.opens if not s.allowed}
    assert not found.good


def test_what_closes_a_hole_closes_just_what_it_opened(differ: Differ, county: County, configs: Configs) -> None:
    planted = HOLES["the city reaches every server"][0](configs)
    opened = compared(differ, planted)
    closed = Differ(county, State(planted, {})).compare(State(configs, {}))
    assert [(s.source, s.target, s.packet) for s in closed.closes] == [
        (s.source, s.target, s.packet) for s in opened.opens
    ]
    assert (closed.opens, closed.good) == ((), True)


def test_the_packet_of_a_shift_goes_through_after_and_not_before(
    differ: Differ, county: County, configs: Configs
) -> None:
    edited = each(FIREWALLS, "forward", first(sources=(IPv4Network("10.21.0.0/16"),), destinations=(SERVERS,)))(configs)
    found = compared(differ, edited)
    before, after = (Engine(network(county, c), Space()) for c in (configs, edited))
    told = [s for s in found.opens if s.source == "unit:u001"]
    assert told
    for shift in told:
        assert reaches(after, shift.source, shift.target, packet_of(shift.packet))
        assert not reaches(before, shift.source, shift.target, packet_of(shift.packet))
        assert shift.path[-1].action == "accept"


@pytest.mark.parametrize("name", HARMLESS)
def test_a_harmless_change_opens_nothing_beyond_the_policy(differ: Differ, configs: Configs, name: str) -> None:
    found = compared(differ, HARMLESS[name](configs))
    assert not [s for s in found.opens if not s.allowed]
    assert not [s for s in found.closes if s.allowed]


def test_a_rule_of_the_policy_that_goes_closes_what_the_policy_allows(differ: Differ, configs: Configs) -> None:
    found = compared(differ, each(FIREWALLS, "forward", without("portal-city"))(configs))
    assert {(s.source, s.target, s.allowed) for s in found.closes} == {("zone:server", "zone:city", True)}
    assert (found.opens, found.good) == ((), False)
    assert found.closes[0].path[-1].action == "accept"


def test_a_device_that_one_unit_meets_runs_few_sources_again(differ: Differ, configs: Configs) -> None:
    found = compared(differ, each(["cpe-030"], "input", first())(configs))
    assert "unit:u030" in {s.source for s in found.opens}
    assert {s.target for s in found.opens} == {"devices"}
    assert 0 < found.again < len(differ.engine.network.places)


def test_what_is_not_run_again_is_as_a_fresh_run_says(differ: Differ, county: County, configs: Configs) -> None:
    edited = change(configs, "agg-1", routes=(*configs["agg-1"].routes, StaticRoute(prefix=SERVERS, next_hop=None)))
    edited = interface(edited, "core-1", "v101", enabled=False)
    engine = Engine(network(county, edited), differ.space, earlier=differ.engine)
    fresh = Engine(network(county, edited), differ.space)
    for place, arrivals in differ.arrivals.items():
        kept = arrivals if not arrivals.passed & engine.edited else engine.run(place)
        wanted = fresh.run(place)
        assert (kept.at, kept.devices) == (wanted.at, wanted.devices), place


def test_a_line_that_nobody_understands_makes_the_answer_of_its_sources_unknown(
    differ: Differ, configs: Configs
) -> None:
    found = compared(differ, configs, {"cpe-001": ["12: strange"]})
    assert "unit:u001" in found.unsure
    assert found.lines == ("cpe-001: 12: strange",)
    assert not found.harmless
    assert not found.good


def test_a_device_without_a_configuration_leaves_nothing_sure(differ: Differ, configs: Configs) -> None:
    found = compared(differ, {name: config for name, config in configs.items() if name != "cpe-120"})
    assert set(found.unsure) >= {"unit:u001", "zone:server"}
    assert "cpe-120: no configuration" in found.lines


def test_two_zones_in_one_broadcast_domain_are_told_as_such(differ: Differ, configs: Configs) -> None:
    planted, source, target = HOLES["two zones in one broadcast domain"]
    shared = [s for s in compared(differ, planted(configs)).opens if s.shared]
    assert Shift(source=source, target=target, shared=True) in shared


def test_what_an_edit_breaks_on_the_way_back_is_closed_with_the_answer_and_the_rule(
    differ: Differ, county: County, configs: Configs
) -> None:
    set_language("en")
    deaf = each(FIREWALLS, "forward", without("established"))(configs)
    assert compared(differ, deaf).harmless, "first packets pass as before"
    found = differ.compare(State(deaf, {}), answers=True)
    assert (found.opens, found.unsure, found.good) == ((), (), False)
    (one,) = (s for s in found.closes if (s.source, s.target) == ("unit:u001", "zone:server"))
    assert (one.answer, one.allowed) == (True, True)
    packet = packet_of(one.packet)
    assert (packet.source in SERVERS, packet.ack) == (True, True)
    assert [(step.device, step.action) for step in one.path] == [("fw-1", "drop")]
    assert in_words(one) == f"unit:u001 > zone:server its answer on the way back: {one.packet} (allowed by the policy)"
    back = Differ(county, State(deaf, {})).compare(State(configs, {}), answers=True)
    (mended,) = (s for s in back.opens if (s.source, s.target) == ("unit:u001", "zone:server"))
    assert (mended.answer, mended.allowed, back.closes, back.good) == (True, True, (), True)
    assert [step.device for step in mended.path] == ["fw-1", "core-1", "cpe-001"]


def test_an_edit_that_harms_no_answer_names_none(differ: Differ, configs: Configs) -> None:
    found = differ.compare(State(HARMLESS["logging"](configs), {}), answers=True)
    assert not any(s.answer for s in (*found.opens, *found.closes))

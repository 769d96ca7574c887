"""A routing table of its own (VRF) in the proof: what it joins, what it keeps apart, who has it."""

from functools import cache
from types import MappingProxyType

from inventory.deviceconfig import DeviceConfig, StaticRoute
from inventory.intent.adapt import adapted
from inventory.lan import lan
from inventory.model import County
from inventory.subset import only_units
from tests.unit.inventory.mixed_county import mixed_county, secrets
from tests.unit.topology.reach.planted import change, interface
from tests.unit.topology.reach.test_traps import UNITS
from topology.reach.certified import statable
from topology.reach.change import Differ, State
from topology.reach.findings import Finding, Proof, Verdict
from topology.reach.service import Ground
from topology.reach.verdict import prove

Configs = dict[str, DeviceConfig]


@cache
def mixed() -> tuple[County, MappingProxyType[str, DeviceConfig]]:
    county = only_units(mixed_county(), UNITS)
    return county, MappingProxyType(adapted(county, secrets))


def bound(unit: str) -> tuple[County, Configs, str]:
    """Return the county with a unit's LAN in an instance of its CPE, which has no other interface, and that CPE."""
    county, configs = mixed()
    name = lan(county, county.unit_by_id[unit]).interface
    cpe = county.cpe_by_unit[unit].name
    return county, interface(dict(configs), cpe, name, vrf="red"), cpe


def of_unit(proof: Proof, unit: str) -> list[Finding]:
    return [one for one in proof.findings if f"unit:{unit}" in (one.source, one.target)]


def test_a_lan_in_an_instance_without_a_way_out_is_cut_off_and_nothing_is_unknown() -> None:
    unit = UNITS[0]
    county, configs, _cpe = bound(unit)
    proof = prove(county, configs)
    assert proof.count(Verdict.UNKNOWN) == proof.count(Verdict.OPEN) == 0
    assert {one.verdict for one in of_unit(proof, unit)} == {Verdict.BLOCKED}
    assert len(of_unit(proof, unit)) == len(proof.findings), "all others fare as they did"


def test_who_takes_a_device_has_its_instances_and_everybody_else_is_a_stranger_to_them() -> None:
    """Nothing of a unit that is cut off comes by the core: who passes for it there is told, and its own CPE is not."""
    county, configs, cpe = bound(UNITS[0])
    opened = [one for one in prove(county, configs, forged=True).findings if one.verdict is Verdict.OPEN]
    assert {one.claims for one in opened} == {f"unit:{UNITS[0]}"}
    assert "core-1" in {one.forger for one in opened}
    assert cpe not in {one.forger for one in opened}


def test_a_route_of_the_device_is_none_of_the_instance_and_the_other_way_round() -> None:
    county, configs, cpe = bound(UNITS[0])
    loose = (*configs[cpe].routes, StaticRoute(prefix="0.0.0.0/0", next_hop=None, vrf="red"))
    assert prove(county, change(configs, cpe, routes=loose)).findings == prove(county, configs).findings


def test_a_line_of_the_device_that_nobody_understood_is_one_of_its_instances() -> None:
    county, configs, cpe = bound(UNITS[0])
    proof = prove(county, configs, {cpe: ("something",)})
    assert {one.verdict for one in of_unit(proof, UNITS[0])} == {Verdict.UNKNOWN}


def test_binding_a_lan_to_an_instance_is_told_as_what_it_closes() -> None:
    county, configs, _cpe = bound(UNITS[0])
    found = Differ(county, State(mixed()[1], {})).compare(State(configs, {}))
    assert not found.unsure
    assert not found.opens
    assert {one.source for one in found.closes} == {f"unit:{UNITS[0]}"}


def test_a_certificate_has_no_words_for_an_instance_so_its_device_is_unknown_there() -> None:
    county, configs, cpe = bound(UNITS[0])
    told = statable(Ground(county, configs, {}))
    assert told.unparsed == {cpe: ("vrf red",)}
    assert not any(item.vrf for item in told.configs[cpe].interfaces)

"""Which probes are made, and what is expected of them: from policy, for every pair."""

import pytest

from countynet.vocabulary import ZoneName
from inventory.model import County
from tests.unit.topology.small_county import small_county
from topology.confirm import places
from topology.confirm.plan import probes, probes_of
from topology.confirm.probe import SIDE_TITLES, Probe, Side

COUNTY = small_county()
PROBES = probes(COUNTY)


def asked(source: str, target: str, county: County = COUNTY) -> dict[tuple[str, str], bool]:
    """Return (address, service) -> allowed of the probes between two nodes."""
    return {(str(p.target.address), p.ask.service): p.allowed for p in probes(county)
            if (p.source.node, p.target.node) == (source, target) and p.claimed is None}  # fmt: skip


def between(source: Side, target: Side) -> list[Probe]:
    return [p for p in PROBES if (p.source.side, p.target.side) == (source, target)]


def test_every_ordered_pair_of_units_is_tried_twice_and_none_is_allowed() -> None:
    pairs = between(Side.UNIT, Side.UNIT)
    assert len(pairs) == 2 * 4 * 3
    assert {(p.source.node, p.target.node) for p in pairs} == {
        (f"pc-{a}", f"pc-{b}") for a in ("001", "002", "025", "026") for b in ("001", "002", "025", "026") if a != b
    }
    assert not any(p.allowed for p in pairs)


def test_every_terminal_tries_every_device_and_every_transit_address() -> None:
    tried = {(p.source.node, str(p.target.address)) for p in between(Side.UNIT, Side.DEVICE)}
    assert len(tried) == 4 * (len(COUNTY.devices) + 2 * len(COUNTY.plan.transits))
    assert not any(p.allowed for p in between(Side.UNIT, Side.DEVICE))


def test_browsing_goes_by_right() -> None:
    assert asked("pc-001", "internet")["203.0.113.1", "http"]
    assert not asked("pc-002", "internet")["203.0.113.1", "http"]
    assert not asked("pc-001", "internet")["203.0.113.1", "ssh"]
    assert not asked("pc-001", "internet")["203.0.113.1", "udp"]


def test_servers_are_asked_what_they_run_and_what_they_must_refuse() -> None:
    infra = asked("pc-002", "srv-infra")
    assert {s for (_a, s), allowed in infra.items() if allowed} == {"dns", "ntp", "http", "https", "icmp-echo"}
    assert {s for (_a, s), allowed in infra.items() if not allowed} == {"ssh", "syslog"}
    assert ("10.1.0.20", "dns") not in asked("pc-002", "srv-portal")


def test_the_internet_sees_the_published_host_by_its_public_address_only() -> None:
    seen = asked("internet", "pub-1")
    assert {key for key, allowed in seen.items() if allowed} == {("203.0.113.10", "http"), ("203.0.113.10", "https")}
    assert ("203.0.113.10", "telnet") in seen
    assert ("10.2.0.10", "ssh") in seen


def test_the_internet_tries_every_unit_every_device_and_the_exit_itself() -> None:
    assert len({p.target.node for p in between(Side.INTERNET, Side.UNIT)}) == 4
    assert len({p.target.node for p in between(Side.INTERNET, Side.DEVICE)}) == len(COUNTY.devices)
    addresses = {str(p.target.address) for p in between(Side.INTERNET, Side.EXIT)}
    assert {"203.0.113.2", "203.0.113.3", "203.0.113.4"} <= addresses
    assert not any(p.allowed for p in between(Side.INTERNET, Side.EXIT))


def test_the_station_may_manage_management_addresses_and_no_others() -> None:
    core = asked("station", "core-1")
    assert core["10.255.1.1", "ssh"]
    assert core["10.255.1.1", "snmp"]
    assert not core["10.254.0.1", "ssh"]


def test_the_city_may_reach_the_portal_alone() -> None:
    allowed = {(p.target.node, p.ask.service) for p in PROBES if p.source.side is Side.CITY and p.allowed}
    assert allowed == {("srv-portal", "https")}


def test_each_terminal_forges_a_neighbour_a_server_and_the_station() -> None:
    forged = [p for p in PROBES if p.claimed is not None]
    assert {p.source.node for p in forged} == {"pc-001", "pc-002", "pc-025", "pc-026"}
    for node in ("pc-001", "pc-025"):
        claimed = {str(p.claimed) for p in forged if p.source.node == node}
        assert {"10.1.0.10", "10.255.0.10"} <= claimed
        assert len(claimed) >= 4
    assert not any(p.allowed for p in forged)
    assert all(p.claimed != p.source.address for p in forged)


def test_expected_follows_the_policy_of_the_county() -> None:
    closed = COUNTY.model_copy(update={"policy": ()})
    assert not any(p.allowed for p in probes(closed))
    opened = COUNTY.policy[0].model_copy(update={"source": "unit:u001", "target": "unit:u002"})
    county = COUNTY.model_copy(update={"policy": (opened,)})
    assert asked("pc-001", "pc-002", county)["10.21.2.10", "icmp-echo"]
    assert not asked("pc-002", "pc-001", county)["10.21.1.10", "icmp-echo"]


def test_a_county_of_one_unit_forges_nothing_against_itself() -> None:
    one = COUNTY.model_copy(update={"units": COUNTY.units[:1]})
    assert all(p.target.node != p.source.node for p in probes(one))


def test_the_order_is_the_same_every_time() -> None:
    assert probes(COUNTY) == PROBES


@pytest.mark.parametrize("side", Side)
def test_every_side_has_a_title(side: Side) -> None:
    assert SIDE_TITLES[side]


def test_hosts_beyond_the_exit_send_to_the_firewalls() -> None:
    found = places.computers(COUNTY)
    assert found["internet"].gateway == COUNTY.zone_by_name[ZoneName.INTERNET].gateway
    assert {str(a) for a in found["internet"].also} == {"203.0.113.2", "203.0.113.3", "203.0.113.4"}
    assert {str(a) for a in found["city-1"].also} == {"10.200.0.2", "10.200.0.3", "10.200.0.4"}
    assert str(found["pc-001"].gateway) == "10.21.1.1"
    assert found["srv-infra"].also == ()


def test_chosen_units_are_tried_from_and_to_everybody_and_nobody_else_is() -> None:
    part = probes_of(COUNTY, ["u025"])
    assert set(part) <= set(PROBES)
    assert all("pc-025" in (p.source.node, p.target.node) for p in part)
    straight = {(p.source.node, p.target.node) for p in part if p.source.side is p.target.side is Side.UNIT}
    others = ("pc-001", "pc-002", "pc-026")
    assert straight == {("pc-025", other) for other in others} | {(other, "pc-025") for other in others}
    assert [p for p in part if p.claimed and p.source.node == "pc-025"]


def test_all_units_chosen_are_the_whole_test_of_the_units() -> None:
    everyone = probes_of(COUNTY, [unit.id for unit in COUNTY.units])
    assert set(PROBES) - set(everyone) == {
        p for p in PROBES if not {p.source.node, p.target.node} & {"pc-001", "pc-002", "pc-025", "pc-026"}
    }

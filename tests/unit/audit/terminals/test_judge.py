"""Who is unknown, moved, too many or a router, and who is not: one thing wrong in a county in which all is right."""

from datetime import timedelta

import pytest

from audit.terminals.judge import Allowance
from audit.terminals.model import Confidence, Kind
from countynet.i18n import language, set_language
from countynet.surroundings import Row, Table
from tests.unit.audit.terminals.world import (
    MACS,
    NOW,
    RANDOM,
    RIGHT,
    ROUTER,
    STRANGER,
    aged,
    arp,
    cpe_mac,
    facts,
    fdb,
    found,
    header,
    syn,
)

LINUX, WINDOWS = "2,4,8,1,3:64240:7", "2,1,3,1,1,4:64240:8"


def test_nothing_is_found_where_all_is_right() -> None:
    assert found(facts()) == []


def test_an_unknown_address_is_named_with_its_row_and_the_cable_that_it_contradicts() -> None:
    one = found(facts(arp("001", STRANGER, "10.21.1.66")), Kind.UNKNOWN)[0]
    assert (one.unit, one.device, one.port, one.mac, one.address) == ("u001", "cpe-001", "lan0", STRANGER, "10.21.1.66")
    assert one.confidence is Confidence.CERTAIN
    assert one.contradicts.endswith("cpe-001:lan0 - pc-001:eth0")
    assert [e.line for e in one.evidence] == [f"10.21.1.66 dev lan0 lladdr {STRANGER}"]


def test_an_address_that_software_made_up_is_said_to_be_one() -> None:
    one = found(facts(arp("001", RANDOM, "10.21.1.66")), Kind.UNKNOWN)[0]
    assert one.confidence is Confidence.LIKELY
    assert "software" in one.message


def test_another_computer_at_a_terminals_address_is_an_impostor() -> None:
    one = found(facts(arp("001", STRANGER), right=RIGHT[1:]), Kind.UNKNOWN)[0]
    assert (one.terminal, one.address) == ("pc-001", "10.21.1.10")
    assert MACS["001"] in one.contradicts


def test_a_computer_on_an_idle_port_of_a_buildings_switch_is_found_there() -> None:
    one = found(facts(fdb("sw-admin", "p03", STRANGER, 7)), Kind.UNKNOWN)[0]
    assert (one.device, one.port, one.vlan) == ("sw-admin", "p03", 7)


@pytest.mark.parametrize(
    "row",
    [
        fdb("sw-admin", "up1", STRANGER, 101),
        fdb("agg-1", "down1", STRANGER, 101),
        fdb("sw-admin", "p01", "00:00:5e:00:01:07"),
        fdb("sw-admin", "p03", "01:80:c2:00:00:0e"),
        aged(arp("001", STRANGER, "10.21.1.66"), 3600),
    ],
    ids=["an uplink", "a port to a switch below", "a virtual router", "a group", "an hour ago"],
)
def test_what_hangs_behind_devices_what_is_virtual_and_what_is_old_is_nobody(row: Row) -> None:
    assert found(facts(row)) == []


def test_a_port_with_an_lldp_neighbour_of_the_inventory_is_an_uplink() -> None:
    neighbour = Row("sw-admin", "p03", Table.LLDP, "", name="agg-1")
    assert found(facts(fdb("sw-admin", "p03", STRANGER), neighbour)) == []
    assert found(facts(fdb("sw-admin", "p03", STRANGER), Row("sw-admin", "p03", Table.LLDP, "", name="my-box")))


def test_a_lease_and_an_lldp_neighbour_show_who_is_in_no_table_else() -> None:
    lease = Row("sw-admin", "p03", Table.DHCP, STRANGER, "10.21.1.70", name="notebook", line="snooping")
    box = Row("sw-admin", "p03", Table.LLDP, ROUTER, name="my-box", line="lldp")
    assert [(o.mac, o.evidence[0].table) for o in found(facts(lease), Kind.UNKNOWN)] == [(STRANGER, Table.DHCP)]
    assert [(o.mac, o.port) for o in found(facts(box), Kind.UNKNOWN)] == [(ROUTER, "p03")]
    known = Row("sw-admin", "p03", Table.LLDP, ROUTER, name="agg-1", line="lldp")
    assert found(facts(known)) == []


def test_addresses_of_ipv6_break_nothing() -> None:
    row = Row("core-1", "v7", Table.ARP, STRANGER, "fd00::1234", line="fd00::1234 dev v7")
    assert [o.unit for o in found(facts(row), Kind.UNKNOWN)] == [""]
    six = Row("cpe-001", "lan0", Table.ARP, MACS["001"], "fd00::10", line="fd00::10")
    assert found(facts(six)) == []


def test_a_host_whose_address_nobody_wrote_down_is_what_the_inventory_has_at_its_port() -> None:
    assert found(facts(fdb("sw-dc", "d12", STRANGER, 10))) == []
    two = facts(fdb("sw-dc", "d12", STRANGER, 10), fdb("sw-dc", "d12", ROUTER, 10))
    assert {one.kind for one in found(two)} >= {Kind.UNKNOWN, Kind.SEVERAL}


def test_a_terminal_at_another_units_port_is_moved() -> None:
    one = found(facts(arp("002", MACS["001"], "10.21.2.77"), right=RIGHT[1:]), Kind.MOVED)[0]
    assert (one.unit, one.device, one.terminal) == ("u002", "cpe-002", "pc-001")
    assert (one.confidence, one.values["home"]) == (Confidence.CERTAIN, "cpe-001:lan0")


def test_where_a_terminal_was_before_is_not_where_it_is() -> None:
    moved_back = facts(aged(arp("002", MACS["001"], "10.21.2.77"), 800))
    assert found(moved_back, Kind.MOVED) == []


def test_a_terminal_at_two_places_at_once_is_two_computers() -> None:
    one = found(facts(arp("002", MACS["001"], "10.21.2.77")), Kind.MOVED)[0]
    assert (one.confidence, len(one.evidence)) == (Confidence.LIKELY, 2)
    assert "at once" in one.message


def test_another_port_of_the_same_cpe_counts_by_the_forwarding_table_alone() -> None:
    routed = facts(arp("001", MACS["001"], port="v2"), right=RIGHT[1:])
    assert found(routed, Kind.MOVED) == []
    switched = facts(arp("001", MACS["001"], port="v2"), fdb("cpe-001", "lan1", MACS["001"]), right=RIGHT[1:])
    assert [one.port for one in found(switched, Kind.MOVED)] == ["lan1"]


def test_two_computers_at_a_port_for_one_are_too_many_until_the_center_allows_them() -> None:
    two = arp("001", STRANGER, "10.21.1.66")
    one = found(facts(two), Kind.SEVERAL)[0]
    assert (one.device, one.port, one.values["count"]) == ("cpe-001", "lan0", "2")
    whichever, named = (
        Allowance("cpe-001", "lan0", 2),
        Allowance("cpe-001", "lan0", 2, frozenset({MACS["001"], STRANGER})),
    )
    other = Allowance("cpe-001", "lan0", 2, frozenset({MACS["001"], RANDOM}))
    assert not found(facts(two, allowances=[whichever]), Kind.SEVERAL)
    assert not found(facts(two, allowances=[named]), Kind.SEVERAL)
    assert found(facts(two, allowances=[other]), Kind.SEVERAL)
    assert found(facts(two, arp("001", RANDOM, "10.21.1.67"), allowances=[whichever]), Kind.SEVERAL)


def test_addresses_that_one_computer_wore_one_after_another_are_not_several() -> None:
    before = (arp("001", RANDOM[:-1] + str(n), f"10.21.1.{60 + n}", ago=400 + 60 * n) for n in range(5))
    assert not found(facts(*before), Kind.SEVERAL)


def test_packets_that_passed_a_router_before_the_terminals_own_wire_show_one() -> None:
    one = found(facts(headers=[header("001", MACS["001"], 63)]), Kind.ROUTER)[0]
    assert (one.terminal, one.confidence) == ("pc-001", Confidence.LIKELY)
    for ttl in (64, 128, 255, 1, 30, 100):
        assert not found(facts(headers=[header("001", MACS["001"], ttl)]), Kind.ROUTER), ttl
    multicast = header("001", MACS["001"], 254, destination="224.0.0.18")
    assert not found(facts(headers=[multicast]), Kind.ROUTER)


def test_several_systems_behind_one_address_show_a_router_one_system_does_not() -> None:
    mac = MACS["001"]
    both = [syn("001", mac, LINUX), syn("001", mac, WINDOWS, ttl=128)]
    assert found(facts(headers=both), Kind.ROUTER)[0].confidence is Confidence.LIKELY
    assert not found(facts(headers=[syn("001", mac, LINUX), syn("001", mac, LINUX)]), Kind.ROUTER)
    afar = [syn("001", "", LINUX, ttl=61, on_wire=False), syn("001", "", WINDOWS, ttl=125, on_wire=False)]
    assert found(facts(headers=afar), Kind.ROUTER)
    assert not found(facts(headers=afar[:1]), Kind.ROUTER), "routers between are the county's own"


def test_clocks_count_only_where_each_is_seen_going_on() -> None:
    mac, later = MACS["001"], NOW + timedelta(seconds=2)
    lines = [syn("001", mac, LINUX, c) for c in (1000, 900_000)] + [
        syn("001", mac, LINUX, c + 2000, at=later) for c in (1000, 900_000)
    ]
    assert found(facts(headers=lines), Kind.ROUTER)[0].confidence is Confidence.LIKELY
    assert not found(facts(headers=[lines[0], lines[2]]), Kind.ROUTER)
    drawn = [syn("001", mac, LINUX, c, at=NOW + timedelta(seconds=n)) for n, c in enumerate((5, 4_000_000, 90_000_000))]
    assert not found(facts(headers=drawn), Kind.ROUTER), "a system that draws an offset for each connection"


def test_a_makers_address_alone_is_a_hint_and_with_a_name_likely() -> None:
    row = arp("001", ROUTER, "10.21.1.66")
    one = found(facts(row), Kind.ROUTER)[0]
    assert one.confidence is Confidence.HINT
    lease = Row("cpe-001", "lan0", Table.DHCP, ROUTER, "10.21.1.66", name="TL-WR886N", line="lease")
    assert found(facts(row, lease), Kind.ROUTER)[0].confidence is Confidence.LIKELY
    passed = header("001", ROUTER, 127, source="10.21.1.66")
    assert found(facts(row, headers=[passed]), Kind.ROUTER)[0].confidence is Confidence.CERTAIN


def test_a_devices_own_packets_are_no_routers() -> None:
    assert not found(facts(headers=[header("001", cpe_mac("001"), 63)]), Kind.ROUTER)


def test_every_finding_has_evidence_and_says_what_to_do_in_both_languages() -> None:
    before = language()
    everything = facts(arp("001", ROUTER, "10.21.1.66"), arp("002", MACS["025"], "10.21.2.77"),
                       headers=[header("001", ROUTER, 63, source="10.21.1.66")])  # fmt: skip
    one = found(everything)
    assert {s.kind for s in one} >= {Kind.UNKNOWN, Kind.MOVED, Kind.SEVERAL, Kind.ROUTER}
    for suspicion in one:
        assert suspicion.evidence
        assert suspicion.contradicts
        said = {}
        for spoken in ("en", "zh_CN"):
            set_language(spoken)
            said[spoken] = (suspicion.title, suspicion.words, suspicion.advice, *(e.words for e in suspicion.evidence))
            assert not any("{" in text for text in said[spoken]), said
        assert all(a != b for a, b in zip(said["en"], said["zh_CN"], strict=True))
    set_language(before)

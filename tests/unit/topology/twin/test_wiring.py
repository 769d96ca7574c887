"""What the twin is made of, on the small county and on the example: every port once, every rate at the right end."""

from collections import Counter
from pathlib import Path

import pytest

from inventory import load_county
from inventory.model import Cable, County
from tests.unit.inventory.mixed_county import mixed_county
from tests.unit.topology.small_county import small_county
from topology.twin import commands, orders
from topology.twin.wiring import LINES, STAGING_PORT, VOID, wire

EXAMPLE = Path(__file__).parents[4] / "inventory" / "example"


@pytest.fixture(scope="module", params=["small", "example", "mixed"])
def county(request: pytest.FixtureRequest) -> County:
    if request.param == "mixed":
        return mixed_county()
    return small_county() if request.param == "small" else load_county(EXAMPLE)


def test_every_port_of_every_device_exists_exactly_once(county: County) -> None:
    wiring = wire(county)
    made = Counter((end.node, end.port) for line in wiring.lines for end in (line.a, line.b))
    made.update((port.node, port.port) for port in wiring.idle)
    made.update((line.device, line.port) for line in wiring.adsl)
    if wiring.hub is not None:
        made[wiring.hub.node, wiring.hub.port] += 1
    printed = {(d.name, p) for d in county.devices for p in d.ports}
    assert set(made.values()) == {1}
    assert printed <= set(made)
    assert {node for node, _port in set(made) - printed} <= {leaf.node for leaf in wiring.leaves}


def test_every_interface_name_fits_the_kernel_and_is_used_once_in_its_namespace(county: County) -> None:
    wiring = wire(county)
    places: Counter[tuple[str, str]] = Counter()
    for text in commands.pairs(wiring):
        words = text.split()
        here, there = (i for i, word in enumerate(words) if word == "netns")
        places[words[here + 1], words[here - 1]] += 1
        places[words[there + 1], words[there - 1]] += 1
    assert max(places.values()) == 1
    assert all(len(name) <= 15 for _place, name in places)
    assert {place for place, _name in places} <= set(wiring.namespaces)
    assert len(wiring.namespaces) == len(set(wiring.namespaces))


def test_a_line_is_limited_towards_both_ends_whichever_end_the_cable_names_first() -> None:
    county = small_county()
    slow = tuple(c.model_copy(update={"down_kbps": 8000, "up_kbps": 3000}) for c in county.circuits)
    turned = tuple(Cable(id=c.id, a=c.b, b=c.a, kind=c.kind) for c in county.cables)
    for cables in (county.cables, turned):
        wiring = wire(county.model_copy(update={"circuits": slow, "cables": cables}))
        limited = [line for line in wiring.lines if line.circuit]
        assert len(limited) == 2
        for line in limited:
            towards_unit, towards_center = line.to_a, line.to_b
            if line.b.node.startswith("cpe-"):
                towards_unit, towards_center = towards_center, towards_unit
            assert (towards_unit, towards_center) == (8000, 3000)


def test_only_leased_fiber_lines_are_limited(county: County) -> None:
    wiring = wire(county)
    fiber = {c.id for c in county.circuits if c.access == "fiber"}
    assert {line.circuit for line in wiring.lines if line.to_a or line.to_b} == fiber
    assert len(list(commands.rates(wiring))) == 2 * len(fiber)


def test_an_idle_port_ends_in_the_void(county: County) -> None:
    wiring = wire(county)
    assert wiring.idle
    void = [text for text in commands.pairs(wiring) if text.endswith(f"netns {VOID}")]
    assert len(void) == len(wiring.idle)
    assert not any(VOID in text for text in (*commands.joints(wiring), *commands.staging(wiring)))


def test_staging_lets_no_device_reach_another(county: County) -> None:
    lines = list(commands.staging(wire(county)))
    ports = [f"s{n}" for n in range(len(county.devices))]
    assert [text for text in lines if text.endswith("isolated on")] == [
        f"link set dev {port} type bridge_slave isolated on" for port in ports
    ]
    assert f"address add 172.31.0.1/16 dev {STAGING_PORT}" in lines


def test_cables_pass_lldp_and_add_no_frames_of_their_own(county: County) -> None:
    wiring = wire(county)
    bridges = [text for text in commands.joints(wiring) if "type bridge " in text]
    assert len(bridges) == len(county.cables)
    assert all("group_fwd_mask 0x4000" in text and "mcast_snooping 0" in text for text in bridges)
    carriers = {node["namespace"]: node for node in orders.plain(wiring)}
    assert carriers[LINES]["sysctl"]["net/ipv6/conf/default/disable_ipv6"] == "1"


def test_terminals_and_hosts_have_their_addresses_and_the_internet_knows_what_is_published(county: County) -> None:
    wiring = wire(county)
    plain = {node["namespace"]: node for node in orders.plain(wiring)}
    unit = county.units[0]
    terminal = plain[f"cn-{unit.terminals[0].name}"]
    assert terminal["addresses"] == [("eth0", f"{unit.terminals[0].address}/24")]
    assert terminal["routes"] == [("0.0.0.0/0", str(next(unit.lan.hosts())))]
    published = {f"{h.published}/32" for h in county.hosts if h.published}
    internet = next(h.name for h in county.hosts if h.kind == "internet")
    assert published <= {prefix for prefix, _gateway in plain[f"cn-{internet}"]["routes"]}


def test_a_terminal_has_the_hardware_address_of_the_inventory_and_others_any() -> None:
    county = small_county()
    unit = county.units[0]
    terminal = unit.terminals[0].model_copy(update={"mac": "02:00:00:00:00:01"})
    units = (unit.model_copy(update={"terminals": (terminal,)}), *county.units[1:])
    pairs = list(commands.pairs(wire(county.model_copy(update={"units": units}))))
    (bound,) = [text for text in pairs if " address " in text]
    assert bound.startswith(f"link add name eth0 netns cn-{terminal.name} address 02:00:00:00:00:01 type veth peer ")
    assert len(pairs) == len(list(commands.pairs(wire(county))))


def test_a_bare_device_has_its_staging_address_and_nothing_else(county: County) -> None:
    for device, node in zip(
        county.devices,
        orders.devices(wire(county), orders.Keys("ssh-ed25519 AAAA", "ssh-rsa AAAA of netadmin")),
        strict=True,
    ):
        assert node["addresses"] == [(STAGING_PORT, f"{device.staging}/16")]
        assert "routes" not in node
        assert "files" not in node

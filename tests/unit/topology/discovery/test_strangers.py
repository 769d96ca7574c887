"""Who hangs on a port and is in no inventory; who is not to be suspected."""

import pytest

from countynet.vocabulary import Access
from inventory import names
from inventory.model import County
from tests.unit.topology.discovery.hearing import address, evidence, seeing
from tests.unit.topology.small_county import small_county
from topology.discovery.evidence import Sighting
from topology.discovery.strangers import Stranger, StrangerKind, strangers

NEW, OWN = "a4:5e:60:c1:22:33", "00:1e:c9:5a:00:19"


def with_mac() -> County:
    """The small county, whose first terminal has a hardware address in the inventory."""
    county = small_county()
    first = county.units[0]
    terminal = first.terminals[0].model_copy(update={"mac": OWN})
    unit = first.model_copy(update={"terminals": (terminal, *first.terminals[1:])})
    return county.model_copy(update={"units": (unit, *county.units[1:])})


COUNTY = with_mac()
CPE = COUNTY.cpe_by_unit[COUNTY.units[0].id]
LAN = names.lan_ports(CPE)[0]
TERMINAL = COUNTY.units[0].terminals[0]


def found(device: str, *sightings: Sighting) -> list[tuple[str, str, StrangerKind]]:
    return [(s.mac, s.port, s.kind) for s in strangers(COUNTY, seeing(evidence(COUNTY), device, *sightings))]


def test_a_county_without_strangers_has_none() -> None:
    assert strangers(COUNTY, evidence(COUNTY)) == ()
    assert found(CPE.name, Sighting(LAN, OWN, "arp", address=str(TERMINAL.address))) == []


def test_an_unknown_computer_is_told_once_for_its_port() -> None:
    seen = (Sighting(LAN, NEW, "fdb"), Sighting(LAN, NEW, "arp", address="10.99.0.7"))
    (stranger,) = strangers(COUNTY, seeing(evidence(COUNTY), CPE.name, *seen))
    assert stranger == Stranger(NEW, CPE.name, LAN, StrangerKind.UNKNOWN, "10.99.0.7")


def test_another_computer_at_a_terminals_address_is_an_impostor() -> None:
    (stranger,) = strangers(
        COUNTY, seeing(evidence(COUNTY), CPE.name, Sighting(LAN, NEW, "arp", address=str(TERMINAL.address)))
    )
    assert (stranger.kind, stranger.instead_of) == (StrangerKind.IMPOSTOR, TERMINAL.name)


def test_a_terminal_without_a_hardware_address_in_the_inventory_is_known_by_its_ip() -> None:
    other = COUNTY.units[1]
    cpe = COUNTY.cpe_by_unit[other.id]
    said = Sighting(names.lan_ports(cpe)[0], NEW, "arp", address=str(other.terminals[0].address))
    assert found(cpe.name, said) == []


@pytest.mark.parametrize("mac", ["00:00:5e:00:01:0a", "01:00:5e:00:00:fb", "ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00"])
def test_what_is_nobodys_own_address_is_not_judged(mac: str) -> None:
    assert found(CPE.name, Sighting(LAN, mac, "fdb")) == []


def test_a_device_of_ours_is_known_by_its_ports_addresses() -> None:
    cable = next(c for c in COUNTY.cables if {c.a.node, c.b.node} <= COUNTY.device_by_name.keys())
    assert found(CPE.name, Sighting(LAN, address(COUNTY, cable.a), "fdb")) == []


def test_a_port_to_another_device_sees_many_whom_that_device_judges() -> None:
    cable = next(c for c in COUNTY.cables if {c.a.node, c.b.node} <= COUNTY.device_by_name.keys())
    assert found(cable.a.node, Sighting(cable.a.port, NEW, "fdb")) == []


def test_the_operators_equipment_is_none_of_ours() -> None:
    adsl = next(c for c in COUNTY.circuits if c.access is Access.ADSL)
    cpe = COUNTY.cpe_by_unit[adsl.unit]
    assert found(cpe.name, Sighting(names.dsl(cpe), NEW, "arp", address="10.255.0.1")) == []


def test_a_stranger_in_a_lines_own_network_is_seen_by_arp() -> None:
    """On a fiber line's port to the building switch only gateways and the CPE have business."""
    assert found(CPE.name, Sighting(names.fiber(CPE), NEW, "arp", address="10.77.0.9")) == [
        (NEW, names.fiber(CPE), StrangerKind.UNKNOWN)
    ]

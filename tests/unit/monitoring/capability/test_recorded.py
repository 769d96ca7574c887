"""What we read of devices that nobody here made: values that a person found in the recordings by hand."""

import pytest

from monitoring.capability.asking import TABLES
from monitoring.capability.library import library
from monitoring.capability.quantity import Condition, Quantity, Subject
from monitoring.capability.read import Reading
from tests.unit.monitoring.capability.agents import recorded, told

pytestmark = recorded


def values(name: str, quantity: Quantity) -> dict[str, float]:
    return {r.name: r.value for r in told(name)[1].readings if r.quantity is quantity}


def states(name: str, quantity: Quantity) -> dict[str, tuple[Condition | None, str]]:
    return {r.name: (r.condition, r.word) for r in told(name)[1].readings if r.quantity is quantity}


def one(name: str, quantity: Quantity) -> Reading:
    (found,) = [r for r in told(name)[1].readings if r.quantity is quantity]
    return found


def test_of_huaweis_63_parts_only_the_board_has_a_processor() -> None:
    """Every card, port and slot of an S5720 has a row of zeros; without optical modules there is no light."""
    assert told("huawei-s5720")[0].platform == "huawei"
    assert values("huawei-s5720", Quantity.CPU) == {"MPU Board 0": 38.0}
    assert values("huawei-s5720", Quantity.MEMORY) == {"MPU Board 0": 7.0}
    assert values("huawei-s5720", Quantity.TEMPERATURE) == {"MPU Board 0": 42.0}
    assert values("huawei-s5720", Quantity.RX_POWER) == {}
    assert states("huawei-s5720", Quantity.FAN) == {"fan 0.7": (Condition.OK, "normal")}


def test_huaweis_microwatts_become_dbm_and_darkness_is_a_value() -> None:
    """S12704: 331 uW is -4.8 dBm (its own lanes say so); three modules get no light; 27 ports have no module."""
    light = values("huawei-s12704", Quantity.RX_POWER)
    assert len(light) == 13
    assert light["XGigabitEthernet2/0/0"] == pytest.approx(-4.80, abs=0.01)
    assert light["XGigabitEthernet2/0/2"] == pytest.approx(-13.37, abs=0.01)
    assert [port for port, value in light.items() if value == -40.0] == [
        f"XGigabitEthernet2/0/{n}" for n in (9, 10, 11)
    ]
    sent = values("huawei-s12704", Quantity.TX_POWER)
    assert sent["XGigabitEthernet2/0/0"] == pytest.approx(-2.38, abs=0.01)
    assert {r.interface for r in told("huawei-s12704")[1].readings if r.quantity is Quantity.RX_POWER} == set(light)
    assert set(states("huawei-s12704", Quantity.FAN).values()) == {(Condition.OK, "normal")}
    assert values("huawei-s12704", Quantity.CPU)["MPU Board 5"] == 41.0
    assert values("huawei-s12704", Quantity.BIAS)["XGigabitEthernet2/0/0"] == 30.12


def test_h3c_says_hundredths_and_65535_for_no_sensor() -> None:
    light = values("h3c-comware-7-1-075", Quantity.RX_POWER)
    assert (len(light), light["Ten-GigabitEthernet1/0/0/1"]) == (20, -2.54)
    assert values("h3c-comware-7-1-075", Quantity.TX_POWER)["Ten-GigabitEthernet1/0/0/1"] == -2.29
    assert values("h3c-comware-7-1-075", Quantity.OPTIC_TEMPERATURE)["Ten-GigabitEthernet1/0/0/1"] == 37.0
    assert all(20 <= value < 60 for value in values("h3c-comware-7-1-075", Quantity.TEMPERATURE).values())
    assert set(states("h3c-comware-7-1-075", Quantity.OSPF_NEIGHBOUR).values()) == {(Condition.OK, "full")}


def test_older_h3c_software_answers_below_huaweis_number() -> None:
    assert told("h3c-wx6103")[0].platform == "h3c"
    assert values("h3c-wx6103", Quantity.CPU) == {"Level 1 Module #2": 12.0}
    assert values("h3c-wx6103", Quantity.TEMPERATURE) == {"Level 1 Module #2": 26.0}


def test_cisco_sensors_are_told_apart_by_their_names() -> None:
    assert values("cisco-c3750", Quantity.RX_POWER) == {"Gi1/0/1": -6.0, "Gi1/0/6": -5.0}
    assert values("cisco-c3750", Quantity.TX_POWER) == {"Gi1/0/1": -6.0, "Gi1/0/6": -5.1}
    assert values("cisco-c3750", Quantity.CPU) == {"processor 1": 29.0}
    assert values("cisco-c3750", Quantity.MEMORY)["I/O"] == 70.78
    assert states("cisco-c3750", Quantity.FAN) == {"Switch#1, Fan#1": (Condition.OK, "normal")}


def test_zte_ruijie_and_linux() -> None:
    assert len(values("zte-zrx10", Quantity.CPU)) == 20
    assert values("zte-zrx10", Quantity.CPU)["board 0.0.1.0"] == 20.0
    assert values("zte-zrx10", Quantity.RX_POWER) == {}
    assert values("ruijie-s5750-24gt12sfp", Quantity.CPU) == {"processor": 39.0}
    assert values("slackware", Quantity.CPU) == {"processor 1": 13.0, "processor 2": 9.0}
    assert values("slackware", Quantity.MEMORY) == {"memory": 71.15}


def test_a_ups_says_whether_it_lives_on_its_battery() -> None:
    assert states("eaton-93e-80", Quantity.UPS_SOURCE) == {"UPS": (Condition.OK, "mains")}
    assert values("eaton-93e-80", Quantity.BATTERY_CHARGE) == {"UPS": 100.0}
    assert values("eaton-93e-80", Quantity.BATTERY_RUNTIME) == {"UPS": 1092.0}
    assert values("eaton-93e-80", Quantity.UPS_LOAD) == {"phase 1": 21.0, "phase 2": 16.0, "phase 3": 12.0}
    assert values("eaton-93e-80", Quantity.TEMPERATURE) == {"battery": 25.0}


def test_a_ups_that_does_not_know_its_charge_has_none() -> None:
    """Huawei's card says -1 for charge, minutes and temperature, and tenths of a volt where volts belong."""
    assert values("huawei-gse200m", Quantity.BATTERY_CHARGE) == {}
    assert values("huawei-gse200m", Quantity.INPUT_VOLTAGE) == {}
    assert one("huawei-gse200m", Quantity.UPS_SOURCE).word == "mains"


def test_a_platform_nobody_described_still_tells_what_is_standard() -> None:
    capability, said = told("arista-dcs-7150s-52-cl")
    assert capability.platform == ""
    assert {r.quantity for r in said.readings} == {
        Quantity.CPU,
        Quantity.MEMORY,
        Quantity.TEMPERATURE,
        Quantity.OSPF_NEIGHBOUR,
    }
    assert all(capability.has(subject, library()) for subject in TABLES)
    assert not capability.has(Subject.UPS, library())

"""Values that mean "none", lie, or are given in another unit, one by one."""

import pytest

from monitoring.capability.library import library
from monitoring.capability.names import Entity, Names, entities, interfaces, text
from monitoring.capability.quantity import Condition, Quantity
from monitoring.capability.read import Reading, readings, telling
from monitoring.snmp.ber import oid
from monitoring.snmp.seam import Value
from tests.unit.monitoring.capability.agents import answer

HUAWEI_RX, HUAWEI_VOLTAGE = "1.3.6.1.4.1.2011.5.25.31.1.1.3.1.8", "1.3.6.1.4.1.2011.5.25.31.1.1.3.1.6"
H3C_RX = "1.3.6.1.4.1.25506.2.70.1.1.1.12"
ATUC, ATUR = "1.3.6.1.2.1.10.94.1.1.2.1", "1.3.6.1.2.1.10.94.1.1.3.1"
BAND, LINE = "1.3.6.1.2.1.10.251.1.1.2.1", "1.3.6.1.2.1.10.251.1.1.1.1"
NAMES = Names({7: "GigabitEthernet0/0/7", 4: "ADSL0/0/0"}, {67: Entity("port", "GigabitEthernet0/0/7")})


def read(platform: str, said: dict[str, dict[str, Value]]) -> dict[tuple[Quantity, str], Reading]:
    return {(r.quantity, r.name): r for r in readings(answer(said), library().of(platform), NAMES)}


@pytest.mark.parametrize(
    ("raw", "dbm"),
    [(1000, 0.0), (331, -4.8), (1, -30.0), (0, -40.0), (-480, -4.8), (-1, None), (2**31 - 1, None), (2**31 - 2, None)],
)
def test_light_of_a_huawei_module(raw: int, dbm: float | None) -> None:
    found = read("huawei", {HUAWEI_RX: {"67": raw}, HUAWEI_VOLTAGE: {"67": 3312}})
    light = found.get((Quantity.RX_POWER, "port"))
    assert (light.value if light else None) == dbm
    assert light is None or (light.interface, light.unit) == ("GigabitEthernet0/0/7", "dBm")


@pytest.mark.parametrize("voltage", [-1, 0, 2147483647])
def test_a_port_without_a_module_has_no_light(voltage: int) -> None:
    """An AC6605's copper ports say 0 for everything, which would be darkness at 0 degrees."""
    assert read("huawei", {HUAWEI_RX: {"67": 0}, HUAWEI_VOLTAGE: {"67": voltage}}) == {}


def test_a_laser_takes_milliamperes_whatever_it_is_said_in() -> None:
    bias = HUAWEI_RX[:-1] + "7"
    for raw, milliamperes in ((30120, 30.12), (36, 36.0)):
        found = read("huawei", {bias: {"67": raw}, HUAWEI_VOLTAGE: {"67": 3312}})
        assert found[Quantity.BIAS, "port"].value == milliamperes


def test_a_copper_module_says_copper_instead_of_its_light() -> None:
    assert read("h3c", {H3C_RX: {"7": b"Copper"}}) == {}
    assert read("h3c", {H3C_RX: {"7": 2147483647}}) == {}
    assert read("h3c", {H3C_RX: {"7": -834}})[Quantity.RX_POWER, "GigabitEthernet0/0/7"].value == -8.34


def test_an_adsl_line_seen_from_the_unit() -> None:
    """What the unit's modem hears came down; the office's end says how fast it could send down."""
    found = read(
        "huawei",
        {
            f"{ATUC}.4": {"4": 105},
            f"{ATUR}.4": {"4": 62},
            f"{ATUC}.5": {"4": 183},
            f"{ATUR}.5": {"4": 310},
            f"{ATUC}.8": {"4": 7_616_000},
            f"{ATUR}.8": {"4": 1_020_000},
            f"{ATUR}.6": {"4": b"\x80\x00"},
        },
    )
    said = {quantity: (r.value, r.unit) for (quantity, _name), r in found.items()}
    assert said[Quantity.SNR_DOWN] == (6.2, "dB")
    assert said[Quantity.SNR_UP] == (10.5, "dB")
    assert said[Quantity.ATTENUATION_DOWN] == (31.0, "dB")
    assert said[Quantity.ATTAINABLE_DOWN] == (7_616_000, "bit/s")
    assert said[Quantity.ATTAINABLE_UP] == (1_020_000, "bit/s")
    state = found[Quantity.LINE_STATE, "ADSL0/0/0"]
    assert (state.condition, state.word, state.interface) == (Condition.OK, "showtime", "ADSL0/0/0")


@pytest.mark.parametrize(("bits", "word"), [(b"\x20", "loss of signal"), (b"\x10", "loss of power at the unit")])
def test_a_modem_says_why_its_line_is_down(bits: bytes, word: str) -> None:
    state = read("huawei", {f"{ATUR}.6": {"4": bits}})[Quantity.LINE_STATE, "ADSL0/0/0"]
    assert (state.condition, state.word) == (Condition.FAILED, word)


def test_a_vdsl_line_has_both_directions_in_one_table() -> None:
    found = read("generic", {f"{BAND}.4": {"4.1": 81, "4.2": 2147483646, "4.3": 99}, f"{LINE}.20": {"4": 42_000_000}})
    assert {q: r.value for (q, _name), r in found.items()} == {
        Quantity.SNR_UP: 8.1,
        Quantity.ATTAINABLE_DOWN: 42_000_000,
    }


def test_a_tunnel_that_people_switched_off_is_not_failed() -> None:
    kind, admin, oper = (f"1.3.6.1.2.1.2.2.1.{n}" for n in (3, 7, 8))
    said: dict[str, dict[str, Value]] = {
        kind: {"7": 131, "4": 131},
        admin: {"7": 1, "4": 2},
        oper: {"7": 2, "4": 2},
    }
    ((identity, tunnel),) = read("generic", said).items()
    assert (identity, tunnel.condition) == ((Quantity.TUNNEL, "GigabitEthernet0/0/7"), Condition.FAILED)


def test_the_platforms_own_value_comes_before_the_standard_one() -> None:
    board = "1.3.6.1.4.1.2011.5.25.31.1.1.1.1"
    host, own, memory = "1.3.6.1.2.1.25.3.3.1.2", f"{board}.5", f"{board}.7"
    said: dict[str, dict[str, Value]] = {host: {"1": 3}, own: {"67": 41}, memory: {"67": 20}}
    assert [r.value for (q, _n), r in read("huawei", said).items() if q is Quantity.CPU] == [41.0]
    assert [r.value for (q, _n), r in read("huawei", {host: {"1": 3}}).items() if q is Quantity.CPU] == [3.0]


def test_a_table_without_a_value_yet_is_asked_again() -> None:
    """A module may be plugged in tomorrow; another source of a quantity that is told already is not needed."""
    empty: dict[str, dict[str, Value]] = {HUAWEI_RX: {"67": -1}, HUAWEI_VOLTAGE: {"67": -1}}
    kept = telling(answer(empty), library().of("huawei"), NAMES)
    assert Quantity.RX_POWER in {source.quantity for source in kept}
    both: dict[str, dict[str, Value]] = {"1.3.6.1.2.1.25.3.3.1.2": {"1": 3}, "1.3.6.1.4.1.2021.11.11": {"0": 90}}
    assert [s.object for s in telling(answer(both), library().of("linux"), NAMES)] == [
        "HOST-RESOURCES-MIB::hrProcessorLoad"
    ]


def test_two_boards_of_one_name_are_two() -> None:
    pools: dict[str, dict[str, Value]] = {
        "1.3.6.1.4.1.9.9.48.1.1.1.2": {"1": b"Processor", "2": b"Processor"},
        "1.3.6.1.4.1.9.9.48.1.1.1.5": {"1": 50, "2": 10},
        "1.3.6.1.4.1.9.9.48.1.1.1.6": {"1": 50, "2": 90},
    }
    found = {name: r.value for (q, name), r in read("cisco", pools).items() if q is Quantity.MEMORY}
    assert found == {"Processor": 50.0, "Processor (2)": 10.0}


def test_memory_without_any_is_no_division_by_zero() -> None:
    assert read("linux", {"1.3.6.1.4.1.2021.4.6": {"0": 0}, "1.3.6.1.4.1.2021.4.5": {"0": 0}}) == {}


def test_an_unknown_state_is_named_by_its_number() -> None:
    state = read("generic", {"1.3.6.1.2.1.33.1.4.1": {"0": 99}})[Quantity.UPS_SOURCE, "UPS"]
    assert (state.condition, state.word) == (Condition.UNKNOWN, "99")


def test_parts_are_found_by_alias_by_name_and_by_what_they_are_plugged_into() -> None:
    name, within, alias = "1.3.6.1.2.1.47.1.1.1.1.7", "1.3.6.1.2.1.47.1.1.1.1.4", "1.3.6.1.2.1.47.1.3.2.1.2"
    said = answer(
        {
            "1.3.6.1.2.1.31.1.1.1.1": {"7": b"Gi0/7", "8": b"Gi0/8"},
            name: {"1": b"chassis", "2": b"Gi0/8", "3": b"module", "4": b"sensor", "9": b"loop"},
            within: {"1": 0, "2": 1, "3": 2, "4": 3, "9": 9},
            alias: {"3.0": oid("1.3.6.1.2.1.2.2.1.1.7"), "1.0": oid("1.3.6.1.2.1.2.2.1.1.99")},
        }
    )
    found = entities(said, interfaces(said))
    assert {n: part.interface for n, part in found.items()} == {1: "", 2: "Gi0/8", 3: "Gi0/7", 4: "Gi0/7", 9: ""}


def test_chinese_makers_write_names_in_their_own_encoding() -> None:
    assert text("主控板".encode("gb18030") + b"\0\0") == "主控板"
    assert text("主控板".encode()) == "主控板"
    assert text(b"\xff\xfe\x80") != ""

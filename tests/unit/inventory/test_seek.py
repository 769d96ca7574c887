"""A unit is found by what somebody types with a telephone at the ear."""

import pytest

from inventory.seek import ANY, fits, initials, seek
from tests.unit.dashboard.sample import county


def test_initials_are_those_of_the_standard_with_several_readings_and_rare_characters() -> None:
    assert "".join(initials("公安局财政")) == "gajcz"
    assert initials("长岚a1") == ("cz", ANY, "a", "1")
    assert "".join(initials("啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝座")) == "abcdefghjklmnopqrstwxyzz"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("u031", ["u031"]),
        ("U031 whatever the browser added", ["u031"]),
        ("gaj", ["u030", "u031"]),
        ("公安 交通", ["u031"]),
        ("交警", ["u031"]),
        ("县一中", ["u088"]),
        ("traffic police", ["u031"]),
        ("dyzx", ["u088"]),
        ("", []),
        ("nowhere", []),
        (".*", []),
        ("?", []),
    ],
)
def test_pieces_initials_and_ids_find_the_unit(asked: str, found: list[str]) -> None:
    assert [unit.id for unit in seek(county().units, asked)] == found


def test_a_rare_character_stands_for_any_letter() -> None:
    assert fits("qlx", "清岚县")
    assert fits("qzx", "清岚县")
    assert not fits("qlq", "清岚县")

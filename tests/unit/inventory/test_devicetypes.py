"""Device types of NetBox's community library: Huawei, H3C and Ruijie files, and everything wrong at once."""

from pathlib import Path

import pytest

from countynet.errors import BadInput, Problem
from inventory.devicetypes import LIMIT, parse, read
from inventory.model import Interface
from inventory.netbox.library import puts, read_files

SWITCH = """---
manufacturer: Huawei
model: S5731-H24
slug: huawei-s5731-h24
part_number: 02353AHU-001
u_height: 1.0
is_full_depth: false
subdevice_role: ''
airflow: front-to-rear
comments: "[Datasheet](https://example.org/a?b=c)\\r\\nsecond line"
console-ports:
  - name: con 0
    type: rj-45
    label: CONSOLE
    description: ''
interfaces:
  - name: GigabitEthernet0/0/1
    type: 1000base-t
    mgmt_only: false
    label: ''
    poe_mode: ''
    poe_type: ''
  - name: MEth0/0/1
    type: 100base-tx
    mgmt_only: true
    label: ETH
  - name: XGigabitEthernet0/0/1
    type: 10gbase-x-sfpp
module-bays:
  - name: FAN1
    position: '1'
"""
SERVER = """---
manufacturer: H3C
model: UniServer R4900 G7
slug: h3c-uniserver-r4900-g7
u_height: 2
is_full_depth: true
weight: 25.0
weight_unit: kg
interfaces:
- name: HDM
  type: 1000base-t
  mgmt_only: true
"""
DESKTOP = """---
manufacturer: Ruijie
model: RG-ES205GC
slug: ruijie-rg-es205gc
u_height: 0
is_full_depth: false
"""


def problems(text: str) -> list[Problem]:
    with pytest.raises(BadInput) as caught:
        read(text, "a.yaml")
    return list(caught.value.problems)


def test_a_switch_with_every_key_of_the_library_is_read_and_what_we_cannot_hold_is_listed() -> None:
    found = parse(SWITCH, "s.yaml")
    assert (found.type.make, found.type.model, found.type.slug) == ("Huawei", "S5731-H24", "huawei-s5731-h24")
    assert (found.type.part_number, found.type.height) == ("02353AHU-001", 1.0)
    assert found.type.interfaces == (
        Interface(name="GigabitEthernet0/0/1", type="1000base-t"),
        Interface(name="MEth0/0/1", type="100base-tx", management=True),
        Interface(name="XGigabitEthernet0/0/1", type="10gbase-x-sfpp"),
    )
    assert found.ignored == (
        "is_full_depth",
        "airflow",
        "comments",
        "console-ports",
        "module-bays",
        "interfaces.label",
    )


def test_a_server_and_a_desktop_switch_without_ports_are_read() -> None:
    assert read(SERVER, "s.yaml").interfaces == (Interface(name="HDM", type="1000base-t", management=True),)
    assert (read(DESKTOP, "d.yaml").height, read(DESKTOP, "d.yaml").interfaces) == (0, ())


@pytest.mark.parametrize("start", ["", "---\n---\n", "# a comment\n---\n", "\ufeff---\n"])
def test_marks_comments_and_a_byte_order_mark_before_the_text_do_not_matter(start: str) -> None:
    assert read(start + DESKTOP.removeprefix("---\n"), "d.yaml").slug == "ruijie-rg-es205gc"


@pytest.mark.parametrize("model", ["5700", "1e3", "yes", "0x10", "2026-01-01", "007"])
def test_a_model_that_yaml_takes_for_something_else_stays_the_text_that_was_written(model: str) -> None:
    assert read(DESKTOP.replace("RG-ES205GC", model), "d.yaml").model == model


def test_every_problem_is_said_at_once_with_its_line_and_what_would_be_right() -> None:
    found = problems(
        "manufactuer: Huawei\n"
        "model: ''\n"
        "slug: Huawei S5731\n"
        "u_height: 1.3\n"
        "interfaces:\n"
        "  - name: GE0\n"
        "    type: 1000baset\n"
        "  - name: GE0\n"
        "    type: 1000base-t\n"
        "    mgmt_only: maybe\n"
        "  - type: 1000base-t\n"
        "  - con0\n"
    )
    assert [(p.line, p.where) for p in found if p.line] == [
        (1, "manufactuer"),
        (2, "model"),
        (3, "slug"),
        (4, "u_height"),
        (7, "interfaces[0].type"),
        (8, "interfaces[1].name"),
        (10, "interfaces[1].mgmt_only"),
        (11, "interfaces[2].name"),
        (12, "interfaces[3]"),
    ]
    wanted = {p.where: p.wanted for p in found}
    assert (wanted["manufactuer"], wanted["slug"]) == ("manufacturer", "huawei-s5731")
    assert wanted["interfaces[0].type"] == "1000base-t"
    assert "manufacturer" in {p.where for p in found}


def test_a_missing_height_is_a_problem_because_a_guess_would_be_wrong_for_what_is_not_racked() -> None:
    assert [p.where for p in problems(DESKTOP.replace("u_height: 0\n", ""))] == ["u_height"]


@pytest.mark.parametrize("height", ["-1", "1,5", "0.3", "61", "nan", "one", "[1]", "1e9", "inf", "١"])
def test_a_height_that_no_rack_has_is_a_problem(height: str) -> None:
    assert [p.where for p in problems(DESKTOP.replace("u_height: 0", f"u_height: {height}"))][:1] == ["u_height"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "just words",
        "- a list",
        "a: [b",
        "a: &x [*x]",
        "\tmodel: x",
        "---\na: b\n---\nc: d\n",
        "interfaces: con0",
        "\0",
    ],
)
def test_what_is_no_device_type_is_bad_input_and_never_a_traceback(text: str) -> None:
    assert problems(text)


def test_a_list_of_ports_that_is_a_text_or_a_mapping_is_a_problem_of_its_line() -> None:
    for value in ("con0", "{name: a}"):
        assert [p.where for p in problems(f"{DESKTOP}interfaces: {value}\n")] == ["interfaces"]


def test_a_file_that_is_much_too_long_is_refused() -> None:
    assert problems("#" * (LIMIT + 1))


def test_several_files_are_refused_together_and_one_slug_twice_too(tmp_path: Path) -> None:
    for name, text in (("a.yaml", SWITCH), ("b.yaml", SWITCH), ("c.yaml", "model: x\n"), ("d.yaml", DESKTOP)):
        (tmp_path / name).write_text(text)
    (tmp_path / "e.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(BadInput) as caught:
        read_files([*sorted(tmp_path.iterdir()), tmp_path / "none.yaml"])
    files = {Path(p.file).name for p in caught.value.problems}
    assert files == {"b.yaml", "c.yaml", "e.yaml", "none.yaml"}


def test_a_file_becomes_one_edit_with_only_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(SERVER)
    (put,) = puts(read_files([tmp_path / "s.yaml"]))
    assert (put.section, put.key) == ("device_types", "h3c-uniserver-r4900-g7")
    assert dict(put.item) == {
        "slug": "h3c-uniserver-r4900-g7",
        "make": "H3C",
        "model": "UniServer R4900 G7",
        "height": 2,
        "interfaces": [{"name": "HDM", "type": "1000base-t", "management": True}],
    }

"""Every mistake in a file is told with file, line, field, what was found and what would be right, all at once."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from countynet.errors import Problem
from countynet.i18n import describe, set_language
from inventory import load_county
from tests.unit.inventory.broken import change, line_of, places, problems


@dataclass(frozen=True)
class Case:
    """A mistake: what is replaced in a file, the text of the line that must be named, and what must be said."""

    file: str
    old: str
    new: str
    at: str
    message: str
    where: str = ""
    found: str = ""


CONGRESS = "People's Congress Office\n    kind: congress"
SCHEMA = {
    "missing": Case("units.yml", "    lan: 10.21.2.0/24\n", "", "id: u002", "{field} is missing", "units[1].lan"),
    "unknown field": Case(
        "units.yml",
        "    lan: 10.21.2.0/24",
        "    lam: 10.21.2.0/24",
        "lam: 10",
        "no field is named {field}; perhaps {near} is meant",
        "units[1].lam",
    ),
    "telephone": Case(
        "units.yml",
        "telephone: 0609-3185280",
        "telephone: 31-85280",
        "31-85280",
        "{field} is wrong",
        "units[1].leader.telephone",
        "31-85280",
    ),
    "kind": Case(
        "units.yml",
        CONGRESS,
        CONGRESS.replace("congress", "parlament"),
        "kind: parlament",
        "{field} must be one of: {choices}",
        "units[1].kind",
        "parlament",
    ),
    "number": Case(
        "units.yml", "    number: 2\n", "    number: two\n", "number: two", "{field} is wrong", "units[1].number", "two"
    ),
    "number too big": Case(
        "units.yml", "    number: 2\n", "    number: 65536\n", "number: 65536", "{field} must be at most {limit}"
    ),
    "host bits": Case(
        "units.yml",
        "lan: 10.21.2.0/24",
        "lan: 10.21.2.1/24",
        "10.21.2.1/24",
        "{field} is wrong",
        "units[1].lan",
        "10.21.2.1/24",
    ),
    "address": Case(
        "units.yml",
        "address: 10.21.2.10}",
        "address: 10.21.2.1O}",
        "10.21.2.1O",
        "{field} is wrong",
        "units[1].terminals[0].address",
    ),
    "date": Case(
        "units.yml",
        "address: 10.21.1.10}\n    may_browse: true\n    connected_on: 2026-03-02",
        "address: 10.21.1.10}\n    may_browse: true\n    connected_on: 2026-02-30",
        "2026-02-30",
        "{field} is wrong",
        "units[0].connected_on",
        "2026-02-30",
    ),
    "bool": Case(
        "units.yml",
        "10.21.1.10}\n    may_browse: true",
        "10.21.1.10}\n    may_browse: maybe",
        "maybe",
        "{field} is wrong",
        "units[0].may_browse",
        "maybe",
    ),
    "empty": Case("units.yml", "lan: 10.21.2.0/24", "lan:", "    lan:\n", "{field} is empty", "units[1].lan"),
    "float": Case(
        "buildings.yml",
        "latitude: 30.3657",
        "latitude: north",
        "latitude: north",
        "{field} is wrong",
        "buildings[1].latitude",
        "north",
    ),
    "endpoint": Case(
        "cables.yml",
        "a: core-1:x-core2",
        "a: core-1",
        "cable-core-1-core-2",
        "{field} is wrong",
        "cables[0].a",
        "core-1",
    ),
    "name too long": Case(
        "devices.yml",
        "  - name: vpn-hub",
        "  - name: vpn-hub-of-the-whole-county-and-more",
        "vpn-hub-of-the",
        "{field} is wrong",
        "devices[4].name",
    ),
    "port name of wrong letters": Case(
        "devices.yml",
        "[wan0, core1, core2, aux0]",
        "[wan0, core1, core2, aux0aux0_]",
        "aux0aux0_",
        "{field} is wrong",
        "devices[4].ports[3]",
    ),
    "list": Case(
        "hosts.yml", "runs: [portal]", "runs: portal", "runs: portal", "{field} is wrong", "hosts[2].runs", "portal"
    ),
    "mapping": Case(
        "county.yml", "operator: {", "operator: [", "operator: [", "this is not YAML, here or shortly before"
    ),
    "enum in zone": Case(
        "hosts.yml",
        "zone: public",
        "zone: publik",
        "zone: publik",
        "{field} must be one of: {choices}",
        "hosts[3].zone",
        "publik",
    ),
    "vlan": Case(
        "circuits.yml",
        "vlan: 101",
        "vlan: 4095",
        "vlan: 4095",
        "{field} must be at most {limit}",
        "circuits[0].vlan",
        "4095",
    ),
}


@pytest.mark.parametrize("case", SCHEMA.values(), ids=SCHEMA.keys())
def test_a_wrong_value_is_told_where_it_stands(folder: Path, case: Case) -> None:
    change(folder, case.file, case.old, case.new)
    line = line_of(folder, case.file, case.at.rstrip("\n")) if "\n" not in case.at else None
    found = [p for p in problems(folder) if p.message == case.message]
    assert len(found) == 1
    assert found[0].file == case.file
    assert line is None or found[0].line == line
    assert not case.where or found[0].where == case.where
    assert not case.found or found[0].found == case.found


def test_every_problem_is_told_at_once_and_none_twice(folder: Path) -> None:
    for case in (SCHEMA["telephone"], SCHEMA["float"], SCHEMA["vlan"], SCHEMA["list"], SCHEMA["bool"]):
        change(folder, case.file, case.old, case.new)
    found = problems(folder)
    assert len(found) == 5
    assert [(p.file, p.line) for p in found] == sorted((p.file, p.line) for p in found)


def test_what_refers_to_an_unreadable_item_is_no_problem_of_its_own(folder: Path) -> None:
    change(folder, "units.yml", "    lan: 10.21.2.0/24\n", "")  # the unit of cpe-002, line-002 and pc-002
    assert [p.message for p in problems(folder)] == ["{field} is missing"]


def test_a_key_given_twice(folder: Path) -> None:
    change(folder, "units.yml", "    number: 2\n", "    number: 2\n    number: 7\n")
    (problem,) = problems(folder)
    first = line_of(folder, "units.yml", "id: u002") + 1
    assert (problem.file, problem.line, problem.where) == ("units.yml", first + 1, "units[1].number")
    assert problem.values == {"key": "number", "first": first}


def test_a_section_given_in_two_files_is_joined_if_a_list(folder: Path) -> None:
    text = (folder / "cables.yml").read_text(encoding="utf-8")
    head, tail = text.split("  # Terminals\n")
    (folder / "cables.yml").write_text(head, encoding="utf-8")
    (folder / "terminals.yml").write_text("cables:\n" + tail, encoding="utf-8")
    assert len(load_county(folder).cables) == 174
    change(folder, "terminals.yml", "pc-120:eth0", "pc-999:eth0")
    line = line_of(folder, "terminals.yml", "pc-999")
    assert places(problems(folder), "nothing is named {node}") == [("terminals.yml", line)]


def test_a_plan_in_two_files_is_refused(folder: Path) -> None:
    (folder / "other.yml").write_text("plan:\n  name: 另一县\n", encoding="utf-8")
    assert places(problems(folder), "{key} is given in two files") == [("other.yml", 1)]


def test_missing_and_unknown_sections(folder: Path) -> None:
    (folder / "hosts.yml").unlink()
    (folder / "extra.yml").write_text("hots: []\n", encoding="utf-8")
    found = problems(folder)
    assert [p.values["section"] for p in found if p.message == "the section {section} is missing"] == ["hosts"]
    assert places(found, "no section is named {section}; there are: {choices}") == [("extra.yml", 1)]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("units:\n  - id: u1\n\tname: x\n", 3, "a line is indented by a tab"),
        ("units: [\nhosts: 3\n", 2, "this is not YAML, here or shortly before"),
        ("units: [{]}\n", 1, "this is not YAML, here or shortly before"),
        ("a: b: c\n", 1, "this is not YAML, here or shortly before"),
        ("- units\n", 1, "a file holds sections such as `units:`"),
        ("units: []\n---\nhosts: []\n", 2, "this is not YAML, here or shortly before"),
        ("extra: &a [1]\nmore: *a\n", 2, "an alias (*name) is not understood here"),
        ("extra: \x07\n", 1, "this is not YAML, here or shortly before"),
        ("extra: " + "[" * 3000 + "]" * 3000 + "\n", 1, "this is nested too deeply"),
        ("? [a, b]\n: c\n", 1, "no section is named {section}; there are: {choices}"),
    ],
)
def test_broken_yaml_has_its_line(folder: Path, text: str, line: int, message: str) -> None:
    (folder / "broken.yml").write_text(text, encoding="utf-8")
    assert ("broken.yml", line) in places(problems(folder), message)


def test_a_file_in_gbk_is_told_with_its_line(folder: Path) -> None:
    text = (folder / "units.yml").read_text(encoding="utf-8")
    (folder / "units.yml").write_bytes(text.encode("gbk"))
    line = 1 + next(i for i, row in enumerate(text.splitlines()) if not row.isascii())
    assert places(problems(folder), "this is not UTF-8 text") == [("units.yml", line)]


def test_an_empty_file_is_no_problem(folder: Path) -> None:
    (folder / "later.yml").write_text("# nothing yet\n", encoding="utf-8")
    assert len(load_county(folder).units) == 120


def test_what_people_write_is_what_is_read(folder: Path) -> None:
    change(folder, "buildings.yml", "name: 财政局大楼", "name: no")
    change(folder, "units.yml", "telephone: 16990534565", "telephone: '16990534565'")
    county = load_county(folder)
    assert county.building_by_id["finance"].name == "no"
    assert county.units[0].officer
    assert county.units[0].officer.telephone == "16990534565"


def test_no_folder(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path / "none")
    assert problem.message == "there is no county folder {folder}"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_problems_can_be_told_in_both_languages(folder: Path, language: str) -> None:
    for case in (SCHEMA["telephone"], SCHEMA["kind"]):
        change(folder, case.file, case.old, case.new)
    set_language(language)
    text = "\n".join(describe(p) for p in problems(folder))
    assert ("电话号码" in text) == (language == "zh")
    assert "pydantic" not in text
    assert "units.yml:" in text
    set_language("en")


def test_problem_is_frozen() -> None:
    assert Problem("x") == Problem("x")

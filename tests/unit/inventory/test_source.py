"""What is read of a folder: its files and nothing else, with line and column of everything, and nothing that harms."""

import gc
import os
from pathlib import Path

import pytest

from countynet.errors import Problem
from countynet.vocabulary import Strength
from inventory import source
from inventory.source import read, read_texts, without_collecting


def one(folder: Path) -> Problem:
    (problem,) = read(folder).problems
    return problem


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("units:\n  - id: u1\n\tname: x\n", 3, 1),
        ("units:\n  - id: u1\n  \tname: x\n", 3, 3),
        ("a: b: c\n", 1, 5),
        ("name: 县: 乡\n", 1, 8),
        ("units: [{]}\n", 1, 10),
        ("units: [\nhosts: 3\n", 2, 9),
        ("name: \x07\n", 1, 7),
        ("a: 1\n县: \x07\n", 2, 4),
        ("- units\n", 1, 1),
        ("a: 1\nb:\n  c: 1\n  c: 2\n", 4, 3),
        ("a: &x [1]\nb:  *x\n", 2, 1),
    ],
)
def test_broken_yaml_names_line_and_column(text: str, line: int, column: int) -> None:
    problem = read_texts({"x.yml": text.encode()}).problems[0]
    assert (problem.file, problem.line, problem.column) == ("x.yml", line, column)


def test_text_in_gbk_names_the_column_of_its_first_wrong_letter() -> None:
    raw = "names:\n  县名: x\n".encode() + "  名: y\n".encode("gbk")
    (problem,) = read_texts({"x.yml": raw}).problems
    assert (problem.line, problem.column) == (3, 3)


def test_every_value_has_line_and_column() -> None:
    spots = read_texts({"x.yml": "units:\n  - id: 单位\n    lan: {a: 1, b: 2}\n".encode()}).spots
    assert spots["units",] == ("x.yml", 1, 1)
    assert spots["units", 0] == ("x.yml", 2, 5)
    assert spots["units", 0, "lan"] == ("x.yml", 3, 5)
    assert spots["units", 0, "lan", "b"] == ("x.yml", 3, 17)


def test_a_symlink_is_refused_wherever_it_leads(tmp_path: Path) -> None:
    county, outside = tmp_path / "county", tmp_path / "outside.yml"
    county.mkdir()
    outside.write_text("units: []\n")
    for target in (outside, county / "gone.yml", county / "a.yml"):
        link = county / "a.yml"
        link.symlink_to(target)
        problem = one(county)
        assert (problem.file, problem.message) == ("a.yml", "a symlink is no file of a county")
        assert not read(county).sections
        link.unlink()


def test_what_is_no_file_is_refused_and_hangs_nobody(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.yml")
    assert one(tmp_path).message == "this is no file"
    (tmp_path / "a.yml").unlink()
    (tmp_path / "a.yml").mkdir()
    assert one(tmp_path).file == "a.yml"


def test_a_file_over_the_limit_is_refused_with_the_limit_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MEGABYTES", 1)
    (tmp_path / "a.yml").write_bytes(b"#" * 1_000_000)
    assert not read(tmp_path).problems
    (tmp_path / "a.yml").write_bytes(b"#" * 1_000_001)
    assert (one(tmp_path).message, one(tmp_path).values) == ("the file is larger than {limit} MB", {"limit": 1})


def test_a_file_that_would_be_overlooked_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "units.yaml").write_text("units: []\n")
    assert one(tmp_path).strength is Strength.WARNING


def test_an_editor_s_own_files_are_no_part_of_a_county(tmp_path: Path) -> None:
    (tmp_path / ".#units.yml").symlink_to("somebody@somewhere.1234")
    (tmp_path / ".units.yml").write_text("units: [")
    assert not read(tmp_path).problems


def test_a_large_file_s_tree_is_not_kept() -> None:
    before = source._remembered.cache_info().currsize
    source.compose("# " + "x" * 300_000 + "\nhosts: []\n")
    assert source._remembered.cache_info().currsize == before


@pytest.mark.parametrize("collects", [True, False])
def test_the_collector_is_left_as_it_was(collects: bool) -> None:
    before = gc.isenabled()
    (gc.enable if collects else gc.disable)()
    try:
        with pytest.raises(ValueError, match="collects: False"), without_collecting():
            int(f"collects: {gc.isenabled()}")
        assert gc.isenabled() is collects
    finally:
        (gc.enable if before else gc.disable)()

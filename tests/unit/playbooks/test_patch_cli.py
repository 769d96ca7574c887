"""`countynet config patch`: the lines between two files, what is said about them, and bad input."""

import json
from pathlib import Path

from typer.testing import CliRunner

from playbooks.device.cli import app

OLD = "sysname a\ninterface GigabitEthernet0/0/1\n description a\n loopback-detect weird mode\n"
NEW = "sysname b\ninterface GigabitEthernet0/0/1\n description b\n odd line\n"


def _files(folder: Path) -> list[str]:
    (folder / "old.cfg").write_text(OLD, encoding="utf-8")
    (folder / "new.cfg").write_text(NEW, encoding="utf-8")
    return [str(folder / "old.cfg"), str(folder / "new.cfg")]


def test_lines_are_printed_and_what_was_left_alone_is_said(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["patch", *_files(tmp_path), "--platform", "huawei_vrp"])
    assert result.exit_code == 0
    assert "description b" in result.stdout
    assert "loopback-detect weird mode" in result.stderr
    assert "odd line" in result.stderr


def test_json_has_the_lines_and_all_that_is_to_know(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["patch", *_files(tmp_path), "--platform", "huawei_vrp", "--json"])
    document = json.loads(result.stdout)
    assert document["lines"] == [
        "sysname b", "interface GigabitEthernet0/0/1", "description b", "odd line", "quit",
    ]  # fmt: skip
    assert document["kept"] == [["interface GigabitEthernet0/0/1", "loopback-detect weird mode"]]
    assert [line["text"] for line in document["not_understood"]] == ["odd line"]


def test_what_is_unmanaged_is_removed_when_asked(tmp_path: Path) -> None:
    told = ["patch", *_files(tmp_path), "--platform", "huawei_vrp", "--remove-unmanaged", "--json"]
    assert "undo loopback-detect weird mode" in json.loads(CliRunner().invoke(app, told).stdout)["lines"]


def test_a_file_or_platform_that_is_not_there_is_bad_input(tmp_path: Path) -> None:
    files = _files(tmp_path)
    assert CliRunner().invoke(app, ["patch", *files, "--platform", "linux"]).exit_code == 2
    assert CliRunner().invoke(app, ["patch", *files, "--platform", "nothing"]).exit_code == 2
    absent = CliRunner().invoke(app, ["patch", files[0], str(tmp_path / "none"), "--platform", "huawei_vrp"])
    assert absent.exit_code == 2

"""`countynet config parse`: a file's meaning and the lines that nobody understands, for people and for scripts."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from playbooks.device import cli

TEXT = """#
sysname sw-1
#
interface GE1/0/1
 description 县委办
 frobnicate
#
bgp 1
 peer 10.0.0.1 valid-ttl-frobs cipher Hidden123
#
stelnet server enable
#
return
"""


def _run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli.app, ["parse", *words])
    return result.exit_code, result.stdout


def _file(folder: Path, content: bytes) -> str:
    (folder / "sw.cfg").write_bytes(content)
    return str(folder / "sw.cfg")


def test_a_script_gets_what_is_not_understood_and_exit_code_0(tmp_path: Path) -> None:
    code, text = _run(_file(tmp_path, TEXT.encode()), "--platform", "huawei_vrp", "--json")
    told = json.loads(text)
    assert code == 0
    assert (told["understood"], told["lines"]) == (5, 7)
    assert {"line": 6, "section": "interface GE1/0/1", "text": "frobnicate"} in told["unparsed"]
    assert [line["line"] for line in told["unparsed"]] == [6, 9]
    assert told["config"]["hostname"] == "sw-1"
    assert "Hidden123" not in text


def test_a_person_gets_a_table(tmp_path: Path) -> None:
    code, text = _run(_file(tmp_path, TEXT.encode()), "--platform", "huawei_vrp")
    assert code == 0
    assert "frobnicate" in text
    assert "Hidden123" not in text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk"])
def test_a_file_in_the_encoding_of_its_time_is_read(tmp_path: Path, encoding: str) -> None:
    _, text = _run(_file(tmp_path, TEXT.encode(encoding)), "--platform", "huawei_vrp", "--json")
    assert json.loads(text)["config"]["interfaces"][0]["description"] == "县委办"


@pytest.mark.parametrize("words", [["nowhere.cfg", "--platform", "huawei_vrp"], ["sw.cfg", "--platform", "huawai"]])
def test_what_is_not_there_is_bad_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    _file(tmp_path, TEXT.encode())
    assert _run(*words)[0] == 2


def test_linux_is_a_platform_too(tmp_path: Path) -> None:
    text = "#### /etc/hostname 0644\ncpe-1\n#### /etc/cron.d/x 0644\n* * * * *\n"
    _, told = _run(_file(tmp_path, text.encode()), "--platform", "linux", "--json")
    document = json.loads(told)
    assert {"line": 1, "section": "/etc/cron.d/x", "text": "* * * * *"} in document["unparsed"]

"""The front door: help at once, one JSON document, exit codes, and the command line in the language asked for."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


def run(*words: str, lang: str = "en", cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "countynet.cli", "--lang", lang, *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "COLUMNS": "160", "LANG": "C.UTF-8"},
    )


def test_help_lists_every_command_without_importing_a_room() -> None:
    code = (
        "import sys; sys.argv = ['countynet', '--help']\n"
        "from countynet.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "rooms = {'inventory', 'topology', 'playbooks', 'monitoring', 'audit', 'dashboard', 'sqlalchemy', 'ansible'}\n"
        "print('IMPORTED', sorted(rooms & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "IMPORTED []" in done.stdout
    for command in ("demo", "doctor", "init", "inventory", "twin", "config", "serve"):
        assert command in done.stdout


def test_help_speaks_the_language_asked_for() -> None:
    assert "本机" in run("--help", lang="zh").stdout
    assert "本机" not in run("--help").stdout
    assert "以 root" not in run("doctor", "--help").stdout
    assert "JSON 文档" in run("doctor", "--help", lang="zh").stdout


def test_unknown_command_is_bad_input() -> None:
    done = run("invent")
    assert done.returncode == 2
    assert "invent" in done.stderr


def test_wrong_setting_is_told_with_exit_code_2_and_one_json_document() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "countynet.cli", "doctor", "--json"],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "COUNTYNET_PORT": "many", "COUNTYNET_LANG": "en"},
    )
    assert done.returncode == 2
    assert "COUNTYNET_PORT" in json.loads(done.stdout)["error"]["message"]
    assert "COUNTYNET_PORT" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_doctor_reports_one_json_document(tmp_path: Path, lang: str) -> None:
    done = run("--county", str(tmp_path / "c"), "doctor", "--json", lang=lang)
    report = json.loads(done.stdout)
    assert done.returncode == (0 if report["ok"] else 1)
    assert {c["group"] for c in report["checks"]} >= {"root", "daemon", "resource", "port", "twin"}
    assert all(c["fix"] == "" for c in report["checks"] if c["ok"])
    assert not (tmp_path / "c").exists(), "doctor only looks"

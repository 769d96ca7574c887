"""What deploy/ starts exists: settings that countynet reads, commands it has, files that are there, and no secret."""

import configparser
import re
import shlex
from pathlib import Path

import pytest

from countynet.settings import ENVIRONMENT, Settings
from monitoring.cli import app

DEPLOY = Path(__file__).parents[3] / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
COMMANDS = {
    command.name or (command.callback.__name__ if command.callback else "") for command in app.registered_commands
}


def lines(name: str) -> dict[str, str]:
    rows = (DEPLOY / name).read_text().splitlines()
    return dict(row.split("=", 1) for row in rows if row and not row.startswith("#"))


def test_every_setting_is_one_and_together_they_are_valid(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    named = {name for file in FILES for name in re.findall(r"COUNTYNET_[A-Z_]+", file.read_text())}
    assert named <= set(ENVIRONMENT)
    for name, value in lines("countynet.env").items():
        monkeypatch.setenv(name, value)
    settings = Settings.load(tmp_path)
    assert settings.database.endswith("{county}")
    assert settings.broker_password_file is not None


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_secret_is_written_down(file: Path) -> None:
    for row in file.read_text().splitlines():
        assert not re.search(r"://[^/\s]*:[^/\s@{]+@", row), row
        assert not re.match(r"\s*(requirepass|masterauth)\b", row), row


@pytest.mark.parametrize("file", sorted(DEPLOY.glob("systemd/*.service")), ids=lambda file: file.name)
def test_a_unit_starts_a_command_that_exists(file: Path) -> None:
    unit = configparser.ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(file)
    words = shlex.split(unit["Service"]["ExecStart"])
    if words[0].endswith("countynet"):
        assert words[1] == "monitor"
        assert words[2] in COMMANDS
        assert unit["Service"]["EnvironmentFile"] == "/etc/countynet/countynet.env"
    assert unit["Service"]["NoNewPrivileges"] == "yes"


def test_supervisor_starts_commands_that_exist() -> None:
    config = configparser.ConfigParser(interpolation=None, inline_comment_prefixes=None)
    config.read(DEPLOY / "supervisor" / "countynet.conf")
    for section in config.sections():
        found = re.search(r"countynet monitor ([a-z]+)", config[section]["command"])
        assert found is not None
        assert found[1] in COMMANDS


def test_the_readme_names_no_file_that_is_not_there() -> None:
    text = (DEPLOY / "README.md").read_text()
    for name in re.findall(r"`((?:systemd|supervisor|redis)/[a-z.@-]+)`", text):
        assert (DEPLOY / name).exists(), name
    for command in re.findall(r"`?countynet monitor ([a-z]+)", text):
        assert command in COMMANDS, command

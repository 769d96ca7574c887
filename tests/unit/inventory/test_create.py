"""The county folder is made once, completely, and nothing of a person's is ever overwritten."""

import json
import subprocess
from pathlib import Path
from typing import get_args

import pytest
from cryptography.hazmat.primitives.serialization import load_ssh_private_key
from typer.testing import CliRunner

from countynet.errors import BadInput, MissingCapability
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.stages import Stage, StageContext
from inventory import create, load_county
from inventory.cli import app
from inventory.intent.adapt import VENDOR_PRIVATE_KEY, VENDOR_PUBLIC_KEY
from inventory.model.devices import PlatformName
from inventory.stage import stage
from tests.unit.inventory.broken import change
from tests.unit.inventory.mixed_county import mixed_county


def context(folder: Path, quick: bool = False, mixed: bool = False) -> StageContext:
    said = Settings.load(folder), quick, lambda _line: None, lambda _done, _total, _text="": None
    return StageContext(*said, mixed=mixed)


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(folder), *words], capture_output=True, text=True, check=True).stdout


def test_the_stage_makes_a_county_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    assert isinstance(stage, Stage)
    first = context(tmp_path / "county")
    summary = stage.run(first)
    assert (summary["units"], summary["devices"]) == (120, 132)
    assert len(first.county.units) == 120
    assert git(first.settings.county, "status", "--porcelain") == ""
    vault = (first.settings.county / "secrets/vault.yml").read_bytes()
    assert stage.run(context(tmp_path / "county")) == summary
    assert (first.settings.county / "secrets/vault.yml").read_bytes() == vault


def test_quick_is_twelve_units_of_the_same_county(tmp_path: Path) -> None:
    quick = context(tmp_path / "county", quick=True)
    assert stage.run(quick)["units"] == len(quick.county.units) == 12
    assert len(load_county(quick.settings.county).units) == 120


def test_secrets_are_complete_random_and_not_in_git_in_clear(tmp_path: Path) -> None:
    made = context(tmp_path / "county")
    stage.run(made)
    secrets = Secrets.load(made.settings)
    assert len(secrets.names()) == 100
    values = [secrets.get(name).get_secret_value() for name in secrets.names()]
    assert len(set(values)) == 100
    assert secrets.get("ssh/admin-public-key").get_secret_value().startswith("ssh-ed25519 ")
    assert "BEGIN OPENSSH PRIVATE KEY" in secrets.get("ssh/admin-private-key").get_secret_value()
    tracked = git(made.settings.county, "ls-files").splitlines()
    assert "secrets/vault.yml" in tracked
    assert not [name for name in tracked if ".state" in name]
    text = "".join((made.settings.county / name).read_text(encoding="utf-8") for name in tracked)
    assert not [value for value in values if value in text]


def test_a_person_s_own_county_is_kept(folder: Path) -> None:
    change(folder, "county.yml", "name: 清岚县", "name: 青石县")
    own = context(folder)
    stage.run(own)
    assert load_county(folder).plan.name == "青石县"
    assert git(folder, "log", "--oneline").count("\n") == 1


def test_a_broken_county_stops_before_anything_is_made(folder: Path) -> None:
    change(folder, "circuits.yml", "vlan: 102", "vlan: 101")
    with pytest.raises(BadInput):
        stage.run(context(folder))
    assert not (folder / ".git").exists()
    assert not (folder / "secrets").exists()


def test_an_interrupted_creation_is_finished(tmp_path: Path) -> None:
    settings = Settings.load(tmp_path / "county")
    create.create_folder(settings)
    for name in ("units.yml", "policy.yml"):
        (settings.county / name).unlink()
    (settings.county / ".creating").touch()
    assert create.create_folder(settings)
    assert len(load_county(settings.county).units) == 120
    assert not create.create_folder(settings)


def test_the_mixed_county_is_valid_and_gets_a_key_that_vendors_take(tmp_path: Path) -> None:
    made = context(tmp_path / "county", mixed=True)
    assert stage.run(made)["devices"] == 132
    secrets = Secrets.load(made.settings)
    assert {device.platform for device in load_county(made.settings.county).devices} == set(get_args(PlatformName))
    kind, key = secrets.get(VENDOR_PUBLIC_KEY).get_secret_value().split()
    private = secrets.get(VENDOR_PRIVATE_KEY).get_secret_value()
    assert kind == "ssh-rsa"
    assert load_ssh_private_key(private.encode(), None).key_size == 3072  # type: ignore[union-attr]
    assert key not in git(made.settings.county, "show", "HEAD")
    stage.run(made)
    assert Secrets.load(made.settings).get(VENDOR_PUBLIC_KEY) == secrets.get(VENDOR_PUBLIC_KEY)


def test_a_linux_county_gets_the_vendors_key_when_it_gets_a_vendors_device(tmp_path: Path) -> None:
    settings = Settings.load(tmp_path / "county")
    create.create_folder(settings)
    county = load_county(settings.county)
    create.create_secrets(settings, county)
    assert VENDOR_PUBLIC_KEY not in Secrets.load(settings).names()
    assert create.create_secrets(settings, mixed_county()) == 2
    assert create.create_secrets(settings, mixed_county()) == 0


def test_an_interrupted_mixed_creation_stays_mixed(tmp_path: Path) -> None:
    settings = Settings.load(tmp_path / "county")
    create.create_folder(settings, mixed=True)
    (settings.county / "devices.yml").unlink()
    (settings.county / ".creating").write_text("mixed", encoding="utf-8")
    assert create.create_folder(settings)
    assert load_county(settings.county).device_by_name["core-1"].platform == "huawei_vrp"


def test_a_county_that_is_there_is_not_mixed_afterwards(tmp_path: Path) -> None:
    settings = Settings.load(tmp_path / "county")
    create.create_folder(settings)
    assert not create.create_folder(settings, mixed=True)
    assert {device.platform for device in load_county(settings.county).devices} == {"linux"}


def test_a_new_unit_gets_its_key_and_the_others_keep_theirs(tmp_path: Path) -> None:
    made = context(tmp_path / "county")
    stage.run(made)
    before = Secrets.load(made.settings)
    kept = {name: before.get(name) for name in before.names() if name != "ipsec/cpe-120"}
    Secrets.create(made.settings, {name: value.get_secret_value() for name, value in kept.items()})
    stage.run(made)
    after = Secrets.load(made.settings)
    assert {name: after.get(name) for name in kept} == kept
    assert "ipsec/cpe-120" in after.names()


def test_without_git_the_fix_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MissingCapability, match="apt-get install git"):
        stage.run(context(tmp_path / "county"))


class TestCommands:
    """`countynet inventory ...`."""

    @pytest.fixture
    def made(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setenv("COUNTYNET_COUNTY", str(folder))
        monkeypatch.setenv("COUNTYNET_LANG", "en")
        return folder

    def run(self, *words: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, words)
        return result.exit_code, result.stdout

    def test_validate(self, made: Path) -> None:
        code, text = self.run("validate", "--json")
        assert code == 0
        assert json.loads(text)["units"] == 120

    def test_validate_a_broken_county(self, made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        change(made, "circuits.yml", "vlan: 102", "vlan: 4095")
        monkeypatch.setattr("sys.argv", ["countynet", "inventory", "validate", "--json"])
        code, text = self.run("validate", "--json")
        assert code == 2
        (problem,) = json.loads(text)["error"]["problems"]
        assert (problem["file"], problem["where"]) == ("circuits.yml", "circuits[1].vlan")

    def test_show(self, made: Path) -> None:
        code, text = self.run("show", "unit", "u016", "--json")
        assert (code, json.loads(text)["line"]["id"]) == (0, "line-016")
        code, text = self.run("show", "device", "cpe-016", "--json")
        assert (code, json.loads(text)["ports"]) == (0, {"wan0": "sw-finance:p02", "lan0": "pc-016:eth0", "lan1": ""})
        assert "财政局" in self.run("show", "unit", "u016")[1]

    def test_config_of_a_vendors_device_is_written_as_its_platform_prints_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("COUNTYNET_COUNTY", str(tmp_path / "mixed"))
        assert self.run("init", "--mixed", "--json")[0] == 0
        code, text = self.run("config", "cpe-025", "--json")
        said = json.loads(text)
        assert (code, said["platform"]) == (0, "huawei_vrp")
        assert "interface GigabitEthernet0/0/1" in said["configuration"]
        assert "pre-shared-key" in said["configuration"]
        key = Secrets.load(Settings.load()).get("ipsec/cpe-025").get_secret_value()
        assert key not in said["configuration"]

    @pytest.mark.parametrize("words", [("show", "unit", "u999"), ("show", "device", "cpe-999"), ("config", "nobody")])
    def test_what_does_not_exist(self, made: Path, words: tuple[str, ...]) -> None:
        self.run("init")
        assert self.run(*words)[0] == 2

    def test_init_then_config_shows_no_secret(self, made: Path) -> None:
        code, text = self.run("init", "--json")
        assert (code, json.loads(text)["secrets"]) == (0, 100)
        code, text = self.run("config", "cpe-025", "--json")
        assert code == 0
        shown = json.loads(text)["configuration"]
        secrets = Secrets.load(Settings.load(made))
        assert "100.64.25.2/30" in shown
        assert not [n for n in secrets.names() if "public" not in n and secrets.get(n).get_secret_value() in shown]

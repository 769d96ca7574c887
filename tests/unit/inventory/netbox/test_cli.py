"""The commands: what they print, and what a script can rely on (one JSON document, exit codes)."""

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from countynet.i18n import set_language
from countynet.settings import Settings
from inventory import create, load_county
from inventory.netbox import cli, service
from tests.unit.inventory.netbox.fake import FakeNetBox

URL = "https://netbox.test"


@pytest.fixture
def settings(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("COUNTYNET_COUNTY", str(folder))
    set_language("en")
    return Settings.load()


@pytest.fixture
def netbox(monkeypatch: pytest.MonkeyPatch) -> FakeNetBox:
    found = FakeNetBox()
    monkeypatch.setattr(service, "connect", lambda _settings, _url, _file: found)
    return found


def document(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


@pytest.mark.usefixtures("netbox")
def test_an_export_prints_one_document_and_a_second_says_that_nothing_changed(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.export_to(settings, URL, json=True)
    first = document(capsys)
    assert (first["failures"], first["waiting"], first["preview"]) == ([], [], False)
    cli.export_to(settings, URL, json=True)
    second = document(capsys)
    assert (second["made"], second["changed"], second["same"]) == (0, 0, first["made"] + first["changed"])
    cli.export_to(settings, URL)
    assert "nothing to change" in capsys.readouterr().err


def test_what_netbox_refuses_is_shown_with_its_words_and_the_exit_code_is_1(
    settings: Settings, netbox: FakeNetBox, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_path: str, body: Mapping[str, Any]) -> str:
        return "slug: is taken" if body.get("slug") == "u003" else ""

    netbox.refuse = refuse
    with pytest.raises(SystemExit) as caught:
        cli.export_to(settings, URL)
    shown = capsys.readouterr()
    assert caught.value.code == 1
    assert "tenants/u003" in shown.out
    assert "slug: is taken" in shown.out
    assert "wait for what was refused (tenants/u003" in shown.err


def test_an_import_without_a_terminal_shows_and_changes_nothing_unless_told(
    settings: Settings, netbox: FakeNetBox, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    create.create_repository(settings)
    cli.export_to(settings, URL, json=True)
    device = next(r for r in netbox.records["dcim/devices"].values() if r["name"] == "cpe-001")
    device["serial"] = "BY-HAND"
    capsys.readouterr()
    monkeypatch.setattr("sys.stdin", io.StringIO())
    cli.import_(URL)
    assert "BY-HAND" in capsys.readouterr().out
    assert load_county(settings.county).device_by_name["cpe-001"].serial != "BY-HAND"
    cli.import_(URL, preview=True, json=True)
    assert document(capsys)["differences"][0]["theirs"] == "BY-HAND"
    create.create_secrets(settings, load_county(settings.county))
    cli.import_(URL, yes=True, reason="corrected in the rack")
    assert load_county(settings.county).device_by_name["cpe-001"].serial == "BY-HAND"
    assert "BY-HAND" in (settings.county / "devices.yml").read_text()


def test_device_types_are_added_in_one_commit_and_a_second_time_changes_nothing(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    create.create_repository(settings)
    create.create_secrets(settings, load_county(settings.county))
    file = tmp_path / "sw.yaml"
    file.write_text("manufacturer: H3C\nmodel: S5130\nslug: h3c-s5130\nu_height: 1\nairflow: passive\n")
    cli.device_type([file])
    shown = capsys.readouterr().err
    assert "airflow" in shown
    assert "committed" in shown
    assert load_county(settings.county).device_types[-1].model == "S5130"
    cli.device_type([file])
    assert "nothing changed" in capsys.readouterr().err


def test_a_device_type_with_problems_is_refused_with_exit_code_2_and_nothing_is_committed(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "sw.yaml"
    file.write_text("manufacturer: H3C\nslug: H3C\n")
    with pytest.raises(SystemExit) as caught:
        cli.device_type([file])
    assert caught.value.code == 2
    assert "sw.yaml:2" in capsys.readouterr().err


def test_the_csv_files_are_written_and_counted(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.csv(tmp_path / "out", json=True)
    said = document(capsys)
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(said["files"])
    assert said["left_out"]["terminations"] == 2 * len(
        [*load_county(settings.county).circuits, *load_county(settings.county).backup_lines]
    )

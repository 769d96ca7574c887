"""`config ... --only` and `run servers --only` hand on exactly the devices and servers that were meant."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from countynet.errors import BadInput
from countynet.settings import Settings
from inventory import load_county
from inventory.create import create_folder, create_secrets
from inventory.model import County
from playbooks.device import cli, service
from playbooks.device.hostkeys import HostKeys, known_hosts
from playbooks.servers import hostkeys, run

Told = list[tuple[str, Sequence[str] | None, bool]]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    made = Settings.load(tmp_path / "county")
    create_folder(made)
    monkeypatch.setenv("COUNTYNET_COUNTY", str(made.county))
    return made


@pytest.fixture
def told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Told:
    heard: Told = []

    def apply(_county: County, _settings: Settings, only: Sequence[str] | None, *_rest: Any, **how: Any) -> tuple[()]:
        heard.append(("apply", only, bool(how["check"])))
        return ()

    def fetch(_county: County, _settings: Settings, only: Sequence[str] | None, *_rest: Any) -> Mapping[str, Any]:
        heard.append(("fetch", only, False))
        return {}

    monkeypatch.setattr(service, "apply", apply)
    monkeypatch.setattr(service, "fetch", fetch)
    return heard


def asked(*words: str) -> None:
    done = CliRunner().invoke(cli.app, list(words), catch_exceptions=False)
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(("verb", "check"), [("apply", False), ("diff", True)])
@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["--all"], None),
        (["cpe-001", "fw-1"], ("fw-1", "cpe-001")),
        (["--only", "role=core,firewall"], ("core-1", "core-2", "fw-1", "fw-2")),
        (["--only", "role=cpe", "--only", "unit=u025,u026"], ("cpe-025", "cpe-026")),
        (["cpe-001", "cpe-025", "--only", "access=adsl"], ("cpe-025",)),
        (["--all", "--only", "role=vpn-hub"], ("vpn-hub",)),
    ],
)
def test_what_is_meant_is_handed_on(
    told: Told, verb: str, check: bool, words: list[str], meant: tuple[str, ...] | None
) -> None:
    asked(verb, *words)
    assert told == [("apply", meant, check)]


def test_fetch_takes_it_too(told: Told) -> None:
    asked("fetch", "--only", "name=sw-*")
    assert told == [("fetch", ("sw-dc", "sw-admin", "sw-finance", "sw-justice"), False)]


@pytest.mark.parametrize("words", [[], ["cpe-001", "--all"], ["cpe-001", "--all", "--only", "role=cpe"]])
def test_it_must_be_clear_who_is_meant(told: Told, words: list[str]) -> None:
    assert CliRunner().invoke(cli.app, ["apply", *words]).exit_code == 2
    assert told == []


@pytest.mark.parametrize(
    "words",
    [["cpe-999"], ["cpe-001", "cpe-999"], ["--only", "role=cp"], ["--only", ""], ["cpe-001", "role=core"],
     ["cpe-001", "--only", "access=adsl"], ["!cpe-001"]],
)  # fmt: skip
def test_a_mistake_touches_nothing(told: Told, words: list[str]) -> None:
    with pytest.raises(BadInput):
        CliRunner().invoke(cli.app, ["apply", *words], catch_exceptions=False)
    assert told == []


def test_trust_forgets_the_selected_devices_only(settings: Settings) -> None:
    file = known_hosts(settings)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(f"cpe-0{n} ssh-ed25519 AAAA\n" for n in (24, 25, 26)))
    asked("trust", "--only", "unit=u025,u026")
    assert file.read_text() == "cpe-024 ssh-ed25519 AAAA\n"
    assert HostKeys(file)
    assert CliRunner().invoke(cli.app, ["trust"]).exit_code == 2


def test_trust_forgets_a_server_in_both_files_with_every_kind_of_key(settings: Settings) -> None:
    file = hostkeys.by_address(settings)
    file.parent.mkdir(parents=True, exist_ok=True)
    keys = [f"{ip} {kind} AAAA\n" for ip in ("10.1.0.10", "10.1.0.20") for kind in ("ssh-ed25519", "ssh-rsa")]
    file.write_text("".join(keys))
    hostkeys.by_name(settings).write_text("srv-infra ssh-ed25519 AAAA\nsrv-portal ssh-ed25519 AAAA\n")
    asked("trust", "srv-infra")
    assert file.read_text() == "".join(keys[2:])
    assert hostkeys.by_name(settings).read_text() == "srv-portal ssh-ed25519 AAAA\n"
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("only", "limit", "counted"),
    [
        (None, [], {"srv-infra", "srv-portal"}),
        (["runs=portal"], ["srv-portal"], {"srv-portal"}),
        (["!srv-portal"], ["srv-infra"], {"srv-infra"}),
    ],
)
def test_ansible_is_limited_to_the_selected_servers(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, only: list[str] | None, limit: list[str], counted: set[str]
) -> None:
    county, orders = load_county(settings.county), list[dict[str, Any]]()
    create_secrets(settings, county)
    monkeypatch.setattr(run, "_converse", lambda order, *_rest: orders.append(order))
    result = run.run_servers(county, settings, only=only)
    assert orders[0]["only"] == limit
    assert set(json.loads(json.dumps(orders[0]["inventory"]))["all"]["hosts"]) == {"srv-infra", "srv-portal"}
    assert {host.host for host in result.hosts} == counted


def test_a_host_that_runs_nothing_is_no_server(settings: Settings) -> None:
    with pytest.raises(BadInput):
        run.run_servers(load_county(settings.county), settings, only=["station"])

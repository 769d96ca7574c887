"""A host that is the center's alone: where its key is not, the audit says so and passes nothing; with it, it looks."""

import tomllib
from collections.abc import Mapping
from contextlib import nullcontext
from importlib.metadata import EntryPoint
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from pydantic import SecretStr

from audit import gather
from audit.live import logs, servers
from audit.live.station import Around
from audit.servers.checks import CHECKS
from audit.servers.machine import Machine
from countynet import apart
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.vocabulary import HostKind, Verdict
from inventory import create
from playbooks.applications import secrets
from tests.unit.audit.servers.made import points
from tests.unit.playbooks.applications import scene

HOST = "srv-auth"
ROOT = Path(__file__).parents[3]
Ways = dict[str, str]


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"][apart.GROUP]
    found = tuple(EntryPoint(name, value, apart.GROUP) for name, value in told.items())
    monkeypatch.setattr(apart, "registered", lambda _group: found)
    settings = Settings.load(tmp_path / "county")
    create.create_secrets(settings, scene.county())
    return settings


@pytest.fixture
def center(company: Settings, tmp_path: Path) -> Settings:
    return company.model_copy(update={"center_password_file": tmp_path / "medium"})


def looked(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> tuple[dict[str, Machine], Ways]:
    """Return the servers as they are told, and by which key each was read."""
    ways = Ways()

    def read(_p: Around, hosts: Mapping[str, tuple[IPv4Address, SecretStr]], _k: Path) -> dict[str, Machine]:
        ways.update({name: key.get_secret_value() for name, (_address, key) in hosts.items()})
        return {name: Machine(name) for name in hosts}

    monkeypatch.setattr("audit.live.servers.read_all", read)
    return gather._servers(nullcontext, scene.county(), settings, Secrets.load(settings), None), ways


def test_every_server_is_looked_at_whoever_put_what_on_it_and_a_public_host_once_it_was_signed_in_to(
    company: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = {host.name: host.kind for host in scene.county().hosts}
    every = {name for name, kind in kinds.items() if kind is HostKind.SERVER}
    found, ways = looked(company, monkeypatch)
    assert {HOST, "srv-save"} < every
    assert found.keys() == ways.keys() == every
    known = logs.host_keys(company)
    known.parent.mkdir(parents=True, exist_ok=True)
    known.write_text("10.2.0.10 ssh-ed25519 AAAA\n")
    assert looked(company, monkeypatch)[0].keys() == every | {"pub-1"}


def test_a_server_that_nobody_signed_in_to_is_not_opened_and_decides_nothing(tmp_path: Path) -> None:
    hosts = {"srv-save": (IPv4Address("10.1.0.35"), SecretStr("key"))}
    found = servers.read_all(nullcontext, hosts, tmp_path / "none")["srv-save"]
    said = [point for check in CHECKS for point in points(check, found)]
    assert {(point.verdict, point.message) for point in said} == {(Verdict.UNKNOWN, servers.NEVER_MET)}


def test_the_companys_audit_says_that_the_host_is_the_centers_and_passes_nothing_of_it(
    company: Settings, center: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets.keep_apart(center, {})
    found, ways = looked(company, monkeypatch)
    assert HOST not in ways
    assert found[HOST].reason == gather.CENTERS
    said = [point for check in CHECKS for point in points(check, found[HOST])]
    assert {(point.verdict, point.message) for point in said} == {(Verdict.UNKNOWN, gather.CENTERS)}


def test_the_centers_audit_looks_at_it_with_its_own_key_and_at_the_others_with_the_servers(
    center: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets.keep_apart(center, {})
    found, ways = looked(center, monkeypatch)
    own = apart.key(center)
    assert own
    assert not found[HOST].reason
    assert [name for name, key in ways.items() if key == own.get_secret_value()] == [HOST]

"""`config apply` on a real twin of four units: from bare, again, and with devices that are really broken."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from countynet import vantage
from countynet.errors import DeviceError
from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory import create, load_county, running, subset
from inventory.model import County
from playbooks.device.reach import reach
from playbooks.device.results import DeviceResult, Limits, Step
from playbooks.device.service import apply, fetch
from topology import twin

HASTY = Limits(connect=1.5, sign_in=5, command=20, settle=5, device=40, in_band=60)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings.load(tmp_path_factory.mktemp("config") / "county")


@pytest.fixture(scope="module")
def county(settings: Settings) -> County:
    create.create_folder(settings)
    whole = load_county(settings.county)
    create.create_secrets(settings, whole)
    return subset(whole, 4)


@pytest.fixture(scope="module")
def first(county: County, settings: Settings) -> Iterator[tuple[DeviceResult, ...]]:
    """Results of the first run over bare devices; the twin stays up for the module."""
    twin.up(county, settings, Secrets.load(settings))
    yield apply(county, settings)
    twin.down(settings)


@pytest.fixture
def ready(first: tuple[DeviceResult, ...]) -> None:
    """Have every device configured."""
    assert not [result.error for result in first if result.error]


MUTE = (
    "nft add table inet mute; nft 'add chain inet mute o { type filter hook output priority 0; }'; "
    "nft 'add rule inet mute o tcp sport 22 tcp flags & syn == 0 drop'"
)
"""the device accepts connections and never says a word, as one that is overloaded"""
SPEAK = "nft delete table inet mute"


def cpe(county: County, number: int = 0) -> str:
    return [device.name for device in county.devices if device.unit][number]


def on(settings: Settings, device: str, script: str) -> str:
    done = twin.exec_in(settings, device, ["sh", "-c", script])
    assert done.returncode == 0, done.stderr
    return done.stdout


def errors(results: tuple[DeviceResult, ...]) -> dict[str, DeviceError]:
    return {result.device: result.error for result in results if result.error}


def changed(results: tuple[DeviceResult, ...]) -> list[str]:
    return [result.device for result in results if result.changed]


def test_every_bare_device_is_configured_over_staging(county: County, first: tuple[DeviceResult, ...]) -> None:
    assert errors(first) == {}
    assert [r.device for r in first] == [d.name for d in county.devices]
    assert {(r.changed, r.via) for r in first} == {(True, "staging")}


@pytest.mark.usefixtures("ready")
def test_then_every_device_is_met_in_band_and_its_staging_port_is_shut(county: County, settings: Settings) -> None:
    netns = vantage.path(settings)
    assert netns
    with vantage.within(netns):
        for device in county.devices:
            reached = reach(device, Limits())
            reached.sock.close()
            assert reached.way == "in-band", device.name
    for device in county.devices:
        assert "state DOWN" in on(settings, device.name, "ip link show stg0")


@pytest.mark.usefixtures("ready")
def test_a_second_run_changes_nothing_and_tells_each_device_once(county: County, settings: Settings) -> None:
    told: list[Step] = []
    results = apply(county, settings, None, told.append)
    assert (changed(results), errors(results)) == ([], {})
    assert sorted(s.device for s in told if s.kind == "done") == sorted(d.name for d in county.devices)


@pytest.mark.usefixtures("ready")
def test_what_somebody_changed_by_hand_is_shown_and_undone(county: County, settings: Settings) -> None:
    name = cpe(county)
    on(settings, name, "nft add rule inet countynet input tcp dport 23 accept")
    seen = {r.device: r.diff for r in apply(county, settings, check=True)}
    assert "23" in seen.pop(name)
    assert set(seen.values()) == {""}
    assert "dport 23" in on(settings, name, "nft list ruleset")
    assert changed(apply(county, settings)) == [name]
    assert "dport 23" not in on(settings, name, "nft list ruleset")


@pytest.mark.usefixtures("ready")
def test_a_device_that_refuses_ssh_is_named_and_a_rerun_finishes_it(county: County, settings: Settings) -> None:
    deaf, other = cpe(county), cpe(county, 1)
    for name in (deaf, other):
        on(settings, name, "nft add rule inet countynet input tcp dport 23 accept")
    elsewhere = "/etc/ssh/sshd_config.d/elsewhere.conf"
    on(settings, deaf, f"echo Port 2222 >{elsewhere}; kill -HUP $(cat /run/sshd.pid)")
    results = apply(county, settings, limits=HASTY)
    assert list(errors(results)) == [deaf]
    assert "answers SSH neither" in str(errors(results)[deaf])
    assert changed(results) == [other]
    on(settings, deaf, f"rm {elsewhere}; kill -HUP $(cat /run/sshd.pid)")
    assert changed(apply(county, settings, limits=HASTY)) == [deaf]


@pytest.mark.usefixtures("ready")
def test_a_device_that_accepts_but_never_speaks_does_not_hold_up_the_others(county: County, settings: Settings) -> None:
    name = cpe(county)
    on(settings, name, MUTE)
    began = time.monotonic()
    try:
        assert list(errors(apply(county, settings, limits=HASTY))) == [name]
        assert time.monotonic() - began < 20
    finally:
        on(settings, name, SPEAK)


@pytest.mark.usefixtures("ready")
def test_a_device_that_does_not_know_the_key_is_named(county: County, settings: Settings) -> None:
    name, keys = cpe(county), "/etc/countynet/authorized_keys/netadmin"
    on(settings, name, f"mv {keys} {keys}.away")
    try:
        told = errors(apply(county, settings, [name, cpe(county, 1)], limits=HASTY))
    finally:
        on(settings, name, f"mv {keys}.away {keys}")
    assert list(told) == [name]
    assert "refused the key of netadmin" in str(told[name])


@pytest.mark.usefixtures("ready")
def test_a_device_with_another_host_key_is_refused_until_it_is_trusted(county: County, settings: Settings) -> None:
    name, key = cpe(county), "/etc/ssh/ssh_host_ed25519_key"
    on(settings, name, f"rm {key}; ssh-keygen -q -t ed25519 -N '' -f {key}; kill -HUP $(cat /run/sshd.pid)")
    for _attempt in range(10):  # a busy machine takes its time until sshd listens again
        told = str(errors(apply(county, settings, [name], limits=HASTY))[name])
        if "answers SSH neither" not in told:
            break
    assert "another host key" in told
    assert countynet(settings, "config", "trust", name).returncode == 0
    assert errors(apply(county, settings, [name], limits=HASTY)) == {}


@pytest.mark.usefixtures("ready")
def test_a_file_that_cannot_be_replaced_is_named(county: County, settings: Settings) -> None:
    name = cpe(county)
    on(settings, name, "echo broken >/etc/rsyslog.conf; mount --bind /etc/rsyslog.conf /etc/rsyslog.conf")
    error = errors(apply(county, settings, [name], limits=HASTY))[name]
    assert error.values["path"] == "/etc/rsyslog.conf"
    on(settings, name, "umount /etc/rsyslog.conf")
    results = apply(county, settings, limits=HASTY)
    assert (changed(results), errors(results)) == ([name], {})


@pytest.mark.usefixtures("ready")
def test_a_rejected_command_is_named_with_its_words_and_finished_later(county: County, settings: Settings) -> None:
    name = cpe(county)
    on(
        settings,
        name,
        "printf '#!/bin/sh\\n[ $1 = -f ] && echo out of filters >&2 && exit 1; exec /run/nft \"$@\"\\n' >/run/no",
    )
    on(
        settings,
        name,
        "chmod +x /run/no; cp /usr/sbin/nft /run/nft; nft add rule inet countynet input tcp dport 23 accept",
    )
    on(settings, name, "mount --bind /run/no /usr/sbin/nft")
    error = errors(apply(county, settings, limits=HASTY))[name]
    assert (error.command, error.answer.strip()) == ("nft -f /etc/nftables.conf", "out of filters")
    on(settings, name, "umount /usr/sbin/nft")
    assert changed(apply(county, settings, limits=HASTY)) == [name]
    assert changed(apply(county, settings, limits=HASTY)) == []


@pytest.mark.usefixtures("ready")
def test_running_configurations_are_kept_without_a_secret_in_clear(county: County, settings: Settings) -> None:
    results = fetch(county, settings)
    assert not [r.error for r in results.values() if r.error]
    secrets = Secrets.load(settings)
    values = [secrets.get(name).get_secret_value().encode() for name in secrets.names() if "public" not in name]
    for file in (f for f in running.folder(settings).rglob("*") if f.is_file()):
        content = file.read_bytes()
        assert not any(value in content for value in values), file
    hub = running.original(settings, "vpn-hub").get_secret_value()
    assert any(value.decode() in hub for value in values)


def countynet(settings: Settings, *words: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "COUNTYNET_LANG": "en", "COUNTYNET_COUNTY": str(settings.county)}
    command = [str(Path(sys.executable).with_name("countynet")), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


@pytest.mark.usefixtures("ready")
def test_the_command_prints_one_document_and_fails_with_the_device_named(county: County, settings: Settings) -> None:
    name = cpe(county)
    done = countynet(settings, "config", "apply", "--all", "--json")
    rows = json.loads(done.stdout)
    assert (done.returncode, len(rows)) == (0, len(county.devices))
    assert all(set(row) == {"device", "changed", "seconds", "error"} and not row["changed"] for row in rows)
    on(settings, name, MUTE)
    try:
        done = countynet(settings, "config", "apply", name, "--json")
    finally:
        on(settings, name, SPEAK)
    assert done.returncode == 1
    assert json.loads(done.stdout)[0]["error"].startswith(f"{name}: answers SSH neither")
    assert countynet(settings, "config", "apply", "no-such-device").returncode == 2


@pytest.mark.usefixtures("ready")
def test_only_the_selected_devices_are_asked(county: County, settings: Settings) -> None:
    done = countynet(settings, "config", "diff", "--only", "role=core,firewall", "--only", "!core-1", "--json")
    assert [row["device"] for row in json.loads(done.stdout)] == ["core-2", "fw-1", "fw-2"]
    refused = countynet(settings, "config", "diff", "--only", "role=cor", "--json")
    assert (refused.returncode, "core" in refused.stderr) == (2, True)

"""The filter of a server host: whom the inventory lets ask, its own segment for what it runs, never ourselves out."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from inventory import load_county
from inventory.model import Application, County, Host, PolicyRule
from playbooks.servers.filters import host_filter
from tests.unit.playbooks.applications import scene

TOP = Path(__file__).parents[3]
TRY = TOP / "playbooks/servers/roles/filter/files/try.py"
SEGMENT = "10.1.0.0/24"


@pytest.fixture(scope="module")
def county() -> County:
    return load_county(TOP / "inventory" / "example")


def opened(county: County, host: Host | str) -> dict[str, set[str]]:
    """Return whom a host's filter lets in, by protocol and port."""
    found: dict[str, set[str]] = {}
    for rule in host_filter(county, county.host_by_name[host] if isinstance(host, str) else host):
        assert isinstance(rule, dict)
        ports, networks = rule["ports"], rule["sources"]
        assert isinstance(ports, list)
        assert isinstance(networks, list)
        for port in ports or [""]:
            found.setdefault(f"{rule['protocol']} {port}".strip(), set()).update(map(str, networks or ["anybody"]))
    return found


def altered(county: County, **changes: object) -> County:
    return County(**{name: getattr(county, name) for name in County.model_fields} | changes)


def test_what_runs_is_open_to_whom_the_policy_lets_ask_and_to_the_own_segment(county: County) -> None:
    units, devices, management = "10.21.0.0/16", "10.255.0.0/16", "10.255.0.0/24"
    assert opened(county, "srv-infra") == {
        "tcp 22": {management},
        "icmp": {management, units},
        "udp 53": {units, devices, management, SEGMENT},
        "udp 123": {units, devices, SEGMENT},
        "udp 514": {devices, SEGMENT},
    }
    assert opened(county, "srv-portal") == {
        "tcp 22": {management},
        "icmp": {management, units},
        "tcp 80": {units, management, SEGMENT},
        "tcp 443": {units, management, SEGMENT, "10.200.0.0/16"},
    }


def test_what_runs_no_longer_is_closed(county: County) -> None:
    host = county.host_by_name["srv-infra"].model_copy(update={"runs": ("time",), "services": ("ntp", "ssh")})
    assert set(opened(altered(county, applications=()), host)) == {"tcp 22", "icmp", "udp 123"}


def test_an_exception_of_the_policy_is_let_in_and_a_rule_that_means_nobody_opens_nothing(county: County) -> None:
    asked = (
        ("unit:u002", "srv-portal", "ssh"),
        ("browsing-units", "srv-infra", "ssh"),
        ("zone:internet", "srv-infra", "dns"),
    )
    rules = tuple(
        PolicyRule(id=f"x{n}", source=source, target=f"host:{host}", services=(name,), reason="x", reason_en="x")
        for n, (source, host, name) in enumerate(asked)
    )
    units = tuple(unit.model_copy(update={"may_browse": False}) for unit in county.units)
    other = altered(county, policy=(*county.policy, *rules), units=units)
    assert str(county.unit_by_id["u002"].lan) in opened(other, "srv-portal")["tcp 22"]
    assert opened(other, "srv-infra")["tcp 22"] == {"10.255.0.0/24"}
    assert "anybody" in opened(other, "srv-infra")["udp 53"]


def test_an_application_that_others_put_beside_what_runs_is_not_cut_off(county: County) -> None:
    theirs = Application.model_validate({
        "id": "archive", "name": "档案", "name_en": "Archive", "owner": "u001", "hosts": ["srv-infra"],
        "zone": "server", "services": ["https"],
    })  # fmt: skip
    found = opened(altered(county, applications=(theirs,)), "srv-infra")
    assert found["tcp 443"] == {"10.21.0.0/16", "10.255.0.0/24", SEGMENT}


def test_who_is_backed_up_to_a_host_is_let_in_there_and_its_applications_keep_their_own_reach() -> None:
    writers = opened(scene.county(), "srv-save")["tcp 22"]
    assert {"10.255.0.0/24", "10.1.0.34"} < writers
    assert "10.21.0.0/16" not in opened(scene.county(), "srv-auth")["tcp 22"]
    assert set(opened(scene.county(), "srv-dept")) == {"tcp 22", "icmp", "tcp 443"}


@pytest.mark.parametrize(
    ("come", "networks", "good"),
    [
        ("10.255.0.10 40000 10.1.0.10 22", ["10.255.0.0/24"], True),
        ("10.9.0.1 40000 10.1.0.10 22", ["10.255.0.0/24"], False),
        ("10.9.0.1 40000 10.1.0.10 22", ["10.255.0.0/24", "10.9.0.0/16"], True),
        ("", ["10.255.0.0/24"], True),
    ],
)
def test_a_filter_that_would_shut_out_whoever_writes_it_is_refused(
    tmp_path: Path, come: str, networks: list[str], good: bool
) -> None:
    nft = tmp_path / "nft"
    nft.write_text("#!/bin/sh\nexec test -f /proc/self/exe\n")
    nft.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "SSH_CONNECTION": come}
    done = subprocess.run(
        [sys.executable, TRY, "/etc/nftables.conf", *networks],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode == 0) is good
    assert good or ("10.9.0.1" in done.stderr and "会把部署者自己" in done.stderr)

"""What the plan asks for beyond need, on a real twin: drops that are logged, and time that is asked for with a key.

The servers are set up by Ansible, the devices by us; chronyd says whether an answer was authenticated.
"""

import time
from collections.abc import Iterator
from functools import partial

import pytest
from ruamel.yaml import YAML

from audit.checks import BY_ID, run
from audit.facts import Facts
from audit.gather import known
from countynet import clock
from countynet.i18n import set_language, translate_error
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.vocabulary import Verdict
from inventory import load_county, names, running
from inventory.create import create_folder, create_secrets
from inventory.intent.adapt import adapted
from inventory.model import County, Hardening
from inventory.subset import only_units
from playbooks.device.service import apply, fetch
from playbooks.servers.run import run_servers
from tests.applications.day2.scene import until
from topology import twin

SERVER, DEVICE, SWITCH = "srv-infra", "agg-1", "sw-dc"
CHECKS = ("drops-logged", "ntp-authenticated")
RESTART = "systemctl restart chrony"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    set_language("en")
    found = Settings.load(tmp_path_factory.mktemp("hardened") / "county")
    create_folder(found)
    yaml, file = YAML(), found.county / "county.yml"
    yaml.width = 200
    said = yaml.load(file)
    said["plan"]["hardening"] = {"log_drops": True, "ntp_keys": True}
    yaml.dump(said, file)
    return found


@pytest.fixture(scope="module")
def county(settings: Settings) -> Iterator[County]:
    whole = load_county(settings.county)
    create_secrets(settings, whole)
    small = only_units(whole, ["u001"])
    twin.up(small, settings, Secrets.load(settings))
    try:
        assert not [translate_error(r.error) for r in apply(small, settings) if r.error]
        assert run_servers_of(small, settings)[SERVER]
        yield small
    finally:
        twin.down(settings)


def run_servers_of(county: County, settings: Settings) -> dict[str, int]:
    """Run the servers' playbook; return how much it changed on each."""
    done = run_servers(county, settings)
    assert done.good, [translate_error(host.error) for host in done.hosts if host.error]
    return {host.host: host.changed for host in done.hosts}


def said(settings: Settings, node: str, script: str) -> str:
    return twin.exec_in(settings, node, ["sh", "-c", script]).stdout


def authenticated(settings: Settings, device: str) -> bool:
    """Whether a device's clock follows a server whose answers were authenticated."""
    found = told(settings, device)
    return "^* 10.1.0.10" in found and "Authenticated   : Yes" in found


def told(settings: Settings, device: str) -> str:
    """What a device's chronyd says of its server."""
    return said(settings, device, "chronyc -n sources 2>&1; chronyc -n ntpdata 10.1.0.10 2>&1")


def test_nothing_is_left_to_do_once_it_is_done(county: County, settings: Settings) -> None:
    assert run_servers_of(county, settings) == {"srv-infra": 0, "srv-portal": 0}
    assert not [result.device for result in apply(county, settings) if result.changed or result.error]


def test_devices_follow_the_server_by_its_key(county: County, settings: Settings) -> None:
    for device in (DEVICE, county.cpe_by_unit["u001"].name):
        said(settings, device, RESTART)  # it was told before the server was, and asks once a minute since
        assert until(partial(authenticated, settings, device)), told(settings, device)
    assert said(settings, SERVER, "stat -c %a /etc/chrony/countynet.keys").strip() == "600"
    assert said(settings, DEVICE, "stat -c %a /etc/chrony/countynet.keys").strip() == "600"


def test_a_device_with_another_key_believes_nobody_and_shows_it_without_the_key(
    county: County, settings: Settings
) -> None:
    key = Secrets.load(settings).get(names.TIME_KEY).get_secret_value()
    said(settings, DEVICE, "sed -i s/ASCII:.*/ASCII:anotherkeyofnobody/ /etc/chrony/countynet.keys")
    said(settings, DEVICE, RESTART)
    assert until(lambda: "^? 10.1.0.10" in told(settings, DEVICE)), told(settings, DEVICE)
    time.sleep(10)
    assert not authenticated(settings, DEVICE)
    (mended,) = (result for result in apply(county, settings, only=[DEVICE]) if result.changed)
    assert "ASCII:********" in mended.diff
    assert key not in mended.diff
    assert "anotherkeyofnobody" not in mended.diff
    assert until(lambda: authenticated(settings, DEVICE)), told(settings, DEVICE)


def test_the_audit_passes_and_what_a_switch_drops_is_logged_so_often(county: County, settings: Settings) -> None:
    chain = said(settings, SWITCH, "nft -s list chain inet countynet forward")
    assert 'limit rate 10/second log prefix "countynet drop not-forwarded: "' in chain
    assert 'counter drop comment "not-forwarded"' in chain
    fetch(county, settings)
    meant = adapted(county, Secrets.load(settings).get)
    held = {d.name: known(d, meant[d.name], running.original(settings, d.name)) for d in county.devices}
    world = Facts(county=county, at=clock.now(), devices=held)
    for check in CHECKS:
        verdicts = {point.subject: point.verdict for point in run(BY_ID[check], world).points}
        assert verdicts == dict.fromkeys(held, Verdict.PASS), check
    key = Secrets.load(settings).get(names.TIME_KEY).get_secret_value()
    assert not [d for d in held if key in running.masked(settings, d)]


def test_without_the_plan_the_keys_go_and_time_stays(county: County, settings: Settings) -> None:
    plain = county.model_copy(update={"plan": county.plan.model_copy(update={"hardening": Hardening()})})
    assert not [translate_error(r.error) for r in apply(plain, settings) if r.error]
    assert run_servers_of(plain, settings)[SERVER]
    assert run_servers_of(plain, settings) == {"srv-infra": 0, "srv-portal": 0}
    for node in (SERVER, DEVICE):
        kept = said(settings, node, "cat /etc/chrony/chrony.conf; ls /etc/chrony")
        assert not [word for word in ("keyfile", " key 2", "countynet.keys") if word in kept], node
    said(settings, DEVICE, RESTART)
    assert until(lambda: "^* 10.1.0.10" in told(settings, DEVICE)), told(settings, DEVICE)
    assert not authenticated(settings, DEVICE)
    assert "limit rate" not in said(settings, SWITCH, "nft -s list ruleset")

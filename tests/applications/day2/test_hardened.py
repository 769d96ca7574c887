"""What the plan asks for beyond need, on a real twin: drops that are logged, and time that is asked for with a key.

The servers are set up by Ansible, the devices by us; each is done by the first run and has nothing left for the second.
"""

from collections.abc import Iterator

import pytest
from ruamel.yaml import YAML

from countynet.i18n import set_language, translate_error
from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory import load_county
from inventory.create import create_folder, create_secrets
from inventory.model import County
from inventory.subset import only_units
from playbooks.device.service import apply
from playbooks.servers.run import run_servers
from topology import twin

SERVER = "srv-infra"


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


def test_nothing_is_left_to_do_once_it_is_done(county: County, settings: Settings) -> None:
    assert run_servers_of(county, settings) == {"srv-infra": 0, "srv-portal": 0}
    assert not [result.device for result in apply(county, settings) if result.changed or result.error]

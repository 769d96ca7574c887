"""Keys of neighbours in routing between devices of several makers: all ends have them from the first, as the plan asks.

The simulated devices keep and show their lines as their makers' do, and speak OSPF by FRR with what they were told.
"""

from collections.abc import Iterator

import pytest
from ruamel.yaml import YAML

from countynet.errors import Conflict
from countynet.i18n import set_language, translate_error
from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory import create, load_county, names, running
from inventory.model import County, Hardening
from inventory.record import Author, Repository, Set
from inventory.subset import only_units
from playbooks.device import service
from playbooks.device.results import Limits
from playbooks.plan.make import Wish, make
from tests.applications.day2.scene import links, until
from topology import twin

LIMITS = Limits(device=400, in_band=150)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    set_language("en")
    found = Settings.load(tmp_path_factory.mktemp("makers") / "county")
    create.create_folder(found, mixed=True)
    yaml, file = YAML(), found.county / "county.yml"
    yaml.width = 200
    said = yaml.load(file)
    said["plan"]["hardening"] = {"ospf_keys": True}
    yaml.dump(said, file)
    return found


@pytest.fixture(scope="module")
def county(settings: Settings) -> Iterator[County]:
    whole = load_county(settings.county)
    create.create_secrets(settings, whole)
    create.create_repository(settings)
    small = only_units(whole, ["u001", "u002"])
    twin.up(small, settings, Secrets.load(settings))
    try:
        assert not [translate_error(r.error) for r in service.apply(small, settings, limits=LIMITS) if r.error]
        yield small
    finally:
        twin.down(settings)


def said(settings: Settings, node: str, words: str) -> str:
    return twin.exec_in(settings, node, ["sh", "-c", f"vtysh -c 'show ip ospf {words}'"]).stdout


def met(settings: Settings, county: County) -> dict[str, tuple[int, int]]:
    """Return for each device with how many it agrees in full, and on how many links by digests."""
    return {
        node: (
            said(settings, node, "neighbor").count("Full/"),
            said(settings, node, "interface").count("Cryptographic authentication enabled"),
        )
        for node in links(county)
    }


def test_devices_of_several_makers_meet_by_their_keys(county: County, settings: Settings) -> None:
    assert len({county.device_by_name[node].platform for node in links(county)}) > 1
    wanted = {node: (count, count) for node, count in links(county).items()}
    assert until(lambda: met(settings, county) == wanted), met(settings, county)


def test_a_second_run_changes_nothing_and_no_key_is_shown(county: County, settings: Settings) -> None:
    assert not [r.device for r in service.apply(county, settings, limits=LIMITS) if r.changed or r.error]
    secrets = Secrets.load(settings)
    keys = [secrets.get(name).get_secret_value() for name in secrets.names() if name.startswith(names.OF_TRANSITS)]
    assert len(keys) == len(county.plan.transits)
    assert not [d.name for d in county.devices if any(key in running.masked(settings, d.name) for key in keys)]


def test_keys_of_a_vendors_device_that_runs_are_not_changed(county: County, settings: Settings) -> None:
    plain = county.model_copy(update={"plan": county.plan.model_copy(update={"hardening": Hardening()})})
    before = met(settings, county)
    done = service.apply(plain, settings, limits=LIMITS, only=[*links(county)])
    told = [translate_error(result.error) for result in done if result.error]
    assert len(told) == len(done)
    assert all("at the same moment" in text or "at once" in text for text in told), told
    assert met(settings, county) == before
    Repository(settings).commit([Set("plan", "plan", "hardening", {"ospf_keys": False})], Author("amy", "Amy"), "试")
    with pytest.raises(Conflict) as caught:
        make(settings, Wish("carl"), [f"name={','.join(links(county))}"])
    assert "at the same moment" in translate_error(caught.value)
    assert met(settings, county) == before

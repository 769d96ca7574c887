"""What a device runs becomes a proposal where the inventory can express it, and is named where it cannot."""

from collections.abc import Callable

import pytest

from countynet.errors import Conflict
from countynet.i18n import set_language
from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory import create, load_county, names
from inventory.deviceconfig import DeviceConfig, Interface, StaticRoute, SwitchPort
from inventory.intent import intent
from inventory.model import County
from inventory.platforms import linux
from inventory.record import Author, Repository, Set, proposals
from playbooks.drift.accept import accept, candidates
from playbooks.drift.compare import differences
from playbooks.drift.report import Drift

CPE, SWITCH = "cpe-002", "sw-admin"
AMY = Author("amy", "Amy")
Change = Callable[[DeviceConfig], DeviceConfig]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(county=tmp_path_factory.mktemp("accept") / "county", language="en")
    create.create_folder(settings)
    create.create_secrets(settings, load_county(settings.county))
    create.create_repository(settings)
    return settings


@pytest.fixture(scope="module")
def configs(settings: Settings) -> dict[str, DeviceConfig]:
    return intent(Repository(settings).county(), Secrets.load(settings).get)


@pytest.fixture(autouse=True)
def english() -> None:
    set_language("en")


def drift(configs: dict[str, DeviceConfig], name: str, change: Change) -> Drift:
    runs = change(configs[name])
    found = differences(runs, configs[name])
    assert found
    return Drift(name, "-", found, (), "device", None, None, (), linux.render(runs))


def with_port(config: DeviceConfig, name: str, **fields: object) -> DeviceConfig:
    ports = (i.model_copy(update=fields) if i.name == name else i for i in config.interfaces)
    return config.model_copy(update={"interfaces": tuple(ports)})


def county(settings: Settings) -> County:
    return Repository(settings).county()


def test_a_units_vlan_on_its_port_becomes_its_lines_vlan(settings: Settings, configs: dict[str, DeviceConfig]) -> None:
    port = next(i for i in configs[SWITCH].interfaces if i.description.startswith("u002 "))
    assert port.switchport
    runs = SwitchPort(mode="access", access=399)
    done = accept(settings, drift(configs, SWITCH, lambda c: with_port(c, port.name, switchport=runs)), AMY)
    assert done.edits == (Set("circuits", "line-002", "vlan", 399),)
    assert "core-1" in done.others
    assert done.proposal is not None
    (change,) = proposals.changes_of(Repository(settings), done.proposal)
    assert (change.object, change.field) == ("circuits/line-002", "vlan")
    assert port.name not in str([d.path for d in done.left])
    assert "vlans[399]" in [d.path for d in done.left]  # a VLAN is more than its port: the rest is asked of the device


def test_what_has_no_field_is_named_and_nothing_is_proposed(
    settings: Settings, configs: dict[str, DeviceConfig]
) -> None:
    def change(config: DeviceConfig) -> DeviceConfig:
        route = StaticRoute(prefix="198.51.100.0/24", next_hop=None)
        return config.model_copy(update={"routes": (*config.routes, route)})

    before = len(proposals.every(Repository(settings)))
    with pytest.raises(Conflict, match=r"routes\[198.51.100.0/24 -\]; restore it instead"):
        accept(settings, drift(configs, CPE, change), AMY)
    assert len(proposals.every(Repository(settings))) == before


def test_a_value_that_makes_no_valid_county_is_not_proposed(
    settings: Settings, configs: dict[str, DeviceConfig]
) -> None:
    port = next(i for i in configs[SWITCH].interfaces if i.description.startswith("u002 "))
    taken = next(c.vlan for c in county(settings).circuits if c.vlan and c.id != "line-002")
    runs = SwitchPort(mode="access", access=taken)
    with pytest.raises(Conflict):
        accept(settings, drift(configs, SWITCH, lambda c: with_port(c, port.name, switchport=runs)), AMY)


def test_candidates_name_the_link_and_the_lan_of_a_units_device(
    settings: Settings, configs: dict[str, DeviceConfig]
) -> None:
    found = county(settings)
    device = found.device_by_name[CPE]
    config = configs[CPE]
    lan = next(i for i in config.interfaces if i.description.endswith(" LAN"))
    moved = with_port(config, names.fiber(device), addresses=Interface(name="x", addresses=("10.9.0.4/29",)).addresses)
    moved = with_port(moved, lan.name, addresses=Interface(name="x", addresses=("10.21.250.1/24",)).addresses)
    edits = {(e.section, e.key, e.field): e.value for e in candidates(found, device, moved)}
    assert edits["circuits", "line-002", "link"] == "10.9.0.0/29"
    assert edits["units", "u002", "lan"] == "10.21.250.0/24"
    assert edits["hosts", "station", "address"] == str(found.station.address)


def test_a_device_that_names_two_servers_says_nothing_about_one(
    settings: Settings, configs: dict[str, DeviceConfig]
) -> None:
    found = county(settings)
    two = configs[CPE].model_copy(update={"ntp_servers": (*configs[CPE].ntp_servers, found.station.address.ip)})
    fields = [(e.section, e.key) for e in candidates(found, found.device_by_name[CPE], two)]
    once = [(e.section, e.key) for e in candidates(found, found.device_by_name[CPE], configs[CPE])]
    assert len(fields) == len(once) - 1

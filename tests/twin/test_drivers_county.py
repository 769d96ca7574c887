"""Every kind of vendor's device in the mixed county, from the factory to what the inventory says, on loopback."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from countynet.errors import DeviceError
from countynet.i18n import set_language
from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory import create, load_county, names, subset
from inventory.model import County, Device
from playbooks.device import drivers
from playbooks.device.drivers.vendor import VendorDriver
from playbooks.device.intended import renderer
from playbooks.device.session import Session
from playbooks.device.vendor import Console, typing_in
from playbooks.device.vendor.dialects import dialect
from tests.twin.drivers_lab import LIMITS, Box
from topology.twin.vendor.dialogues import DIALOGUES


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    set_language("en")
    found = Settings.load(tmp_path_factory.mktemp("mixed") / "county")
    create.create_folder(found, mixed=True)
    create.create_secrets(found, load_county(found.county))
    return found


@pytest.fixture(scope="module")
def county(settings: Settings) -> County:
    return subset(load_county(settings.county), 4)


def kinds(county: County) -> list[Device]:
    """Return one device of each platform, model and role that can be simulated."""
    found = {(d.platform, d.model, d.role): d for d in county.devices if d.platform in DIALOGUES}
    return list(found.values())


class Driven:
    """A device on loopback with its driver."""

    def __init__(self, folder: Path, device: Device) -> None:
        self.device = device
        self.box = Box(folder, device.platform, device.model, known_as=device)
        ports = [word for port in device.ports for word in ("--port", port)]
        self.box.start("--management", names.staging(device), *ports)
        found = drivers.of(device)
        assert isinstance(found, VendorDriver)
        self.driver = found

    def session(self, way: str = "in-band") -> Session[Console]:
        return self.box.open("staging" if way == "staging" else "in-band")


@pytest.fixture
def each(county: County, tmp_path: Path) -> Iterator[list[Driven]]:
    started: list[Driven] = []
    for number, device in enumerate(kinds(county)):
        folder = tmp_path / str(number)
        folder.mkdir()
        started.append(Driven(folder, device))
    yield started
    for one in started:
        one.box.stop()


def test_every_kind_of_device_comes_up_over_staging_shuts_its_port_and_is_taken_back_when_it_lies(
    county: County, settings: Settings, each: list[Driven]
) -> None:
    render = renderer(county, Secrets.load(settings))
    assert each
    for one in each:
        name, intended = one.device.name, render(one.device.name)
        session = one.session("staging")
        done = one.driver.bring(session, one.device, intended, LIMITS)
        assert done.changed, name
        assert done.closing, name
        again = one.driver.bring(session, one.device, intended, LIMITS)
        assert (again.changed, again.closing) == (False, done.closing), name
        close = one.driver.close_later(session, one.device, county, done.closing, LIMITS)
        close(session)
        at_last = one.driver.bring(session, one.device, intended, LIMITS, check=True)
        assert at_last.diff == "", (name, at_last.diff)
        words = dialect(one.device.platform, one.device.model)
        kept = typing_in.saved(session.transport, words, LIMITS)
        assert one.driver.difference(kept, at_last.running) == "", name
        assert "duty desk" in intended
        one.box.fault(lie=".*night desk.*")
        with pytest.raises(DeviceError, match="still differs") as caught:
            one.driver.bring(session, one.device, intended.replace("duty desk", "night desk"), LIMITS)
        assert "could not be taken back" not in str(caught.value), name
        left = one.driver.read(session, one.device, LIMITS)
        assert not one.driver.difference(left, at_last.running), name

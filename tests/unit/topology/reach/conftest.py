"""The example county with its intended configurations, proven once."""

from pathlib import Path

import pytest

import inventory
from countynet.settings import Settings
from inventory import create
from inventory.deviceconfig import DeviceConfig
from inventory.intent import intent
from inventory.intent.placeholders import placeholders
from inventory.load import load_county
from inventory.model import County
from topology.reach.verdict import Proof, prove


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a whole county with its secrets, as commands find it."""
    settings = Settings.load(tmp_path_factory.mktemp("reach") / "county")
    create.create_folder(settings)
    create.create_secrets(settings, load_county(settings.county))
    return settings.county


@pytest.fixture(scope="session")
def county() -> County:
    return load_county(Path(inventory.__file__).parent / "example")


@pytest.fixture(scope="session")
def configs(county: County) -> dict[str, DeviceConfig]:
    return intent(county, placeholders())


@pytest.fixture(scope="session")
def proof(county: County, configs: dict[str, DeviceConfig]) -> Proof:
    return prove(county, configs)

"""The example county with its intended configurations, proven once."""

from pathlib import Path

import pytest
from pydantic import SecretStr

import inventory
from inventory.deviceconfig import DeviceConfig
from inventory.intent import intent
from inventory.load import load_county
from inventory.model import County
from topology.reach.verdict import Proof, prove


@pytest.fixture(scope="session")
def county() -> County:
    return load_county(Path(inventory.__file__).parent / "example")


@pytest.fixture(scope="session")
def configs(county: County) -> dict[str, DeviceConfig]:
    return intent(county, lambda _name: SecretStr("ssh-ed25519 AAAA county"))


@pytest.fixture(scope="session")
def proof(county: County, configs: dict[str, DeviceConfig]) -> Proof:
    return prove(county, configs)

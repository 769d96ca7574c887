"""The example county, loaded once, and copies of its folder to break."""

import shutil
from pathlib import Path

import pytest

from inventory import load_county
from inventory.create import EXAMPLE
from inventory.deviceconfig import DeviceConfig
from inventory.intent import intent
from inventory.intent.placeholders import placeholders
from inventory.model import County

KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"


secrets = placeholders(
    lambda name: f"ssh-ed25519 {KEY}" if name.startswith("ssh/") else f"secret-of-{name.replace('/', '-')}"
)


@pytest.fixture(scope="session")
def county() -> County:
    return load_county(EXAMPLE)


@pytest.fixture(scope="session")
def configs(county: County) -> dict[str, DeviceConfig]:
    return intent(county, secrets)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path / "county"))

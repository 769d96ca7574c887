"""The example county's probes, derived once from its intended configurations."""

from pathlib import Path

import pytest

import inventory
from inventory.intent import intent
from inventory.intent.placeholders import placeholders
from inventory.load import load_county
from inventory.model import County
from topology.confirm.classes.derive import Derived, derive

RUN = 1500


@pytest.fixture(scope="session")
def county() -> County:
    return load_county(Path(inventory.__file__).parent / "example")


@pytest.fixture(scope="session")
def derived(county: County) -> Derived:
    return derive(county, intent(county, placeholders()), RUN)

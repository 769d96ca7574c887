"""The example county, and a county folder with a database of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from countynet.db import open_database
from countynet.i18n import set_language
from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory import load_county
from inventory.model import County
from playbooks.runner.catalogue import OWN

TOP = Path(__file__).parents[4]
RUNS = """playbooks:
- id: greet
  title: 打招呼
  title_en: Greet
  does: 打招呼
  does_en: Greets
  program: action:intended
  may_run: [operator, center, unit]
  within: {operator: role=cpe}
  approval: true
  target: devices
  fields:
  - {name: devices, kind: device, label: 设备, label_en: Devices, several: true, needed: false}
  - {name: key, kind: secret, label: 密钥, label_en: Key, needed: false}
- id: read
  title: 读取
  title_en: Read
  does: 读取
  does_en: Reads
  program: job:drift-look
  may_run: [operator, center]
  checks: false
  target: devices
  fields:
  - {name: devices, kind: device, label: 设备, label_en: Devices, several: true}
"""


@pytest.fixture(scope="package")
def county() -> County:
    return load_county(TOP / "inventory" / "example")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    set_language("en")
    settings = Settings.load(tmp_path / "county")
    Secrets.create(settings, {"snmp/community": "an-old-secret"})
    (settings.county / OWN).parent.mkdir(parents=True)
    (settings.county / OWN).write_text(RUNS, encoding="utf-8")
    return settings


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    engine = open_database(settings)
    yield engine
    engine.dispose()

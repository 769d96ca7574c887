"""A county folder of one's own, in git."""

from pathlib import Path

import pytest

from countynet.settings import Settings
from inventory import create
from inventory.record import Author, Repository

CENTER, OPERATOR = Author("center", "王芳"), Author("operator", "李强")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    settings = Settings.load(tmp_path / "county")
    create.create_folder(settings)
    create.create_repository(settings)
    return Repository(settings)

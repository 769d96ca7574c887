"""Previews of files made on the spot, in English."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from countynet.i18n import set_language
from inventory import load_county
from inventory.create import EXAMPLE
from inventory.model import County
from inventory.survey.preview import Preview, preview
from inventory.survey.reading import sources

TODAY = date(2026, 6, 1)
Look = Callable[[Mapping[str, bytes]], Preview]


@pytest.fixture(scope="session")
def county() -> County:
    """The example county before anybody surveyed its computers, seals and certificates."""
    example = load_county(EXAMPLE)
    units = tuple(
        unit.model_copy(update={"terminals": tuple(t.model_copy(update={"mac": None}) for t in unit.terminals)})
        for unit in example.units
    )
    fields = {name: getattr(example, name) for name in County.model_fields}
    return County(**{**fields, "units": units, "seals": (), "certificates": ()})


@pytest.fixture(autouse=True)
def _english() -> None:
    set_language("en")


@pytest.fixture
def look(county: County, tmp_path: Path) -> Look:
    def run(files: Mapping[str, bytes]) -> Preview:
        folder = tmp_path / "forms"
        folder.mkdir(exist_ok=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)
        return preview(county, sources([folder]), TODAY)

    return run

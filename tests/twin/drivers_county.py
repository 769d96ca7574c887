"""A folder of the mixed county, and some of its vendors' devices simulated in a row, as they leave the factory."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from countynet.i18n import set_language
from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory import create, load_county, names
from inventory.intent.adapt import VENDOR_PUBLIC_KEY
from inventory.model import County
from tests.twin.drivers_row import Row


def mixed_settings(folder: Path) -> Settings:
    """Make the county's folder, in a language that tests read."""
    set_language("en")
    found = Settings.load(folder / "county")
    create.create_folder(found, mixed=True)
    create.create_secrets(found, load_county(found.county))
    create.create_repository(found)
    return found


@contextmanager
def in_a_row(settings: Settings, county: County, devices: Sequence[str], **more: Any) -> Iterator[Row]:
    """Start devices, with `more` said of each; who manages the county finds them there."""
    key = " ".join(Secrets.load(settings).get(VENDOR_PUBLIC_KEY).get_secret_value().split()[:2])
    described = [
        {
            "name": d.name, "platform": d.platform, "model": d.model, "address": str(d.management),
            "ports": list(d.ports), "management": names.staging(d), **more,
        }
        for d in map(county.device_by_name.__getitem__, devices)
    ]  # fmt: skip
    row = Row(key, described)
    try:
        (settings.state / "vantage").write_text(str(row.path))
        yield row
    finally:
        row.stop()

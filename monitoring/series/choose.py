"""Which series store a county has, by its settings: InfluxDB where COUNTYNET_INFLUX_URL names a server, else SQLite."""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pydantic import SecretStr

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from countynet.secrets import Secrets
from countynet.settings import INFLUX_TOKEN_FILE, Settings
from monitoring.series.influx.line import Labels
from monitoring.series.keep import Keep
from monitoring.series.seam import SeriesStore

if TYPE_CHECKING:
    from monitoring.series.influx.server import Address

TOKEN = "influx/token"  # noqa: S105 - a secret's name
_SOON = 60.0
"""seconds before the inventory is read again for a device that it did not know"""


def open_series(settings: Settings) -> SeriesStore:
    """Return the county's series store; nothing is opened yet. Raises BadInput without the server's token."""
    if settings.influx_url:
        return _influx(settings)
    from monitoring.series.sqlite import SqliteSeries

    keep = Keep(settings.keep_samples, settings.keep_averages, settings.keep_hours)
    return SqliteSeries(settings.state / "series", keep)


def _influx(settings: Settings) -> SeriesStore:
    from monitoring.series.influx import InfluxSeries

    spool = settings.state / "spool"
    return InfluxSeries(address(settings), token(settings), spool, settings.spool_mb << 20, Inventory(settings))


def address(settings: Settings) -> "Address":
    """Return where the server of the samples is."""
    from monitoring.series.influx.server import Address

    bucket = settings.influx_bucket
    averages = settings.influx_averages or bucket
    return Address(settings.influx_url.rstrip("/"), settings.influx_org, bucket, averages)


def token(settings: Settings) -> SecretStr:
    """Return the token of that server, from its file or the vault. Raises BadInput when it is in neither."""
    file = settings.influx_token_file
    if file is None:
        return Secrets.load(settings).get(TOKEN)
    try:
        return SecretStr(file.read_text("utf-8").strip())
    except OSError as error:
        message, found = _("the token of the server of the samples cannot be read"), f"{file}: {error.strerror}"
        raise BadInput([Problem(message, where=INFLUX_TOKEN_FILE, found=found)]) from error


class Inventory:
    """What the inventory says of devices, read when it is first needed and again for a newcomer."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._known: Mapping[str, Labels] = {}
        self._read = float("-inf")

    def __call__(self, device: str) -> Labels:
        """Return a device's unit and the access of its line; empty for a device that the inventory does not know."""
        if device not in self._known and time.monotonic() - self._read > _SOON:
            self._read = time.monotonic()
            self._known = _labels(self._settings)
        return self._known.get(device, Labels())


def _labels(settings: Settings) -> dict[str, Labels]:
    from inventory import load_county

    county = load_county(settings.county)
    access = {unit: circuit.access.value for unit, circuit in county.circuit_by_unit.items()}
    return {device.name: Labels(device.unit or "", access.get(device.unit or "", "")) for device in county.devices}

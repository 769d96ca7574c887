"""Every change of a device, and every failed one, as an event; a device that needed nothing leaves none."""

from collections.abc import Iterable

from countynet.canonical import JSON
from countynet.db import open_database, transaction
from countynet.events import record
from countynet.i18n import translate_error
from countynet.settings import Settings
from playbooks.device.results import DeviceResult
from playbooks.tags import ConfigTag


def journal(settings: Settings, results: Iterable[DeviceResult], actor: str) -> None:
    """Record the changed and the failed devices in one transaction; the difference is the masked one."""
    told = [result for result in results if result.changed or result.error]
    if not told:
        return
    with transaction(open_database(settings)) as session:
        for result in told:
            tag = ConfigTag.FAILED if result.error else ConfigTag.APPLIED
            error = translate_error(result.error) if result.error else ""
            data: dict[str, JSON] = {"changed": result.changed, "diff": result.diff, "error": error, "via": result.via}
            record(session, tag, actor, f"device:{result.device}", data)

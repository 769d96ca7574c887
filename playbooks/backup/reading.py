"""Reads devices for another room (`countynet.fetching`): fetched and kept like a backup, in somebody's name."""

from collections.abc import Mapping, Sequence

from countynet.i18n import translate_error
from countynet.settings import Settings
from inventory.running import reason
from playbooks.backup.take import take


def read(settings: Settings, actor: str, names: Sequence[str]) -> Mapping[str, str]:
    """Return per device why it could not be read; empty when it was. Raises BadInput, Conflict if git refuses."""
    if not names:
        return {}
    taken = take(settings, reason(actor), [",".join(names)])
    return {one.device: translate_error(one.error) if one.error else "" for one in taken}

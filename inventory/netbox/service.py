"""Export to and import from a running NetBox, for the command line and whoever else asks.

The token comes from a file (an option, or COUNTYNET_NETBOX_TOKEN_FILE) or from the county's vault as `netbox/token`,
never from an argument, and is in no message.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from countynet.console import Progress
from countynet.errors import BadInput, Problem
from countynet.i18n import _
from countynet.settings import Settings
from inventory.netbox.kinds import KINDS
from inventory.netbox.push import Options, Outcome
from inventory.netbox.server import Server
from inventory.netbox.thing import TAG, Record

if TYPE_CHECKING:
    from inventory.model import County
    from inventory.netbox.differences import Differences

TOKEN_FILE = "COUNTYNET_NETBOX_TOKEN_FILE"  # noqa: S105 - a variable's name
SECRET = "netbox/token"  # noqa: S105 - a secret's name
BROAD = ("regions", "sites", "racks", "device_types", "devices", "cables")
"""kinds of which `--all` reads what has not our tag too"""


def token(settings: Settings, file: Path | None = None) -> str:
    """Return NetBox's token. Raises BadInput when there is none."""
    from countynet.secrets import Secrets

    file = file or (Path(os.environ[TOKEN_FILE]) if os.environ.get(TOKEN_FILE) else None)
    if file is None:
        return Secrets.load(settings).get(SECRET).get_secret_value()
    try:
        found = file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput([Problem(_("the file with NetBox's token cannot be read"), file=str(file))]) from error
    if not found or len(found.split()) != 1:
        wanted = _("one line with the token")
        raise BadInput([Problem(_("the file with NetBox's token holds no token"), file=str(file), wanted=wanted)])
    return found


def connect(settings: Settings, url: str, file: Path | None = None) -> Server:
    """Return the NetBox at an address, after asking its version. Raises BadInput, CountyError."""
    from inventory.netbox.server import PynetboxServer, address

    address(url)
    server = PynetboxServer(url, token(settings, file))
    server.version()
    return server


def export(server: Server, county: "County", options: Options, progress: Progress) -> Outcome:
    """Bring a NetBox to what a county says. Raises CountyError when it cannot be reached."""
    from inventory.netbox.mapping import things
    from inventory.netbox.push import push

    return push(server, things(county), options, progress)


def fetch(server: Server, everything: bool, progress: Progress) -> Mapping[str, Sequence[Record]]:
    """Return NetBox's objects by kind: those with our tag, or with `everything` all of kinds that we can take in."""
    found: dict[str, Sequence[Record]] = {}
    kinds = [name for name, kind in KINDS.items() if kind.made and kind.tagged]
    for done, name in enumerate(kinds):
        progress(done, len(kinds), KINDS[name].path)
        tag = {} if everything and name in BROAD else {"tag": TAG}
        found[name] = server.read(KINDS[name].path, {**tag, **KINDS[name].params})
    slugs = [record["slug"] for record in found["device_types"]]
    templates = KINDS["interface_templates"]
    found["interface_templates"] = [
        record
        for start in range(0, len(slugs), 20)
        for record in server.read(templates.path, {"device_type": slugs[start : start + 20]})
    ]
    progress(len(kinds), len(kinds))
    return found


def compare(server: Server, county: "County", everything: bool, drop: bool, progress: Progress) -> "Differences":
    """Return how a NetBox differs from a county. Raises CountyError when it cannot be reached."""
    from inventory.netbox.differences import differences

    return differences(county, fetch(server, everything, progress), drop)

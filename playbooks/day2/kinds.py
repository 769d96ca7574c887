"""Which changes there are, by the name that a description's `program: change:NAME` gives."""

from countynet.errors import MissingCapability
from countynet.i18n import _
from playbooks.day2.credentials.rotate import Rotation
from playbooks.day2.failover import Failover
from playbooks.day2.hardening.harden import HardenServers
from playbooks.day2.join import Fiber, Join
from playbooks.day2.quarantine import Quarantine, Release
from playbooks.day2.replace import Replacement
from playbooks.day2.restore import Restore
from playbooks.day2.seam import Change
from playbooks.day2.server_keys.exchange import ServerKeys
from playbooks.day2.software.upgrade import Upgrade
from playbooks.runner.model import Playbook

KINDS: dict[str, Change] = {
    "quarantine": Quarantine(),
    "release": Release(),
    "replace": Replacement(),
    "restore": Restore(),
    "join": Join(),
    "fiber": Fiber(),
    "failover": Failover(),
    "rotate": Rotation(),
    "server-keys": ServerKeys(),
    "upgrade": Upgrade(),
    "harden-servers": HardenServers(),
}


def change(playbook: Playbook) -> Change:
    """Return a description's change. Raises MissingCapability for one that there is not."""
    name = playbook.program.partition(":")[2]
    if name not in KINDS:
        raise MissingCapability(_("there is no change {name}; there are: {all}"), name=name, all=", ".join(KINDS))
    return KINDS[name]

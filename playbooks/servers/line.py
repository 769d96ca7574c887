"""A line to one server of the county: an SSH session of the administrator's, opened from where the county stands.

A host key is taken at first sight and refused when it changes. Raises CountyError: no key, refused, unreachable, too
slow.
"""

from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory.ansible_inventory import ROOT
from inventory.intent.rotation import servers_key
from inventory.model import Host
from playbooks.device.hostkeys import HostKeys
from playbooks.device.service import around_of
from playbooks.device.transport.ssh import Login, SshTransport, load_key
from playbooks.servers.hostkeys import by_name

SECONDS = 20.0


def opened(settings: Settings, host: Host) -> SshTransport:
    """Return an open session with a server; whoever takes it closes it."""
    key = load_key(servers_key(Secrets.load(settings).get))
    login = Login(host.name, str(host.address.ip), ROOT, key, HostKeys(by_name(settings)), SECONDS)
    with around_of(settings)():
        return SshTransport(login)

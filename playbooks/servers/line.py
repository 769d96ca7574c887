"""A line to one server of the county: an SSH session of the administrator's, opened from where the county stands.

A host key is taken at first sight and refused when it changes. Raises CountyError: no key, refused, unreachable, too
slow.
"""

from pydantic import SecretStr

from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory.ansible_inventory import ROOT
from inventory.intent import server_keys
from inventory.model import Host
from playbooks.device.hostkeys import HostKeys
from playbooks.device.service import around_of
from playbooks.device.transport.ssh import Login, SshTransport, load_key
from playbooks.servers.hostkeys import by_name

SECONDS = 20.0


def opened(settings: Settings, host: Host, key: SecretStr | None = None) -> SshTransport:
    """Return an open session with a server; whoever takes it closes it. `key`: it alone is tried, not the vault's."""
    private = load_key(key or server_keys.opens(Secrets.load(settings).get, host.name))
    login = Login(host.name, str(host.address.ip), ROOT, private, HostKeys(by_name(settings)), SECONDS)
    with around_of(settings)():
        return SshTransport(login)

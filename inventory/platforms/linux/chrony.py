"""chrony: a time client only (`port 0`), asked of nobody over the network (`cmdport 0`).

The whole `/etc/chrony/chrony.conf` is ours, because Debian's asks public pools that a county does not reach.
"""

from inventory.deviceconfig import DeviceConfig
from inventory.platforms.linux.draft import Draft
from inventory.platforms.linux.text import File, Files, file, values_of

PATH = "/etc/chrony/chrony.conf"


def render(config: DeviceConfig) -> dict[str, File]:
    """Return the time client; none for a device without time servers."""
    if not config.ntp_servers:
        return {}
    lines = [f"server {server} iburst" for server in config.ntp_servers]
    lines += [f"bindacqaddress {config.source}"] if config.source else []
    return {
        PATH: file([*lines, "port 0", "cmdport 0", "driftfile /var/lib/chrony/chrony.drift", "makestep 1 3", "rtcsync"])
    }


def parse(files: Files, draft: Draft) -> None:
    """Read the time servers; the guard lists what differs from what they would render to."""
    if PATH in files:
        draft.fields["ntp_servers"] = values_of(files[PATH].lines, r"server (\d+\.\d+\.\d+\.\d+) iburst")

"""rsyslog: everything goes to the log servers by UDP, nothing is kept on the device.

The whole `/etc/rsyslog.conf` is ours: local sockets in, forwarding out. While the way to the server is not there yet
(a tunnel that is coming up) messages wait in memory and are tried again every second, not every half minute. The
kernel's messages come through the journal.
"""

from inventory.deviceconfig import DeviceConfig
from inventory.platforms.linux.draft import Draft
from inventory.platforms.linux.text import File, Files, file, values_of

PATH = "/etc/rsyslog.conf"
RETRY = ' action.resumeRetryCount="-1" action.resumeInterval="1" queue.type="LinkedList"'


def render(config: DeviceConfig) -> dict[str, File]:
    """Return the forwarder; none for a device without log servers."""
    if not config.syslog_servers:
        return {}
    address = f' address="{config.source}"' if config.source else ""
    forward = [
        f'*.* action(type="omfwd" target="{server}" port="514" protocol="udp"{address}{RETRY})'
        for server in config.syslog_servers
    ]
    return {PATH: file(['module(load="imuxsock")', *forward])}


def parse(files: Files, draft: Draft) -> None:
    """Read the log servers; the guard lists what differs from what they would render to."""
    if PATH in files:
        draft.fields["syslog_servers"] = values_of(
            files[PATH].lines,
            r'\*\.\* action\(type="omfwd" target="(\d+\.\d+\.\d+\.\d+)" port="514" protocol="udp".*\)',
        )

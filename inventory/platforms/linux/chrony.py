"""chrony: a time client only (`port 0`), asked of nobody over the network (`cmdport 0`).

The whole `/etc/chrony/chrony.conf` is ours, because Debian's asks public pools that a county does not reach. A key
stands in a file of its own that only root reads (chronyd does before it gives its rights up), never in chrony's.
"""

import re

from inventory.deviceconfig import DeviceConfig, NtpKey
from inventory.platforms.linux.draft import Draft
from inventory.platforms.linux.text import File, Files, attempt, file, values_of

PATH, KEYS = "/etc/chrony/chrony.conf", "/etc/chrony/countynet.keys"
_SERVER = r"server (\d+\.\d+\.\d+\.\d+) iburst(?: key \d+)?"
_KEY = r"(\d+) (MD5|SHA256) ASCII:(\S+)"


def render(config: DeviceConfig) -> dict[str, File]:
    """Return the time client; none for a device without time servers."""
    if not config.ntp_servers:
        return {}
    key = config.ntp_key
    asked = f" key {key.number}" if key else ""
    lines = [f"server {server} iburst{asked}" for server in config.ntp_servers]
    lines += [f"bindacqaddress {config.source}"] if config.source else []
    lines += [f"keyfile {KEYS}"] if key else []
    more = ["port 0", "cmdport 0", "driftfile /var/lib/chrony/chrony.drift", "makestep 1 3", "rtcsync"]
    return {PATH: file([*lines, *more])} | ({KEYS: file([key_line(key)], "0600")} if key else {})


def key_line(key: NtpKey) -> str:
    """Return a key as chrony's file of keys has it."""
    return f"{key.number} {key.kind} ASCII:{key.secret.get_secret_value()}"


def parse(files: Files, draft: Draft) -> None:
    """Read the time servers and their key; the guard lists what differs from what they would render to."""
    if PATH in files:
        draft.fields["ntp_servers"] = values_of(files[PATH].lines, _SERVER)
    if KEYS in files and (found := re.search(_KEY, "\n".join(files[KEYS].lines))):
        draft.fields["ntp_key"] = attempt(NtpKey, number=found[1], kind=found[2], secret=found[3])

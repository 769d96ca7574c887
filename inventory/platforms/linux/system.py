"""The device's name and its resolver: `/etc/hostname` and `/etc/resolv.conf`.

glibc's resolver cannot choose its source address; queries leave with the address of the route they take.
"""

from inventory.deviceconfig import DeviceConfig
from inventory.platforms.linux.draft import UNNAMED, Draft
from inventory.platforms.linux.text import File, Files, file, values_of

HOSTNAME, RESOLV = "/etc/hostname", "/etc/resolv.conf"


def render(config: DeviceConfig) -> dict[str, File]:
    """Return the name, and the resolver's servers if there are any."""
    files = {HOSTNAME: File("0644", (config.hostname,))}
    if config.dns_servers:
        files[RESOLV] = file(f"nameserver {server}" for server in config.dns_servers)
    return files


def parse(files: Files, draft: Draft) -> None:
    """Read the name and the servers."""
    lines = files[HOSTNAME].lines if HOSTNAME in files else ()
    if lines:
        draft.fields["hostname"] = lines[0]
    if RESOLV in files:
        draft.fields["dns_servers"] = values_of(files[RESOLV].lines, r"nameserver (\d+\.\d+\.\d+\.\d+)")


def name(draft: Draft) -> None:
    """Give a text without any name the name `unnamed`, and say so."""
    if "hostname" not in draft.fields:
        draft.fields["hostname"] = UNNAMED
        draft.refuse(HOSTNAME, 0, "lacking: the device's name")

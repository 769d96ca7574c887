"""Kernel settings: forwarding, and what the daemons and a defensive router need.

`ip_nonlocal_bind` lets daemons bind the management address before FRR has set it; loose `rp_filter` keeps asymmetric
routes between the two cores alive (spoofing is stopped by the filters); `igmp_max_memberships` lets OSPF join on
every interface. The source address of the device's own traffic has no kernel setting of its own (each daemon binds
it); so that it is kept even when no such daemon is configured, it stands here in a `# countynet:` line, the only
comment that carries meaning.
"""

import re

from inventory.deviceconfig import DeviceConfig
from inventory.platforms.linux.draft import Draft
from inventory.platforms.linux.text import File, Files, file, value_of

PATH = "/etc/sysctl.d/90-countynet.conf"
CONSTANT = {
    "net.ipv4.ip_nonlocal_bind": "1",
    "net.ipv4.igmp_max_memberships": "1000",
    "net.ipv4.conf.all.rp_filter": "2",
    "net.ipv4.conf.all.accept_redirects": "0",
    "net.ipv4.conf.all.accept_source_route": "0",
}
FORWARD6 = "net.ipv6.conf.all.forwarding"
KEYS = ("net.ipv4.ip_forward", *CONSTANT, FORWARD6)


def render(config: DeviceConfig) -> dict[str, File]:
    """Return the kernel settings."""
    values = {"net.ipv4.ip_forward": str(int(config.forwarding))} | CONSTANT
    values[FORWARD6] = str(int(config.forwarding6))
    source = [f"# countynet: source {config.source}"] if config.source else []
    return {PATH: file([*source, *(f"{key} = {value}" for key, value in values.items())])}


def parse(files: Files, draft: Draft) -> None:
    """Read forwarding and source; the guard lists every other line that is not ours."""
    lines = files[PATH].lines if PATH in files else ()
    forward = value_of(lines, r"net\.ipv4\.ip_forward = ([01])")
    if forward is not None:
        draft.fields["forwarding"] = forward == "1"
    if (forward6 := value_of(lines, r"net\.ipv6\.conf\.all\.forwarding = ([01])")) is not None:
        draft.fields["forwarding6"] = forward6 == "1"
    source = value_of(lines, r"# countynet: source (\d+\.\d+\.\d+\.\d+)")
    if source is not None:
        draft.fields["source"] = source


def live(part: File, values: tuple[str, ...]) -> File:
    """Return the file with the kernel's present values in place of what it asks for."""
    present = dict(re.split(r"\s*=\s*", line, maxsplit=1) for line in values if "=" in line)
    return File(part.mode, tuple(_present(line, present) for line in part.lines))


def _present(line: str, present: dict[str, str]) -> str:
    key = line.split(" = ")[0]
    return f"{key} = {present[key]}" if key in present else line

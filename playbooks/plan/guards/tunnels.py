"""Tunnels that a vendor's device has to begin anew, as it goes on with what it has agreed upon whatever it is told.

Its own session mostly comes through that tunnel: the lines that tell the new name and key change nothing that is up, so
they are all typed before it is broken off, and then it comes back by itself within seconds. One that does not come back
leaves the device to its armed undo. Sources: `reset ike sa` (VRP, with `all` on some series; peers with `sa
trigger-mode auto` negotiate by themselves), `reset ikev2 sa` (Comware 7), `clear crypto ikev2 sa` (IOS, anew with the
next packet).
"""

from inventory.platforms import registry

BREAK_OFF = {
    "huawei_vrp": ("reset ike sa all", "reset ike sa"),
    "h3c_comware": ("reset ikev2 sa",),
    "cisco_ios": ("clear crypto ikev2 sa",),
}
"""the commands to try, by platform; one without has no tunnels"""
YES = (r"(?i)[\[(](confirm|y(es)?/n(o)?)[\])]", "y")


def renamed(platform: str, running: str, intended: str) -> bool:
    """Whether a device that begins a tunnel goes by another name in it afterwards, and so by another key."""
    if platform not in BREAK_OFF:
        return False
    parse = registry.platform(platform).parse
    had = {tunnel.name: tunnel.local_id for tunnel in parse(running).config.tunnels}
    tunnels = parse(intended).config.tunnels
    return any(t.initiate and had.get(t.name, t.local_id) != t.local_id for t in tunnels)

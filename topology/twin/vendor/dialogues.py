"""Which platforms can be simulated: the class of each one's dialogue, imported when it is asked for."""

import importlib

from topology.twin.vendor.shell import Shell

DIALOGUES = {
    "cisco_ios": "topology.twin.vendor.ios:IosShell",
    "h3c_comware": "topology.twin.vendor.comware:ComwareShell",
    "huawei_vrp": "topology.twin.vendor.vrp:VrpShell",
    "ruijie": "topology.twin.vendor.rgos:RgosShell",
}


def dialogue(platform: str) -> type[Shell]:
    """Return a platform's dialogue. Raises ValueError for a platform that has none."""
    if platform not in DIALOGUES:
        raise ValueError(f"no simulated device for {platform!r}; known are {', '.join(sorted(DIALOGUES))}")
    module, _, name = DIALOGUES[platform].partition(":")
    found: type[Shell] = getattr(importlib.import_module(module), name)
    return found

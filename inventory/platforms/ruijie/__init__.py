"""Ruijie RGOS (S2910 and S5750 switches, EG, NBR and RSR gateways): a DeviceConfig as `show running-config` prints it.

Pure functions of the seam: `check`, `render`, `parse`, `mask`, with `parse(render(c)).config == c`. What is understood
stands in `docs/platforms.md`; nearly all is shared with IOS in `ioslike`. Tunnels are refused. No file, socket or clock
is touched.
"""

from inventory.deviceconfig import DeviceConfig
from inventory.platforms.ioslike import checks, sections
from inventory.platforms.ioslike.access import hashed
from inventory.platforms.ioslike.masking import mask
from inventory.platforms.ruijie.dialect import RGOS
from inventory.platforms.seam import Parsed, UnparsedLine

__all__ = ["Parsed", "UnparsedLine", "check", "hashed", "mask", "parse", "render"]


def check(config: DeviceConfig) -> None:
    """Raise BadInput with everything that RGOS cannot hold."""
    checks.check(RGOS, config)


def render(config: DeviceConfig) -> str:
    """Return the configuration as `show running-config` prints it. Raises BadInput as `check`."""
    return sections.render(RGOS, config)


def parse(text: str) -> Parsed:
    """Return what a configuration says and every line that is not understood; never raises."""
    return sections.parse(RGOS, text)

"""Huawei VRP (S-series switches, AR routers, USG firewalls; VRP5 and VRP8): a DeviceConfig as VRP prints it.

Pure functions of the seam: `check`, `render`, `parse`, `mask`, with `parse(render(c)).config == c`. What is understood
and how filters are mapped stands in `docs/platforms.md`. No file, socket or clock is touched here.
"""

from inventory.platforms.huawei_vrp.checks import check
from inventory.platforms.huawei_vrp.masking import mask
from inventory.platforms.huawei_vrp.sections import parse, render
from inventory.platforms.seam import Parsed, UnparsedLine

__all__ = ["Parsed", "UnparsedLine", "check", "mask", "parse", "render"]

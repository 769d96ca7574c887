"""H3C Comware 7 (S5560, S6520, S10500 switches, MSR routers, SecPath F1000 firewalls): a DeviceConfig as it prints it.

Pure functions of the seam: `check`, `render`, `parse`, `mask`, with `parse(render(c)).config == c`. What is understood
and how filters are mapped stands in `docs/platforms.md`. No file, socket or clock is touched here.
"""

from inventory.platforms.h3c_comware.checks import check
from inventory.platforms.h3c_comware.masking import mask
from inventory.platforms.h3c_comware.sections import parse, render
from inventory.platforms.seam import Parsed, UnparsedLine

__all__ = ["Parsed", "UnparsedLine", "check", "mask", "parse", "render"]

"""Which platforms there are: one line each, the package that exports the functions of the seam.

A package is imported when it is asked for, so a command that needs one platform does not load the others.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from inventory.deviceconfig import DeviceConfig
from inventory.platforms import blocks
from inventory.platforms.ioslike import text as ioslike
from inventory.platforms.seam import Parsed

PACKAGES = {
    "linux": "inventory.platforms.linux",
    "huawei_vrp": "inventory.platforms.huawei_vrp",
    "h3c_comware": "inventory.platforms.h3c_comware",
    "cisco_ios": "inventory.platforms.cisco_ios",
    "ruijie": "inventory.platforms.ruijie",
}
UNKNOWN = _("there is no platform {name!r}; known are: {known}")


@dataclass(frozen=True)
class Functions:
    """A platform's functions, as `inventory.platforms.seam.Platform` describes them."""

    check: Callable[[DeviceConfig], None]
    render: Callable[[DeviceConfig], str]
    parse: Callable[[str], Parsed]
    mask: Callable[[str], str]


def meaningful(name: str, text: str) -> int:
    """Return how many lines of a configuration could mean something: no comment, separator or empty line."""
    if name == "linux":
        return sum(bool(line.strip()) and not line.lstrip().startswith(("#", "!")) for line in text.splitlines())
    return ioslike.meaningful(text) if name in ("cisco_ios", "ruijie") else blocks.meaningful(text)


def platform(name: str) -> Functions:
    """Return a platform's functions. Raises BadInput for a name that nobody registered."""
    if name not in PACKAGES:
        raise BadInput([Problem(UNKNOWN, {"name": name, "known": ", ".join(sorted(PACKAGES))}, where="platform")])
    package = importlib.import_module(PACKAGES[name])
    check = getattr(package, "check", None) or importlib.import_module(f"{PACKAGES[name]}.checks").check
    return Functions(check=check, render=package.render, parse=package.parse, mask=package.mask)

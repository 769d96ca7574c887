"""Configurations without what a device changes by itself. Pure; the same for every platform.

A `show` carries lines that say when it was printed, changed or saved, how long it is and how long the device runs. They
are no configuration: a comparison that keeps them finds a change at every look, and nobody reads the true one any more.
What is struck is only what the vendors' manuals and recorded outputs show as such, whole lines, anchored at both ends.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

_STRUCK = (
    # Cisco IOS and what follows it (Ruijie): configuration fundamentals, `show running-config`
    r"Building configuration\.\.\.",
    r"Current configuration ?: ?\d+ bytes",
    r"! ?Last configuration change at .*",
    r"! ?NVRAM config last updated at .*",
    r"! ?No configuration change since last restart",
    r"ntp clock-period \d+",
    r"!.*\buptime is\b.*",
    r"!Time: .*",
    # Huawei VRP: `display current-configuration`
    r"! ?Last configuration was (?:updated|saved) at .*",
    r"#? ?Last commit(?:ted)? .* at .*",
    r"[!#] ?(?:Last )?[Cc]onfiguration .* at \d{4}[-/]\d\d[-/]\d\d .*",
    r"#? ?\S.*\buptime is \d+ (?:week|day|hour|minute).*",
    # H3C Comware: the line in front of a saved or displayed configuration
    r"# ?(?:Last|Current) (?:saved|configuration) .*\d\d:\d\d:\d\d.*",
)
_LINE = re.compile("|".join(f"(?:{pattern})" for pattern in _STRUCK))


@lru_cache(maxsize=64)
def steady(text: str) -> str:
    """Return a configuration without lines that change by themselves; line ends become `\\n`."""
    return "".join(f"{line}\n" for line in _kept(text))


def _kept(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if not _LINE.fullmatch(line.strip()):
            yield line.rstrip()

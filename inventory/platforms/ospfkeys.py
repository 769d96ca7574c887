"""The key by which OSPF neighbours on a link know each other (RFC 2328, D.3: key 1, MD5), line by line. Pure.

VRP and Comware say it in one line of the interface; IOS and RGOS give the key and say by another line that it counts.
There a key without that line, or the line without a key, is listed with all that is said of OSPF there.
"""

import re
from collections.abc import Iterator

from countynet.errors import Problem
from inventory.deviceconfig import DeviceConfig, OspfInterface
from inventory.platforms import limits

LONGEST, ENCIPHERED = 16, 256
"""letters of a key (RFC 2328, D.3), and of what a vendor's device prints in its place"""
_WORDS = ("cipher", "simple", "plain", "key", "md5")
"""what a device would take for how a secret is written"""
BLOCK = r"ospf authentication-mode md5 1 (?:(?:cipher|plain|simple) )?(\S+)"
"""the line of VRP and Comware"""
DIGEST, KEY = r"(ip ospf authentication message-digest)", r"ip ospf message-digest-key 1 md5 (?:[07] )?(\S+)"
"""the lines of IOS and RGOS"""
_REMOVAL = re.compile(
    r"(no ip ospf message-digest-key \d+) md5 .+|"
    r"(undo ospf authentication-mode)( \S+ \d+) (?:(?:cipher|plain|simple) )?\S+"
)


def problems(config: DeviceConfig, longest: int = ENCIPHERED) -> Iterator[Problem]:
    """Yield what keeps a platform from holding the keys of a configuration."""
    for item in config.interfaces:
        if item.ospf and item.ospf.key:
            where = f"interfaces.{item.name}.ospf.key"
            yield from limits.secret(where, item.ospf.key.get_secret_value(), 1, longest, _WORDS)


def block_lines(ospf: OspfInterface, how: str) -> list[str]:
    """Return the line of VRP or Comware; `how`: the word before a secret in clear."""
    return [f"ospf authentication-mode md5 1 {how} {ospf.key.get_secret_value()}"] if ospf.key else []


def ios_lines(ospf: OspfInterface) -> list[str]:
    """Return the lines of IOS and RGOS."""
    if ospf.key is None:
        return []
    return ["ip ospf authentication message-digest", f"ip ospf message-digest-key 1 md5 {ospf.key.get_secret_value()}"]


def removal(line: str, platform: str) -> str:
    """Return what takes a key back, by its number and without it; "" for any other line."""
    match = _REMOVAL.fullmatch(line)
    if match is None:
        return ""
    return match[1] or match[2] + (match[3] if platform == "h3c_comware" else "")

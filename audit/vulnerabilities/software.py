"""What software a device runs, by its own word: the configuration that it prints, and its SSH server's banner. Pure.

VRP prints `!Software Version V200R005C00SPC500`; Comware `version 7.1.070, Release 6616P01`; IOS `version 15.2`, of
which the rest is not told; RGOS `version RGOS 10.4(3)` or `version 11.0(5)B9P59`; FRR `frr version 8.4.4`. A banner
(RFC 4253, 4.2) such as `SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10` names the distribution's revision, too.
"""

import re
from dataclasses import dataclass

from audit.facts import DeviceFacts, SshAnswer
from audit.vulnerabilities.model import Product

_BANNER = re.compile(r"OpenSSH_(\d[\w.]*?)(?:\s+([A-Za-z]+)-(\S+))?\s*$")
_OWN = {
    Product.HUAWEI_VRP: re.compile(r"^!?\s*Software Version (V\d+R\d+\w*)", re.M | re.I),
    Product.H3C_COMWARE: re.compile(r"^\s*version (\d+\.\d+\.\d+, \w+ \w+)", re.M),
    Product.RUIJIE: re.compile(r"^\s*version (?:\w*OS\w* )?(\d+\.\d\S*)", re.M),
    Product.CISCO_IOS: re.compile(r"^\s*version (\d+\.\d\S*)", re.M),
    Product.FRR: re.compile(r"^\s*frr version (\d\S*)", re.M),
}
_OF = {"linux": (Product.FRR,)}
"""what a platform's configuration may name beside itself"""


@dataclass(frozen=True)
class Software:
    """A piece of software on a device."""

    product: Product
    version: str
    distribution: str = ""
    """whose package it is, e.g. Debian"""
    revision: str = ""
    """the package's revision behind the version"""
    said: str = ""
    """where it says so"""


def running(held: DeviceFacts, answer: SshAnswer | None) -> tuple[Software, ...]:
    """Return what a device says that it runs; empty where it does not say."""
    platform = held.device.platform
    found = list[Software]()
    for product in _OF.get(platform, (Product(platform),) if platform in list(Product) else ()):
        said = _OWN[product].search(held.text) if product in _OWN else None
        if said is not None:
            found.append(Software(product, said[1].rstrip(","), said=said[0].strip()))
    banner = _BANNER.search(answer.banner) if answer is not None else None
    if banner is not None and answer is not None:
        found.append(Software(Product.OPENSSH, banner[1], banner[2] or "", banner[3] or "", answer.banner))
    return tuple(found)

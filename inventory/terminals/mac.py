"""Hardware addresses as people write them, made one notation. Pure.

Windows prints 00-1E-C9-5A-00-19, Linux and macOS 00:1e:c9:5a:0:19, Huawei and H3C 001e-c95a-0019, Cisco
001e.c95a.0019, a label on a computer often nothing between. The inventory writes 00:1e:c9:5a:00:19. Refused: what is
no 48 bits, mixed separators, the address of a group (IEEE 802: the lowest bit of the first byte) and nobody's.
"""

import re
import unicodedata

from countynet.errors import Problem
from countynet.i18n import _

_PAIRS = re.compile(r"([0-9a-f]{1,2})([:-])(?:[0-9a-f]{1,2}\2){4}[0-9a-f]{1,2}")
_WORDS = re.compile(r"[0-9a-f]{4}([.-])[0-9a-f]{4}\1[0-9a-f]{4}")
_PLAIN = re.compile(r"[0-9a-f]{12}")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
NOBODY = "00:00:00:00:00:00"
LONGEST = 40
"""characters of what a person may type"""


def read(text: str, where: str = "mac") -> str | Problem:
    """Return an address as the inventory writes it, or what is wrong with it."""
    said = unicodedata.normalize("NFKC", text[: LONGEST + 1]).translate(_DASHES).strip().lower()
    found = _digits(said)
    if found is None:
        wanted = _("twelve hexadecimal digits, e.g. 00-1E-C9-5A-00-19")
        return Problem(_("this is no MAC address"), where=where, found=text.strip()[:LONGEST], wanted=wanted)
    mac = ":".join(found[i : i + 2] for i in range(0, 12, 2))
    if mac == NOBODY:
        return Problem(_("{mac} is nobody's address"), {"mac": mac}, where=where)
    if int(found[:2], 16) & 1:
        return Problem(_("{mac} is the address of a group, not of one computer"), {"mac": mac}, where=where)
    return mac


def _digits(said: str) -> str | None:
    """Return the twelve digits of an address in one of the notations."""
    if _PLAIN.fullmatch(said):
        return said
    if match := _WORDS.fullmatch(said):
        return said.replace(match[1], "")
    if match := _PAIRS.fullmatch(said):
        return "".join(part.zfill(2) for part in said.split(match[2]))
    return None


def is_local(mac: str) -> bool:
    """Whether software made an address up: a randomised one changes, and the port then shuts its computer out."""
    return bool(int(mac[:2], 16) & 2)

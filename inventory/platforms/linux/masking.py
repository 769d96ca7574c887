"""Secrets out of sight: masked texts and masked differences.

A secret becomes `********` and eight hexadecimal digits of a keyed digest, so a changed secret still shows and an
equal one does not. Without a key the digest is keyed with this process's own random one: comparable within the
process, worthless outside.
"""

import difflib
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterator

from inventory.platforms.linux.sections import ordered
from inventory.platforms.linux.text import File, split

_PROCESS_KEY = secrets.token_bytes(32)
_LINES = re.compile(
    r"^( *secret = .+|(?:Private|Preshared)Key *= *.+|(?:createUser|trapsess) .+"
    r"| *neighbor \S+ password .+|\d+ \w+ ASCII:.+"
    r"| *(?:interface .*: )?ip ospf (?:message-digest-key \d+ md5|authentication-key) .+)$",
    re.MULTILINE,
)
_SECRET = re.compile(
    r"(?<= secret = )\S+|(?<=Key = )\S+|(?<= password )\S.*|(?<= ASCII:)\S.*|(?<= md5 )\S.*|"
    r"(?<= authentication-key )\S.*|"
    r'(?<=")[^"]+(?=")(?=(?:[^"]*"[^"]*")*[^"]*"[^"]*$)'
)


def mask(text: str, key: bytes | None = None) -> str:
    """Return the text without its secrets; with the same `key` equal secrets have equal masks."""
    digest_key = key or _PROCESS_KEY

    def hide(match: re.Match[str]) -> str:
        return f"********{hmac.new(digest_key, match[0].encode(), hashlib.sha256).hexdigest()[:8]}"

    return _LINES.sub(lambda line: _SECRET.sub(hide, line[0]), text)


def diff(running: str, intended: str, key: bytes | None = None) -> str:
    """Return the masked unified difference, file by file; empty when the texts are equal."""
    return "".join(f"{line}\n" for line in _differences(mask(running, key), mask(intended, key)))


def _differences(running: str, intended: str) -> Iterator[str]:
    before, after = split(running), split(intended)
    for path in ordered(before | after):
        old, new = before.get(path), after.get(path)
        if old != new:
            yield from difflib.unified_diff(
                _lines(old), _lines(new), f"running {path}", f"intended {path}", lineterm="", n=2
            )


def _lines(part: File | None) -> list[str]:
    return [f"mode {part.mode}", *part.lines] if part else []

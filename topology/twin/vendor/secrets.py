"""How a device keeps secrets: it knows them, and shows cipher text that is another at each display.

The cipher is the simulator's own (a salt and a key stream), with the vendor's marks around it: what any simulated
device of the platform has printed, any other takes back, as devices of one software do. It keeps nobody from anything.
"""

import base64
import hashlib
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_KEY = b"countynet simulated device"
_SALT = 6


def _stream(salt: bytes, length: int) -> bytes:
    found = b""
    while len(found) < length:
        found += hashlib.sha256(_KEY + salt + len(found).to_bytes(4, "big")).digest()
    return found[:length]


def seal(secret: str) -> str:
    """Return cipher text of a secret, with a fresh salt."""
    salt, data = os.urandom(_SALT), secret.encode()
    body = bytes(a ^ b for a, b in zip(data, _stream(salt, len(data)), strict=True))
    check = hashlib.sha256(salt + data).digest()[:3]
    return base64.b64encode(salt + check + body).decode().rstrip("=")


def unseal(text: str) -> str | None:
    """Return the secret of a cipher text; None if it is none of ours."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except ValueError:
        return None
    salt, check, body = raw[:_SALT], raw[_SALT : _SALT + 3], raw[_SALT + 3 :]
    data = bytes(a ^ b for a, b in zip(body, _stream(salt, len(body)), strict=True))
    if len(raw) < _SALT + 3 or hashlib.sha256(salt + data).digest()[:3] != check:
        return None
    return data.decode("utf-8", "replace")


@dataclass(frozen=True)
class Cipher:
    """A platform's forms. Each pattern has a group `secret`; `before` and `after` are put around cipher text."""

    patterns: Sequence[str]
    before: str
    after: str
    irreversible: str = r"(?!)"
    """pattern of lines whose secret is shown as a hash; the device itself still takes its own hash back"""
    hash_marks: tuple[str, str] = ("$1a$", "$")

    def _swap(self, line: str, put: Callable[[str, str], str]) -> str:
        for pattern in self.patterns:
            if match := re.search(pattern, line):
                start, end = match.span("secret")
                line = f"{line[:start]}{put(line, match['secret'])}{line[end:]}"
        return line

    def shown(self, line: str) -> str:
        """Return a line with its secret as cipher text."""

        def put(text: str, secret: str) -> str:
            before, after = self.hash_marks if re.search(self.irreversible, text) else (self.before, self.after)
            return f"{before}{seal(secret)}{after}"

        return self._swap(line, put)

    def plain(self, line: str) -> str:
        """Return a line with its secret as the device knows it, whether it was typed plain or as cipher text."""

        def put(_text: str, secret: str) -> str:
            for before, after in ((self.before, self.after), self.hash_marks):
                inner = secret[len(before) : len(secret) - len(after)]
                if secret.startswith(before) and secret.endswith(after) and (found := unseal(inner)) is not None:
                    return found
            return secret

        return self._swap(line, put)

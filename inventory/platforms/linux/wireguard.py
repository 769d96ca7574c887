"""WireGuard as `wg showconf` prints it, read and not written: a section `/etc/wireguard/NAME.conf` for each interface.

FETCH asks the kernel (or wireguard-go) itself, so a file that nobody loaded is none. Of the private key only the public
half goes on from here (RFC 7748). A mark for policy routing (`FwMark`), a peer by an IPv6 endpoint and whatever else is
said are lines that nobody understands. That a private key is masked is seen to in `masking`.
"""

import base64
import binascii
import re
from ipaddress import ip_network
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from inventory.platforms.linux.draft import Draft
from inventory.platforms.linux.text import Files, attempt
from inventory.wireguard import WireGuard, WireGuardPeer

PATH = re.compile(r"/etc/wireguard/([A-Za-z0-9_=+.-]{1,15})\.conf")
_LINE = re.compile(r"(\w+) *= *(\S.*)")
_NOTHING = {"PresharedKey", "PersistentKeepalive"}
"""what says nothing of who reaches whom"""


def parse(files: Files, draft: Draft) -> None:
    """Read every section of WireGuard into its interface; list the lines that are not understood."""
    for path, part in files.items():
        if match := PATH.fullmatch(path):
            _Reader(path, draft).read(match[1], part.lines)


class _Reader:
    def __init__(self, path: str, draft: Draft) -> None:
        self._path, self._draft = path, draft
        self._own: dict[str, Any] = {}
        self._peers: list[dict[str, Any]] = []

    def read(self, name: str, lines: tuple[str, ...]) -> None:
        """Read the lines of an interface."""
        into: dict[str, Any] | None = None
        for number, line in enumerate(lines, 1):
            if line.strip() in ("[Interface]", "[Peer]"):
                into = self._own if line.strip() == "[Interface]" else {}
                self._peers += [] if into is self._own else [into]
            elif line.strip() and not line.startswith("#") and not self._take(into, line.strip()):
                self._draft.refuse(self._path, number, line if "Key" not in line else line.split("=")[0])
        peers = [attempt(WireGuardPeer, **fields) for fields in self._peers]
        found = attempt(WireGuard, **self._own, peers=tuple(peer for peer in peers if peer))
        if found is None or None in peers:
            self._draft.refuse(self._path, 0, "lacking: a key")
        if found is not None:
            self._draft.interfaces[name]["wireguard"] = found

    def _take(self, into: dict[str, Any] | None, line: str) -> bool:
        match = _LINE.fullmatch(line)
        if match is None or into is None:
            return False
        word, value = match.groups()
        if into is self._own:
            return self._interface(word, value)
        return word in _NOTHING or _peer(into, word, value)

    def _interface(self, word: str, value: str) -> bool:
        if word == "PrivateKey" and (key := public(value)):
            self._own["key"] = key
        elif word == "ListenPort" and value.isdecimal():
            self._own["port"] = int(value)
        else:
            return False
        return True


def _peer(into: dict[str, Any], word: str, value: str) -> bool:
    if word == "PublicKey":
        into["key"] = value
    elif word == "AllowedIPs":
        return _allowed(into, value)
    elif word == "Endpoint" and (match := re.fullmatch(r"(\d+\.\d+\.\d+\.\d+):\d+", value)):
        into["endpoint"] = match[1]
    else:
        return False
    return True


def _allowed(into: dict[str, Any], value: str) -> bool:
    for text in re.split(r"\s*,\s*", value):
        if text == "(none)":
            continue
        try:
            prefix = ip_network(text, strict=False)
        except ValueError:
            return False
        into.setdefault("allowed" if prefix.version == 4 else "allowed6", []).append(prefix)
    return True


def public(private: str) -> str:
    """Return the public key of a private one, both as base64; empty if it is none."""
    try:
        raw = base64.b64decode(private, validate=True)
        key = X25519PrivateKey.from_private_bytes(raw).public_key()
    except (binascii.Error, ValueError):
        return ""
    return base64.b64encode(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()

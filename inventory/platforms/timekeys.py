"""The key by which time servers prove what they say, as VRP, Comware, IOS and RGOS are told it, in four lines. Pure.

Authentication is switched on, the key is given, it is trusted, and each server is asked with it. A key counts only when
all four are there for every server: what says less, or differs from server to server, is listed with all its lines.
"""

import re
from collections.abc import Iterator

from countynet.errors import Problem
from inventory.deviceconfig import DeviceConfig, NtpKey
from inventory.platforms import limits, words
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Line
from inventory.platforms.gathering import Gathering

ENABLED, KEY, TRUSTED, ASKED = "time enabled", "time key", "time trusted", "time asked"
_KINDS = (ENABLED, KEY, TRUSTED, ASKED)
_LONGEST = 32
_WORDS = ("cipher", "simple")
"""what a device would take for how a secret is written"""


def problems(config: DeviceConfig, *kinds: str) -> Iterator[Problem]:
    """Yield what keeps a platform that knows these kinds of digests from holding a configuration's key."""
    key = config.ntp_key
    if key is None:
        return
    if not config.ntp_servers:
        yield Problem(limits.CLASH, where="ntp_key")
    if key.kind not in kinds:
        yield Problem(limits.UNFIT, {"value": key.kind}, where="ntp_key.kind")
    yield from limits.secret("ntp_key.secret", key.secret.get_secret_value(), 1, _LONGEST, _WORDS)


def comware_lines(key: NtpKey | None, how: str) -> list[str]:
    """Return the lines of VRP and Comware in front of the servers'; `how`: the word before a secret in clear."""
    if key is None:
        return []
    said = (
        f"ntp-service authentication-keyid {key.number} authentication-mode md5 {how} {key.secret.get_secret_value()}"
    )
    return ["ntp-service authentication enable", said, f"ntp-service reliable authentication-keyid {key.number}"]


def ios_lines(key: NtpKey | None) -> list[str]:
    """Return the lines of IOS and RGOS in front of the servers'."""
    if key is None:
        return []
    said = f"ntp authentication-key {key.number} md5 {key.secret.get_secret_value()}"
    return [said, "ntp authenticate", f"ntp trusted-key {key.number}"]


def _take(kind: str) -> Handler[Gathering]:
    def handler(reading: Gathering, line: Line, match: re.Match[str]) -> bool:
        reading.pending[kind].append((line, match.groups()))
        return True

    return handler


def asked(reading: Gathering, line: Line, address: str, number: str) -> bool:
    """Take a server that is asked with a key."""
    reading.pending[ASKED].append((line, (number,)))
    found = words.address(address)
    return found is not None and reading.add(reading.fields, "ntp_servers", found)


def _server(reading: Gathering, line: Line, match: re.Match[str]) -> bool:
    reading.part("ntp", match[1], line)
    return asked(reading, line, match[1], match[2])


COMWARE: list[tuple[str, Handler[Gathering]]] = [
    (r"ntp-service authentication enable", _take(ENABLED)),
    (
        r"ntp-service authentication-keyid (\d{1,10}) authentication-mode md5 (?:(?:cipher|simple) )?(\S+)",
        _take(KEY),
    ),
    (r"ntp-service reliable authentication-keyid (\d{1,10})", _take(TRUSTED)),
    (r"ntp-service unicast-server (\d\S+) authentication-keyid (\d{1,10})", _server),
]
"""lines of VRP and Comware"""
IOS: list[tuple[str, Handler[Gathering]]] = [
    (r"ntp authenticate", _take(ENABLED)),
    (r"ntp authentication-key (\d{1,10}) md5 (\S+)(?: [07])?", _take(KEY)),
    (r"ntp trusted-key (\d{1,10})", _take(TRUSTED)),
]
"""lines of IOS and RGOS but for the servers'"""


def finish(reading: Gathering) -> None:
    """Put the key together, after all lines were read."""
    key = _whole(reading)
    if key is not None:
        reading.fields["ntp_key"] = key
        return
    for kind in _KINDS:
        for line, _said in reading.pending[kind]:
            reading.refuse(line)


def _whole(reading: Gathering) -> NtpKey | None:
    enabled, keys, trusted, servers = (reading.pending[kind] for kind in _KINDS)
    if not (len(enabled) == len(keys) == len(trusted) == 1):
        return None
    number, secret = keys[0][1]
    same = {number} == {said[0] for _line, said in (*trusted, *servers)}
    every = servers and len(servers) == len(reading.fields.get("ntp_servers", ()))
    return attempt(NtpKey, number=number, kind="MD5", secret=secret) if same and every else None

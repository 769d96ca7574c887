"""The users of SNMPv3 of IOS, which keeps them beside its configuration: `show running-config` has none of them. Pure.

`show snmp user` tells their names, groups and algorithms, never their keys. So they are written into the texts that we
read as lines whose keys are struck out: such a user neither drifts nor is typed again. A struck out key is never typed
(`typing_in`); where one is needed, for a box that lost it, the county's own stands in for it (`filled`).
Source: Cisco's SNMP command reference, `show snmp user`, in the forms of IOS and of IOS XE.
"""

import re
from collections.abc import Callable, Iterator

MASK = "*" * 8
_FIELD = re.compile(r"(?im)^[ \t]*(user name|authentication protocol|privacy protocol|group[- ]name)[ \t]*:[ \t]*(\S+)")
_AUTH = re.compile(r"(?i)(?:hmac-?)?(md5|sha)-?(?:2-)?(\d*)")
_PRIV = re.compile(r"(?i)(3?des|aes)-?(\d*)")


def lines(shown: str) -> tuple[str, ...]:
    """Return the configuration lines of the users that are shown; one that is not asked with keys has none."""
    return tuple(line for person in _persons(shown) if (line := _line(person)))


def _persons(shown: str) -> Iterator[dict[str, str]]:
    person = dict[str, str]()
    for name, value in _FIELD.findall(shown):
        field = name.lower().replace("-", " ")
        if field == "user name" and person:
            yield person
            person = {}
        person[field] = value
    if person:
        yield person


def _line(person: dict[str, str]) -> str:
    auth = _AUTH.fullmatch(person.get("authentication protocol", ""))
    priv = _PRIV.fullmatch(person.get("privacy protocol", ""))
    if not (auth and priv and "user name" in person and "group name" in person):
        return ""
    how = f"sha-2 {auth[2]}" if auth[2] else auth[1].lower()
    keeps = f"{priv[1].lower()} {priv[2]}" if priv[1].lower() == "aes" and priv[2] else priv[1].lower()
    user = f"{person['user name']} {person['group name']}"
    return f"snmp-server user {user} v3 auth {how} {MASK} priv {keeps} {MASK}"


def written(text: str, shown: str) -> str:
    """Return a configuration with the users that are shown and that it has no line of."""
    more = [line for line in lines(shown) if line.rpartition(" v3 ")[0] not in text]
    if not more:
        return text
    whole = [line for line in text.splitlines() if line != "end"]
    return "".join(f"{line}\n" for line in (*whole, *more, "end"))


def filled(text: str, intended: str, mask: Callable[[str], str]) -> str:
    """Return a kept text with the intended keys in the place of those that no device ever told."""
    known = {mask(line): line for line in intended.splitlines()}
    return "".join(f"{known.get(mask(line), line) if unknown(line) else line}\n" for line in text.splitlines())


def unknown(line: str) -> bool:
    """Whether a line has a key that is struck out."""
    return MASK in line.split()

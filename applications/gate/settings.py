"""What the role writes for the gate: one JSON file, read strictly."""

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, get_type_hints


class BadSettings(Exception):
    """A settings file that is not what it has to be; the text says file, key and what would be right."""


@dataclass(frozen=True)
class Settings:
    """The file. `back` is where the sign-on sends people to, `port` where the application listens on loopback."""

    county: str
    county_en: str
    title: str
    title_en: str
    name: str
    issuer: str
    client: str
    secret: str
    authority: str
    """file with the root that the sign-on's certificate is checked with"""
    back: str
    state: str
    socket: str
    port: int
    health: dict[str, Any]
    units: list[str]
    roles: list[str]
    logins: list[str]
    strangers: bool
    """whether who has not signed in comes through all the same, without a name"""


def read(path: Path) -> Settings:
    """Return the settings of a file. Raises BadSettings with everything that is wrong."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadSettings(f"{path}: {error}") from error
    hints = {name: getattr(hint, "__origin__", hint) for name, hint in get_type_hints(Settings).items()}
    names = [field.name for field in fields(Settings)]
    if not isinstance(told, dict):
        raise BadSettings(f"{path}: an object is wanted")
    wrong = [f"{name} is missing" for name in names if name not in told]
    wrong += [f"{name} is not known" for name in told if name not in names]
    wrong += [f"{n} is no {hints[n].__name__}" for n in names if n in told and type(told[n]) is not hints[n]]
    if wrong:
        raise BadSettings(f"{path}: " + "; ".join(wrong))
    return Settings(**told)

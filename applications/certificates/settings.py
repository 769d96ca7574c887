"""Settings of the two processes: JSON files that the role writes, read strictly."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

Read = TypeVar("Read")


class BadSettings(Exception):
    """A settings file that is not what it has to be; the text says file, key and what would be right."""


@dataclass(frozen=True)
class KeeperSettings:
    """The keeper's: county's name, DNS name of the platform, folders and the accounts that may ask."""

    county: str
    name: str
    keys: str
    passphrase: str
    socket: str
    accounts: list[str]
    policy: str


@dataclass(frozen=True)
class WebSettings:
    """The web process's. `data` holds its database, `run` its socket, `units` the organisations that exist,
    `clients` the file with the applications that it signs people on for (read anew whenever it changes)."""

    county: str
    county_en: str
    name: str
    data: str
    keeper: str
    socket: str
    secret: str
    font: str
    units: list[dict[str, str]]
    clients: str


def read(path: Path, model: type[Read]) -> Read:
    """Return the settings of a file. Raises BadSettings with everything that is wrong."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadSettings(f"{path}: {error}") from error
    wrong = list(_wrong(told, model)) if isinstance(told, dict) else ["an object is wanted"]
    if wrong:
        raise BadSettings(f"{path}: " + "; ".join(wrong))
    return model(**told)


def _wrong(told: Mapping[str, object], model: type[Any]) -> list[str]:
    hints = get_type_hints(model)
    names = [field.name for field in fields(model)]
    missing = [f"{name} is missing" for name in names if name not in told]
    unknown = [f"{name} is not known" for name in told if name not in names]
    kinds = {name: list if str(hints[name]).startswith("list") else hints[name] for name in names}
    mistyped = [
        f"{name} is no {kinds[name].__name__}" for name in names if name in told and type(told[name]) is not kinds[name]
    ]
    return [*missing, *unknown, *mistyped]

"""What the gateway is told at its start: one JSON file that the playbook writes, readable by the service alone.

Keys of applications and people are derived from one secret of the county's vault (HMAC-SHA256 over what they are for
and their generation): the gateway keeps no list of keys, and a key is changed by counting its generation up. Every
mistake of the file is named at once, and nothing starts.
"""

import base64
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from applications.messages.numbers import BEGINNING

SHORTEST = 24
"""characters of the secret that keys are derived from"""
NUMBER = re.compile(r"\d{1,9}(\.\d{1,9})?")
ROLES = ("look", "text", "send")
"""what a person may: see the log with texts and numbers masked; see them; and send what is in doubt again"""


class ConfigError(ValueError):
    """The file is wrong: each line of its words names one mistake."""


@dataclass(frozen=True)
class Sender:
    """An application that may send."""

    id: str
    title: str
    title_en: str
    per_day: int = 500
    per_month: int = 5000
    """parts"""
    allowed: tuple[str, ...] = ()
    """beginnings of numbers, further ones than the gateway's do not count; empty: the gateway's"""
    most_parts: int = 6
    urgent: bool = False
    """goes before others"""
    generation: int = 1
    """of its key"""


@dataclass(frozen=True)
class Person:
    """Somebody who may look at the gateway's page."""

    name: str
    role: str = "look"
    generation: int = 1


@dataclass(frozen=True)
class Kannel:
    """Where Kannel is and how it knows us; all on this host."""

    password: str
    status_password: str
    send_port: int = 13013
    status_port: int = 13000
    user: str = "countynet"


@dataclass(frozen=True)
class Config:
    """Everything that the file says."""

    database: Path
    master: str
    kannel: Kannel
    senders: tuple[Sender, ...]
    people: tuple[Person, ...] = ()
    port: int = 8009
    title: str = "短信网关"
    title_en: str = "Message gateway"
    signature: str = ""
    """before each text, as operators ask for: 【清岚县】"""
    number: str = ""
    """that messages come from"""
    allowed: tuple[str, ...] = ("+861",)
    refused: tuple[str, ...] = ()
    per_number_day: int = 20
    """messages to one number and day, of all applications together"""
    queue_most: int = 10000
    per_second: float = 5.0
    valid_minutes: int = 1440
    """after so long in the queue a message is not sent any more"""
    keep_text_days: int = 30
    keep_days: int = 400
    utc_offset: int = 480
    """minutes; of the day and month that quotas count by"""
    sign_on_header: str = ""
    """set by the sign-on before us to the person's name; empty: people sign in here with their key"""
    secure: bool = True
    """whether cookies go over TLS alone"""
    trial: bool = False
    """whether the operator behind Kannel is a simulated one, which the page says"""

    def sender(self, name: str) -> Sender | None:
        """Return an application by its name."""
        return next((sender for sender in self.senders if sender.id == name), None)

    def person(self, name: str) -> Person | None:
        """Return a person by name."""
        return next((person for person in self.people if person.name == name), None)

    def sender_of(self, key: str) -> Sender | None:
        """Return the application that a key belongs to."""
        found = [s for s in self.senders if same(key, sender_key(self.master, s.id, s.generation))]
        return found[0] if found else None

    def person_of(self, key: str) -> Person | None:
        """Return the person that a key belongs to."""
        found = [p for p in self.people if same(key, person_key(self.master, p.name, p.generation))]
        return found[0] if found else None


def derived(master: str, purpose: str) -> str:
    """Return a key of 32 characters (160 bits) for one purpose."""
    return base64.b32encode(hmac.digest(master.encode(), purpose.encode(), "sha256")[:20]).decode().lower()


def sender_key(master: str, sender: str, generation: int = 1) -> str:
    """Return the key by which an application is known."""
    return derived(master, f"sender:{sender}:{generation}")


def person_key(master: str, person: str, generation: int = 1) -> str:
    """Return the key with which a person signs in."""
    return derived(master, f"person:{person}:{generation}")


def same(one: str, other: str) -> bool:
    """Compare two keys in a time that tells nothing."""
    return hmac.compare_digest(one.encode(), other.encode())


def load(file: Path) -> Config:
    """Return what a file says. Raises ConfigError with every mistake, OSError."""
    try:
        said = json.loads(file.read_bytes())
    except ValueError as error:
        raise ConfigError(f"{file}: {error}") from None
    wrong = list[str]()
    config = _config(said, wrong) if isinstance(said, dict) else None
    if config is not None and not wrong:
        wrong += _judged(config)
    if wrong or config is None:
        raise ConfigError("\n".join(f"{file}: {each}" for each in wrong or ["no mapping"]))
    return config


def _config(said: Mapping[str, Any], wrong: list[str]) -> Config | None:
    parts = {
        "senders": tuple(_made(Sender, each, f"senders[{n}]", wrong) for n, each in enumerate(said.get("senders", ()))),
        "people": tuple(_made(Person, each, f"people[{n}]", wrong) for n, each in enumerate(said.get("people", ()))),
        "kannel": _made(Kannel, said.get("kannel", {}), "kannel", wrong),
        "database": Path(str(said.get("database", ""))),
    }
    made: Config | None = _made(Config, {**said, **parts}, "", wrong)
    return made


def _made(kind: Any, said: Any, place: str, wrong: list[str]) -> Any:
    """Return an instance of a dataclass, None after naming what is wrong with its fields."""
    if not isinstance(said, dict):
        wrong.append(f"{place}: no mapping")
        return None
    known = {field.name: field.type for field in fields(kind)}
    said = {name: _read(known.get(name), value) for name, value in said.items()}
    begin = len(wrong)
    wrong += [f"{place or 'file'}: there is no {name}" for name in said if name not in known]
    wrong += [
        f"{place or 'file'}.{name}: {value!r} is no {known[name]}"
        for name, value in said.items()
        if name in known and not _fits(known[name], value)
    ]
    if len(wrong) > begin:
        return None
    try:
        return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in said.items()})
    except TypeError as error:
        wrong.append(f"{place or 'file'}: {error}")
        return None


def _read(kind: Any, value: Any) -> Any:
    """Return a number or truth that an inventory wrote as text."""
    if isinstance(value, str) and kind is bool:
        return {"true": True, "yes": True, "false": False, "no": False}.get(value.lower(), value)
    if isinstance(value, str) and kind in (int, float) and NUMBER.fullmatch(value):
        return kind(float(value)) if kind is float or "." not in value else value
    return value


def _fits(kind: Any, value: Any) -> bool:
    if kind is bool or kind is str:
        return isinstance(value, kind)
    if kind is int or kind is float:
        return isinstance(value, (int, float) if kind is float else int) and not isinstance(value, bool) and value >= 0
    if kind == tuple[str, ...]:
        return isinstance(value, (list, tuple)) and all(isinstance(each, str) for each in value)
    return True


def _judged(config: Config) -> Sequence[str]:
    wrong = [
        f"{word} is given twice" for word in _twice([s.id for s in config.senders] + [p.name for p in config.people])
    ]
    wrong += [f"senders: {s.id!r} is no name" for s in config.senders if not s.id.isidentifier()]
    wrong += [
        f"people: {p.name}: {p.role!r} is none of {', '.join(ROLES)}" for p in config.people if p.role not in ROLES
    ]
    beginnings = [*config.allowed, *config.refused, *(b for s in config.senders for b in s.allowed)]
    wrong += [f"{b!r} is no beginning of a number in E.164" for b in beginnings if not BEGINNING.fullmatch(b)]
    if len(config.master) < SHORTEST:
        wrong.append(f"master: a secret of {SHORTEST} characters and more is needed")
    if config.keep_text_days > config.keep_days:
        wrong.append("keep_text_days: longer than keep_days")
    return wrong


def _twice(names: Sequence[str]) -> Sequence[str]:
    return sorted({name for name in names if names.count(name) > 1})

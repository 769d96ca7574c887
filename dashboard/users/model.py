"""A person who is signed in, as the rest of the dashboard sees one: no password, no row."""

from dataclasses import dataclass
from datetime import datetime

from countynet.vocabulary import Role


@dataclass(frozen=True)
class Person:
    """Who acts."""

    id: int
    login: str
    role: Role
    unit: str | None = None

    def sees(self, unit: str) -> bool:
        """Tell whether this person may look at a unit: a clerk sees their own, everybody else all."""
        return self.role is not Role.UNIT or self.unit == unit


@dataclass(frozen=True)
class Account:
    """One line of the list of accounts."""

    login: str
    role: Role
    unit: str | None
    usable: bool
    """false: no password was set yet, so nobody can sign in with it"""
    changed: datetime | None
    last_seen: datetime | None


@dataclass(frozen=True)
class Issued:
    """A new password, to be shown once and then forgotten."""

    login: str
    role: Role
    password: str

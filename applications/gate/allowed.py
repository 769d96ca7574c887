"""Whom an application lets in. Pure."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """Somebody as the sign-on told."""

    login: str
    name: str
    unit: str
    role: str


@dataclass(frozen=True)
class Lists:
    """An application's lists; all empty: everybody whom the sign-on knows."""

    units: Collection[str] = ()
    roles: Collection[str] = ()
    logins: Collection[str] = ()

    def lets_in(self, person: Person) -> bool:
        """Tell whether somebody may come in: named, or of one of the units with one of the roles (no list: any)."""
        if not (self.units or self.roles or self.logins) or person.login in self.logins:
            return True
        fits = (not self.units or person.unit in self.units) and (not self.roles or person.role in self.roles)
        return bool(self.units or self.roles) and fits

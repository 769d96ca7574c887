"""The contexts of the sign-in and account pages."""

from dataclasses import dataclass
from typing import ClassVar

from countynet.vocabulary import Role
from dashboard.users.model import Person


@dataclass(frozen=True)
class SignIn:
    """The sign-in form."""

    template: ClassVar[str] = "auth/sign_in.html"
    next: str
    login: str = ""
    refused: bool = False
    signon: bool = False
    """whether the county's sign-on is offered"""
    unknown: bool = False
    """whether the sign-on did not say who this is"""
    only: tuple[Role, ...] = ()
    """the roles whose people the sign-on alone lets in"""
    stranger: str = ""
    """the login that the sign-on vouched for, which has no account here"""

    @property
    def alone(self) -> bool:
        """Whether nobody comes in by a password."""
        return set(self.only) == set(Role)


@dataclass(frozen=True)
class AccountPage:
    """One's own account."""

    template: ClassVar[str] = "auth/account.html"
    person: Person
    unit_name: str
    by_signon: bool = False
    """whether the sign-on alone lets this person in, so that a password is none of theirs"""
    message: str = ""
    good: bool = True

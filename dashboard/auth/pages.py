"""The contexts of the sign-in and account pages."""

from dataclasses import dataclass
from typing import ClassVar

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
    stranger: str = ""
    """the login that the sign-on vouched for, which has no account here"""


@dataclass(frozen=True)
class AccountPage:
    """One's own account."""

    template: ClassVar[str] = "auth/account.html"
    person: Person
    unit_name: str
    message: str = ""
    good: bool = True

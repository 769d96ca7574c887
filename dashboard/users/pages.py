"""The context of the accounts page."""

from dataclasses import dataclass
from typing import ClassVar

from audit.records.readers import ToRead
from dashboard.users.model import Account, Issued


@dataclass(frozen=True)
class AccountRow:
    """An account with its unit's name."""

    account: Account
    name: str


@dataclass(frozen=True)
class UsersPage:
    """The accounts; `issued` is a password shown this once."""

    template: ClassVar[str] = "users/users.html"
    rows: tuple[AccountRow, ...]
    issued: Issued | None = None
    to_read: tuple[ToRead, ...] = ()
    """what an administrator has to acknowledge: this is the first page of theirs"""

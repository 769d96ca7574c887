"""The contexts of the proposals' pages."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from dashboard.inventory.rows import Row


@dataclass(frozen=True)
class ProposalRow:
    """One proposal in the list."""

    number: int
    state: str
    """the word of open, merged or declined"""
    open: bool
    author: str
    login: str
    at: datetime
    reason: str
    objects: tuple[str, ...]


@dataclass(frozen=True)
class ProposalsPage:
    """All proposals, or a clerk's own."""

    template: ClassVar[str] = "inventory/proposals/list.html"
    waiting: tuple[ProposalRow, ...]
    ended: tuple[ProposalRow, ...]
    own_only: bool


@dataclass(frozen=True)
class ProposalPage:
    """One proposal, for review."""

    template: ClassVar[str] = "inventory/proposals/proposal.html"
    proposal: ProposalRow
    rows: tuple[Row, ...]
    diff: str
    overtaken: tuple[Row, ...]
    """fields that others have changed since"""
    note: str
    may_decide: bool
    own: bool
    """whether it is the reader's, who therefore cannot merge it"""
    linked: bool
    typed: str = ""
    problems: tuple[str, ...] = ()

"""The record: every change of the county folder is one git commit with its author and reason, whole or not at all."""

from inventory.record.draft import Committed, Draft
from inventory.record.edit import Author, Drop, Edit, Plain, Put, Set
from inventory.record.repository import Repository, shell_author

__all__ = ["Author", "Committed", "Draft", "Drop", "Edit", "Plain", "Put", "Repository", "Set", "shell_author"]

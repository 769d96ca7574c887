"""The record: every change of the county folder is one git commit with its author and reason, whole or not at all."""

from inventory.record.edit import Author, Drop, Edit, Plain, Put, Set

__all__ = ["Author", "Drop", "Edit", "Plain", "Put", "Set"]

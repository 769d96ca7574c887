"""Every table of the inventory room, for the entry point `countynet.tables`: what should be is in git, not here."""

from inventory.terminals.store import Row

__all__ = ["Row"]

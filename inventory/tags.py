"""Tags of what happens to the inventory."""

from enum import StrEnum


class InventoryTag(StrEnum):
    """What happens to the county folder."""

    CHANGED = "inventory.changed"
    PROPOSED = "inventory.proposed"
    DECLINED = "inventory.declined"


class TerminalTag(StrEnum):
    """What happens to an application for a terminal, and to a terminal that goes."""

    ASKED = "terminal.asked"
    APPROVED = "terminal.approved"
    DECLINED = "terminal.declined"
    CONNECTED = "terminal.connected"
    WITHDRAWN = "terminal.withdrawn"
    CONFIGURED = "terminal.configured"
    REMOVED = "terminal.removed"

"""Tags of what happens to the inventory."""

from enum import StrEnum


class InventoryTag(StrEnum):
    """What happens to the county folder."""

    CHANGED = "inventory.changed"
    PROPOSED = "inventory.proposed"
    DECLINED = "inventory.declined"

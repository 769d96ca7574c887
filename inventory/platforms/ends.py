"""The end of a filter of what is forwarded, where it logs what nothing before let through; access lists say it in their
last entry (`inventory.platforms.access_lists.rest`). Pure."""

from inventory.deviceconfig import FilterRule, PacketFilter


def logged(item: PacketFilter) -> bool:
    """Whether the last thing that a filter of what is forwarded says is that it logs what it drops."""
    if item.hook != "forward" or not item.rules:
        return False
    last = item.rules[-1]
    return last == FilterRule(action="drop", name=last.name, log=True, log_rate=last.log_rate)


def opened(item: PacketFilter) -> PacketFilter:
    """Return a filter without such an end."""
    return item.model_copy(update={"rules": item.rules[:-1]}) if logged(item) else item

"""What the plan asks of every device beyond what the county needs to work (`plan.hardening`). Pure.

`log_drops`: a filter of what is forwarded ends with a rule that drops and logs what no rule let through, and all that
logs does so at most `LOG_RATE` times a second, so that whoever floods a device floods neither its log nor the log
server. Vendors' devices bound what access lists log by themselves; their lists end so (`access_lists.rest`).
"""

from inventory.deviceconfig import DeviceConfig, FilterRule, PacketFilter
from inventory.model import Hardening

LOG_RATE = 10
"""lines a second of one rule"""
DROPPED = "not-forwarded"


def hardened(told: Hardening, config: DeviceConfig) -> DeviceConfig:
    """Return a device's configuration with what the plan asks for beyond it; equal where it asks for nothing."""
    if not told.log_drops:
        return config
    return config.model_copy(update={"filters": tuple(map(_logged, config.filters))})


def _logged(item: PacketFilter) -> PacketFilter:
    rules = [rule.model_copy(update={"log_rate": LOG_RATE}) if rule.log else rule for rule in item.rules]
    if item.hook == "forward" and item.default == "drop":
        rules.append(FilterRule(action="drop", name=DROPPED, log=True, log_rate=LOG_RATE))
    return item.model_copy(update={"rules": tuple(rules)})

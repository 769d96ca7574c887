"""Which firewalls let what belongs to each other's sessions pass: pairs that mirror them at once (HRP, RBM). Pure.

Each has to name an address of the other; one that names nobody of ours shares with nobody. A session bears what was
translated, so either undoes it, at a port of the same name: such pairs are of one make and cabled alike.
"""

from collections.abc import Mapping

from inventory.deviceconfig import DeviceConfig


def sharing(configs: Mapping[str, DeviceConfig]) -> dict[str, frozenset[str]]:
    """Return by firewall those whose sessions are its own as well, itself among them; only for pairs."""
    held = {name: {a.ip for i in c.interfaces for a in i.addresses} for name, c in configs.items() if c.mirrors}
    found = {}
    for name in held:
        others = [
            other for other in held
            if other != name and configs[name].mirrors in held[other] and configs[other].mirrors in held[name]
        ]  # fmt: skip
        if len(others) == 1:
            found[name] = frozenset((name, *others))
    return found

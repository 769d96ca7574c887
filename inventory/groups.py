"""The groups of devices and hosts that automation tools get: by role, site, platform, unit, access and so on. Pure.

A group is named `<key>_<id>` with underscores for hyphens (`role_vpn_hub`, `unit_u025`), which Ansible takes without a
warning and as a variable's name; ids have no underscore, so two groups never get one name, nor a group that of a host.
nornir and Ansible have the same groups, made of the traits that `--only` chooses by.
"""

from collections.abc import Iterable, Mapping

from inventory.traits import Traits

GROUPED = ("role", "site", "building", "platform", "unit", "kind", "access", "batch", "zone", "runs")
"""traits that make a group; `under` makes none, it would repeat nearly every `unit`"""


def group(key: str, value: str) -> str:
    """Return the name of a group."""
    return f"{key}_{value}".replace("-", "_")


def groups_of(found: Traits) -> tuple[str, ...]:
    """Return the groups that something with these traits is in."""
    return tuple(group(key, value) for key in GROUPED for value in found.get(key, ()))


def members(groups: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Return the names in each group, given the groups of each name; groups sorted, names in their order."""
    found: dict[str, list[str]] = {}
    for name, its_groups in groups.items():
        for each in its_groups:
            found.setdefault(each, []).append(name)
    return dict(sorted(found.items()))

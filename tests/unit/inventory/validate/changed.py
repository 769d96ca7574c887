"""The example county with one thing changed, as a value: read anew, so that nothing that was looked up before stays."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from inventory.load import SECTIONS
from inventory.model import County, Plan
from inventory.record.edit import KEYS

Change = Callable[[County], County]


class Case(NamedTuple):
    """A change that breaks a rule, and the place that the rule then names (its first parts)."""

    change: Change
    place: tuple[str | int, ...]


def index(county: County, section: str, key: str) -> int:
    """Return where an item stands in its section."""
    return [getattr(item, KEYS[section]) for item in getattr(county, section)].index(key)


def whole(county: County, **sections: object) -> County:
    """Return the county with other sections."""
    return County(**({name: getattr(county, name) for name in County.model_fields} | sections))


def _put(county: County, section: str, items: list[Any]) -> County:
    return whole(county, **{section: tuple(items)})


def but(section: str, key: str, **fields: object) -> Change:
    """Change fields of an item."""

    def change(county: County) -> County:
        items = list(getattr(county, section))
        place = index(county, section, key)
        items[place] = SECTIONS[section].model_validate({**dict(items[place]), **fields})
        return _put(county, section, items)

    return change


def plus(section: str, *added: Mapping[str, object]) -> Change:
    """Add items."""

    def change(county: County) -> County:
        items = [*getattr(county, section), *(SECTIONS[section].model_validate(item) for item in added)]
        return _put(county, section, items)

    return change


def less(section: str, *keys: str) -> Change:
    """Remove items; without keys, all of a section."""

    def change(county: County) -> County:
        kept = [item for item in getattr(county, section) if keys and getattr(item, KEYS[section]) not in keys]
        return _put(county, section, kept)

    return change


def again(section: str, key: str, **fields: object) -> Change:
    """Add a copy of an item with other fields."""

    def change(county: County) -> County:
        item = getattr(county, section)[index(county, section, key)]
        return plus(section, {**dict(item), **fields})(county)

    return change


def plan(**fields: object) -> Change:
    """Change fields of the plan."""

    def change(county: County) -> County:
        return whole(county, plan=Plan.model_validate({**dict(county.plan), **fields}))

    return change


def pools(**fields: object) -> Change:
    """Change fields of the plan's pools."""

    def change(county: County) -> County:
        assert county.plan.pools is not None
        return plan(pools={**county.plan.pools.model_dump(), **fields})(county)

    return change


def life(node: str, **fields: object) -> Change:
    """Change where a device stands in its life."""
    return but("devices", node, life=fields)


def both(*changes: Change) -> Change:
    """Do several changes."""

    def change(county: County) -> County:
        for each in changes:
            county = each(county)
        return county

    return change


def stones(unit: str, *done: tuple[str, str | None, str | None]) -> Change:
    """Give a unit other milestones: phase, planned, done."""
    return but("units", unit, milestones=[{"phase": p, "planned": a, "done": b} for p, a, b in done])

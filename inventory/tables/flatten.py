"""A county's sections as flat tables. Pure.

The columns follow from the model, so an empty section has its headers too. A field inside a field is a column with a
dot (`officer.telephone`); a list is one cell, its items joined by `; `, the fields of an item written `key=value`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin

from countynet.frozen import Frozen
from inventory.load import SECTIONS
from inventory.model import County, Plan
from inventory.tables.neutral import Scalar

PLAN = "plan"


@dataclass(frozen=True)
class Table:
    """A section: its name, the paths of its columns, and a row for each item."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Scalar, ...], ...]


def tables(county: County) -> tuple[Table, ...]:
    """Return the plan, as a table of one row, and every section."""
    sections = [(name, kind, getattr(county, name)) for name, kind in SECTIONS.items()]
    return (_table(PLAN, Plan, [county.plan]), *(_table(*section) for section in sections))


def _table(name: str, kind: type[Frozen], items: Iterable[Frozen]) -> Table:
    columns = tuple(_columns(kind))
    return Table(name, columns, tuple(tuple(_at(item, path) for path in columns) for item in items))


def _columns(kind: type[Frozen], above: str = "") -> Iterator[str]:
    for name, field in kind.model_fields.items():
        inner = _nested(field.annotation)
        if inner is None:
            yield above + name
        else:
            yield from _columns(inner, f"{above}{name}.")


def _nested(annotation: Any) -> type[Frozen] | None:
    """Return the description that a field holds one of, or None."""
    if get_origin(annotation) in (Union, UnionType):
        found = [_nested(part) for part in get_args(annotation)]
        return next((kind for kind in found if kind is not None), None)
    return annotation if isinstance(annotation, type) and issubclass(annotation, Frozen) else None


def _at(item: Frozen, path: str) -> Scalar:
    value: Any = item
    for name in path.split("."):
        value = getattr(value, name, None)
    return _flat(value)


def _flat(value: Any) -> Scalar:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, (tuple, list)):
        return "; ".join(_item(each) for each in value)
    return str(value)


def _item(value: Any) -> str:
    if not isinstance(value, Frozen):
        return str(value)
    parts = value.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    return " ".join(f"{key}={_short(part)}" for key, part in parts.items())


def _short(value: Any) -> str:
    if isinstance(value, Mapping):
        return ":".join(map(str, value.values()))
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)

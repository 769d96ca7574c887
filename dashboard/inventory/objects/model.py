"""What fields the items of a section may have, read from the model, so that a new field needs no page. Pure."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from countynet.frozen import Frozen
from inventory.model import County


@cache
def paths(section: str) -> tuple[str, ...]:
    """Return every field of a section's items, those inside a mapping as `officer.telephone`."""
    model = _model(County.model_fields[section].annotation)
    return tuple(_paths(model)) if model else ()


def scalars(section: str) -> tuple[str, ...]:
    """Return the fields that stand for themselves: no mappings, and no lists of them."""
    model = _model(County.model_fields[section].annotation)
    return tuple(n for n, f in model.model_fields.items() if _model(f.annotation) is None) if model else ()


def _paths(model: type[Frozen], above: str = "") -> Iterator[str]:
    for name, info in model.model_fields.items():
        inner = _model(info.annotation)
        if inner is None or _is_list(info.annotation):
            yield f"{above}{name}"
        else:
            yield from _paths(inner, f"{above}{name}.")


def _model(annotation: Any) -> type[Frozen] | None:
    """Return the model inside an annotation such as `tuple[Terminal, ...]` or `Person | None`."""
    if isinstance(annotation, type) and issubclass(annotation, Frozen):
        return annotation
    return next((m for a in getattr(annotation, "__args__", ()) if (m := _model(a))), None)


def _is_list(annotation: Any) -> bool:
    return getattr(annotation, "__origin__", None) is tuple

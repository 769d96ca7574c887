"""Putting a DeviceConfig together from what a text says, when a text may say anything.

Values that the model refuses never raise: the field is left out and named, so the caller can list it.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from inventory.deviceconfig import DeviceConfig

Item = TypeVar("Item", bound=BaseModel)
UNNAMED = "unnamed"


def attempt(model: type[Item], /, **fields: object) -> Item | None:
    """Return the item, or None when the text holds values that the model refuses."""
    try:
        return model.model_validate(fields)
    except ValidationError:
        return None


def assemble(fields: Mapping[str, Any]) -> tuple[DeviceConfig, tuple[str, ...]]:
    """Return the configuration and the names of the fields that the model refuses."""
    whole = attempt(DeviceConfig, **{"hostname": UNNAMED} | dict(fields))
    if whole is not None:
        return whole, ()
    good, bad = dict[str, Any](hostname=UNNAMED), list[str]()
    for name, value in fields.items():
        if attempt(DeviceConfig, **good | {name: value}) is None:
            bad.append(name)
        else:
            good[name] = value
    return DeviceConfig(**good), tuple(bad)

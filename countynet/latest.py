"""The last result of something, one file in the county's state folder, for pages and for the audit.

A result takes the last one's place whole or not at all; one that cannot be read, as another version wrote it, is none.
"""

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from countynet.settings import Settings

M = TypeVar("M", bound=BaseModel)


def keep(settings: Settings, name: str, result: BaseModel) -> None:
    """Keep a result as JSON in the state folder's file of this name, in place of the last one."""
    settings.state.mkdir(parents=True, exist_ok=True)
    fresh = settings.state / f"{name}.new"
    fresh.write_text(result.model_dump_json(), encoding="utf-8")
    fresh.replace(settings.state / name)


def read(settings: Settings, name: str, model: type[M]) -> M | None:
    """Return the last result, None if there is none that can be read."""
    try:
        return model.model_validate_json((settings.state / name).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None

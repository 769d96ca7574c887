"""Whose router for homes an address may be, by a dated list (`makers.txt`, from IEEE's MA-L)."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def makers() -> Mapping[str, str]:
    """Return makers by the first three octets of an address; under "date" the day of the list, as 2024-05-20."""
    found = {}
    for line in _lines():
        prefix, _blank, maker = line.partition(" ")
        found[prefix] = maker
    return found


def _lines() -> list[str]:
    text = files("audit.terminals").joinpath("makers.txt").read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]

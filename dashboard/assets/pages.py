"""The context of the asset list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from audit.systems import System


@dataclass(frozen=True)
class AssetsPage:
    """Systems with their levels, what is wrong with them, and devices by level."""

    template: ClassVar[str] = "assets/assets.html"
    systems: Sequence[System]
    findings: Sequence[tuple[str, str]]
    """about whom, and what"""
    devices: Sequence[tuple[str, int, Mapping[str, int]]]
    """name, highest level, systems"""

"""Breaks one place of a county folder and says what the loader finds, and where it should."""

from pathlib import Path

import pytest

from countynet.errors import BadInput, Problem
from inventory import load_county


def change(folder: Path, file: str, old: str, new: str) -> None:
    """Replace a text that stands exactly once."""
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")


def problems(folder: Path) -> tuple[Problem, ...]:
    """Return everything that the loader finds wrong."""
    with pytest.raises(BadInput) as caught:
        load_county(folder)
    assert caught.value.exit_code == 2
    return caught.value.problems


def line_of(folder: Path, file: str, text: str) -> int:
    """Return the line of a text that stands exactly once."""
    lines = [i for i, line in enumerate((folder / file).read_text(encoding="utf-8").splitlines(), 1) if text in line]
    assert len(lines) == 1, f"{text!r} stands in the lines {lines} of {file}"
    return lines[0]


def places(found: tuple[Problem, ...], message: str) -> list[tuple[str, int]]:
    """Return file and line of every problem with a message."""
    return [(p.file, p.line) for p in found if p.message == message]

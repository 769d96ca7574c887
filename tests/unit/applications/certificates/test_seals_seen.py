"""A seal as others see it: drawn by poppler, a red ring with a star, where it was asked for and nowhere else."""

import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from applications.certificates.keeper.work import Keeper
from applications.certificates.seals.drawing import SIZE
from applications.certificates.seals.placing import MARGIN, Place, sealed
from tests.unit.applications.certificates.test_seals import drawn, held, letter, new_seal, time

__all__ = ["drawn", "held", "time"]  # the fixtures
DOTS = 100
"""to the inch"""
WIDE, HIGH = 210.0, 297.0


def red(folder: Path, document: bytes, page: int) -> np.ndarray:
    """Return where a page is red, as rows of dots."""
    (folder / "sealed.pdf").write_bytes(document)
    told = ["-f", str(page), "-l", str(page), "-r", str(DOTS), "-png", "sealed.pdf", "page"]
    subprocess.run(["pdftoppm", *told], cwd=folder, check=True, timeout=60)
    (picture,) = folder.glob("page*.png")
    with Image.open(picture) as image:
        dots = np.asarray(image.convert("RGB")).astype(int)
    picture.unlink()
    return np.asarray((dots[..., 0] > 140) & (dots[..., 1] < 120) & (dots[..., 2] < 120))


def millimetres(dots: float) -> float:
    return dots * 25.4 / DOTS


@pytest.mark.parametrize(("place", "left", "top"), [
    (Place.RIGHT, WIDE - MARGIN - SIZE, HIGH - 2 * MARGIN - SIZE),
    (Place.LEFT, MARGIN, HIGH - 2 * MARGIN - SIZE),
    (Place.UPPER_RIGHT, WIDE - MARGIN - SIZE, MARGIN),
])  # fmt: skip
def test_it_is_a_round_red_seal_of_its_size_where_it_was_asked_for(
    held: Keeper, drawn: bytes, tmp_path: Path, place: Place, left: float, top: float
) -> None:
    document = sealed(letter(), drawn, new_seal(held), 2, place, "")
    assert not red(tmp_path, document, 1).any(), "the other page has none"
    dots = red(tmp_path, document, 2)
    rows, columns = np.flatnonzero(dots.any(axis=1)), np.flatnonzero(dots.any(axis=0))
    high, wide = (millimetres(found[-1] - found[0] + 1) for found in (rows, columns))
    assert (high, wide) == pytest.approx((SIZE, SIZE), abs=0.6)
    assert (millimetres(columns[0]), millimetres(rows[0])) == pytest.approx((left, top), abs=0.6)
    corners = dots[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    tenth = len(corners) // 10
    assert not corners[:tenth, :tenth].any(), "a ring has no corners"
    middle = corners[len(corners) * 9 // 20 : len(corners) * 11 // 20, len(corners) * 9 // 20 : len(corners) * 11 // 20]
    assert middle.mean() > 0.9, "the star stands in the middle"

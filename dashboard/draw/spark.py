"""Curves as SVG paths: pure functions from numbers to the `d` of a path.

A gap stays a gap: where a value is None the pen is lifted, never drawn through zero. Coordinates are whole numbers so
that a page with 120 curves stays small.
"""

from collections.abc import Sequence


def line(values: Sequence[float | None], width: int, height: int, top: float) -> str:
    """Return a curve over the whole width; `top` is the value at the upper edge."""
    if top <= 0 or len(values) < 2:
        return ""
    step = width / (len(values) - 1)
    words: list[str] = []
    pen_down = False
    for index, value in enumerate(values):
        if value is None:
            pen_down = False
            continue
        y = height - round(min(max(value, 0.0), top) / top * height)
        words.append(f"{'L' if pen_down else 'M'}{round(index * step)} {y}")
        pen_down = True
    return "".join(words)


def area(values: Sequence[float | None], width: int, height: int, top: float) -> str:
    """Return the curve closed down to the base line, one closed piece between two gaps."""
    pieces: list[str] = []
    for piece in line(values, width, height, top).split("M"):
        if not piece:
            continue
        first, last = piece.split("L")[0].split(" ")[0], piece.split("L")[-1].split(" ")[0]
        pieces.append(f"M{first} {height}L{piece}L{last} {height}Z")
    return "".join(pieces)

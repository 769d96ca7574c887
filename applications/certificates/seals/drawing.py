"""The visible seal: a red circle of 42 mm, the unit's name round the upper edge, a five-pointed star in the middle.

After the State Council's rules for seals of administrative bodies (国发〔1999〕25号): round, a star in the middle, the
name from left to right in a circle; 42 mm for counties and their departments. Drawn as vectors with an embedded font,
so it prints as sharp as the text, and as transparent, so the text below it can be read.
"""

import functools
import io
import math

from fpdf import FPDF

SIZE = 42.0
"""millimetres across"""
RED = (214, 24, 24)
_RING, _STAR, _GAP = 1.1, 7.0, 1.2
_SPAN_LEAST, _SPAN_MOST = 150.0, 280.0


def _points(centre: float, outer: float) -> list[tuple[float, float]]:
    """Return the corners of a five-pointed star, its upper one first."""
    inner = outer * math.cos(math.radians(72)) / math.cos(math.radians(36))
    turns = [(k * 36, outer if k % 2 == 0 else inner) for k in range(10)]
    return [
        (centre + r * math.sin(math.radians(angle)), centre - r * math.cos(math.radians(angle))) for angle, r in turns
    ]


def span(letters: int) -> float:
    """Return the degrees of the circle that a name of so many letters takes."""
    return min(_SPAN_MOST, max(_SPAN_LEAST, 26.0 * (letters - 1)))


def height(letters: int) -> float:
    """Return the height of the letters in millimetres: as large as they can stand side by side on the circle."""
    room = math.radians(span(letters) / max(letters - 1, 1)) * (SIZE / 2 - 6.5)
    return max(2.2, min(5.8, room * 1.02))


@functools.lru_cache(maxsize=64)
def drawn(name: str, font: str) -> bytes:
    """Return the seal as a PDF of one page, 42 mm square, without a background. `font` is a TrueType file.

    Raises ValueError for an empty name, OSError when the font is not there.
    """
    if not name:
        raise ValueError("a seal has a name")
    page = FPDF(unit="mm", format=(SIZE, SIZE))
    page.set_auto_page_break(False)
    page.set_margin(0)
    page.add_page()
    page.add_font("seal", fname=font)
    page.set_draw_color(*RED)
    page.set_fill_color(*RED)
    page.set_text_color(*RED)
    page.set_line_width(_RING)
    page.circle(SIZE / 2, SIZE / 2, (SIZE - _RING) / 2, style="D")
    page.polygon(_points(SIZE / 2, _STAR), style="F")
    _write(page, name)
    out = io.BytesIO()
    page.output(out)
    return out.getvalue()


def _write(page: FPDF, name: str) -> None:
    """Write the name round the star: each letter upright as seen from the middle."""
    size, middle = height(len(name)), SIZE / 2
    page.set_font("seal", size=size * 72 / 25.4)
    reach = middle - _RING - _GAP
    step = span(len(name)) / max(len(name) - 1, 1)
    first = -span(len(name)) / 2 if len(name) > 1 else 0.0
    for place, letter in enumerate(name):
        with page.rotation(-(first + place * step), middle, middle):
            page.text(middle - page.get_string_width(letter) / 2, middle - reach + size * 0.86, letter)

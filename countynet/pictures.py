"""Photographs from strangers' telephones, made harmless: decoded and written anew. Pure.

What a picture is, its bytes say, never its name or what the browser claims: JPEG, PNG and WebP, nothing else. It is
refused by its size before it is decoded (a few kilobytes can be a billion pixels), turned upright, made at most
`EDGE` long and written as a JPEG of our own: place and time of the photograph, serial number of the camera, and
whatever else somebody hid in the file are gone. Animated ones keep their first frame.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from countynet.errors import BadInput, Problem
from countynet.i18n import _

if TYPE_CHECKING:  # the decoder is loaded when a picture comes: every process that knows the tables imports this module
    from PIL import Image

MOST = 3
"""photographs that come at once"""
BYTES = 12 * 1024 * 1024
"""of one file as it comes"""
PIXELS = 50_000_000
EDGE = 2000
QUALITY = 82
_AT_ONCE = threading.BoundedSemaphore(2)  # a large PNG takes 200 MB while it is decoded


@dataclass(frozen=True)
class Picture:
    """A photograph as we keep it: a JPEG without metadata, and its size in pixels."""

    content: bytes
    width: int
    height: int


def cleaned(files: Sequence[bytes]) -> tuple[Picture, ...]:
    """Return files as pictures. Raises BadInput with every one that is none, is too large or is damaged."""
    if len(files) > MOST:
        raise BadInput([Problem(_("at most {most} photographs"), {"most": MOST}, found=str(len(files)))])
    problems, found = list[Problem](), list[Picture]()
    for number, content in enumerate(files, 1):
        one = _clean(content)
        if isinstance(one, Picture):
            found.append(one)
        else:
            problems.append(Problem(one, {"number": number, "most": BYTES >> 20, "pixels": PIXELS // 1_000_000}))
    if problems:
        raise BadInput(problems)
    return tuple(found)


def _clean(content: bytes) -> Picture | str:
    """Return the picture, or what is wrong with it."""
    from PIL import Image, UnidentifiedImageError

    if len(content) > BYTES:
        return _("photograph {number} is larger than {most} MB")
    with _AT_ONCE:
        try:
            with Image.open(BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as image:
                if image.width * image.height > PIXELS:
                    return _("photograph {number} has more than {pixels} million pixels")
                return _written(image)
        except UnidentifiedImageError:
            return _("photograph {number} is no JPEG, PNG or WebP picture")
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            return _("photograph {number} has more than {pixels} million pixels")
        except (OSError, SyntaxError, ValueError, EOFError, MemoryError):  # what Pillow raises for damaged files
            return _("photograph {number} is damaged")


def _written(image: "Image.Image") -> Picture:
    from PIL import ImageOps

    image.draft("RGB", (EDGE, EDGE))
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((EDGE, EDGE))
    plain = _opaque(upright)
    out = BytesIO()
    plain.save(out, "JPEG", quality=QUALITY)
    return Picture(out.getvalue(), plain.width, plain.height)


def _opaque(image: "Image.Image") -> "Image.Image":
    """Return an image as red, green and blue alone: what is transparent is white, and nothing rides along."""
    from PIL import Image

    if image.mode.startswith("I"):
        image = image.point(lambda value: value / 256).convert("L")
    if "A" in image.getbands() or "transparency" in image.info:
        above = image.convert("RGBA")
        below = Image.new("RGB", image.size, "white")
        below.paste(above, mask=above.getchannel("A"))
        return below
    plain = Image.new("RGB", image.size)
    plain.paste(image.convert("RGB"))
    return plain

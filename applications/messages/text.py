"""How a text becomes the parts that a telephone puts together again. Pure.

3GPP TS 23.038: the GSM 7 bit default alphabet (6.2.1), its extension table (6.2.1.1, two septets a character), else
UCS-2. 3GPP TS 23.040, 9.2.3.24.1: a part of several carries a header of 6 octets with reference, how many, and which;
134 octets remain: 153 septets or 67 code units. Neither an escaped character nor a surrogate pair (𠮷, emoji) is ever
torn apart: the telephone would show two wrong ones. Kannel's own splitting tears pairs, so it is given single parts.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")
MOST = 255
"""parts that a header can count; rules allow far fewer"""


@dataclass(frozen=True)
class Parts:
    """A text in parts, as it is sent and counted."""

    coding: int
    """Kannel's: 0 for the 7 bit alphabet, 2 for UCS-2"""
    texts: tuple[str, ...]

    def header(self, reference: int, number: int) -> bytes:
        """Return the user data header of a part (from 1), empty when there is one part alone."""
        if len(self.texts) == 1:
            return b""
        return bytes((5, 0, 3, reference % 256, len(self.texts), number))


def split(text: str) -> Parts:
    """Return a text's parts. Raises ValueError for one that more than MOST parts would take."""
    text = unicodedata.normalize("NFC", text)
    seven = all(character in BASIC or character in EXTENDED for character in text)
    whole, each = (160, 153) if seven else (70, 67)
    sizes = [_size(character, seven) for character in text]
    texts = (text,) if sum(sizes) <= whole else tuple(_cut(text, sizes, each))
    if len(texts) > MOST:
        raise ValueError(f"{len(texts)} parts")
    return Parts(0 if seven else 2, texts)


def _size(character: str, seven: bool) -> int:
    """Return septets, or UTF-16 code units."""
    return 2 if (character in EXTENDED if seven else ord(character) > 0xFFFF) else 1


def _cut(text: str, sizes: list[int], each: int) -> Iterator[str]:
    begin = used = 0
    for place, size in enumerate(sizes):
        if used + size > each:
            yield text[begin:place]
            begin, used = place, 0
        used += size
    yield text[begin:]

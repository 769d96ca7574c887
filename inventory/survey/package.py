"""Opens a workbook's zip archive and reads its XML, trusting neither.

What an archive declares is checked before anything is unpacked, and nothing can come out larger than declared: Python's
zipfile reads no further. XML is read by expat as a stream; a document type (the only door to entities, and so to
entity bombs and outside files) is refused where it begins. Nothing is ever written to a path from inside an archive.
"""

import lzma
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO
from xml.parsers import expat

from countynet.i18n import _
from inventory.survey import limits
from inventory.survey.limits import refuse, too_much

Start = Callable[[str, Mapping[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument"
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)
"""what Python's zipfile says of an archive that is damaged"""
DAMAGED = _("the workbook is damaged")
AGAIN = _("open it in the spreadsheet program and save it again as .xlsx")


class Package:
    """The parts of one workbook. Raises Unreadable for what is no workbook or more than the limits allow."""

    def __init__(self, data: bytes) -> None:
        try:
            self._archive = zipfile.ZipFile(BytesIO(data))
        except _BROKEN as error:
            raise refuse(DAMAGED, AGAIN) from error
        self._check(self._archive.infolist())
        self._parts = {info.filename.lstrip("/").lower(): info for info in self._archive.infolist()}

    def _check(self, infos: list[zipfile.ZipInfo]) -> None:
        if len(infos) > limits.PARTS:
            message = _("the workbook has {found} parts; the limit is {limit}")
            raise too_much(message, found=len(infos), limit=limits.PARTS)
        if any(info.flag_bits & 1 for info in infos):
            raise refuse(_("the workbook is encrypted with a password"), limits.WITHOUT_PASSWORD)
        whole = sum(info.file_size for info in infos)
        if whole > limits.UNPACKED_BYTES:
            found, limit = f"{whole / 1024**2:.0f} MB", f"{limits.UNPACKED_BYTES // 1024**2} MB"
            message = _("unpacked it would have {found}; the limit is {limit}")
            raise too_much(message, found=found, limit=limit)
        for info in infos:
            ratio = info.file_size // max(1, info.compress_size)
            if info.file_size > limits.RATIO_FROM and ratio > limits.RATIO:
                message = _("a part of it is packed {found} times smaller; the limit is {limit} times")
                raise too_much(message, found=ratio, limit=limits.RATIO)

    def names(self) -> tuple[str, ...]:
        """Return the names of all parts, in small letters."""
        return tuple(self._parts)

    def has(self, part: str) -> bool:
        """Whether there is a part of that name."""
        return part.lower() in self._parts

    def read(self, part: str) -> bytes:
        """Return a part's content. Raises Unreadable when it is missing or damaged."""
        try:
            return self._archive.read(self._parts[part.lower()])
        except (KeyError, *_BROKEN) as error:
            raise refuse(DAMAGED, AGAIN) from error

    def links(self, part: str) -> dict[str, tuple[str, str]]:
        """Return what a part refers to: the kind and the part, by the reference's id."""
        folder, file = posixpath.split(part)
        listing, found = posixpath.join(folder, "_rels", f"{file}.rels"), dict[str, tuple[str, str]]()

        def start(tag: str, facts: Mapping[str, str]) -> None:
            if tag == "Relationship" and facts.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, facts.get("Target", "")))
                found[facts.get("Id", "")] = facts.get("Type", "").rpartition("/")[2], target.lstrip("/")

        if self.has(listing):
            scan(self.read(listing), start)
        return found

    def main(self) -> str:
        """Return the name of the workbook's main part. Raises Unreadable when the archive is something else."""
        main = next((part for kind, part in self.links("").values() if kind == "officeDocument"), "xl/workbook.xml")
        if main.endswith(".bin") or (self.has("mimetype") and self.read("mimetype").startswith(_OPEN_DOCUMENT)):
            raise refuse(_("this kind of workbook is not read (.xlsb, .ods)"), limits.AS_XLSX)
        if not self.has(main) or "word/" in main or "ppt/" in main:
            raise refuse(_("it is an archive, but no workbook"), limits.AS_XLSX)
        return main


def scan(data: bytes, start: Start, end: End | None = None, text: Text | None = None) -> None:
    """Read XML, calling back with local names. Raises Unreadable for a document type or XML that is not well formed."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def doctype(*_facts: object) -> None:
        raise refuse(_("the workbook's XML has a document type (DTD), which no spreadsheet program writes"), AGAIN)

    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = lambda tag, facts: start(tag.rpartition(":")[2], facts)
    if end is not None:
        closing = end
        parser.EndElementHandler = lambda tag: closing(tag.rpartition(":")[2])
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError) as error:
        raise refuse(DAMAGED, AGAIN) from error


def unescaped(text: str) -> str:
    """Return a text with the signs that a workbook writes as `_x000D_`."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text

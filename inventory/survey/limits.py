"""How much a survey file may be, and the refusal of what is no spreadsheet at all, before anything of it is read.

A clerk's inbox holds anything: a folder linked elsewhere, an archive that unpacks to gigabytes, a Word file renamed.
Each is refused by name and limit, with what to do, and the other files are read all the same.
"""

import os
import stat
from pathlib import Path

from countynet.i18n import _
from inventory.survey.problems import Advice, Unreadable

FILE_BYTES = 50 * 1024 * 1024
UNPACKED_BYTES = 100 * 1024 * 1024
RATIO = 200
"""how often a part of a workbook may be smaller packed than unpacked; ours are below 30"""
RATIO_FROM = 1024 * 1024
"""a part smaller than this may be packed as well as it likes"""
PARTS = 2_000
CELLS = 200_000
ROWS = 20_000
COLUMNS = 300
MERGED_CELLS = 100_000
TEXT = 32_767
"""signs in a cell, as in Excel"""
FILES = 2_000

SUFFIXES = (".xlsx", ".xlsm", ".csv", ".txt", ".tsv")
AS_XLSX = _("open it in the spreadsheet program and save it as .xlsx")
WITHOUT_PASSWORD = _("remove the password and save it as .xlsx")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = (b"<html", b"<!doctype", b"<?xml", b"%pdf-", b"{\\rtf", b"rar!", b"7z\xbc\xaf")


def refuse(message: str, suggestion: str = "", **values: object) -> Unreadable:
    """Return the refusal of a whole file."""
    return Unreadable(Advice(message, values, suggestion))


def too_much(message: str, **values: object) -> Unreadable:
    """Return the refusal of a file that holds too much of something."""
    return Unreadable(Advice(message, values, _("send only the survey, in a new workbook")))


def read_bytes(path: Path) -> bytes:
    """Return a file's content. Raises Unreadable for links, what is no plain file, what is too large or unreadable."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if path.is_symlink():
            raise refuse(_("it is a symbolic link"), _("put the file itself there")) from error
        raise refuse(_("it cannot be read: {reason}"), reason=error.strerror or "") from error
    with open(handle, "rb") as file:
        facts = os.fstat(handle)
        if not stat.S_ISREG(facts.st_mode):
            raise refuse(_("it is no plain file"))
        if facts.st_size > FILE_BYTES:
            size, limit = f"{facts.st_size / 1024**2:.0f} MB", f"{FILE_BYTES // 1024**2} MB"
            raise too_much(_("it has {size}; the limit is {limit}"), size=size, limit=limit)
        return file.read(FILE_BYTES + 1)


def refuse_foreign(data: bytes, suffix: str) -> None:
    """Raise Unreadable for content that is neither a workbook nor a table of text, whatever its name says."""
    head = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise refuse(_("the workbook is encrypted with a password"), WITHOUT_PASSWORD)
        raise refuse(_("it is in the old format of Excel, WPS or Word (.xls, .et, .doc)"), AS_XLSX)
    if head.startswith(_FOREIGN):
        raise refuse(_("it is no spreadsheet, whatever its name says"), AS_XLSX)
    if not data.strip():
        raise refuse(_("it is empty"), _("send it again"))
    if suffix.lower() not in SUFFIXES:
        raise refuse(_("files named {suffix} are not read"), AS_XLSX, suffix=suffix or "-")

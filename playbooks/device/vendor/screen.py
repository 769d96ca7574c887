"""Reading a terminal: what is a prompt, a question, a page break, an echo. Pure.

Only the last line, which no end of line has closed, can be a prompt or a question; a prompt has to carry the device's
own name once that is known, so no line of a configuration is taken for one.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

_CONTROL = re.compile(r"\x1b\[\d+D *\x1b\[\d+D|\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>78]|[\x00\x07]")
_WIPED = re.compile(r"[^\n]*\r(?=[^\r\n])")
_BACK = re.compile(r"[^\x08\n]\x08")
MORE = re.compile(r"-{2,} ?\(?more\)?.*-{2,}\s*$|<-+ ?more ?-+>\s*$|^\s*--More--\s*$", re.IGNORECASE)
_PAGE = re.compile(r"^[ \t]*(?:-{2,} ?\(?more\)?[^-\n]*-{2,}|<-+ ?more ?-+>)", re.IGNORECASE)
QUESTION = re.compile(
    r"([\[(]\s*y(es)?\s*/\s*n(o)?\s*[\])]|\[y\(yes\)/n\(no\)[^\]]*\]|\[(confirm|yes|no|y|n)\]|[\[(]n/y[\])]|"
    r"\bpassword|\bcontinue, n to exit)\s*[.:?]?\s*(\[[yn]\])?\s*:?\s*$",
    re.IGNORECASE,
)
_TAIL = 1024
NAME = 16
"""letters of its name that every device shows in its prompts"""


@dataclass(frozen=True)
class Seen:
    """What the end of a terminal's text is."""

    kind: str
    """prompt, question, more, or nothing yet"""
    text: str = ""


def clean(text: str) -> str:
    """Return terminal output as plain lines: no control sequences, page breaks, deleted letters."""
    text = _CONTROL.sub("", text.replace("\r\r\n", "\n").replace("\r\n", "\n"))
    while "\x08" in text:
        shorter = _BACK.sub("", text)
        if shorter == text:
            text = text.replace("\x08", "")
        text = shorter if "\x08" in shorter else shorter.replace("\x08", "")
    return _WIPED.sub("", text).replace("\r", "")


def look(text: str, prompt: Callable[[str], bool]) -> Seen:
    """Return what the end of the text is; `prompt` says whether a whole line is one."""
    last = clean(text[-_TAIL:]).rpartition("\n")[2]
    if prompt(last.strip()):
        return Seen("prompt", last.strip())
    if MORE.search(last):
        return Seen("more", last)
    if QUESTION.search(last):
        return Seen("question", last.strip())
    return Seen("nothing", last)


def words(text: str, line: str) -> str:
    """Return what a device said: without the echo of the line, page breaks and the prompt at the end."""
    body = clean(text).rpartition("\n")[0]
    first, _newline, rest = body.partition("\n")
    said = rest if line.strip() and line.strip()[:20] in first else body
    kept = [_PAGE.sub("", row).rstrip() for row in said.split("\n")]
    return "\n".join(kept).strip("\n")

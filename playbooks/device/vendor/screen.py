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
ECHO = 20
"""letters by which a line is known in its echo; a terminal may fold or shift a long one"""
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


def stood(text: str, prompt: Callable[[str], bool]) -> str:
    """Return the last whole line that is a prompt; a message came behind it, and devices do not prompt anew then."""
    lines = (line.strip() for line in clean(text).split("\n")[:-1])
    return next((line for line in reversed(list(lines)) if prompt(line)), "")


def after_echo(text: str, line: str) -> int:
    """Return where a device's answer begins: behind the echo of the line; -1 while it has not come whole.

    A device may tell everybody something while a line is typed: its echo is then in two pieces, the message between.
    """
    known = line.strip()[:ECHO]
    at = text.find(known)
    if at < 0:
        at = next((at for cut in range(len(known) - 1, 0, -1) if (at := _second_piece(text, known, cut)) >= 0), -1)
    end = text.find("\n", at) if at >= 0 else -1
    return end + 1 if end >= 0 else -1


def _second_piece(text: str, known: str, cut: int) -> int:
    """Return where the rest of an echo begins a line, its first letters having ended one before; -1 if nowhere."""
    broken = re.search(re.escape(known[:cut]) + r"\r*\n(?:[^\n]*\n)*?" + f"({re.escape(known[cut:])})", text)
    return broken.start(1) if broken else -1


def words(text: str, line: str) -> str:
    """Return what a device said: without the echo of the line, page breaks and the prompt at the end."""
    begin = max(after_echo(text, line), 0) if line.strip() else 0
    body = clean(text[begin:]).rpartition("\n")[0]
    kept = [_PAGE.sub("", row).rstrip() for row in body.split("\n")]
    return "\n".join(kept).strip("\n")

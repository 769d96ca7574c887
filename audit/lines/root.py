"""Whether sshd lets anybody in as root: a setting that a later `Match` may take back for some. Pure.

What counts is the name under which somebody comes, as that is what the log keeps: a `Match` that names users lets in
those, whatever their user id; with `root` among them, or with anything else than users' names, it may let root in.
Source: sshd_config(5): the first value holds, a `Match` reaches to the next one or the file's end.
"""

import re

from audit.lines.remote import SSHD
from audit.lines.rules import LACKS, SAYS, Flaw, Judged
from audit.lines.text import Block, Text

REFUSED = "PermitRootLogin no"
_OTHERS = re.compile(r"Match User (?!(?:.*,)?root(?:,|$))[a-z0-9_-]+(?:,[a-z0-9_-]+)*")


def root_refused(text: Text) -> Judged:
    """Return whether root is refused wherever no `Match` stands, and let in by none."""
    general, matched = _said(text)
    flaws = tuple(
        Flaw(SAYS, {"line": block.line, "text": f"{scope}: {block.text}"}, (), (block.cited(),))
        for scope, block in matched
        if block.text != REFUSED and not _OTHERS.fullmatch(scope)
    )
    if not general or general[0].text != REFUSED:
        flaws = (Flaw(LACKS, {"wanted": REFUSED}, (REFUSED,), tuple(block.cited() for block in general[:1])), *flaws)
    return Judged(flaws=flaws, seen=tuple(block.cited() for block in (*general[:1], *(block for _, block in matched))))


def _said(text: Text) -> tuple[list[Block], list[tuple[str, Block]]]:
    """Return the lines about root outside any `Match`, and those within one, each with its heading."""
    general, matched = list[Block](), list[tuple[str, Block]]()
    section, scope = "", ""
    for _top, block in text.lines(r"(?:Match|PermitRootLogin) .*", SSHD):
        if block.section != section:
            section, scope = block.section, ""
        if block.text.startswith("Match "):
            scope = block.text
        elif scope:
            matched.append((scope, block))
        else:
            general.append(block)
    return general, matched

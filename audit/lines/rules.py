"""What may be asked of a configuration's lines: small rules that make up a check. Pure.

A rule looks at one device's text and says whether it applies at all, what is wrong, what to enter to mend it, and on
which lines that rests. Patterns match a whole line.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from audit.lines.text import IOS, Block, Text, negated
from audit.model import Line
from countynet.i18n import _

SAYS = _("line {line} says: {text}")
LACKS = _("nothing says: {wanted}")
BLOCK_LACKS = _("{head} (line {line}) does not say: {wanted}")
TOO_MUCH = _("line {line} says {text}: {number} is more than {most}")
TOO_LITTLE = _("line {line} says {text}: {number} is less than {least}")
TOO_FEW = _("{found} lines instead of {wanted} say: {text}")


@dataclass(frozen=True)
class Flaw:
    """One thing wrong: message id, its values, the lines to enter, the lines that show it."""

    message: str
    values: dict[str, object]
    fix: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Judged:
    """What a rule says of one text. Without `applies` there was nothing to judge."""

    applies: bool = True
    flaws: tuple[Flaw, ...] = ()
    seen: tuple[Line, ...] = field(default=())
    """the lines that satisfy it"""


Rule = Callable[[Text], Judged]
NOTHING = Judged(applies=False)


def forbid(pattern: str, section: str = "", unless: str = "") -> Rule:
    """Return a rule that no line, at any depth, may match; lines that `unless` matches too are let be."""

    def rule(text: Text) -> Judged:
        held = text.lines(pattern, section)
        found = [(top, b) for top, b in held if not (unless and re.fullmatch(unless, b.text))]
        return Judged(flaws=tuple(_said(text, top, block) for top, block in found))

    return rule


def _said(text: Text, top: Block, block: Block) -> Flaw:
    way = (block.text,) if top is block else (top.text, block.text)
    return Flaw(SAYS, {"line": block.line, "text": block.text}, negated(text.platform, way), (block.cited(),))


def need(wanted: str, pattern: str = "", section: str = "", times: int = 1) -> Rule:
    """Return a rule that `times` lines must match a pattern; `wanted`, what people enter, is its own without one."""

    def rule(text: Text) -> Judged:
        found = tuple(block.cited() for _top, block in text.lines(pattern or re.escape(wanted), section))
        if len(found) >= times:
            return Judged(seen=found)
        if found:
            return Judged(flaws=(Flaw(TOO_FEW, {"found": len(found), "wanted": times, "text": wanted}, (), found),))
        return Judged(flaws=(Flaw(LACKS, {"wanted": wanted}, (wanted,)),))

    return rule


def when(pattern: str, *rules: Rule, section: str = "") -> Rule:
    """Return rules that apply only to a text with a line that a pattern matches."""

    def rule(text: Text) -> Judged:
        return every(*rules)(text) if text.lines(pattern, section) else NOTHING

    return rule


def each(head: str, wanted: str, pattern: str = "", skip: str = "", only: str = "") -> Rule:
    """Return a rule about every block whose head matches: it must say what is wanted.

    Blocks that say `skip` are let be; with `only`, so are those that do not say that. Without a block it is not asked.
    """

    def rule(text: Text) -> Judged:
        held = list(_asked(text, head, skip, only))
        said = {block.line: block.says(pattern or re.escape(wanted)) for block in held}
        flaws = tuple(_mute(block, wanted) for block in held if said[block.line] is None)
        return Judged(bool(held), flaws, tuple(found.cited() for found in said.values() if found))

    return rule


def never(head: str, pattern: str, skip: str = "", only: str = "") -> Rule:
    """Return a rule about every block whose head matches: no line in it may match; without a block it is not asked."""

    def rule(text: Text) -> Judged:
        held = list(_asked(text, head, skip, only))
        found = [(top, b) for top in held for b in top.whole() if b is not top and re.fullmatch(pattern, b.text)]
        return Judged(bool(held), tuple(_said(text, top, b) for top, b in found), tuple(b.cited() for b in held))

    return rule


def _asked(text: Text, head: str, skip: str, only: str) -> Iterator[Block]:
    for block in text.heads(head):
        if not (skip and block.says(skip)) and not (only and not block.says(only)):
            yield block


def _mute(block: Block, wanted: str) -> Flaw:
    values = {"head": block.text, "line": block.line, "wanted": wanted}
    return Flaw(BLOCK_LACKS, values, (block.text, f" {wanted}"), (block.cited(),))


def number(
    pattern: str, most: int | None = None, least: int | None = None, fix: str = "", section: str = "", head: str = ".*"
) -> Rule:
    """Return a rule about the number in a pattern's first group, at any depth: at most, or at least, so much.

    Only blocks whose top line `head` matches are asked. Without such a line the device's default counts, which is in
    bounds; a rule that needs the line adds `need`.
    """

    def rule(text: Text) -> Judged:
        held = [block for top, block in text.lines(pattern, section) if re.fullmatch(head, top.text)]
        found = [(b, int(match[1])) for b in held if (match := re.fullmatch(pattern, b.text)) and match[1]]
        flaws = tuple(flaw for block, value in found if (flaw := _bounds(block, value, most, least, fix)))
        return Judged(flaws=flaws, seen=tuple(block.cited() for block, _value in found))

    return rule


def _bounds(block: Block, value: int, most: int | None, least: int | None, fix: str) -> Flaw | None:
    shown = {"line": block.line, "text": block.text, "number": value}
    entered = (fix,) if fix else ()
    if most is not None and value > most:
        return Flaw(TOO_MUCH, shown | {"most": most}, entered, (block.cited(),))
    if least is not None and value < least:
        return Flaw(TOO_LITTLE, shown | {"least": least}, entered, (block.cited(),))
    return None


def every(*rules: Rule) -> Rule:
    """Return a rule that holds when all hold that apply; it applies when one does."""

    def rule(text: Text) -> Judged:
        parts = [part for part in (each_(text) for each_ in rules) if part.applies]
        return Judged(bool(parts), tuple(f for p in parts for f in p.flaws), tuple(s for p in parts for s in p.seen))

    return rule


def either(*rules: Rule) -> Rule:
    """Return a rule that holds when one of several does; what is wrong is said as the first says it."""

    def rule(text: Text) -> Judged:
        parts = [part for part in (each_(text) for each_ in rules) if part.applies]
        return next((p for p in parts if not p.flaws), parts[0] if parts else NOTHING)

    return rule


def both_ios(rule: Rule) -> dict[str, Rule]:
    """Return one rule for the two platforms of IOS's grammar."""
    return {IOS: rule, "ruijie": rule}


def cited(flaws: Iterable[Flaw]) -> tuple[Line, ...]:
    """Return the lines of several flaws."""
    return tuple(line for flaw in flaws for line in flaw.lines)

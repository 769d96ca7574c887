"""When two texts of a vendor's device mean the same, and how their difference is shown. Pure.

Equality is that of what `parse` understands, plus the lines that nobody understands, as they stand. What only looks
different is no difference: ciphertext that was salted again (all secrets have one mask), dates and uptimes, the
order of blocks. So a secret that was changed behind our back does not show; what is sent anew is up to the patch.
"""

from functools import lru_cache

from inventory.platforms import registry
from inventory.platforms.patch import keep, lines
from inventory.platforms.patch.lines import Tree
from inventory.platforms.steady import steady

_KEPT = 1024


def readable(text: str) -> str:
    """Return a device's text without lines that change by themselves."""
    return steady(text)


def canonical(text: str, platform: str) -> str:
    """Return what a text means, as a text: equal for equal meaning."""
    return _canonical(registry.platform(platform).mask(steady(text)), platform)


@lru_cache(maxsize=_KEPT)
def _canonical(masked: str, platform: str) -> str:
    parsed = registry.platform(platform).parse(masked)
    unparsed = sorted(f"{line.section}\t{line.text}" for line in parsed.unparsed)
    return "\n".join([parsed.config.model_dump_json(), *unparsed])


def expected(running: str, intended: str, platform: str) -> str:
    """Return what a device will run once it was brought to `intended`: lines that nobody understands stay."""
    unread = {line.line for line in registry.platform(platform).parse(running).unparsed if line.line}
    if not unread:
        return intended
    nodes = lines.nodes(running, platform)
    places = [place for place, number in lines.numbered(nodes) if number in unread]
    whole = lines.tree(lines.nodes(intended, platform))
    return written(whole) if keep.keep(places, whole, platform) else intended


def written(whole: Tree) -> str:
    """Return a tree of lines as a text."""
    return "".join(f"{line}\n" for line in lines.write(whole))


def difference(running: str, intended: str, platform: str) -> str:
    """Return the masked difference, block by block with its heads; empty when the texts mean the same."""
    if canonical(running, platform) == canonical(intended, platform):
        return ""
    before, after = (_tree(text, platform) for text in (running, intended))
    rows = _compared(before, after, 0)
    if not rows:
        rows = _ordered(before, after)
    return "".join(f"{row}\n" for row in rows)


def _tree(text: str, platform: str) -> Tree:
    masked = registry.platform(platform).mask(steady(text))
    return lines.tree(lines.nodes(masked, platform))


def _compared(before: Tree, after: Tree, depth: int) -> list[str]:
    rows: list[str] = []
    indent = " " * depth
    for text in [*before, *(text for text in after if text not in before)]:
        if text not in after:
            rows += [f"-{indent}{row}" for row in (text, *lines.write(before[text], 1))]
        elif text not in before:
            rows += [f"+{indent}{row}" for row in (text, *lines.write(after[text], 1))]
        elif below := _compared(before[text], after[text], depth + 1):
            rows += [f" {indent}{text}", *below]
    return rows


def _ordered(before: Tree, after: Tree) -> list[str]:
    """Return the blocks whose lines stand in another order, where that is all that differs."""
    return [
        row
        for text in before
        if list(before[text]) != list(after.get(text, {}))
        for row in (f" {text}", *(f"- {line}" for line in before[text]), *(f"+ {line}" for line in after.get(text, {})))
    ]

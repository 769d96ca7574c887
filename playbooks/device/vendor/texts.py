"""When two texts of a vendor's device mean the same, and how their difference is shown. Pure.

Equality is that of what `parse` understands, plus the lines that nobody understands, as they stand. What only looks
different is no difference: ciphertext that was salted again (all secrets have one mask), dates and uptimes, the
order of blocks. So a secret that was changed does not show: `playbooks.device.vouched` knows which ones were, and names
them by their holders, `anew` here.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from inventory.platforms import registry
from inventory.platforms.patch import keep, lines, secrets
from inventory.platforms.patch.aside import aside
from inventory.platforms.patch.lines import Path, Tree
from inventory.platforms.steady import steady

_KEPT = 1024
_STARS = "*" * 8
"""what stands for a secret; IOS tells some keys to nobody, and they are read as that"""
_FIXED: tuple[Path, ...] = (("vlan 1",),)
"""what Comware and RGOS print and let nobody remove, though it makes a bare port a switched one"""


def readable(text: str) -> str:
    """Return a device's text without lines that change by themselves."""
    return steady(text)


def canonical(text: str, platform: str) -> str:
    """Return what a text means, as a text: equal for equal meaning."""
    return _meaning(_masked(text, platform), platform).text


@dataclass(frozen=True)
class _Meaning:
    text: str
    unread: frozenset[int]
    """numbers of the lines that nobody understands"""


@lru_cache(maxsize=_KEPT)
def _masked(text: str, platform: str) -> str:
    return registry.platform(platform).mask(steady(text))


@lru_cache(maxsize=_KEPT)
def _meaning(masked: str, platform: str) -> _Meaning:
    parsed = registry.platform(platform).parse(masked)
    unparsed = sorted(f"{line.section}\t{line.text}" for line in parsed.unparsed)
    text = "\n".join([parsed.config.model_dump_json(), *unparsed])
    return _Meaning(text, frozenset(line.line for line in parsed.unparsed if line.line))


def expected(running: str, intended: str, platform: str, anew: Collection[str] = ()) -> str:
    """Return what a device will run once it was brought to `intended`, and the secrets of some holders sent again.

    Lines of its own stay: those that nobody understands, those that we read and never write, and those that say nothing
    (the serial console, what a vendor's factory writes), which many a device would not let us remove anyway. A secret
    that the device has already stays in the device's own cipher text, so that no way, there or back, types it again.
    """
    running = steady(running)
    before, plain = lines.read(running, platform), lines.read(intended, platform)
    whole = _adopted(before, plain, registry.platform(platform).mask, anew)
    changed = whole != plain
    unread = _meaning(_masked(running, platform), platform).unread
    numbered = lines.numbered(lines.nodes(running, platform)) if unread else ()
    unmanaged = [place for place, number in numbered if number in unread]
    kept = keep.keep([*unmanaged, *aside(before, whole, platform)], whole, platform)
    text = written(whole, platform) if kept or changed else intended
    if not keep.keep(_silent(running, before, whole, platform), whole, platform):
        return text
    more = written(whole, platform)
    return more if canonical(more, platform) == canonical(text, platform) else text


def told_to(running: str, intended: str, platform: str) -> str:
    """Return what to tell another box so that it runs the same: intended secrets for those that one box enciphered."""
    whole = lines.read(steady(running), platform)
    return written(secrets.align(whole, lines.read(intended, platform), registry.platform(platform).mask), platform)


def _adopted(
    before: Tree, after: Tree, mask: Callable[[str], str], anew: Collection[str] = (), path: Path = ()
) -> Tree:
    """Return a copy of the second tree with the first one's own cipher texts, but for those of some holders."""
    if before == after:
        return lines.copied(after)
    named = secrets.align(before, after, mask, anew, path)
    pairs = zip(before, named, strict=False) if len(named) == len(before) else ()
    ours = {theirs: own for own, theirs in pairs if own != theirs}
    return {
        ours.get(text, text): _adopted(
            before.get(ours.get(text, text), {}), below, mask, anew, (*path, secrets.shape(text, mask)) if anew else ()
        )
        for text, below in after.items()
    }


def _silent(running: str, before: Tree, after: Tree, platform: str) -> list[Path]:
    """Return the places of lines that only the first tree has and that say nothing by themselves, nor to others."""
    alone = [place for place in _only(before, after) if _says_nothing(place, platform)]
    if alone and not _same_without(running, before, alone, platform):
        one_by_one, alone = alone, []
        for place in one_by_one:
            if _same_without(running, before, [*alone, place], platform):
                alone.append(place)
    alone += [place for place in _FIXED if place[0] in before and place[0] not in after]
    return [place for place in lines.walk(before) if any(place[: len(top)] == top for top in alone)]


def _same_without(running: str, whole: Tree, places: Sequence[Path], platform: str) -> bool:
    return canonical(written(_without(whole, places), platform), platform) == canonical(running, platform)


def _only(before: Tree, after: Tree, path: Path = ()) -> Iterator[Path]:
    """Yield the topmost places that the first tree has and the second has not."""
    for text, below in before.items():
        if text not in after:
            yield (*path, text)
        else:
            yield from _only(below, after[text], (*path, text))


@lru_cache(maxsize=4 * _KEPT)
def _says_nothing(place: Path, platform: str) -> bool:
    """Whether a line means nothing where only its heads stand."""
    heads = "".join(f"{' ' * depth}{text}\n" for depth, text in enumerate(place[:-1]))
    line = f"{' ' * (len(place) - 1)}{place[-1]}\n"
    return canonical(heads, platform) == canonical(heads + line, platform)


def _without(whole: Tree, places: Sequence[Path]) -> Tree:
    gone = set(places)

    def kept(block: Tree, path: Path) -> Tree:
        return {text: kept(below, (*path, text)) for text, below in block.items() if (*path, text) not in gone}

    return kept(whole, ())


def written(whole: Tree, platform: str) -> str:
    """Return a tree of lines as a text."""
    return "".join(f"{line}\n" for line in lines.write(whole, platform in lines.BRACKETED))


@lru_cache(maxsize=4 * _KEPT)
def holders(text: str, platform: str) -> Mapping[str, str]:
    """Return what holds a secret in a text, with the lines that hold it in plain (`patch.secrets.holders`)."""
    text = steady(text)
    pairs = zip(text.split("\n"), _masked(text, platform).split("\n"), strict=True)
    told = {" ".join(line.split()): " ".join(mask.split()) for line, mask in pairs if _STARS in mask}
    return MappingProxyType(secrets.holders(lines.read(text, platform), told))


def sent_again(goal: str, platform: str, anew: Collection[str]) -> str:
    """Return the masked difference that secrets make which look alike: both lines, below their heads."""
    rows: list[str] = []
    heads: tuple[str, ...] = ()
    for holder in (holder for holder in holders(goal, platform) if holder in anew):
        *above, line = holder.split(" / ")
        if tuple(above) != heads:
            rows += [f" {' ' * depth}{head}" for depth, head in enumerate(above)]
            heads = tuple(above)
        rows += [f"{sign}{' ' * len(above)}{line}" for sign in "-+"]
    return "".join(f"{row}\n" for row in rows)


@lru_cache(maxsize=_KEPT)
def difference(running: str, intended: str, platform: str) -> str:
    """Return the masked difference, block by block with its heads; empty when the texts mean the same."""
    if canonical(running, platform) == canonical(intended, platform):
        return ""
    rows = _compared(*_differing(running, intended, platform), 0)
    if not rows:
        rows = _ordered(*(lines.read(_masked(text, platform), platform) for text in (running, intended)))
    return "".join(f"{row}\n" for row in rows)


def _differing(running: str, intended: str, platform: str) -> tuple[Tree, Tree]:
    """Return the top blocks of both texts that are not the same in both, masked."""
    before, after = (lines.read(steady(text), platform) for text in (running, intended))
    same = {head for head, below in before.items() if after.get(head) == below}

    def masked(whole: Tree) -> Tree:
        text = written({head: below for head, below in whole.items() if head not in same}, platform)
        return lines.read(_masked(text, platform), platform)

    return masked(before), masked(after)


def _compared(before: Tree, after: Tree, depth: int) -> list[str]:
    rows: list[str] = []
    indent = " " * depth
    for text in [*before, *(text for text in after if text not in before)]:
        if text not in after:
            rows += [f"-{indent}{row}" for row in (text, *lines.write(before[text], depth=1))]
        elif text not in before:
            rows += [f"+{indent}{row}" for row in (text, *lines.write(after[text], depth=1))]
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

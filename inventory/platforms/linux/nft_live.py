"""The ruleset that the kernel runs now, in the words of the ruleset that we loaded.

A live line takes the words of the file's line at the same place when both mean the same (the kernel merges
neighbouring prefixes); any other live line stays as the kernel prints it, and a chain, table or set that is not in
the file stays too.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from inventory.deviceconfig import FilterRule, NatRule
from inventory.platforms.linux import nft_rules, nftables
from inventory.platforms.linux.text import File, attempt


def normalise(live: Sequence[str], saved: File | None) -> File | None:
    """Return the running ruleset as a file; None when the kernel has none."""
    lines = [line for line in live if line.strip()]
    if not lines:
        return None
    words = _words(saved.lines if saved else ())
    chain = ""
    result = []
    for line in _spaced(lines):
        if line.startswith("\tchain "):
            chain = line
        result.append(words.get((chain, _key(chain, line)), line))
    return File(saved.mode if saved else "0644", (*nftables.HEAD, *result))


def _spaced(lines: Iterable[str]) -> Iterable[str]:
    """Put the empty line between two chains that nft prints and that blank-free reading lost."""
    before = ""
    for line in lines:
        if line.startswith("\tchain ") and before == "\t}":
            yield ""
        yield line
        before = line


def _words(saved: Iterable[str]) -> dict[tuple[str, Any], str]:
    chain, words = "", {}
    for line in saved:
        if line.startswith("\tchain "):
            chain = line
        words[(chain, _key(chain, line))] = line
    return words


def _key(chain: str, line: str) -> Any:
    """Return what a rule's line means, or the line itself when it is not a rule of ours."""
    name = chain.split()[1] if chain else ""
    text = line.strip()
    if name in nftables.NAT:
        fields = nft_rules.read_nat(text, nftables.NAT[name][0])
        rule: FilterRule | NatRule | None = attempt(NatRule, **fields) if fields else None
    else:
        fields = nft_rules.read_limited(text) or nft_rules.read_filter(text)
        rule = attempt(FilterRule, **fields) if fields else None
    return nft_rules.meaning(rule) if rule else line

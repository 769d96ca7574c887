"""Merkle trees as RFC 6962 section 2.1 has them: roots that grow, and proofs that one tree is the beginning of another.

Pure: hashes in, hashes out; always SHA-256, because the published formats (C2SP tlog-tiles) know no other. A tree that
grows is kept as its `Peaks`: at most one hash for each bit of its size, so an hour's events cost an hour's hashes and
not a year's. What breaks if this changes: every checkpoint that was ever signed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from hashlib import sha256

EMPTY = sha256(b"").digest()
"""the root of a tree without leaves"""


def leaf(entry: bytes) -> bytes:
    """Return the hash of a leaf that holds an entry (RFC 6962 section 2.1)."""
    return sha256(b"\0" + entry).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees (RFC 6962 section 2.1)."""
    return sha256(b"\1" + left + right).digest()


@dataclass(frozen=True)
class Peaks:
    """A tree that can grow: its size and the roots of the full subtrees that it is made of, the largest first."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def grown(self, leaves: Iterable[bytes]) -> "Peaks":
        """Return the tree with further leaves."""
        size, hashes = self.size, list(self.hashes)
        for one in leaves:
            level = size
            while level & 1:
                one, level = node(hashes.pop(), one), level >> 1
            hashes.append(one)
            size += 1
        return Peaks(size, tuple(hashes))

    @property
    def root(self) -> bytes:
        """The tree's root."""
        return reduce(lambda right, left: node(left, right), reversed(self.hashes)) if self.hashes else EMPTY

    def text(self) -> str:
        """Return the peaks as hexadecimal digits, for a row of a table; the size stands beside it."""
        return b"".join(self.hashes).hex()

    @classmethod
    def read(cls, size: int, text: str) -> "Peaks":
        """Return what `text` wrote. Raises ValueError when the peaks are not those of a tree of that size."""
        raw = bytes.fromhex(text)
        if len(raw) != 32 * size.bit_count():
            raise ValueError(f"not the peaks of a tree of {size}")
        return cls(size, tuple(raw[at : at + 32] for at in range(0, len(raw), 32)))


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes (MTH)."""
    return Peaks().grown(leaves).root


def _split(size: int) -> int:
    """Return the largest power of two below a size of at least two."""
    return 1 << (size - 1).bit_length() - 1


def inclusion(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """Return the audit path of a leaf (RFC 6962 section 2.1.1), the nearest first. Raises IndexError."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    if len(leaves) == 1:
        return ()
    middle = _split(len(leaves))
    if index < middle:
        return (*inclusion(leaves[:middle], index), root(leaves[middle:]))
    return (*inclusion(leaves[middle:], index - middle), root(leaves[:middle]))


def consistency(leaves: Sequence[bytes], old: int) -> tuple[bytes, ...]:
    """Return the proof that the first `old` leaves are the beginning of all (RFC 6962 section 2.1.2). IndexError."""
    if not 0 < old <= len(leaves):
        raise IndexError(old)
    return tuple(_subproof(leaves, old, True))


def _subproof(leaves: Sequence[bytes], old: int, whole: bool) -> Iterator[bytes]:
    if old == len(leaves):
        if not whole:
            yield root(leaves)
        return
    middle = _split(len(leaves))
    if old <= middle:
        yield from _subproof(leaves[:middle], old, whole)
        yield root(leaves[middle:])
    else:
        yield from _subproof(leaves[middle:], old - middle, False)
        yield root(leaves[:middle])


def included(one: bytes, index: int, size: int, proof: Sequence[bytes], of: bytes) -> bool:
    """Whether a path proves that the leaf hash `one` stands at an index of the tree of that size and root."""
    if not 0 <= index < size:
        return False
    at, last = index, size - 1
    for other in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            one = node(other, one)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            one = node(one, other)
        at, last = at >> 1, last >> 1
    return last == 0 and one == of


def consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that the tree `old` is the beginning of the tree `new` (RFC 9162 section 2.1.4.2)."""
    if old == new:
        return old_root == new_root and not proof
    if not 0 < old < new:
        return False
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    before = after = path[0]
    for other in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            before, after = node(other, before), node(other, after)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            after = node(after, other)
        at, last = at >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root

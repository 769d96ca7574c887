"""From text to the terms that are searched for. Pure, but for the words of our trade in `trade.txt`.

Chinese has no spaces, so it is cut by rjieba, by its dictionary and ours; beside the words stand all pairs of
neighbouring characters, so that what is cut differently in a question and an entry still meets. Latin words, model and
port names are kept whole, in lower case and half width, and by their parts.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

import rjieba

_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+|[a-z0-9][a-z0-9./:_-]*[a-z0-9]|[a-z0-9]")
_GAP = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")
"""people put spaces between characters"""
_PARTS = re.compile(r"[a-z]+|[0-9]+")
_STOP = frozenset("的了和是在有我你他这那就也都很与及请吗呢吧") | {
    *("我们", "你们"),
    *("the", "a", "an", "is", "are", "of", "to", "and", "in", "on", "it"),
}
PAIR_WEIGHT = 0.4
"""what a pair of characters counts beside a word"""


@cache
def _jieba() -> rjieba.Jieba:
    cutter = rjieba.Jieba()
    for word in files("monitoring.knowledge").joinpath("trade.txt").read_text(encoding="utf-8").split():
        cutter.add_word(word, 100_000, "n")
    return cutter


def terms(text: str) -> Mapping[str, float]:
    """Return how much each term counts in a text."""
    found: defaultdict[str, float] = defaultdict(float)
    for run in _RUN.findall(_GAP.sub("", unicodedata.normalize("NFKC", text).lower())):
        for term, weight in _chinese(run) if run[0] > "\u3000" else _latin(run):
            if term not in _STOP:
                found[term] += weight
    return found


def _chinese(run: str) -> Iterator[tuple[str, float]]:
    words = [word for word in _jieba().cut_for_search(run) if len(word) > 1 or len(run) == 1]
    yield from ((word, 1.0) for word in words)
    known = set(words)
    pairs = (run[n : n + 2] for n in range(len(run) - 1))
    yield from ((pair, PAIR_WEIGHT) for pair in pairs if pair not in known)


def _latin(run: str) -> Iterator[tuple[str, float]]:
    yield run, 1.0
    parts = _PARTS.findall(run)
    if len(parts) > 1:
        yield from ((part, PAIR_WEIGHT) for part in parts if len(part) > 1)

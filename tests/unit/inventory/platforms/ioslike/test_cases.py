"""Texts that nobody here wrote: each is read without raising, and every line is understood or listed.

The share of lines of annet's Cisco cases that we understand is pinned, so that it can only be changed on purpose;
`docs/platforms.md` shows it.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from inventory.platforms import cisco_ios, ruijie
from inventory.platforms.ioslike import text as reader

CASES = Path(__file__).parents[6] / "shared" / "cases"
PATCHES = CASES / "annet" / "tests" / "annet" / "test_patch"
OUTPUTS = CASES / "ntc-templates" / "tests"
ACLS = CASES / "apkeep" / "networks" / "stanford" / "acls"
pytestmark = pytest.mark.skipif(not CASES.exists(), reason=f"the public cases are not at {CASES}")
CONFIGURATIONS = sorted(PATCHES.glob("cisco_*.yaml"))


def _texts(path: Path) -> Iterator[str]:
    found: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    for case in found if isinstance(found, list) else [found]:
        yield from (case[key] for key in ("before", "after") if isinstance(case.get(key), str))


def _listed(text: str) -> set[int]:
    return {found.line for found in cisco_ios.parse(text).unparsed if found.line}


@pytest.mark.parametrize("path", CONFIGURATIONS, ids=lambda path: path.stem)
def test_every_line_of_a_case_is_understood_or_listed(path: Path) -> None:
    for text in _texts(path):
        assert _listed(text) <= {number for number, _ in reader.lines(text)}
        cisco_ios.mask(text)


@pytest.mark.parametrize(
    "path", [*sorted(OUTPUTS.glob("*/*/*.raw")), *sorted(ACLS.glob("*"))], ids=lambda path: path.stem
)
def test_what_is_no_configuration_does_not_make_it_raise(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for platform in (cisco_ios, ruijie):
        platform.parse(text)
        platform.mask(text)


def share() -> tuple[int, int]:
    """Return how many lines of the configurations in annet's Cisco cases are understood, and how many there are."""
    texts = [text for path in CONFIGURATIONS for text in _texts(path)]
    total = sum(map(reader.meaningful, texts))
    return total - sum(len(_listed(text)) for text in texts), total


def test_the_share_of_lines_that_is_understood_is_what_the_document_says() -> None:
    understood, total = share()
    document = (Path(__file__).parents[5] / "docs" / "platforms.md").read_text(encoding="utf-8")
    assert f"{understood} of {total} lines of annet's Cisco cases" in document
